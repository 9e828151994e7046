"""The cart carries a note of another system: a campaign, a table, a way in."""

from dataclasses import dataclass

from app.i18n import lazy
from modules.promotions.engine.basket import Basket
from modules.promotions.engine.condition import Condition
from modules.promotions.engine.settings import Kind, setting
from modules.promotions.engine.verdicts import Miss, Reason


@dataclass(frozen=True, kw_only=True)
class CartAttribute(Condition):
    kind = "cart_attribute"
    title = lazy("The cart is marked")

    name: str = setting(Kind.TEXT, lazy("Name"))
    any_of: frozenset[str] = setting(Kind.TEXTS, lazy("Values"))

    def judge(self, basket: Basket) -> Miss | None:
        marked = basket.cart.attributes
        if any((self.name, value) in marked for value in self.any_of):
            return None
        return Miss(Reason.ATTRIBUTE_MISMATCH)
