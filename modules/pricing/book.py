"""Which price lists hold now: read once for each change, then asked by every cart."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from weakref import WeakKeyDictionary

from sqlalchemy import select

from app.db import Database, database, session
from modules.pricing.base_price import ListPrice, PriceRule, Specificity
from modules.pricing.models import MarginGuard, PriceBook, PriceFloor, PriceList


@dataclass(frozen=True, kw_only=True)
class KeptList:
    """A price list as carts ask it; its prices stay in the database."""

    id: int
    code: str
    currency: str
    rank: int
    channels: frozenset[str]
    stores: frozenset[str]
    groups: frozenset[str]
    customers: frozenset[int]
    rules: Sequence[PriceRule]
    valid_from: datetime | None
    valid_to: datetime | None

    @property
    def is_public(self) -> bool:
        """Test whether everybody is shown its prices."""
        return not self.groups and not self.customers

    def holds(
        self,
        *,
        at: datetime,
        currency: str,
        channel: str,
        store: str,
        groups: frozenset[str] = frozenset(),
        customer_id: int | None = None,
    ) -> bool:
        """Test whether it holds for a sale."""
        return (
            self.currency == currency
            and (not self.channels or channel in self.channels)
            and (not self.stores or store in self.stores)
            and (not self.groups or not self.groups.isdisjoint(groups))
            and (not self.customers or customer_id in self.customers)
            and (self.valid_from is None or self.valid_from <= at)
            and (self.valid_to is None or at < self.valid_to)
        )

    def priced(self, sku: str, price_minor: int, least_quantity: int = 1) -> ListPrice:
        """Return a price of it, of a sale for which it holds."""
        return ListPrice(
            price_list=self.code,
            sku=sku,
            price_minor=price_minor,
            least_quantity=least_quantity,
            rank=self.rank,
        )


@dataclass(frozen=True, kw_only=True)
class Kept:
    """The lists that are switched on, the highest rank first, and the margins that are guarded."""

    mark: str = ""
    lists: Sequence[KeptList] = ()
    guards: Mapping[str, int] = field(default_factory=dict)
    has_floors: bool = False

    @property
    def is_empty(self) -> bool:
        """Test whether nothing here says anything of any price."""
        return not (self.lists or self.guards or self.has_floors)

    def guard_of(self, category: str | None) -> int | None:
        """Return the margin that goods of a category keep, in basis points of their cost."""
        return self.guards.get(category or "", self.guards.get(""))


MARK = select(PriceBook.mark)
_SEEN = "prices_mark"
_KEPT: WeakKeyDictionary[Database, Kept] = WeakKeyDictionary()
_SPECIFICITY = {
    "everything": Specificity.EVERYTHING,
    "brand": Specificity.BRAND,
    "category": Specificity.CATEGORY,
}


def last_known() -> Kept:
    """Return the lists as this process saw them last; it asks nothing."""
    return _KEPT.get(database(), Kept())


def current(mark: str | None = None) -> Kept:
    """Return the lists of a mark, or of the present one; a mark is never used twice."""
    if mark is None:
        mark = session.scalar(MARK) or ""
    kept = last_known()
    if kept.mark != mark:
        kept = _KEPT[database()] = _read(mark)
    return kept


def take_mark(mark: str) -> None:
    """Take the present mark, which another question brought along: the prices need not ask."""
    current(mark)
    session.info[_SEEN] = mark


def is_known_empty() -> bool:
    """Test whether no list and no minimum is there, by a mark that was read just now."""
    kept = last_known()
    return kept.is_empty and session.info.pop(_SEEN, None) == kept.mark


def turn_page() -> None:
    """Give the book another mark: whoever asks next reads it anew."""
    session.info.pop(_SEEN, None)
    session.get_one(PriceBook, 1, with_for_update=True).mark = secrets.token_hex(12)
    session.flush()


def _read(mark: str) -> Kept:
    rows = session.scalars(
        select(PriceList)
        .where(PriceList.active.is_(True), PriceList.archived_at.is_(None))
        .order_by(PriceList.rank.desc(), PriceList.id)
    )
    return Kept(
        mark=mark,
        lists=[kept_of(one) for one in rows],
        guards={one.category: one.margin_bp for one in session.scalars(select(MarginGuard))},
        has_floors=session.scalar(select(PriceFloor.variant_id).limit(1)) is not None,
    )


def kept_of(one: PriceList) -> KeptList:
    return KeptList(
        id=one.id,
        code=one.code,
        currency=one.currency,
        rank=one.rank,
        channels=frozenset(one.channels),
        stores=frozenset(one.stores),
        groups=frozenset(one.groups),
        customers=frozenset(one.customers),
        rules=[
            PriceRule(
                price_list=one.code,
                specificity=_SPECIFICITY[rule["of"]],
                word=rule["word"],
                rate_bp=rule["rate_bp"],
            )
            for rule in one.rules
        ],
        valid_from=one.valid_from,
        valid_to=one.valid_to,
    )
