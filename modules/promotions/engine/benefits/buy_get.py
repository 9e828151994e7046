"""Buy so many, get so many for nothing or for less."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.i18n import lazy
from app.money import half_up
from modules.promotions.engine.benefit import Benefit
from modules.promotions.engine.choices import ROUNDS, SELECTS
from modules.promotions.engine.filters import EVERYTHING, Filter
from modules.promotions.engine.offers import Offer, Round, Run, Select
from modules.promotions.engine.settings import Kind, setting
from modules.promotions.engine.verdicts import Reason
from modules.promotions.engine.view import View, ordered


@dataclass(frozen=True, kw_only=True)
class BuyGet(Benefit):
    """
    Groups of so many bought and so many got; the pieces got are the cheapest, unless set otherwise.

    Bought are the dearest of the others. With `shared` the value is divided over the whole group,
    so that whoever brings the paid pieces back does not keep one for nothing.
    """

    kind = "buy_get"
    title = lazy("Buy some, get some")
    uses_up = True

    buy_count: int = setting(Kind.COUNT, lazy("Buy"), least=1)
    get_count: int = setting(Kind.COUNT, lazy("Get"), default=1, least=1)
    buy: Filter = setting(Kind.FILTER, lazy("Of these goods"), default=EVERYTHING)
    get: Filter = setting(Kind.FILTER, lazy("Get of these goods"), default=EVERYTHING)
    rate_bp: int = setting(Kind.RATE, lazy("Per cent off what is got"), default=10_000)
    select: Select = setting(
        Kind.CHOICE, lazy("What is got"), default=Select.CHEAPEST, choices=SELECTS
    )
    shared: bool = setting(Kind.FLAG, lazy("Divide the value over the group"), default=True)
    round: Round = setting(Kind.CHOICE, lazy("Rounded"), default=Round.LINE, choices=ROUNDS)
    max_applications: int | None = setting(Kind.COUNT, lazy("At most so often"), default=None)
    most_minor: int | None = setting(Kind.MONEY, lazy("At most"), default=None)

    def wants(self) -> tuple[Filter, ...]:
        return (self.get, self.buy)

    def offer(self, view: View) -> Offer:
        gets, buys = view.runs(self.get), view.runs(self.buy, to_buy=True)
        times = self._times(gets, buys)
        if not times:
            offer = self._too_few(gets, buys)
            if not view.basket.lines_of(self.get):
                offer.reason = Reason.NO_ELIGIBLE_ITEMS
            elif not view.basket.lines_of(self.buy):
                offer.reason = Reason.REQUIRED_PRODUCT_MISSING
            return offer
        got, bought = self._choose(gets, buys, times)
        targets = view.grouped(got)
        wants = [
            half_up(target.amount * self.rate_bp, 10_000)
            if self.round is Round.LINE
            else sum(
                run.units * half_up(run.price * self.rate_bp, 10_000) for run in target.runs or ()
            )
            for target in targets
        ]
        total = sum(wants)
        if self.most_minor is not None and total > self.most_minor:
            total = self.most_minor
        if self.shared:
            reach = sum(min(want, one.room) for want, one in zip(wants, targets, strict=True))
            offer = view.spread(min(total, reach), view.grouped([*got, *bought]))
            offer.wanted = total
            return offer
        if total < sum(wants):
            offer = view.spread(total, targets)
        else:
            offer = view.take_each(targets, wants)
        offer.held = bought
        return offer

    def _times(self, gets: Sequence[Run], buys: Sequence[Run]) -> int:
        """Return how often the group is whole; a piece is bought or got, never both."""
        places = {(run.place, run.bucket): run.units for run in (*gets, *buys)}
        times = min(
            sum(run.units for run in gets) // self.get_count,
            sum(run.units for run in buys) // self.buy_count,
            sum(places.values()) // (self.buy_count + self.get_count),
        )
        return times if self.max_applications is None else min(times, self.max_applications)

    def _too_few(self, gets: Sequence[Run], buys: Sequence[Run]) -> Offer:
        """Say how many pieces there are of those that one group needs."""
        places = {(run.place, run.bucket): run.units for run in (*gets, *buys)}
        return Offer(needed=self.buy_count + self.get_count, have=sum(places.values()))

    def _choose(
        self, gets: Sequence[Run], buys: Sequence[Run], times: int
    ) -> tuple[list[Run], list[Run]]:
        """Return what is got and what is bought."""
        may_be_bought = {(run.place, run.bucket) for run in buys}
        needed = times * self.get_count
        # So many of those that could be bought may be got: the others have to be bought.
        spare = sum(run.units for run in buys) - times * self.buy_count
        got, gone = [], {}
        for run in ordered(gets, self.select):
            at = (run.place, run.bucket)
            count = min(run.units, needed, spare if at in may_be_bought else needed)
            if count:
                got.append(run._replace(units=count))
                gone[at] = count
                needed -= count
                spare -= count if at in may_be_bought else 0
        bought, needed = [], times * self.buy_count
        for run in ordered(buys, Select.DEAREST):
            count = min(run.units - gone.get((run.place, run.bucket), 0), needed)
            if count:
                bought.append(run._replace(units=count))
                needed -= count
        return got, bought
