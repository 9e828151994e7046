"""What orders show on other rooms' pages."""

from flask import render_template
from markupsafe import Markup

from app.actor import current_actor
from modules.orders.listing import count_of_customer, orders_of_customer
from modules.orders.views.blueprint import VIEW

_MOST = 10


def customer_orders(*, customer_id: int) -> str:
    """Return the orders of a customer, as his card shows them."""
    actor = current_actor()
    if not actor.may(VIEW):
        return Markup("")
    stores = actor.stores(VIEW)
    return render_template(
        "orders/_of_customer.html",
        rows=orders_of_customer(customer_id, stores=stores, limit=_MOST),
        count=count_of_customer(customer_id, stores=stores),
    )
