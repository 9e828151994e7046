"""What the rules of customers can refuse, in words for the person at the screen."""

from app.errors import RuleViolation


class AlreadyExists(RuleViolation):
    """A verified identity belongs to one live customer."""

    code = "already_exists"
