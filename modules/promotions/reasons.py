"""Why a promotion did not apply, in words for whoever serves the buyer."""

from typing import Any

from app.i18n import _, lazy
from app.look import money, number
from modules.promotions.engine.verdicts import Reason

WORDS: dict[Reason, Any] = {
    Reason.PAUSED: lazy("It was paused."),
    Reason.NOT_STARTED: lazy("It had not begun."),
    Reason.EXPIRED: lazy("It was over."),
    Reason.OUTSIDE_HOURS: lazy("It holds on other days or at other hours."),
    Reason.CURRENCY_MISMATCH: lazy("It holds in another currency."),
    Reason.CHANNEL_MISMATCH: lazy("It holds in other channels."),
    Reason.STORE_MISMATCH: lazy("It holds in other stores."),
    Reason.SEGMENT_MISMATCH: lazy("It is for other customers."),
    Reason.CARD_REQUIRED: lazy("It needs a loyalty card."),
    Reason.CODE_NOT_ENTERED: lazy("It needs a code, and none was given."),
    Reason.CODE_UNKNOWN: lazy("There is no such code."),
    Reason.CODE_OF_OTHER_CUSTOMER: lazy("The code belongs to another customer."),
    Reason.CODE_BLOCKED: lazy("The code is blocked."),
    Reason.CODE_RESERVED: lazy("Somebody else is about to pay with the code."),
    Reason.NOT_CHOSEN: lazy("Nobody chose it."),
    Reason.USAGE_LIMIT_REACHED: lazy("It was used as often as it may be."),
    Reason.CUSTOMER_LIMIT_REACHED: lazy("The customer used it as often as it may be."),
    Reason.CUSTOMER_UNKNOWN: lazy("It counts uses by customer, and nobody knows who buys."),
    Reason.BUDGET_EXHAUSTED: lazy("Its budget is used up."),
    Reason.MIN_SUBTOTAL_NOT_MET: lazy("The goods cost too little for it."),
    Reason.MIN_QUANTITY_NOT_MET: lazy("Too few pieces for it."),
    Reason.QUANTITY_OUT_OF_RANGE: lazy("It holds for another number of pieces."),
    Reason.REQUIRED_PRODUCT_MISSING: lazy("Goods that it asks for are missing."),
    Reason.NO_ELIGIBLE_ITEMS: lazy("None of the goods take part."),
    Reason.ORDER_NUMBER_MISMATCH: lazy("It is for another order of the customer."),
    Reason.LAST_ORDER_MISMATCH: lazy("The customer’s last order does not fit."),
    Reason.BIRTHDAY_MISMATCH: lazy("It is not the time of the birthday."),
    Reason.PAYMENT_METHOD_MISMATCH: lazy("It asks for another way to pay."),
    Reason.SHIPPING_MISMATCH: lazy("It asks for another delivery."),
    Reason.ATTRIBUTE_MISMATCH: lazy("The order lacks a mark that it asks for."),
    Reason.CONDITION_NOT_MET: lazy("A condition was not met."),
    Reason.EXCLUDED_BY_EXCLUSIVE: lazy("Another promotion stands alone."),
    Reason.NOT_BEST_IN_GROUP: lazy("Another promotion was better for the customer."),
    Reason.DENIED_COMBINATION: lazy("It does not go together with another promotion."),
    Reason.FLOOR_REACHED: lazy("The price may not fall further."),
    Reason.NO_EFFECT: lazy("It would have changed nothing."),
    Reason.GIFT_OUT_OF_STOCK: lazy("What it gives was out of stock."),
}

_PIECES = (
    Reason.MIN_QUANTITY_NOT_MET,
    Reason.REQUIRED_PRODUCT_MISSING,
    Reason.GIFT_OUT_OF_STOCK,
)


def reason_words(
    reason: str, *, shortfall: int | None = None, currency: str = "", rival: str = ""
) -> str:
    """Return why a promotion did not apply, with what was missing or what stood in its way."""
    said = str(WORDS[Reason(reason)])
    if rival:
        return f"{said} ({rival})"
    if not shortfall:
        return said
    if reason == Reason.MIN_SUBTOTAL_NOT_MET:
        return f"{said} " + _("%(amount)s were missing.", amount=money(shortfall, currency))
    if reason in _PIECES:
        return f"{said} " + _("Missing: %(count)s.", count=number(shortfall))
    return said
