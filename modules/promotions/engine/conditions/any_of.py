"""At least one of several conditions."""

from dataclasses import dataclass

from app.i18n import lazy
from modules.promotions.engine.basket import Basket
from modules.promotions.engine.condition import Condition
from modules.promotions.engine.settings import Kind, setting
from modules.promotions.engine.verdicts import Miss, Reason


@dataclass(frozen=True, kw_only=True)
class AnyOf(Condition):
    kind = "any_of"
    title = lazy("At least one of these")

    conditions: tuple[Condition, ...] = setting(Kind.CONDITIONS, lazy("Conditions"))

    def judge(self, basket: Basket) -> Miss | None:
        """Return the first miss: whoever meets that one has met enough."""
        first = None
        for at, condition in enumerate(self.conditions):
            miss = condition.judge(basket)
            if miss is None:
                return None
            if first is None:
                here = f"conditions.{at}"
                first = miss._replace(path=f"{here}.{miss.path}" if miss.path else here)
        return first or Miss(Reason.CONDITION_NOT_MET)
