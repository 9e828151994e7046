"""What the organization refuses."""

from app.errors import RuleViolation


class AlreadyExists(RuleViolation):
    """Another record has this code, e-mail or day already."""

    code = "already_exists"


class LastAdministrator(RuleViolation):
    """Nobody would be left who can let others in."""

    code = "last_administrator"
