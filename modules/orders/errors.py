"""What the rules of orders can refuse, in words for the person at the screen."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.errors import InvalidInput, RuleViolation
from app.i18n import _


class UnknownCode(InvalidInput):
    """A SKU, channel or method that is not there."""

    code = "unknown"


class TooMuch(InvalidInput):
    """A sum beyond all that a shop sells."""

    code = "too_much"


class TooMuchOff(InvalidInput):
    """A discount that the goods are not worth, or less than none."""

    code = "too_much"

    def __init__(self) -> None:
        super().__init__(_("A discount is at most what the goods cost."), field="discount_minor")


class NoPrice(RuleViolation):
    code = "no_price"

    def __init__(self, sku: str, currency: str) -> None:
        super().__init__(
            _(
                "%(sku)s has no price in %(currency)s. Send unit_price_minor with every line.",
                sku=sku,
                currency=currency,
            )
        )


class ShortOfStock(RuleViolation):
    """The goods are not there; `details` say for each line what is had and what was needed."""

    code = "not_enough_stock"
    field = "lines"

    def __init__(self, details: Sequence[Mapping[str, Any]]) -> None:
        first = details[0]
        super().__init__(
            _(
                "Only %(have)s of %(sku)s can be sold; %(needed)s were asked for.",
                have=first["have"],
                sku=first["sku"],
                needed=first["needed"],
            ),
            details=details,
        )


class MovedMeanwhile(RuleViolation):
    """What a person decided upon is not so any more."""

    code = "moved_meanwhile"


class OnHold(RuleViolation):
    code = "on_hold"


class AlreadyShipped(RuleViolation):
    code = "already_shipped"


class NotPaid(RuleViolation):
    code = "not_paid"


class NoLabel(RuleViolation):
    code = "no_label"


class OtherLabel(RuleViolation):
    """The parcel has a label already, and its number is not the one that was written down."""

    code = "other_label"
    field = "tracking_number"


class WrongState(RuleViolation):
    """The step does not fit what has been done so far."""

    code = "wrong_state"


class TooMany(RuleViolation):
    """More units than there are to cancel, pick, pack or take back."""

    code = "too_many"
    field = "quantity"
