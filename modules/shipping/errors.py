"""What shipping refuses, and what the person can do about it."""

from app.errors import RuleViolation


class AlreadyAsked(RuleViolation):
    """The parcel has a label, or one is being made."""

    code = "already_exists"


class AlreadyHandedOver(RuleViolation):
    """The parcel is with the carrier."""

    code = "already_shipped"


class NoLabel(RuleViolation):
    """The parcel has no label that could be read."""

    code = "no_label"


class OutcomeUnknown(Exception):
    """The carrier did not say what became of it: ask by our reference first."""
