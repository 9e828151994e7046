"""So many per cent off goods: line by line, or once on their sum."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.i18n import lazy
from app.money import half_up
from modules.promotions.engine.benefit import Benefit
from modules.promotions.engine.choices import BASES, ROUNDS, SELECTS
from modules.promotions.engine.filters import EVERYTHING, Filter
from modules.promotions.engine.offers import Basis, Offer, Phase, Round, Select, Target
from modules.promotions.engine.settings import Kind, setting
from modules.promotions.engine.view import View


@dataclass(frozen=True, kw_only=True)
class Percent(Benefit):
    kind = "percent"
    title = lazy("Per cent off goods")
    phases = (Phase.CATALOGUE, Phase.LINE, Phase.ORDER)

    rate_bp: int = setting(Kind.RATE, lazy("Per cent"))
    filter: Filter = setting(Kind.FILTER, lazy("Off these goods"), default=EVERYTHING)
    on_sum: bool = setting(Kind.FLAG, lazy("Worked out once on their sum"), default=False)
    basis: Basis = setting(Kind.CHOICE, lazy("Worked out"), default=Basis.CURRENT, choices=BASES)
    round: Round = setting(Kind.CHOICE, lazy("Rounded"), default=Round.LINE, choices=ROUNDS)
    select: Select = setting(
        Kind.CHOICE, lazy("Which pieces"), default=Select.CHEAPEST, choices=SELECTS
    )
    limit_units: int | None = setting(Kind.COUNT, lazy("At most so many pieces"), default=None)
    most_minor: int | None = setting(Kind.MONEY, lazy("At most"), default=None)

    def offer(self, view: View) -> Offer:
        targets = view.selected(self.filter, self.select, self.limit_units)
        return percent_off(
            view,
            targets,
            rate_bp=self.rate_bp,
            on_sum=self.on_sum,
            basis=self.basis,
            round_=self.round,
            most_minor=self.most_minor,
        )


def percent_off(
    view: View,
    targets: Sequence[Target],
    *,
    rate_bp: int,
    on_sum: bool,
    basis: Basis,
    round_: Round,
    most_minor: int | None,
) -> Offer:
    """Offer a percentage off targets, as `Percent` says."""
    if not on_sum and basis is Basis.CURRENT and round_ is Round.LINE and most_minor is None:
        # Nearly every promotion of a shop is this one.
        wants = [half_up(target.amount * rate_bp, 10_000) for target in targets]
        return view.take_each(targets, wants)
    if round_ is Round.UNIT:
        targets = [view.by_unit(target) for target in targets]
    if basis is Basis.INITIAL:
        bases = [target.initial for target in targets]
    else:
        bases = [target.amount for target in targets]
    if on_sum:
        total = half_up(sum(bases) * rate_bp, 10_000)
        return view.spread(total if most_minor is None else min(total, most_minor), targets)
    if round_ is Round.UNIT:
        wants = [
            _by_unit(target, base, rate_bp) for target, base in zip(targets, bases, strict=True)
        ]
    else:
        wants = [half_up(base * rate_bp, 10_000) for base in bases]
    if most_minor is not None and sum(wants) > most_minor:
        return view.spread(most_minor, targets, bases)
    return view.take_each(targets, wants)


def _by_unit(target: Target, base: int, rate_bp: int) -> int:
    """Return the discount of each unit, rounded, in all; `base` is what the percentage is of."""
    runs = target.runs or ()
    if base == target.amount:
        return sum(run.units * half_up(run.price * rate_bp, 10_000) for run in runs)
    count = sum(run.units for run in runs)
    return half_up(half_up(base, count) * rate_bp, 10_000) * count
