"""What gift cards refuse, and what the person can do about it."""

from app.errors import RuleViolation


class WrongCard(RuleViolation):
    """No card has this code with this PIN; which of both is wrong is not told."""

    field = "code"
    code = "wrong_card"


class CardUnusable(RuleViolation):
    """The card is blocked or expired, or holds another currency."""

    field = "code"
    code = "card_unusable"


class NotEnoughOnCard(RuleViolation):
    """The cards hold less than is to be taken from them."""

    field = "amount_minor"
    code = "not_enough_on_card"
