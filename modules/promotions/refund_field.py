"""What a partial return does to a promotion, as the builder asks for it."""

from wtforms import SelectField

from app.forms import SelectChoice
from app.i18n import lazy
from modules.promotions.engine.promotion import RefundPolicy
from modules.promotions.words import REFUND_POLICIES


def refund_policy_field() -> SelectField:
    return SelectField(
        lazy("When a part comes back"),
        choices=[SelectChoice(one.value, words) for one, words in REFUND_POLICIES.items()],
        default=RefundPolicy.KEEP.value,
    )
