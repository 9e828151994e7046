"""What goes wrong between the house and its partners."""

from app.errors import RuleViolation


class NoSuchAccount(RuleViolation):
    """No connector is set up under this code, or it can't do what is asked."""

    code = "no_connector"


class AccountOff(RuleViolation):
    """The connector is switched off."""

    code = "connector_off"


class PartnerDown(Exception):
    """The partner could not be reached, and what was asked for certainly had no effect."""
