"""What promotions can refuse, in words for the person at the screen."""

from app.errors import RuleViolation, StaleEdit
from app.i18n import _
from modules.promotions.engine.verdicts import Reason
from modules.promotions.reasons import reason_words


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


class CodeTaken(RuleViolation):
    field = "code"
    code = "already_exists"

    def __init__(self, code: str) -> None:
        super().__init__(
            _("There is a promotion %(code)s already. Open it, or choose another code.", code=code),
            details=[{"pointer": "/code"}],
        )


class StalePromotion(StaleEdit):
    def __init__(self, name: str) -> None:
        super().__init__(
            _(
                "Somebody changed %(name)s since you opened it. Look at the promotion again, then "
                "make your change.",
                name=name,
            )
        )


class NotInThisState(RuleViolation):
    """What is asked for does not go with the state that the promotion is in."""

    code = "not_in_this_state"


class NothingToPublish(RuleViolation):
    code = "nothing_to_publish"

    def __init__(self) -> None:
        super().__init__(_("Nothing changed since the last publication. Change something first."))


class OverAlready(RuleViolation):
    code = "over_already"
    field = "ends_at"

    def __init__(self) -> None:
        super().__init__(
            _("It would be over before it began. Move the end, or leave it empty."),
            details=[{"pointer": "/definition/schedule/ends_at"}],
        )


class UsedUp(RuleViolation):
    """A code or a promotion cannot be used, or not any more."""

    field = "coupons"
    code = "coupon_refused"

    def __init__(self, reason: Reason, *, coupon: str = "", pointer: str = "/coupons") -> None:
        said = reason_words(reason)
        if coupon:
            said = _("Code %(code)s: %(why)s", code=coupon[:40], why=said)
        row = {"pointer": pointer, "code": reason.value, "message": said}
        super().__init__(said, details=[row])
        self.reason = reason
