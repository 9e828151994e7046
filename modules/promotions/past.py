"""Promotions as orders had them once, with a draft among them: what a replay asks the engine."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import select, tuple_

from app.db import session
from modules import organization
from modules.promotions.asking import Asks, asks_of
from modules.promotions.currency import in_its_currency
from modules.promotions.definition import read_promotion
from modules.promotions.engine.book import compile_book
from modules.promotions.engine.offers import Phase
from modules.promotions.engine.promotion import Limits, Promotion, Trigger
from modules.promotions.engine.verdicts import Reason
from modules.promotions.models import PromotionVersion
from modules.promotions.published import Label, Published, engine_groups
from modules.promotions.trying import read_version, without_span

Version = tuple[int, int]
"""(Promotion, number of the version)."""
MOST_BOOKS = 200
_OUT_OF_PLAY = frozenset(
    {
        *(Reason.PAUSED, Reason.CODE_NOT_ENTERED, Reason.CODE_UNKNOWN, Reason.CODE_BLOCKED),
        *(Reason.CODE_OF_OTHER_CUSTOMER, Reason.CODE_RESERVED, Reason.NOT_CHOSEN),
        *(Reason.USAGE_LIMIT_REACHED, Reason.CUSTOMER_LIMIT_REACHED, Reason.CUSTOMER_UNKNOWN),
        *(Reason.BUDGET_EXHAUSTED, Reason.NOT_STARTED, Reason.EXPIRED, Reason.OUTSIDE_HOURS),
    }
)


def changes_shelf(definition: Mapping[str, Any]) -> bool:
    """Test whether it changes the price on the shelf, which carts begin with."""
    return read_promotion(definition, key=0).phase is Phase.CATALOGUE


def was_in_play(reason: str) -> bool:
    """Test whether a promotion that an order knew of could have applied to it."""
    return not reason or Reason(reason) not in _OUT_OF_PLAY


class Past:
    """
    The promotions of old orders by what each order knew of, without and with the one that is tried.

    Which one applied is worked out again; which were open to the order is as it was then: a code
    that was named, a limit that was not reached. The tried one is open to everybody, at any day.
    """

    def __init__(self, promotion_id: int, definition: Mapping[str, Any], *, number: int) -> None:
        tried = in_its_currency(
            read_promotion(definition, key=promotion_id, version=number),
            organization.get_company().currency,
        )
        self.tried = replace(_opened(tried), schedule=without_span(tried.schedule))
        self._groups = engine_groups()
        self._versions: dict[Version, Promotion] = {}
        self._books: dict[tuple[frozenset[Version], bool], Published] = {}

    @property
    def limits(self) -> Limits:
        return self.tried.limits

    @property
    def asks(self) -> Asks:
        """Return what any of them asks of a buyer, of those that were read."""
        return asks_of([self.tried, *self._versions.values()])

    def read(self, versions: Iterable[Version]) -> None:
        """Read the versions that are not known yet, in one statement at most."""
        missing = sorted(set(versions) - self._versions.keys())
        if not missing:
            return
        found = select(
            PromotionVersion.promotion_id, PromotionVersion.number, PromotionVersion.definition
        ).where(tuple_(PromotionVersion.promotion_id, PromotionVersion.number).in_(missing))
        for key, number, definition in session.execute(found):
            said = read_version(definition, key=key, number=number)
            self._versions[key, number] = _opened(said)

    def before(self, versions: Collection[Version]) -> Published:
        """Return what was open to an order that knew of these."""
        return self._book(frozenset(versions), with_tried=False)

    def after(self, versions: Collection[Version]) -> Published:
        """Return the same with the tried promotion in the place of its older self."""
        own = self.tried.id
        return self._book(frozenset(one for one in versions if one[0] != own), with_tried=True)

    def _book(self, versions: frozenset[Version], *, with_tried: bool) -> Published:
        if len(self._books) > MOST_BOOKS:
            self._books.clear()
        key = versions, with_tried
        if key not in self._books:
            found = [self._versions[one] for one in versions if one in self._versions]
            found += [self.tried] if with_tried else []
            found.sort(key=lambda one: int(one.id))
            # Only the tried one may run out again: of the others it is known how it went.
            limited = with_tried and self.limits != Limits()
            self._books[key] = Published(
                mark="past",
                book=compile_book(found, self._groups),
                labels=defaultdict(lambda: Label("", "")),
                limits={int(self.tried.id): self.limits} if limited else {},
            )
        return self._books[key]


def _opened(promotion: Promotion) -> Promotion:
    """Return a promotion that asks for no code and nobody's choice."""
    return replace(promotion, trigger=Trigger.AUTO, codes=frozenset())
