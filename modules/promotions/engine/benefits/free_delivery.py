"""The delivery for nothing."""

from dataclasses import dataclass

from app.i18n import lazy
from modules.promotions.engine.benefit import DeliveryBenefit


@dataclass(frozen=True, kw_only=True)
class FreeDelivery(DeliveryBenefit):
    kind = "free_delivery"
    title = lazy("Free delivery")

    def off(self, current: int, initial: int) -> int:
        return current
