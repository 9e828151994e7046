"""All of several conditions."""

from dataclasses import dataclass

from app.i18n import lazy
from modules.promotions.engine.basket import Basket
from modules.promotions.engine.condition import Condition, first_miss
from modules.promotions.engine.filters import EVERYTHING, Filter
from modules.promotions.engine.settings import Kind, setting
from modules.promotions.engine.verdicts import Miss


@dataclass(frozen=True, kw_only=True)
class AllOf(Condition):
    kind = "all_of"
    title = lazy("All of these")

    conditions: tuple[Condition, ...] = setting(Kind.CONDITIONS, lazy("Conditions"))

    def judge(self, basket: Basket) -> Miss | None:
        return first_miss(self.conditions, basket, "conditions")

    def requires(self) -> Filter:
        needed = (one.requires() for one in self.conditions)
        return next((one for one in needed if one.index_keys), EVERYTHING)
