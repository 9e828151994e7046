"""So long the buyer has not ordered: to win somebody back, or to bring them again soon."""

from dataclasses import dataclass

from app.i18n import lazy
from modules.promotions.engine.basket import Basket
from modules.promotions.engine.condition import Condition
from modules.promotions.engine.settings import Kind, setting
from modules.promotions.engine.verdicts import Miss, Reason


@dataclass(frozen=True, kw_only=True)
class LastOrder(Condition):
    kind = "last_order"
    title = lazy("Days since the last order")

    least: int = setting(Kind.COUNT, lazy("From"), default=0, unit="days")
    most: int | None = setting(Kind.COUNT, lazy("To"), default=None, unit="days")

    def judge(self, basket: Basket) -> Miss | None:
        have = basket.cart.customer.days_since_last_order
        if have is None:
            return Miss(Reason.LAST_ORDER_MISMATCH)
        if have < self.least:
            return Miss(Reason.LAST_ORDER_MISMATCH, needed=self.least, have=have)
        if self.most is not None and have > self.most:
            return Miss(Reason.LAST_ORDER_MISMATCH, needed=self.most, have=have)
        return None
