"""The gift cards that pay for a new order, as a program names them."""

from collections.abc import Sequence

from modules import payments
from modules.orders import shapes


def cards_of(body: shapes.OrderIn) -> Sequence[int]:
    """
    Return the keys of the cards; called outside of any unit of work: each code is a try.

    :raises InvalidInput: a code or a PIN is missing
    :raises WrongCard: there is no such card, or its PIN is another one
    :raises TooManyTries: there were too many wrong ones of late
    """
    paid = body.payment
    if paid is None or paid.method != payments.GIFT_CARD:
        return ()
    found: list[int] = []
    named = [(paid.code, paid.pin), *((one.code, one.pin) for one in paid.more_cards)]
    for code, pin in named:
        cards = payments.cards_to_pay_with(
            method=paid.method,
            code=code,
            pin=pin,
            customer_id=None,
            currency=body.currency,
        )
        found += cards or ()
    return found
