"""So many pieces for one price together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.i18n import lazy
from modules.promotions.engine.benefit import Benefit
from modules.promotions.engine.choices import SELECTS
from modules.promotions.engine.filters import EVERYTHING, Filter
from modules.promotions.engine.grouping import GroupedTakes
from modules.promotions.engine.offers import Offer, Run, Select
from modules.promotions.engine.settings import Kind, setting
from modules.promotions.engine.view import View, ordered


@dataclass(frozen=True, kw_only=True)
class GroupPrice(Benefit):
    """Never makes anything dearer: a group that costs less as it is, stays as it is."""

    kind = "group_price"
    title = lazy("So many for one price")
    uses_up = True

    count: int = setting(Kind.COUNT, lazy("Pieces"), least=1)
    price_minor: int = setting(Kind.MONEY, lazy("Price together"))
    filter: Filter = setting(Kind.FILTER, lazy("Of these goods"), default=EVERYTHING)
    select: Select = setting(
        Kind.CHOICE, lazy("Which pieces"), default=Select.DEAREST, choices=SELECTS
    )
    max_applications: int | None = setting(Kind.COUNT, lazy("At most so often"), default=None)
    most_minor: int | None = setting(Kind.MONEY, lazy("At most"), default=None)

    def offer(self, view: View) -> Offer:
        runs = ordered(view.runs(self.filter), self.select)
        takes, left = GroupedTakes(), self.max_applications
        for times, group in groups_of(runs, self.count):
            times = times if left is None else min(times, left)
            worth = sum(run.units * run.price for run in group)
            if not times or worth <= self.price_minor:
                continue
            takes.add(group, times, worth - self.price_minor)
            left = None if left is None else left - times
        offer = takes.offer(view, self.most_minor)
        if not offer.wanted:
            offer.needed, offer.have = self.count, sum(run.units for run in runs)
        return offer


def groups_of(runs: Sequence[Run], size: int) -> Iterator[tuple[int, tuple[Run, ...]]]:
    """
    Yield (how often, group) of whole groups in the order of the runs.

    Groups within one run are all alike and come at once: 6,000 equal pieces are one answer.
    """
    open_: list[Run] = []
    missing = size
    for run in runs:
        left = run.units
        if missing < size:
            part = min(left, missing)
            open_.append(run._replace(units=part))
            left, missing = left - part, missing - part
            if not missing:
                yield 1, tuple(open_)
                open_, missing = [], size
        if left >= size:
            yield left // size, (run._replace(units=size),)
            left %= size
        if left:
            open_, missing = [run._replace(units=left)], size - left
