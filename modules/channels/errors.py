"""What channels refuse, and what the person can do about it."""

from app.errors import RuleViolation


class ChangedAfterwards(RuleViolation):
    """The shop changed an order that we have taken in."""

    code = "changed_afterwards"
