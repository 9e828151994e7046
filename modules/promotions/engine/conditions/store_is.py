"""It is bought in one of these stores."""

from dataclasses import dataclass

from app.i18n import lazy
from modules.promotions.engine.basket import Basket
from modules.promotions.engine.condition import Condition
from modules.promotions.engine.settings import Kind, setting
from modules.promotions.engine.verdicts import Miss, Reason


@dataclass(frozen=True, kw_only=True)
class StoreIs(Condition):
    kind = "store_is"
    title = lazy("Bought in")

    any_of: frozenset[str] = setting(Kind.TEXTS, lazy("Stores"), of="store")

    def judge(self, basket: Basket) -> Miss | None:
        return None if basket.cart.store in self.any_of else Miss(Reason.STORE_MISMATCH)
