"""The more, the cheaper: steps by amount or by quantity."""

from dataclasses import dataclass
from enum import StrEnum

from app.i18n import lazy
from modules.promotions.engine.benefit import Benefit
from modules.promotions.engine.benefits.percent import percent_off
from modules.promotions.engine.choices import BASES, ROUNDS
from modules.promotions.engine.filters import EVERYTHING, Filter
from modules.promotions.engine.offers import Basis, Offer, Round
from modules.promotions.engine.settings import Kind, setting
from modules.promotions.engine.view import View


class Measure(StrEnum):
    """What the steps are steps of."""

    AMOUNT = "amount"
    QUANTITY = "quantity"


MEASURES = (
    (Measure.AMOUNT, lazy("What the goods cost")),
    (Measure.QUANTITY, lazy("How many pieces")),
)


@dataclass(frozen=True, kw_only=True)
class TieredPercent(Benefit):
    kind = "tiered_percent"
    title = lazy("Per cent off in steps")

    steps: tuple[tuple[int, int], ...] = setting(
        Kind.STEPS, lazy("From, and per cent"), most=10_000, unit="bp"
    )
    measure: Measure = setting(
        Kind.CHOICE, lazy("Steps by"), default=Measure.AMOUNT, choices=MEASURES
    )
    filter: Filter = setting(Kind.FILTER, lazy("Off these goods"), default=EVERYTHING)
    on_sum: bool = setting(Kind.FLAG, lazy("Worked out once on their sum"), default=False)
    basis: Basis = setting(Kind.CHOICE, lazy("Worked out"), default=Basis.CURRENT, choices=BASES)
    round: Round = setting(Kind.CHOICE, lazy("Rounded"), default=Round.LINE, choices=ROUNDS)
    most_minor: int | None = setting(Kind.MONEY, lazy("At most"), default=None)

    def offer(self, view: View) -> Offer:
        have = measured(view, self.measure, self.filter, self.basis)
        rate_bp = reached(self.steps, have)
        if rate_bp is None:
            return Offer(needed=min(step for step, _rate in self.steps), have=have)
        return percent_off(
            view,
            view.targets(self.filter),
            rate_bp=rate_bp,
            on_sum=self.on_sum,
            basis=self.basis,
            round_=self.round,
            most_minor=self.most_minor,
        )


@dataclass(frozen=True, kw_only=True)
class TieredAmount(Benefit):
    kind = "tiered_amount"
    title = lazy("An amount off in steps")

    steps: tuple[tuple[int, int], ...] = setting(Kind.STEPS, lazy("From, and amount"), unit="minor")
    measure: Measure = setting(
        Kind.CHOICE, lazy("Steps by"), default=Measure.AMOUNT, choices=MEASURES
    )
    filter: Filter = setting(Kind.FILTER, lazy("Off these goods"), default=EVERYTHING)
    basis: Basis = setting(Kind.CHOICE, lazy("Judged"), default=Basis.CURRENT, choices=BASES)

    def offer(self, view: View) -> Offer:
        have = measured(view, self.measure, self.filter, self.basis)
        amount = reached(self.steps, have)
        if amount is None:
            return Offer(needed=min(step for step, _amount in self.steps), have=have)
        return view.spread(amount, view.targets(self.filter))


def measured(view: View, measure: Measure, filter_: Filter, basis: Basis) -> int:
    """Return how far up the steps the basket is."""
    if measure is Measure.QUANTITY:
        return view.basket.count_of(filter_)
    return view.basket.amount_of(filter_, basis)


def reached(steps: tuple[tuple[int, int], ...], have: int) -> int | None:
    """Return what the highest step gives that is reached."""
    return max(((step, gives) for step, gives in steps if have >= step), default=(0, None))[1]
