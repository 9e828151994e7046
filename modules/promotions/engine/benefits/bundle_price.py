"""A set of different goods for one price together."""

from dataclasses import dataclass

from app.i18n import lazy
from modules.promotions.engine.benefit import Benefit
from modules.promotions.engine.filters import Filter
from modules.promotions.engine.grouping import GroupedTakes, Part
from modules.promotions.engine.offers import Offer, Run, Select
from modules.promotions.engine.settings import Kind, setting
from modules.promotions.engine.view import View, ordered


@dataclass(frozen=True, kw_only=True)
class BundlePrice(Benefit):
    """Of each part the dearest pieces go into a set, a piece into one set only."""

    kind = "bundle_price"
    title = lazy("A set for one price")
    uses_up = True

    parts: tuple[Part, ...] = setting(Kind.PARTS, lazy("Parts of the set"))
    price_minor: int = setting(Kind.MONEY, lazy("Price together"))
    max_applications: int | None = setting(Kind.COUNT, lazy("At most so often"), default=None)
    most_minor: int | None = setting(Kind.MONEY, lazy("At most"), default=None)

    def wants(self) -> tuple[Filter, ...]:
        return tuple(part.filter for part in self.parts)

    def offer(self, view: View) -> Offer:
        shelves = [ordered(view.runs(part.filter), Select.DEAREST) for part in self.parts]
        gone: dict[tuple[int, int], int] = {}
        takes, left = GroupedTakes(), self.max_applications
        while left is None or left:
            group = self._pick(shelves, gone)
            if group is None:
                break
            worth = sum(run.units * run.price for run in group)
            times = _how_often(group, shelves, gone)
            times = times if left is None else min(times, left)
            for run in group:
                at = (run.place, run.bucket)
                gone[at] = gone.get(at, 0) + run.units * times
            if worth > self.price_minor:
                takes.add(group, times, worth - self.price_minor)
                left = None if left is None else left - times
        offer = takes.offer(view, self.most_minor)
        if not offer.wanted:
            offer.needed, offer.have = len(self.parts), sum(1 for shelf in shelves if shelf)
        return offer

    def _pick(
        self, shelves: list[list[Run]], gone: dict[tuple[int, int], int]
    ) -> tuple[Run, ...] | None:
        """Return one set of what is left; nothing where a part is missing."""
        group: dict[tuple[int, int], Run] = {}
        for part, shelf in zip(self.parts, shelves, strict=True):
            needed = part.count
            for run in shelf:
                at = (run.place, run.bucket)
                used = gone.get(at, 0) + (group[at].units if at in group else 0)
                count = min(run.units - used, needed)
                if count > 0:
                    before = group[at].units if at in group else 0
                    group[at] = run._replace(units=before + count)
                    needed -= count
            if needed:
                return None
        return tuple(group.values())


def _how_often(
    group: tuple[Run, ...], shelves: list[list[Run]], gone: dict[tuple[int, int], int]
) -> int:
    """Return how often the very same set can be put together before a run is used up."""
    counts = {(run.place, run.bucket): run.units for shelf in shelves for run in shelf}
    return min(
        (counts[at] - gone.get(at, 0)) // run.units
        for run in group
        for at in [(run.place, run.bucket)]
    )
