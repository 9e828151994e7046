"""It is ordered through one of these channels."""

from dataclasses import dataclass

from app.i18n import lazy
from modules.promotions.engine.basket import Basket
from modules.promotions.engine.condition import Condition
from modules.promotions.engine.settings import Kind, setting
from modules.promotions.engine.verdicts import Miss, Reason


@dataclass(frozen=True, kw_only=True)
class ChannelIs(Condition):
    kind = "channel_is"
    title = lazy("Ordered through")

    any_of: frozenset[str] = setting(Kind.TEXTS, lazy("Channels"), of="channel")

    def judge(self, basket: Basket) -> Miss | None:
        return None if basket.cart.channel in self.any_of else Miss(Reason.CHANNEL_MISMATCH)
