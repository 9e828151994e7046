"""What payments show on other rooms' pages."""

from flask import render_template
from markupsafe import Markup

from app.actor import current_actor
from app.reference import Reference
from modules import customers
from modules.payments import giftcards
from modules.payments.card_list import (
    HAND_OUT,
    MANAGE,
    VIEW,
    last_day_of,
    number_of,
    own_stores,
    standing_of,
)
from modules.payments.giftcards.finding import cards_sold_with

_MOST = 10


def customer_cards(*, customer_id: int) -> str:
    """Return the gift cards and the store credit of a customer, as his card shows them."""
    actor = current_actor()
    if not actor.may(VIEW):
        return Markup("")
    own = own_stores()
    rows = [
        one
        for one in giftcards.list_cards(customer_id=customer_id)
        if own is None or one.store_id in own
    ]
    may_manage = actor.may(MANAGE)
    if not rows and not may_manage:
        return Markup("")
    return render_template(
        "payments/_of_customer.html",
        rows=rows[:_MOST],
        number=customers.get_customer(customer_id).number,
        number_of=number_of,
        standing_of=standing_of,
        last_day_of=last_day_of,
        may_manage=may_manage,
    )


def sold_cards(*, kind: str, key: int) -> str:
    """Return the gift cards that were sold with an order, as its page shows them."""
    actor = current_actor()
    if not actor.may(VIEW):
        return Markup("")
    return render_template(
        "payments/_of_order.html",
        rows=cards_sold_with(Reference(kind, key)),
        number_of=number_of,
        standing_of=standing_of,
        may_be_handed_out=giftcards.may_be_handed_out,
        may_hand_out=actor.may(HAND_OUT),
    )
