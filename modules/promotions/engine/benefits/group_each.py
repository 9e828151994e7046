"""So much, or so many per cent, off each piece of whole groups."""

from dataclasses import dataclass

from app.i18n import lazy
from app.money import half_up
from modules.promotions.engine.benefit import Benefit
from modules.promotions.engine.choices import SELECTS
from modules.promotions.engine.filters import EVERYTHING, Filter
from modules.promotions.engine.offers import Offer, Select
from modules.promotions.engine.settings import Kind, setting
from modules.promotions.engine.view import View, ordered


@dataclass(frozen=True, kw_only=True)
class GroupEach(Benefit):
    kind = "group_each"
    title = lazy("Off each piece of whole groups")
    uses_up = True

    count: int = setting(Kind.COUNT, lazy("Pieces of a group"), least=1)
    amount_minor: int = setting(Kind.MONEY, lazy("Amount off each piece"), default=0)
    rate_bp: int = setting(Kind.RATE, lazy("Per cent off each piece"), default=0)
    filter: Filter = setting(Kind.FILTER, lazy("Of these goods"), default=EVERYTHING)
    select: Select = setting(
        Kind.CHOICE, lazy("Which pieces"), default=Select.AS_IN_CART, choices=SELECTS
    )
    max_applications: int | None = setting(Kind.COUNT, lazy("At most so often"), default=None)
    most_minor: int | None = setting(Kind.MONEY, lazy("At most"), default=None)

    def offer(self, view: View) -> Offer:
        runs = ordered(view.runs(self.filter), self.select)
        have = sum(run.units for run in runs)
        groups = have // self.count
        if self.max_applications is not None:
            groups = min(groups, self.max_applications)
        left, chosen = groups * self.count, []
        for run in runs:
            if left:
                chosen.append(run._replace(units=min(run.units, left)))
                left -= chosen[-1].units
        targets = view.grouped(chosen)
        wants = [
            min(
                sum(run.units * min(self.amount_minor, run.price) for run in target.runs or ())
                + half_up(target.amount * self.rate_bp, 10_000),
                target.amount,
            )
            for target in targets
        ]
        if self.most_minor is not None and sum(wants) > self.most_minor:
            return view.spread(self.most_minor, targets, wants)
        offer = view.take_each(targets, wants)
        if not chosen:
            offer.needed, offer.have = self.count, have
        return offer
