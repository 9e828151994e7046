"""The goods, or some of them, cost at least so much."""

from dataclasses import dataclass

from app.i18n import lazy
from modules.promotions.engine.basket import Basket
from modules.promotions.engine.choices import BASES
from modules.promotions.engine.condition import Condition
from modules.promotions.engine.filters import EVERYTHING, Filter
from modules.promotions.engine.offers import Basis
from modules.promotions.engine.settings import Kind, setting
from modules.promotions.engine.verdicts import Miss, Reason


@dataclass(frozen=True, kw_only=True)
class SubtotalAtLeast(Condition):
    kind = "subtotal_at_least"
    title = lazy("Goods for at least")

    amount_minor: int = setting(Kind.MONEY, lazy("Amount"))
    filter: Filter = setting(Kind.FILTER, lazy("Of these goods"), default=EVERYTHING)
    basis: Basis = setting(Kind.CHOICE, lazy("Judged"), default=Basis.CURRENT, choices=BASES)

    def judge(self, basket: Basket) -> Miss | None:
        have = basket.amount_of(self.filter, self.basis)
        if have >= self.amount_minor:
            return None
        return Miss(Reason.MIN_SUBTOTAL_NOT_MET, needed=self.amount_minor, have=have)

    def requires(self) -> Filter:
        return self.filter if self.amount_minor > 0 else EVERYTHING
