"""So much money off the delivery, or the delivery for one price."""

from dataclasses import dataclass

from app.i18n import lazy
from modules.promotions.engine.benefit import DeliveryBenefit
from modules.promotions.engine.settings import Kind, setting


@dataclass(frozen=True, kw_only=True)
class DeliveryAmount(DeliveryBenefit):
    kind = "delivery_amount"
    title = lazy("An amount off the delivery")

    amount_minor: int = setting(Kind.MONEY, lazy("Amount"))

    def off(self, current: int, initial: int) -> int:
        return self.amount_minor


@dataclass(frozen=True, kw_only=True)
class DeliveryPrice(DeliveryBenefit):
    kind = "delivery_price"
    title = lazy("The delivery for one price")

    price_minor: int = setting(Kind.MONEY, lazy("Price"))

    def off(self, current: int, initial: int) -> int:
        return current - self.price_minor
