"""It is paid in one of these ways."""

from dataclasses import dataclass

from app.i18n import lazy
from modules.promotions.engine.basket import Basket
from modules.promotions.engine.condition import Condition
from modules.promotions.engine.settings import Kind, setting
from modules.promotions.engine.verdicts import Miss, Reason


@dataclass(frozen=True, kw_only=True)
class PaymentMethod(Condition):
    kind = "payment_method"
    title = lazy("Paid by")

    any_of: frozenset[str] = setting(Kind.TEXTS, lazy("Ways to pay"), of="payment_method")

    def judge(self, basket: Basket) -> Miss | None:
        return (
            None
            if basket.cart.payment_method in self.any_of
            else Miss(Reason.PAYMENT_METHOD_MISMATCH)
        )
