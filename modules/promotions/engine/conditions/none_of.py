"""None of several conditions."""

from dataclasses import dataclass

from app.i18n import lazy
from modules.promotions.engine.basket import Basket
from modules.promotions.engine.condition import Condition
from modules.promotions.engine.settings import Kind, setting
from modules.promotions.engine.verdicts import Miss, Reason


@dataclass(frozen=True, kw_only=True)
class NoneOf(Condition):
    kind = "none_of"
    title = lazy("None of these")

    conditions: tuple[Condition, ...] = setting(Kind.CONDITIONS, lazy("Conditions"))

    def judge(self, basket: Basket) -> Miss | None:
        for at, condition in enumerate(self.conditions):
            if condition.judge(basket) is None:
                return Miss(Reason.CONDITION_NOT_MET, f"conditions.{at}")
        return None
