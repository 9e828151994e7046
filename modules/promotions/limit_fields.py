"""The builder's fields of codes and limits: who has to name a code, how often, and for how much."""

from typing import Any

from wtforms import BooleanField
from wtforms.validators import NumberRange, Optional

from app.forms import IntegerField, MoneyField
from app.i18n import lazy
from modules.promotions.engine.promotion import Limits, Promotion, Trigger
from modules.promotions.fields import TextsField

COUNTED = ("uses", "uses_per_customer", "uses_per_day", "uses_per_code")
MONEY = ("budget_minor", "budget_per_month_minor")
_COUNT = (Optional(), NumberRange(1, 10**9))
_MONEY = (Optional(), NumberRange(min=1))


class LimitFields:
    """Part of the builder's form; every field may stay empty."""

    needs_code = BooleanField(lazy("Only for who names a code"))
    codes = TextsField(lazy("Codes that everybody may know"))
    uses = IntegerField(lazy("Uses in all"), _COUNT)
    uses_per_customer = IntegerField(lazy("Uses of one customer"), _COUNT)
    uses_per_day = IntegerField(lazy("Uses on one day"), _COUNT)
    uses_per_code = IntegerField(lazy("Uses of one such code"), _COUNT)
    budget_minor = MoneyField(lazy("Budget in all"), _MONEY)
    budget_per_month_minor = MoneyField(lazy("Budget of a month"), _MONEY)


def shown_limits(promotion: Promotion) -> dict[str, Any]:
    """Return codes and limits of a promotion as the form shows them."""
    limits = {name: getattr(promotion.limits, name) for name in Limits.__dataclass_fields__}
    return {
        "needs_code": promotion.trigger is Trigger.CODE,
        "codes": sorted(promotion.codes),
        **limits,
    }


def written_limits(form: Any) -> dict[str, Any]:
    """Return what was typed of codes and limits as a definition has it."""
    limits = {name: form[name].data for name in (*COUNTED, *MONEY)}
    needs_code = bool(form.needs_code.data)
    return {
        "trigger": (Trigger.CODE if needs_code else Trigger.AUTO).value,
        "codes": form.codes.data or [],
        "limits": {name: value for name, value in limits.items() if value is not None},
    }
