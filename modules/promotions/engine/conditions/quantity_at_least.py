"""At least so many pieces are in the cart."""

from dataclasses import dataclass

from app.i18n import lazy
from modules.promotions.engine.basket import Basket
from modules.promotions.engine.condition import Condition
from modules.promotions.engine.filters import EVERYTHING, Filter
from modules.promotions.engine.settings import Kind, setting
from modules.promotions.engine.verdicts import Miss, Reason


@dataclass(frozen=True, kw_only=True)
class QuantityAtLeast(Condition):
    kind = "quantity_at_least"
    title = lazy("At least so many pieces")

    count: int = setting(Kind.COUNT, lazy("Pieces"), least=1)
    filter: Filter = setting(Kind.FILTER, lazy("Of these goods"), default=EVERYTHING)

    def judge(self, basket: Basket) -> Miss | None:
        have = basket.count_of(self.filter)
        if have >= self.count:
            return None
        return Miss(Reason.MIN_QUANTITY_NOT_MET, needed=self.count, have=have)

    def requires(self) -> Filter:
        return self.filter
