"""What published promotions ask of a buyer: what nobody asks for is not looked up."""

from collections.abc import Iterable
from typing import NamedTuple

from modules.promotions.engine.condition import Condition
from modules.promotions.engine.promotion import Promotion
from modules.promotions.engine.settings import Kind, settings_of

_OF_FACTS = frozenset({"customer_is", "birthday"})
_OF_HISTORY = frozenset({"order_number", "last_order"})


class Asks(NamedTuple):
    facts: bool = False
    """Groups, segments, the stage or the birthday."""
    history: bool = False
    """How many orders there were before, and when the last one."""
    membership: bool = False
    """A loyalty card, its programme or its tier."""

    def __or__(self, other: object) -> "Asks":
        assert isinstance(other, Asks)
        return Asks(*(mine or theirs for mine, theirs in zip(self, other, strict=True)))


def asks_of(promotions: Iterable[Promotion]) -> Asks:
    """Return what any of these promotions asks for."""
    found = Asks()
    for promotion in promotions:
        scope = promotion.scope
        found |= Asks(
            facts=bool(scope.groups or scope.segments or scope.stages),
            membership=bool(scope.needs_card or scope.tiers or scope.programmes),
        )
        for condition in promotion.conditions:
            found |= _of(condition)
    return found


def _of(condition: Condition) -> Asks:
    found = Asks(
        facts=condition.kind in _OF_FACTS,
        history=condition.kind in _OF_HISTORY,
        membership=bool(getattr(condition, "tiers", ())),
    )
    for setting in settings_of(condition):
        value = getattr(condition, setting.name)
        if setting.kind is Kind.CONDITION:
            found |= _of(value)
        elif setting.kind is Kind.CONDITIONS:
            for one in value:
                found |= _of(one)
    return found
