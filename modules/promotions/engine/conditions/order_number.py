"""It is the buyer's first, second or every tenth order."""

from dataclasses import dataclass

from app.i18n import lazy
from modules.promotions.engine.basket import Basket
from modules.promotions.engine.condition import Condition
from modules.promotions.engine.settings import Kind, setting
from modules.promotions.engine.verdicts import Miss, Reason


@dataclass(frozen=True, kw_only=True)
class OrderNumber(Condition):
    kind = "order_number"
    title = lazy("The buyer's order number")

    number: int = setting(Kind.COUNT, lazy("Which order"), least=1)
    repeats: bool = setting(Kind.FLAG, lazy("And each time again"), default=False)

    def judge(self, basket: Basket) -> Miss | None:
        before = basket.cart.customer.order_count
        if before is None:  # nobody knows whose order it is
            return Miss(Reason.ORDER_NUMBER_MISMATCH)
        have = before + 1
        if have == self.number or (self.repeats and have % self.number == 0):
            return None
        return Miss(Reason.ORDER_NUMBER_MISMATCH, needed=self.number, have=have)
