"""What a condition is: settings, and one pure question to the basket."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from modules.promotions.engine.basket import Basket
from modules.promotions.engine.filters import EVERYTHING, Filter
from modules.promotions.engine.verdicts import Miss


@dataclass(frozen=True, kw_only=True)
class Condition(ABC):
    """Judged at the moment of application, on what the basket costs then."""

    kind: ClassVar[str]
    title: ClassVar[Any]

    @abstractmethod
    def judge(self, basket: Basket) -> Miss | None:
        """Return what is missing; nothing where the condition is met."""

    def requires(self) -> Filter:
        """Return a filter of which at least one line must be there; everything where none must."""
        return EVERYTHING


def first_miss(conditions: Sequence[Condition], basket: Basket, path: str) -> Miss | None:
    """Return the first miss of conditions that must all be met, with the way to it."""
    for at, condition in enumerate(conditions):
        miss = condition.judge(basket)
        if miss is not None:
            here = f"{path}.{at}"
            return miss._replace(path=f"{here}.{miss.path}" if miss.path else here)
    return None
