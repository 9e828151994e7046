"""So many per cent off the delivery."""

from dataclasses import dataclass

from app.i18n import lazy
from app.money import half_up
from modules.promotions.engine.benefit import DeliveryBenefit
from modules.promotions.engine.choices import BASES
from modules.promotions.engine.offers import Basis
from modules.promotions.engine.settings import Kind, setting


@dataclass(frozen=True, kw_only=True)
class DeliveryPercent(DeliveryBenefit):
    kind = "delivery_percent"
    title = lazy("Per cent off the delivery")

    rate_bp: int = setting(Kind.RATE, lazy("Per cent"))
    basis: Basis = setting(Kind.CHOICE, lazy("Worked out"), default=Basis.CURRENT, choices=BASES)
    most_minor: int | None = setting(Kind.MONEY, lazy("At most"), default=None)

    def off(self, current: int, initial: int) -> int:
        base = initial if self.basis is Basis.INITIAL else current
        off = half_up(base * self.rate_bp, 10_000)
        return off if self.most_minor is None else min(off, self.most_minor)
