"""It is delivered to one of these countries."""

from dataclasses import dataclass

from app.i18n import lazy
from modules.promotions.engine.basket import Basket
from modules.promotions.engine.condition import Condition
from modules.promotions.engine.settings import Kind, setting
from modules.promotions.engine.verdicts import Miss, Reason


@dataclass(frozen=True, kw_only=True)
class DeliveryCountry(Condition):
    kind = "delivery_country"
    title = lazy("Delivered to")

    any_of: frozenset[str] = setting(Kind.TEXTS, lazy("Countries"), of="country")

    def judge(self, basket: Basket) -> Miss | None:
        return None if basket.cart.country in self.any_of else Miss(Reason.SHIPPING_MISMATCH)
