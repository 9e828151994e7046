"""What a benefit is: settings, and one pure proposal to the basket."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

from modules.promotions.engine.filters import EVERYTHING, Filter
from modules.promotions.engine.offers import Offer, Phase
from modules.promotions.engine.view import View


@dataclass(frozen=True, kw_only=True)
class Benefit(ABC):
    """What a promotion gives. It proposes; the engine applies."""

    kind: ClassVar[str]
    title: ClassVar[Any]
    phases: ClassVar[tuple[Phase, ...]] = (Phase.LINE, Phase.ORDER)
    uses_up: ClassVar[bool] = False
    """Units that it works with are not there for others of its kind (buy one, get one)."""

    @abstractmethod
    def offer(self, view: View) -> Offer:
        """Return what the basket would be cheaper by."""

    def wants(self) -> tuple[Filter, ...]:
        """Return the filters of its lines: one that is met makes the promotion a candidate."""
        return (getattr(self, "filter", EVERYTHING),)


@dataclass(frozen=True, kw_only=True)
class DeliveryBenefit(Benefit):
    """What makes the delivery cheaper; it touches no line."""

    phases: ClassVar[tuple[Phase, ...]] = (Phase.SHIPPING,)

    def offer(self, view: View) -> Offer:
        wanted = self.off(view.basket.shipping, view.basket.shipping_initial)
        return Offer(shipping=max(0, min(wanted, view.basket.shipping)))

    @abstractmethod
    def off(self, current: int, initial: int) -> int:
        """Return how much the delivery would be cheaper by."""
