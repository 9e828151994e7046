"""It is delivered in one of these ways."""

from dataclasses import dataclass

from app.i18n import lazy
from modules.promotions.engine.basket import Basket
from modules.promotions.engine.condition import Condition
from modules.promotions.engine.settings import Kind, setting
from modules.promotions.engine.verdicts import Miss, Reason


@dataclass(frozen=True, kw_only=True)
class ShippingMethod(Condition):
    kind = "shipping_method"
    title = lazy("Delivered by")

    any_of: frozenset[str] = setting(Kind.TEXTS, lazy("Ways to deliver"), of="shipping_method")

    def judge(self, basket: Basket) -> Miss | None:
        return (
            None if basket.cart.shipping_method in self.any_of else Miss(Reason.SHIPPING_MISMATCH)
        )
