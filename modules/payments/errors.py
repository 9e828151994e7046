"""What payments refuse, and what the person can do about it."""

from app.errors import RuleViolation


class NotCapturable(RuleViolation):
    """More was asked for than the payment still promises, or it is over."""

    field = "amount_minor"
    code = "not_capturable"


class NotRefundable(RuleViolation):
    """More was to be given back than was taken and not given back yet."""

    field = "amount_minor"
    code = "not_refundable"


class NotVoidable(RuleViolation):
    """The payment was taken, or ended already: it can be refunded, not voided."""

    code = "not_voidable"


class AlreadyRecorded(RuleViolation):
    """The same external reference stands on this thing with another amount."""

    field = "external_reference"
    code = "already_exists"


class OutcomeUnknown(Exception):
    """The gateway did not say what became of it: ask by our reference first."""
