"""Why a promotion does not apply, told to whoever serves the buyer and to the buyer."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from app.i18n import _, lazy
from app.look import money, number
from modules.promotions.engine.promotion import Promotion
from modules.promotions.engine.verdicts import Reason
from modules.promotions.published import Published
from modules.promotions.reasons import reason_words
from modules.promotions.words import Teller

_NOT_NOW = lazy("This offer is not valid now.")
_NOT_HERE = lazy("This offer is not valid here.")
_NOT_YOURS = lazy("This offer is for other customers.")
_USED_UP = lazy("This offer is used up.")
_OTHER = lazy("You get another offer in its place.")
_OTHER_ORDER = lazy("Something about this order does not fit the offer.")
_CODE = lazy("This code cannot be used here.")
_GOODS = lazy("None of these goods take part in the offer.")

TO_BUYER: Mapping[Reason, Any] = {
    Reason.PAUSED: _NOT_NOW,
    Reason.NOT_STARTED: _NOT_NOW,
    Reason.EXPIRED: lazy("This offer is over."),
    Reason.OUTSIDE_HOURS: _NOT_NOW,
    Reason.CURRENCY_MISMATCH: _NOT_HERE,
    Reason.CHANNEL_MISMATCH: _NOT_HERE,
    Reason.STORE_MISMATCH: _NOT_HERE,
    Reason.SEGMENT_MISMATCH: _NOT_YOURS,
    Reason.CARD_REQUIRED: lazy("Show your loyalty card to get this offer."),
    Reason.CODE_NOT_ENTERED: lazy("This offer needs a code."),
    Reason.CODE_UNKNOWN: lazy("We do not know this code."),
    Reason.CODE_OF_OTHER_CUSTOMER: _CODE,
    Reason.CODE_BLOCKED: _CODE,
    Reason.CODE_RESERVED: _CODE,
    Reason.NOT_CHOSEN: _NOT_HERE,
    Reason.USAGE_LIMIT_REACHED: _USED_UP,
    Reason.CUSTOMER_LIMIT_REACHED: lazy("You have used this offer as often as you may."),
    Reason.CUSTOMER_UNKNOWN: lazy("Say who you are to get this offer."),
    Reason.BUDGET_EXHAUSTED: _USED_UP,
    Reason.MIN_SUBTOTAL_NOT_MET: lazy("Buy for a little more to get this offer."),
    Reason.MIN_QUANTITY_NOT_MET: lazy("Take some more pieces to get this offer."),
    Reason.QUANTITY_OUT_OF_RANGE: lazy("This offer is for another number of pieces."),
    Reason.REQUIRED_PRODUCT_MISSING: lazy("Something that the offer asks for is missing."),
    Reason.NO_ELIGIBLE_ITEMS: _GOODS,
    Reason.ORDER_NUMBER_MISMATCH: lazy("This offer is for another order of yours."),
    Reason.LAST_ORDER_MISMATCH: _NOT_YOURS,
    Reason.BIRTHDAY_MISMATCH: lazy("This offer waits for your birthday."),
    Reason.PAYMENT_METHOD_MISMATCH: lazy("This offer asks for another way to pay."),
    Reason.SHIPPING_MISMATCH: lazy("This offer asks for another delivery."),
    Reason.ATTRIBUTE_MISMATCH: _OTHER_ORDER,
    Reason.CONDITION_NOT_MET: _OTHER_ORDER,
    Reason.EXCLUDED_BY_EXCLUSIVE: _OTHER,
    Reason.NOT_BEST_IN_GROUP: lazy("You get an offer that is better for you."),
    Reason.DENIED_COMBINATION: _OTHER,
    Reason.FLOOR_REACHED: lazy("This price may not fall further."),
    Reason.NO_EFFECT: lazy("This offer changes nothing here."),
    Reason.GIFT_OUT_OF_STOCK: lazy("What comes with this offer is out of stock."),
}
_SCOPE = {
    "channels": lazy("Channels"),
    "stores": lazy("Stores"),
    "groups": lazy("Customer groups"),
    "segments": lazy("Segments"),
    "stages": lazy("Stages"),
    "tiers": lazy("Tiers"),
    "programmes": lazy("Programmes"),
    "price_lists": lazy("Price lists"),
}

_NAMES = {"channels": "channel", "stores": "store", "groups": "customer_group", "stages": "stage"}


def words_to_buyer(reason: str, *, shortfall: int | None = None, currency: str = "") -> str:
    """Return why an offer is not given, with what is missing, as one says it to the buyer."""
    known = Reason(reason)
    if shortfall and known is Reason.MIN_SUBTOTAL_NOT_MET:
        amount = money(shortfall, currency)
        return str(_("%(amount)s more, and you get this offer.", amount=amount))
    if shortfall and known in (Reason.MIN_QUANTITY_NOT_MET, Reason.REQUIRED_PRODUCT_MISSING):
        count = number(shortfall)
        return str(_("Pieces missing for this offer: %(count)s.", count=count))
    return str(TO_BUYER[known])


class Refusal(NamedTuple):
    """Why one promotion does not apply."""

    why: str
    to_buyer: str
    asks: str = ""
    """What it asks for in the place where it was refused; empty where it is said already."""


class Told:
    """Tells the refusals of one book; names are read once for all of them."""

    def __init__(self, published: Published) -> None:
        self._book = published.book
        self._teller = Teller()

    def refusal(
        self,
        promotion_id: int,
        reason: str,
        *,
        path: str = "",
        shortfall: int | None = None,
        rival: str = "",
    ) -> Refusal:
        """Return why it does not apply, for both sides of the counter."""
        currency = self._teller.currency
        place = self._book.by_id.get(promotion_id)
        asks = "" if place is None else self._asks(self._book.entries[place].promotion, path)
        return Refusal(
            reason_words(reason, shortfall=shortfall, currency=currency, rival=rival),
            words_to_buyer(reason, shortfall=shortfall, currency=currency),
            asks,
        )

    def _asks(self, promotion: Promotion, path: str) -> str:
        family, *rest = path.split(".")
        if family == "conditions" and rest and rest[0].isdigit():
            conditions = promotion.conditions
            at = int(rest[0])
            return self._teller.thing(conditions[at]) if at < len(conditions) else ""
        if family == "scope" and rest and rest[0] in _SCOPE:
            wanted = getattr(promotion.scope, rest[0])
            names = self._teller.names(_NAMES.get(rest[0], ""), wanted)
            return f"{_SCOPE[rest[0]]}: {', '.join(names)}"
        return ""
