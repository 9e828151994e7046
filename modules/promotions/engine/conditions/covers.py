"""One of each of several kinds of goods is in the cart."""

from dataclasses import dataclass

from app.i18n import lazy
from modules.promotions.engine.basket import Basket
from modules.promotions.engine.condition import Condition
from modules.promotions.engine.filters import EVERYTHING, Filter
from modules.promotions.engine.settings import Kind, setting
from modules.promotions.engine.verdicts import Miss, Reason


@dataclass(frozen=True, kw_only=True)
class Covers(Condition):
    kind = "covers"
    title = lazy("One of each")

    filters: tuple[Filter, ...] = setting(Kind.FILTERS, lazy("Of these goods"))

    def judge(self, basket: Basket) -> Miss | None:
        have = sum(bool(basket.count_of(one)) for one in self.filters)
        if have == len(self.filters):
            return None
        return Miss(Reason.REQUIRED_PRODUCT_MISSING, needed=len(self.filters), have=have)

    def requires(self) -> Filter:
        return next((one for one in self.filters if one.index_keys), EVERYTHING)
