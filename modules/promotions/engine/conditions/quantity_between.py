"""The pieces in the cart are within a band."""

from dataclasses import dataclass

from app.i18n import lazy
from modules.promotions.engine.basket import Basket
from modules.promotions.engine.condition import Condition
from modules.promotions.engine.filters import EVERYTHING, Filter
from modules.promotions.engine.settings import Kind, setting
from modules.promotions.engine.verdicts import Miss, Reason


@dataclass(frozen=True, kw_only=True)
class QuantityBetween(Condition):
    kind = "quantity_between"
    title = lazy("Pieces from and to")

    least: int = setting(Kind.COUNT, lazy("From"), default=0)
    most: int | None = setting(Kind.COUNT, lazy("To"), default=None)
    filter: Filter = setting(Kind.FILTER, lazy("Of these goods"), default=EVERYTHING)

    def judge(self, basket: Basket) -> Miss | None:
        have = basket.count_of(self.filter)
        if have < self.least:
            return Miss(Reason.QUANTITY_OUT_OF_RANGE, needed=self.least, have=have)
        if self.most is not None and have > self.most:
            return Miss(Reason.QUANTITY_OUT_OF_RANGE, needed=self.most, have=have)
        return None

    def requires(self) -> Filter:
        return self.filter if self.least > 0 else EVERYTHING
