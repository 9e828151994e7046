"""Goods for nothing with the order: once, or with every so much bought."""

from dataclasses import dataclass

from app.i18n import lazy
from modules.promotions.engine.benefit import Benefit
from modules.promotions.engine.filters import EVERYTHING, Filter
from modules.promotions.engine.offers import Offer, Phase
from modules.promotions.engine.settings import Kind, setting
from modules.promotions.engine.view import View


@dataclass(frozen=True, kw_only=True)
class FreeGoods(Benefit):
    """A result and never a line of the cart, so that it goes when its reason goes."""

    kind = "free_goods"
    title = lazy("Goods for nothing")
    phases = (Phase.LINE, Phase.ORDER)

    sku: str = setting(Kind.TEXT, lazy("SKU"), of="sku")
    count: int = setting(Kind.COUNT, lazy("Pieces"), default=1, least=1)
    filter: Filter = setting(Kind.FILTER, lazy("For these goods"), default=EVERYTHING)
    every_count: int | None = setting(
        Kind.COUNT, lazy("For every so many bought"), default=None, least=1
    )
    every_minor: int | None = setting(
        Kind.MONEY, lazy("For every so much spent"), default=None, least=1
    )
    max_applications: int | None = setting(Kind.COUNT, lazy("At most so often"), default=None)
    worth_minor: int = setting(Kind.MONEY, lazy("Worth when offers are compared"), default=0)

    def offer(self, view: View) -> Offer:
        times, needed, have = 1 if view.basket.lines_of(self.filter) else 0, None, None
        if self.every_count:
            needed, have = self.every_count, view.basket.count_of(self.filter)
            times = have // needed
        elif self.every_minor:
            needed, have = self.every_minor, view.basket.amount_of(self.filter)
            times = have // needed
        if self.max_applications is not None:
            times = min(times, self.max_applications)
        if not times:
            return Offer(needed=needed, have=have)
        pieces = times * self.count
        return Offer(goods=((self.sku, pieces),), worth=pieces * self.worth_minor)
