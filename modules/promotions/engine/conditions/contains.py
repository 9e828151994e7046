"""Certain goods are in the cart."""

from dataclasses import dataclass

from app.i18n import lazy
from modules.promotions.engine.basket import Basket
from modules.promotions.engine.condition import Condition
from modules.promotions.engine.filters import Filter
from modules.promotions.engine.settings import Kind, setting
from modules.promotions.engine.verdicts import Miss, Reason


@dataclass(frozen=True, kw_only=True)
class Contains(Condition):
    kind = "contains"
    title = lazy("The cart has")

    filter: Filter = setting(Kind.FILTER, lazy("These goods"))
    count: int = setting(Kind.COUNT, lazy("Pieces"), default=1, least=1)

    def judge(self, basket: Basket) -> Miss | None:
        have = basket.count_of(self.filter)
        if have >= self.count:
            return None
        return Miss(Reason.REQUIRED_PRODUCT_MISSING, needed=self.count, have=have)

    def requires(self) -> Filter:
        return self.filter
