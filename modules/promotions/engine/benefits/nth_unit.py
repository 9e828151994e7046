"""Every second, third, … piece for less."""

from dataclasses import dataclass

from app.i18n import lazy
from app.money import half_up
from modules.promotions.engine.benefit import Benefit
from modules.promotions.engine.choices import ROUNDS, SELECTS
from modules.promotions.engine.filters import EVERYTHING, Filter
from modules.promotions.engine.offers import Offer, Round, Run, Select
from modules.promotions.engine.settings import Kind, setting
from modules.promotions.engine.view import View, ordered


@dataclass(frozen=True, kw_only=True)
class NthUnit(Benefit):
    """The pieces stand in a row, the dearest first, and every nth of them is cheaper."""

    kind = "nth_unit"
    title = lazy("Every second or third piece for less")
    uses_up = True

    number: int = setting(Kind.COUNT, lazy("Every"), least=1)
    rate_bp: int = setting(Kind.RATE, lazy("Per cent off it"))
    filter: Filter = setting(Kind.FILTER, lazy("Of these goods"), default=EVERYTHING)
    select: Select = setting(
        Kind.CHOICE, lazy("In which row"), default=Select.DEAREST, choices=SELECTS
    )
    round: Round = setting(Kind.CHOICE, lazy("Rounded"), default=Round.LINE, choices=ROUNDS)
    max_applications: int | None = setting(Kind.COUNT, lazy("At most so often"), default=None)
    most_minor: int | None = setting(Kind.MONEY, lazy("At most"), default=None)

    def offer(self, view: View) -> Offer:
        row = ordered(view.runs(self.filter), self.select)
        chosen, held = self._choose(row)
        targets = view.grouped(chosen)
        wants = [
            half_up(target.amount * self.rate_bp, 10_000)
            if self.round is Round.LINE
            else sum(
                run.units * half_up(run.price * self.rate_bp, 10_000) for run in target.runs or ()
            )
            for target in targets
        ]
        if self.most_minor is not None and sum(wants) > self.most_minor:
            offer = view.spread(self.most_minor, targets, wants)
        else:
            offer = view.take_each(targets, wants)
        offer.held = held
        if not chosen:
            offer.needed, offer.have = self.number, sum(run.units for run in row)
        return offer

    def _choose(self, row: list[Run]) -> tuple[list[Run], list[Run]]:
        """Return the pieces that get cheaper, and those of their groups that do not."""
        groups = sum(run.units for run in row) // self.number
        if self.max_applications is not None:
            groups = min(groups, self.max_applications)
        chosen, held, at, last = [], [], 0, groups * self.number
        for run in row:
            until = min(at + run.units, last)
            count = until // self.number - at // self.number
            if count:
                chosen.append(run._replace(units=count))
            if until - at > count:
                held.append(run._replace(units=until - at - count))
            at = until
        return chosen, held
