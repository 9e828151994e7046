"""What goods cost a buyer now, and how low they may go: many of them by one question."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, String, bindparam, cast, literal, null, or_, select, union_all

from app.db import session
from modules.pricing import book
from modules.pricing.base_price import ListPrice, base_price, ruled_price
from modules.pricing.book import Kept, KeptList
from modules.pricing.models import PriceBook, PriceEntry, PriceFloor


class Wanted(NamedTuple):
    """So many of a variant, and what the catalogue says of it."""

    variant_id: int
    quantity: int
    company_minor: int
    """The company's own price, with VAT."""
    brand: str | None = None
    category: str | None = None
    cost_minor: int | None = None
    rate_bp: int = 0


class Priced(NamedTuple):
    """A unit price with the list that it comes from, and the lowest that it may become."""

    unit_price_minor: int | None = None
    """None: no list says anything, and the company's own price stands."""
    price_list: str = ""
    floor_minor: int = 0


def prices_for(
    wanted: Sequence[Wanted],
    *,
    at: datetime,
    currency: str,
    company_currency: str,
    channel: str,
    store: str = "",
    groups: Callable[[], frozenset[str]] = frozenset,
    customer_id: int | None = None,
) -> Mapping[int, Priced]:
    """
    Return what each variant costs, by its key, in one statement; nothing where no list says a word.

    All that a cart has of a variant reaches its quantity step together, whatever the lines. The
    groups of the buyer are asked for only where a list is for some.
    """
    if not wanted or book.is_known_empty():
        return {}
    counts: dict[int, int] = {}
    for one in wanted:
        counts[one.variant_id] = counts.get(one.variant_id, 0) + one.quantity
    kept = book.last_known()
    while True:
        own = groups() if any(one.groups for one in kept.lists) else frozenset()
        lists = {
            one.id: one
            for one in kept.lists
            if one.holds(
                at=at,
                currency=currency,
                channel=channel,
                store=store,
                groups=own,
                customer_id=customer_id,
            )
        }
        mark, entries, floors = _read(counts, lists, at, with_floors=kept.has_floors)
        if mark == kept.mark:
            break
        kept = book.current(mark)
    is_ours = currency == company_currency
    return {
        one.variant_id: _priced(
            one,
            counts[one.variant_id],
            at,
            lists=lists,
            entries=entries.get(one.variant_id, {}),
            company_minor=one.company_minor if is_ours else None,
            floor_minor=floor_of(kept, one, floors.get(one.variant_id, 0)) if is_ours else 0,
        )
        for one in wanted
    }


def floor_of(kept: Kept, one: Wanted, least_minor: int = 0) -> int:
    """Return the lowest price of a variant, with VAT: its own minimum, or cost and margin."""
    margin_bp = kept.guard_of(one.category)
    if margin_bp is None or one.cost_minor is None:
        return least_minor
    guard = -(-one.cost_minor * (10_000 + margin_bp) * (10_000 + one.rate_bp) // 10**8)
    return max(least_minor, guard)


def list_prices_of(
    one: Wanted,
    entries: Sequence[tuple[KeptList, int, int]],
    lists: Sequence[KeptList],
    quantity: int,
    company_minor: int | None,
) -> list[ListPrice]:
    """Return what lists say of a variant: a price that stands there, else by a rule."""
    sku = str(one.variant_id)
    found = [kept.priced(sku, price, least) for kept, least, price in entries]
    said = {kept.id for kept, least, _price in entries if least <= quantity}
    for kept in lists:
        if not kept.rules or company_minor is None or kept.id in said:
            continue
        ruled = ruled_price(
            company_minor,
            kept.rules,
            sku=sku,
            categories=frozenset([one.category] if one.category else ()),
            brand=one.brand or "",
        )
        if ruled.price_list:
            found.append(kept.priced(sku, ruled.unit_price_minor))
    return found


def _priced(
    one: Wanted,
    quantity: int,
    at: datetime,
    *,
    lists: Mapping[int, KeptList],
    entries: Mapping[int, int],
    company_minor: int | None,
    floor_minor: int,
) -> Priced:
    named = [(lists[key], 1, price) for key, price in entries.items()]
    prices = list_prices_of(one, named, list(lists.values()), quantity, company_minor)
    chosen = base_price(prices, sku=str(one.variant_id), quantity=quantity, at=at)
    if chosen is None:
        return Priced(floor_minor=floor_minor)
    return Priced(chosen.unit_price_minor, chosen.price_list, floor_minor)


_ENTRY: Any = PriceEntry.__table__
_FLOOR: Any = PriceFloor.__table__
Entries = dict[int, dict[int, int]]
"""Variant -> list -> the lowest price there of the steps that are reached."""


def _read(
    counts: Mapping[int, int], lists: Mapping[int, KeptList], at: datetime, *, with_floors: bool
) -> tuple[str, Entries, dict[int, int]]:
    values: dict[str, Any] = {}
    if lists or with_floors:
        values["keys"] = sorted(counts)
    if lists:
        values |= {"lists": sorted(lists), "at": at, "most": max(counts.values())}
    mark, entries, floors = "", Entries(), dict[int, int]()
    rows = session.execute(_question(bool(lists), with_floors), values)
    for own_mark, list_id, variant_id, least, minor in rows:
        if own_mark is not None:
            mark = own_mark
        elif not list_id:
            floors[variant_id] = minor
        elif least <= counts[variant_id]:
            found = entries.setdefault(variant_id, {})
            found[list_id] = min(minor, found.get(list_id, minor))
    return mark, entries, floors


@cache
def _question(with_entries: bool, with_floors: bool) -> Any:
    """Return the one statement: the mark of the book, and what is asked for beside it."""
    no_key = cast(null(), BigInteger)
    parts: list[Any] = [
        select(
            PriceBook.mark.label("mark"),
            no_key.label("price_list_id"),
            no_key.label("variant_id"),
            no_key.label("least_quantity"),
            no_key.label("price_minor"),
        )
    ]
    no_mark, nothing = cast(null(), String), literal(0, BigInteger)
    keys: Any = bindparam("keys", expanding=True)
    if with_entries:
        parts.append(
            select(
                no_mark,
                _ENTRY.c.price_list_id,
                _ENTRY.c.variant_id,
                _ENTRY.c.least_quantity,
                _ENTRY.c.price_minor,
            ).where(
                _ENTRY.c.variant_id.in_(keys),
                _ENTRY.c.price_list_id.in_(bindparam("lists", expanding=True)),
                _ENTRY.c.least_quantity <= bindparam("most"),
                or_(_ENTRY.c.valid_from.is_(None), _ENTRY.c.valid_from <= bindparam("at")),
                or_(_ENTRY.c.valid_to.is_(None), _ENTRY.c.valid_to > bindparam("at")),
            )
        )
    if with_floors:
        parts.append(
            select(no_mark, nothing, _FLOOR.c.variant_id, nothing, _FLOOR.c.least_minor).where(
                _FLOOR.c.variant_id.in_(keys)
            )
        )
    return union_all(*parts) if len(parts) > 1 else parts[0]
