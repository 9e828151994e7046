"""What promotions can refuse, in words for the person at the screen."""

from app.errors import RuleViolation
from app.i18n import _


class TooManyCodes(RuleViolation):
    """So many different codes of this length do not exist."""

    field = "count"
    code = "too_many_codes_for_length"

    def __init__(self, asked: int, possible: int) -> None:
        super().__init__(
            _(
                "Only %(possible)s different codes of this length exist. "
                "Make the codes longer or ask for fewer.",
                possible=possible,
            ),
            details=[{"pointer": "/count", "needed": asked, "have": possible}],
        )
        self.possible = possible
