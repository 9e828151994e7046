"""So much money off goods: once, for each line, or for each piece."""

from dataclasses import dataclass
from enum import StrEnum

from app.i18n import lazy
from modules.promotions.engine.benefit import Benefit
from modules.promotions.engine.choices import SELECTS
from modules.promotions.engine.filters import EVERYTHING, Filter
from modules.promotions.engine.offers import Offer, Phase, Select
from modules.promotions.engine.settings import Kind, setting
from modules.promotions.engine.view import View


class Each(StrEnum):
    """How often the amount is taken."""

    ONCE = "once"
    LINE = "line"
    UNIT = "unit"


EACH = (
    (Each.ONCE, lazy("Once, divided over the goods")),
    (Each.LINE, lazy("For each line")),
    (Each.UNIT, lazy("For each piece")),
)


@dataclass(frozen=True, kw_only=True)
class Amount(Benefit):
    kind = "amount"
    title = lazy("An amount off goods")
    phases = (Phase.CATALOGUE, Phase.LINE, Phase.ORDER)

    amount_minor: int = setting(Kind.MONEY, lazy("Amount"))
    filter: Filter = setting(Kind.FILTER, lazy("Off these goods"), default=EVERYTHING)
    each: Each = setting(Kind.CHOICE, lazy("Worked out"), default=Each.ONCE, choices=EACH)
    select: Select = setting(
        Kind.CHOICE, lazy("Which pieces"), default=Select.CHEAPEST, choices=SELECTS
    )
    limit_units: int | None = setting(Kind.COUNT, lazy("At most so many pieces"), default=None)
    most_minor: int | None = setting(Kind.MONEY, lazy("At most"), default=None)

    def offer(self, view: View) -> Offer:
        targets = view.selected(self.filter, self.select, self.limit_units)
        if self.each is Each.ONCE:
            most = self.amount_minor
            if self.most_minor is not None:
                most = min(most, self.most_minor)
            return view.spread(most, targets)
        if self.each is Each.UNIT:
            targets = [view.by_unit(target) for target in targets]
            wants = [
                sum(run.units * min(self.amount_minor, run.price) for run in target.runs or ())
                for target in targets
            ]
        else:
            wants = [min(self.amount_minor, target.amount) for target in targets]
        if self.most_minor is not None and sum(wants) > self.most_minor:
            return view.spread(self.most_minor, targets, wants)
        return view.take_each(targets, wants)
