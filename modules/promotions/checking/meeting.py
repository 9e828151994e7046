"""Whether two promotions can meet on the same goods, and what happens then. Pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import product
from typing import NamedTuple
from zoneinfo import ZoneInfo

from modules.promotions.engine.cart import CartLine
from modules.promotions.engine.filters import Filter
from modules.promotions.engine.offers import Phase
from modules.promotions.engine.promotion import Group, GroupMode, Promotion, Schedule

MOST_DAYS = 400
"""Of longer spans only the weekdays are compared, not day by day."""


class Together(StrEnum):
    """What happens where both fit the same cart."""

    STACK = "stack"
    """Both apply, one after the other."""
    BEST = "best"
    """The one that is better for the buyer applies."""
    FIRST = "first"
    """The one that comes first applies."""
    ALONE = "alone"
    """One of them stands alone: the other does not apply."""
    DENIED = "denied"
    """One forbids the other: whichever comes first applies."""


class Meeting(NamedTuple):
    other: Promotion
    how: Together


class Goods:
    """The goods that are known, by SKU, with what the same thing is called at once."""

    def __init__(self, lines: Iterable[CartLine]) -> None:
        self.by_sku = {one.sku: one for one in lines}
        self._beside: dict[str, set[str]] = {}
        for line in self.by_sku.values():
            for category in line.categories:
                self._beside.setdefault(category, set()).update(line.categories)

    def can_share(self, one: Filter, other: Filter) -> bool:
        """Test whether some goods are meant by both; where SKUs are named, by these goods."""
        if one.skus or other.skus:
            named = one.skus & other.skus if one.skus and other.skus else one.skus or other.skus
            lines = (self.by_sku.get(sku) for sku in sorted(named))
            return any(line and one.matches(line) and other.matches(line) for line in lines)
        return (
            not _are_apart(one.brands, other.brands)
            and self._share_categories(one, other)
            and _share_attributes(one.attributes, other.attributes)
            and _share_prices(one, other)
        )

    def _share_categories(self, one: Filter, other: Filter) -> bool:
        for first, second in ((one, other), (other, one)):
            if first.categories and first.categories <= second.except_categories:
                return False
        if not _are_apart(one.categories, other.categories):
            return True
        beside = self._beside
        return any(not other.categories.isdisjoint(beside.get(it, ())) for it in one.categories)


def meetings(
    promotion: Promotion,
    others: Iterable[tuple[Promotion, Group]],
    *,
    group: Group,
    goods: Goods,
    at: datetime,
) -> list[Meeting]:
    """Return the promotions that can meet this one from a moment on, in the order of the book."""
    return [
        Meeting(other, _together(promotion, other, group, their_group))
        for other, their_group in others
        if other.id != promotion.id
        and _same_things(promotion, other, goods)
        and _same_places(promotion, other)
        and same_time(promotion.schedule, other.schedule, at)
    ]


def _together(one: Promotion, other: Promotion, group: Group, their_group: Group) -> Together:
    if _is_under(one, other):
        return Together.STACK
    if one.exclusive or other.exclusive:
        return Together.ALONE
    if not one.combines_with(other):
        return Together.DENIED
    if one.phase is not other.phase or group.id != their_group.id or not group.id:
        return Together.STACK
    match group.mode:
        case GroupMode.BEST_FOR_CUSTOMER | GroupMode.BEST_COMBINATION:
            return Together.BEST
        case GroupMode.FIRST_BY_PRIORITY | GroupMode.MOST:
            return Together.FIRST
        case GroupMode.STACK:
            return Together.STACK


# --- the same goods ---------------------------------------------------------------------------


def _is_under(one: Promotion, other: Promotion) -> bool:
    """Test whether one makes the price on the shelf from which the other takes something off."""
    return (one.phase is Phase.CATALOGUE) is not (other.phase is Phase.CATALOGUE)


def _same_things(one: Promotion, other: Promotion, goods: Goods) -> bool:
    is_under = _is_under(one, other)
    if (one.exclusive or other.exclusive) and not is_under:
        # It suppresses whatever else the cart, or the shelf, would get.
        return True
    if (one.phase is Phase.SHIPPING) is not (other.phase is Phase.SHIPPING):
        return False
    if one.phase is Phase.SHIPPING:
        return True
    return any(
        goods.can_share(mine, theirs)
        for mine, theirs in product(wants_of(one), wants_of(other))
        if not (is_under and (mine.not_on_sale or theirs.not_on_sale))
    )


def wants_of(promotion: Promotion) -> tuple[Filter, ...]:
    """Return the filters of the goods that a promotion makes cheaper, or that count for it."""
    found = (want for benefit in promotion.benefits for want in benefit.wants())
    return tuple(dict.fromkeys(found))


def _are_apart(one: Collection[str], other: Collection[str]) -> bool:
    return bool(one and other) and set(one).isdisjoint(other)


def _share_attributes(one: Iterable[tuple[str, str]], other: Iterable[tuple[str, str]]) -> bool:
    """Test by name: goods have one colour and one size."""
    mine, theirs = _by_name(one), _by_name(other)
    return not any(_are_apart(mine[name], theirs[name]) for name in mine.keys() & theirs.keys())


def _by_name(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for name, value in pairs:
        found.setdefault(name, set()).add(value)
    return found


def _share_prices(one: Filter, other: Filter) -> bool:
    least = max(one.least_price_minor or 0, other.least_price_minor or 0)
    tops = [top for top in (one.most_price_minor, other.most_price_minor) if top is not None]
    return not tops or least <= min(tops)


# --- the same place ---------------------------------------------------------------------------

_ONE_OF = ("channels", "stores", "till_groups", "stages")
"""Of these a cart has one; of customer groups and segments a buyer may have several."""
_SAID_TWICE = {"channel_is": "channels", "store_is": "stores"}


def _same_places(one: Promotion, other: Promotion) -> bool:
    if one.scope.currency and other.scope.currency and one.scope.currency != other.scope.currency:
        return False
    mine, theirs = _places_of(one), _places_of(other)
    return not any(_are_apart(mine[name], theirs[name]) for name in mine.keys() & theirs.keys())


def _places_of(promotion: Promotion) -> Mapping[str, Collection[str]]:
    """Return what of a cart has to be one of some words, by what it is."""
    found = {name: frozenset(getattr(promotion.scope, name)) for name in _ONE_OF}
    for condition in promotion.conditions:
        words = getattr(condition, "any_of", None)
        if isinstance(words, frozenset):
            name = _SAID_TWICE.get(condition.kind, condition.kind)
            known = found.get(name)
            found[name] = known & words if known else words
    return found


# --- the same time ----------------------------------------------------------------------------


def same_time(one: Schedule, other: Schedule, at: datetime) -> bool:
    """Test whether there is a moment from `at` on at which both are valid."""
    starts = max(one.starts_at or at, other.starts_at or at, at)
    ends = min((end for end in (one.ends_at, other.ends_at) if end is not None), default=None)
    if ends is not None and starts >= ends:
        return False
    if one.zone != other.zone:  # their days and hours begin at other moments
        return True
    return _share_days(one, other, starts, ends) and _share_hours(one, other)


def _share_days(one: Schedule, other: Schedule, starts: datetime, ends: datetime | None) -> bool:
    weekdays = _both(one.weekdays, other.weekdays)
    if weekdays is not None and not weekdays:
        return False
    if ends is None or ends - starts > timedelta(days=MOST_DAYS):
        return True
    zone = ZoneInfo(one.zone)
    first, last = starts.astimezone(zone).date(), ends.astimezone(zone).date()
    days = (first + timedelta(days=ago) for ago in range((last - first).days + 1))
    return any(
        day not in one.not_on
        and day not in other.not_on
        and (weekdays is None or day.weekday() in weekdays)
        for day in days
    )


def _both(one: frozenset[int], other: frozenset[int]) -> frozenset[int] | None:
    """Return the weekdays of both; nothing said is every day."""
    if one and other:
        return one & other
    return one or other or None


def _share_hours(one: Schedule, other: Schedule) -> bool:
    if not one.hours or not other.hours:
        return True
    mine, theirs = list(_minutes(one)), list(_minutes(other))
    return any(max(a, c) < min(b, d) for (a, b), (c, d) in product(mine, theirs))


def _minutes(schedule: Schedule) -> Iterator[tuple[int, int]]:
    """Yield spans of the day in minutes; one that goes over midnight is two."""
    for start, end in schedule.hours:
        since, until = start.hour * 60 + start.minute, end.hour * 60 + end.minute
        if since <= until:
            yield since, until
        else:
            yield from ((since, 24 * 60), (0, until))


def named_skus(promotions: Sequence[Promotion]) -> list[str]:
    """Return the SKUs that promotions name, each once."""
    found = (sku for one in promotions for want in wants_of(one) for sku in sorted(want.skus))
    return list(dict.fromkeys(found))
