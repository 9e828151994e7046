"""The buyer belongs to a group, a segment, a stage of life or a tier."""

from dataclasses import dataclass

from app.i18n import lazy
from modules.promotions.engine.basket import Basket
from modules.promotions.engine.condition import Condition
from modules.promotions.engine.settings import Kind, setting
from modules.promotions.engine.verdicts import Miss, Reason


@dataclass(frozen=True, kw_only=True)
class CustomerIs(Condition):
    kind = "customer_is"
    title = lazy("The buyer is")

    groups: frozenset[str] = setting(
        Kind.TEXTS, lazy("In a group"), default=frozenset(), of="customer_group"
    )
    segments: frozenset[str] = setting(Kind.TEXTS, lazy("In a segment"), default=frozenset())
    stages: frozenset[str] = setting(
        Kind.TEXTS, lazy("At a stage"), default=frozenset(), of="stage"
    )
    tiers: frozenset[str] = setting(Kind.TEXTS, lazy("In a tier"), default=frozenset())
    not_staff: bool = setting(Kind.FLAG, lazy("Nobody who works here"), default=False)

    def judge(self, basket: Basket) -> Miss | None:
        buyer = basket.cart.customer
        wrong = (
            (self.groups and self.groups.isdisjoint(buyer.groups))
            or (self.segments and self.segments.isdisjoint(buyer.segments))
            or (self.stages and buyer.stage not in self.stages)
            or (self.tiers and self.tiers.isdisjoint(buyer.tiers))
            or (self.not_staff and buyer.is_staff)
        )
        return Miss(Reason.SEGMENT_MISMATCH) if wrong else None
