"""How far the price of goods may fall: carts of one thing, priced by the engine itself. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

from modules.promotions.checking.meeting import wants_of
from modules.promotions.engine.book import Book, compile_book
from modules.promotions.engine.cart import Cart, CartLine
from modules.promotions.engine.evaluating import evaluate
from modules.promotions.engine.filters import Filter
from modules.promotions.engine.promotion import Group, Promotion, Schedule, Scope, Trigger
from modules.promotions.engine.settings import Kind, settings_of
from modules.promotions.shelf import Shelf, shelf_of

MOST_COUNTS = 8
"""So many quantities are tried: those at which something of the promotion begins."""
MOST_PIECES = 1_000
_ANY_TIME = datetime(2026, 1, 1, tzinfo=UTC)
_OF_THE_GOODS = frozenset({"subtotal_at_least", "quantity_at_least", "quantity_between"})
"""Conditions that the goods themselves meet by their number; all others are taken as met."""


class Fallen(NamedTuple):
    """Goods whose price may fall under what they cost, amounts with VAT for one price unit."""

    sku: str
    price_minor: int
    lowest_minor: int
    """By this promotion alone."""
    together_minor: int
    """With the others that it meets."""
    cost_minor: int
    """With VAT, as it compares with prices."""

    @property
    def lowest(self) -> int:
        return min(self.lowest_minor, self.together_minor)

    @property
    def loss_minor(self) -> int:
        return self.cost_minor - self.lowest


class Depth:
    """Asks the engine what the goods would cost at the least, each kind of goods once."""

    def __init__(
        self,
        promotion: Promotion,
        *,
        others: Sequence[Promotion],
        groups: Iterable[Group],
        goods: Sequence[CartLine],
    ) -> None:
        groups = tuple(groups)
        self.promotion = promotion
        self.strict = compile_book([loosened(promotion, keep=_OF_THE_GOODS)], groups)
        self.loose = compile_book([loosened(promotion)], groups)
        self.shelf = shelf_of([loosened(promotion)])
        together = [loosened(promotion), *(loosened(one) for one in others)]
        self.whole_shelf = shelf_of(together)
        self.together = compile_book(together, groups) if others else None
        self.filters = tuple(dict.fromkeys(_filters_of([promotion, *others])))
        self.own = wants_of(promotion)
        self.counted = tuple(_counts(promotion))
        self.amounts = tuple(_amounts(promotion))
        self.beside = {want: _cheapest_and_dearest(want, goods) for want in self.own}
        self._known: dict[tuple[Any, ...], tuple[int, int]] = {}

    def below_cost(self, goods: Iterable[CartLine]) -> list[Fallen]:
        """Return the goods that may be sold for less than they cost, the deepest fall first."""
        found = []
        for line in goods:
            if line.cost_minor is None or not any(want.matches(line) for want in self.own):
                continue
            alone, together = self.lowest(line)
            # Rounded up: a price that is a fraction of a grosz under the cost is under it.
            cost = -(-line.cost_minor * (10_000 + line.rate_bp) // 10_000)
            if min(alone, together) < cost:
                found.append(Fallen(line.sku, line.unit_price_minor, alone, together, cost))
        return sorted(found, key=lambda one: (-one.loss_minor, one.sku))

    def lowest(self, line: CartLine) -> tuple[int, int]:
        """Return what one piece costs at the least: by this promotion, and with the others."""
        met = tuple(filter_.matches(line) for filter_ in self.filters)
        key = (line.unit_price_minor, line.per, line.rate_bp, line.cost_minor, met)
        if key not in self._known:
            kept = [one for one in self.promotion.conditions if one.kind in _OF_THE_GOODS]
            is_met = all(one.requires().matches(line) for one in kept)
            book = self.strict if is_met else self.loose
            own = self._carts(_on(self.shelf, line))
            alone = together = min(_price_of_one(book, cart) for cart in own)
            if self.together is not None:
                carts = self._carts(_on(self.whole_shelf, line))
                together = min(_price_of_one(self.together, cart) for cart in carts)
            self._known[key] = alone, together
        return self._known[key]

    def _carts(self, line: CartLine) -> Iterator[Cart]:
        """Yield the carts that are tried: several quantities, with what else must be bought."""
        missing = [want for want in self.own if not want.matches(line)]
        for count in self._quantities(line):
            own = replace(line, key="0", quantity=1_000 if line.per > 1 else count)
            yield Cart(currency="", lines=[own], moment=_ANY_TIME)
            for at in range(2 if missing else 0):
                others = [
                    replace(self.beside[want][at], key=str(place), quantity=count)
                    for place, want in enumerate(missing, 1)
                    if self.beside[want]
                ]
                yield Cart(currency="", lines=[own, *others], moment=_ANY_TIME)

    def _quantities(self, line: CartLine) -> list[int]:
        if line.per > 1:
            return [1]
        enough = {
            -(-amount // line.unit_price_minor) for amount in self.amounts if line.unit_price_minor
        }
        counts = {1, 2, *self.counted, *enough}
        return sorted(one for one in counts if 1 <= one <= MOST_PIECES)[:MOST_COUNTS]


def loosened(promotion: Promotion, keep: frozenset[str] = frozenset()) -> Promotion:
    """Return a promotion for any buyer, anywhere, at any time, with few or none conditions."""
    return replace(
        promotion,
        conditions=tuple(one for one in promotion.conditions if one.kind in keep),
        trigger=Trigger.AUTO,
        codes=frozenset(),
        schedule=Schedule(),
        scope=Scope(),
        paused=False,
    )


def _on(shelf: Shelf, line: CartLine) -> CartLine:
    """Return goods at their price on a shelf."""
    shelved = shelf.price(line, at=_ANY_TIME, channel="", store="")
    return replace(line, unit_price_minor=shelved.price_minor, on_sale=bool(shelved.cuts))


def _price_of_one(book: Book, cart: Cart) -> int:
    [line, *_others] = evaluate(book, cart).lines
    return min(one.paid_minor for one in line.units)


def _filters_of(promotions: Iterable[Promotion]) -> Iterator[Filter]:
    for promotion in promotions:
        yield from wants_of(promotion)
        yield from (condition.requires() for condition in promotion.conditions)


def _cheapest_and_dearest(want: Filter, goods: Sequence[CartLine]) -> tuple[CartLine, ...]:
    """Return what is put beside goods that have to be bought with others."""
    found = [line for line in goods if line.per == 1 and want.matches(line)]
    if not found:
        return ()
    by_price = sorted(found, key=lambda one: (one.unit_price_minor, one.sku))
    return by_price[0], by_price[-1]


# --- at which numbers something begins --------------------------------------------------------


def _counts(promotion: Promotion) -> Iterator[int]:
    for thing in (*promotion.conditions, *promotion.benefits):
        counts = list(_numbers(thing, Kind.COUNT))
        yield from counts
        yield sum(counts)  # so many bought and so many got


def _amounts(promotion: Promotion) -> Iterator[int]:
    kept = [one for one in promotion.conditions if one.kind in _OF_THE_GOODS]
    for thing in (*kept, *promotion.benefits):
        yield from _numbers(thing, Kind.MONEY)


def _numbers(thing: Any, kind: Kind) -> Iterator[int]:
    for setting in settings_of(thing):
        value = getattr(thing, setting.name)
        if setting.kind is kind and value is not None:
            yield value
        elif setting.kind is Kind.STEPS:
            yield from (start for start, _given in value)
        elif setting.kind is Kind.PARTS:
            for part in value:
                yield from _numbers(part, kind)
