"""What the organization refuses."""

from app.errors import RuleViolation


class AlreadyExists(RuleViolation):
    """Another record has this code, e-mail or day already."""

    code = "already_exists"

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message)
        self.field = field


class BeyondOwnReach(RuleViolation):
    """Nobody gives away more than he has."""

    code = "beyond_own_reach"

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message)
        self.field = field


class LastAdministrator(RuleViolation):
    """Nobody would be left who can let others in."""

    code = "last_administrator"
