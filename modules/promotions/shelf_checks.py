"""What a promotion may ask that changes the price on the shelf: only what holds for everybody."""

from dataclasses import fields
from typing import Any

from app.i18n import _
from modules.promotions.definition.faults import Faults
from modules.promotions.engine.benefits.amount import Amount, Each
from modules.promotions.engine.benefits.percent import Percent
from modules.promotions.engine.promotion import Promotion, Schedule, Scope

_ASKED = frozenset({"id", "version", "phase", "benefits", "priority", "paused", "exclusive"})
_LOOKED_INTO = frozenset({"schedule", "scope"})
_SCHEDULE = frozenset({"starts_at", "ends_at", "zone"})
_SCOPE = frozenset({"channels", "stores"})


def check_shelf(promotion: Promotion, at: str, faults: Faults) -> None:
    """Add what a price on the shelf cannot depend on: the cart, the buyer, a code, the hour."""
    usual = Promotion(id=promotion.id, phase=promotion.phase, benefits=promotion.benefits)
    _refuse_others(promotion, usual, _ASKED | _LOOKED_INTO, at, faults)
    _refuse_others(promotion.schedule, Schedule(), _SCHEDULE, f"{at}/schedule", faults)
    _refuse_others(promotion.scope, Scope(), _SCOPE, f"{at}/scope", faults)
    if len(promotion.benefits) != 1:
        faults.add(f"{at}/benefits", _("One price has one reduction. Leave one of these."))
    for place, benefit in enumerate(promotion.benefits):
        here = f"{at}/benefits/{place}"
        if isinstance(benefit, Amount) and benefit.each is not Each.UNIT:
            faults.add(f"{here}/each", _("An amount off the price on the shelf is off each piece."))
        if isinstance(benefit, Percent | Amount):
            own = {"rate_bp", "amount_minor", "filter", "each"}
            plain = Percent(rate_bp=0) if isinstance(benefit, Percent) else Amount(amount_minor=0)
            _refuse_others(benefit, plain, own, here, faults)
            if benefit.filter.not_on_sale:
                text = _("It makes the sale itself. Take this out.")
                faults.add(f"{here}/filter/not_on_sale", text)


def _refuse_others(
    thing: Any, usual: Any, allowed: frozenset[str] | set[str], at: str, faults: Faults
) -> None:
    for one in fields(thing):
        if one.name not in allowed and getattr(thing, one.name) != getattr(usual, one.name):
            faults.add(
                f"{at}/{one.name}",
                _("The price on the shelf is the same for everybody, so it cannot ask for this."),
            )
