"""An old order priced again, without and with a promotion. Pure; the order stays as it is."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from modules import promotions
from modules.orders.errors import TooMuchOff
from modules.orders.quoting.cart import Cart, CartLine, Facts, Quote
from modules.orders.quoting.composing import quote


@dataclass(frozen=True, kw_only=True)
class OldLine:
    """A line as it was sold."""

    line: CartLine
    name: str
    discount_minor: int


@dataclass(frozen=True, kw_only=True)
class OldOrder:
    """An order as it was placed, with the promotions that it knew of."""

    id: int
    day: date
    currency: str
    lines: Sequence[OldLine]
    facts: Facts
    shipping_minor: int
    """Before anything was taken off it."""
    shipping_rate_bp: int
    promoted_minor: int
    """What promotions took off the goods then."""
    shipping_discount_minor: int
    versions: frozenset[tuple[int, int]]
    """(Promotion, version) of those that could have applied."""

    @property
    def discount_minor(self) -> int:
        return sum(one.discount_minor for one in self.lines)

    def cart(self, left: promotions.Left | None = None) -> Cart:
        """Return the cart that it was; what was taken off beside promotions stays as it was."""
        return Cart(
            currency=self.currency,
            list_currency=self.currency,
            lines=[one.line for one in self.lines],
            shipping_minor=self.shipping_minor,
            shipping_rate_bp=self.shipping_rate_bp,
            discount_minor=max(0, self.discount_minor - self.promoted_minor),
            facts=replace(self.facts, left=left),
        )


class Replayed(NamedTuple):
    """One order without and with the promotion."""

    before: Quote
    after: Quote
    off_minor: int
    """What the tried promotion took off."""
    is_alike: bool
    """Without it the order costs what it cost then."""

    @property
    def gain_minor(self) -> int:
        """How much less the buyer would have paid; negative where he would have paid more."""
        return self.before.total_minor - self.after.total_minor

    @property
    def line_gains(self) -> list[int]:
        """Return the same by line."""
        pairs = zip(self.before.lines, self.after.lines, strict=True)
        return [before.total_minor - after.total_minor for before, after in pairs]


class Spent:
    """What is left of the tried promotion's limits as the orders go by, the oldest first."""

    def __init__(self, limits: promotions.Limits) -> None:
        self.limits = limits
        self.uses = 0
        self.amount = 0
        self._by_day: tuple[date | None, int] = (None, 0)
        self._by_month: tuple[tuple[int, int] | None, int] = (None, 0)
        self._by_customer: dict[str, int] = {}

    def left(self, order: OldOrder) -> promotions.Left:
        """Return the answer to "what is left" for one order."""
        limits, key = self.limits, order.facts.buyer.key
        month = order.day.year, order.day.month
        today = self._by_day[1] if self._by_day[0] == order.day else 0
        this_month = self._by_month[1] if self._by_month[0] == month else 0
        remaining = promotions.Remaining(
            uses=_less(limits.uses, self.uses),
            uses_of_customer=self._left_to(key),
            uses_today=_less(limits.uses_per_day, today),
            budget_minor=_less(limits.budget_minor, self.amount),
            period_budget_minor=_less(limits.budget_per_month_minor, this_month),
        )

        def answer(asked: Collection[int]) -> Mapping[int | str, promotions.Remaining]:
            return dict.fromkeys(asked, remaining)

        return answer

    def _left_to(self, key: str) -> int | None:
        most = self.limits.uses_per_customer
        if most is None:
            return None
        # Whom nobody knows gets nothing that is counted by customer.
        return most - self._by_customer.get(key, 0) if key else 0

    def note(self, order: OldOrder, off_minor: int) -> None:
        """Count one use."""
        month, key = (order.day.year, order.day.month), order.facts.buyer.key
        self.uses += 1
        self.amount += off_minor
        today = self._by_day[1] if self._by_day[0] == order.day else 0
        self._by_day = order.day, today + 1
        this_month = self._by_month[1] if self._by_month[0] == month else 0
        self._by_month = month, this_month + off_minor
        if self.limits.uses_per_customer is not None and key:
            self._by_customer[key] = self._by_customer.get(key, 0) + 1


def _less(most: int | None, gone: int) -> int | None:
    return None if most is None else most - gone


def replay(order: OldOrder, past: promotions.Past, spent: Spent) -> Replayed | None:
    """Return an order without and with the tried promotion; None where that cannot be told."""
    tried = past.tried.id
    try:
        before = quote(order.cart(), past.before(order.versions))
        after = quote(order.cart(spent.left(order)), past.after(order.versions))
    except TooMuchOff:  # what a person took off by hand is more than would have been left
        return None
    used = [one for one in after.judged if one.promotion_id == tried and one.applied]
    off = sum(
        one.amount_minor
        for one in after.adjustments
        if one.promotion_id == tried and one.sequence > 0
    )
    if used:
        spent.note(order, off)
    is_alike = (
        before.discount_minor == order.discount_minor
        and before.shipping_discount_minor == order.shipping_discount_minor
    )
    return Replayed(before, after, off, is_alike)


# --- the sums ---------------------------------------------------------------------------------

MOST_TOLD = 500
"""So many products and buyers are kept of a replay, those with the largest sums."""


class Sums:
    """What a replay adds up: bounded by days, products and buyers, not by orders."""

    def __init__(self) -> None:
        self.orders = self.changed = self.gained = self.lost = self.used = 0
        self.skipped = self.unlike = 0
        self.money: dict[str, list[int]] = {}
        self.days: dict[tuple[str, str], list[int]] = {}
        self.products: dict[tuple[str, str], list[Any]] = {}
        self.buyers: dict[tuple[str, str], list[int]] = {}
        self.stages: dict[tuple[str, str], list[int]] = {}

    def add(self, order: OldOrder, found: Replayed | None) -> None:
        self.orders += 1
        if found is None:
            self.skipped += 1
            return
        gain, currency = found.gain_minor, order.currency
        self.unlike += not found.is_alike
        money = self.money.setdefault(currency, [0, 0, 0, 0])
        for place, amount in enumerate(
            (found.before.total_minor, found.after.total_minor, found.off_minor, gain)
        ):
            money[place] += amount
        self.used += bool(found.off_minor)
        gains = found.line_gains
        if not gain and not any(gains):
            return
        self.changed += 1
        self.gained += gain > 0
        self.lost += gain < 0
        _add(self.days, (order.day.isoformat(), currency), 1, gain)
        stage = order.facts.buyer.stage
        _add(self.stages, (stage, currency), 1, gain)
        if key := order.facts.buyer.key:
            _add(self.buyers, (key, currency), 1, gain)
        for one, line_gain in zip(order.lines, gains, strict=True):
            if line_gain:
                sums = self.products.setdefault((one.line.sku, currency), [one.name, 0, 0])
                sums[1] += 1
                sums[2] += line_gain

    def told(self) -> dict[str, Any]:
        """Return the sums as they are kept; equal orders give equal words."""
        names = ("orders", "changed", "gained", "lost", "used", "skipped", "unlike")
        return {
            **{name: getattr(self, name) for name in names},
            "money": [
                [currency, *self.money[currency]]  # before, after, off, gain
                for currency in sorted(self.money)
            ],
            "days": [[*key, *self.days[key]] for key in sorted(self.days)],
            "stages": [[*key, *self.stages[key]] for key in sorted(self.stages)],
            "buyers": _largest([[*key, *sums] for key, sums in self.buyers.items()]),
            "buyer_count": len(self.buyers),
            "products": _largest([[*key, *sums] for key, sums in self.products.items()]),
            "product_count": len(self.products),
        }


def _add(sums: dict[tuple[str, str], list[int]], key: tuple[str, str], *amounts: int) -> None:
    own = sums.setdefault(key, [0] * len(amounts))
    for place, amount in enumerate(amounts):
        own[place] += amount


def _largest(rows: list[list[Any]]) -> list[list[Any]]:
    return sorted(rows, key=lambda row: (-abs(row[-1]), row[0], row[1]))[:MOST_TOLD]
