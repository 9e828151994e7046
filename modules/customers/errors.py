"""What the rules of customers can refuse, in words for the person at the screen."""

from app.errors import RuleViolation


class AlreadyExists(RuleViolation):
    """A verified identity belongs to one live customer."""

    code = "already_exists"


class NotAnIdentity(RuleViolation):
    """What was typed is no e-mail address, telephone number or card."""

    code = "invalid"
