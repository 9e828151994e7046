"""What loyalty refuses, and what the person can do about it."""

from app.errors import RuleViolation, StaleEdit
from app.i18n import _


class CodeTaken(RuleViolation):
    """Another programme, tier or reward has this code."""

    field = "code"
    code = "already_exists"


class StaleProgram(StaleEdit):
    def __init__(self, name: str) -> None:
        super().__init__(
            _(
                "Somebody changed %(name)s since you opened it. Look at the programme again, then "
                "make your change.",
                name=name,
            )
        )


class NotInThisState(RuleViolation):
    """What is asked for does not go with the state that the programme or the member is in."""

    code = "not_in_this_state"


class StillUsed(RuleViolation):
    """A tier with members, or a wallet with points, cannot go."""

    code = "still_used"


class AlreadyMember(RuleViolation):
    field = "customer"
    code = "already_exists"


class CardTaken(RuleViolation):
    """The number is on another card, or another customer is known by it."""

    field = "number"
    code = "already_exists"


class CardUnusable(RuleViolation):
    """The card is blocked, or another one replaced it."""

    field = "card"
    code = "card_unusable"


class NotEnoughPoints(RuleViolation):
    """There are fewer points than are to be spent."""

    field = "points"
    code = "not_enough_points"

    def __init__(self, have: int, needed: int) -> None:
        super().__init__(
            _(
                "There are only %(have)s points to spend. Spend that many, or fewer.",
                have=max(0, have),
            ),
            details=[{"pointer": "/points", "have": max(0, have), "needed": needed}],
        )


class NoMoreRewards(RuleViolation):
    """The reward is used up, or the member had as many as one may."""

    field = "reward"
    code = "no_more_rewards"
