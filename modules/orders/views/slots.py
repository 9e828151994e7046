"""What orders show on other rooms' pages."""

from collections.abc import Sequence

from flask import render_template, url_for
from markupsafe import Markup

from app.actor import current_actor
from app.reference import Reference
from modules import customers
from modules.orders.listing import count_of_customer, orders_behind, orders_of_customer
from modules.orders.numbers import order_id_of, order_number, parcel_number, return_number
from modules.orders.views.blueprint import PLACE, VIEW

_MOST = 10
NUMBER = {"order": order_number, "parcel": parcel_number, "return": return_number}


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


def customer_actions(*, customer_id: int) -> str:
    """Return the button that writes an order down for this customer, if anything is sold to him."""
    customer = customers.get_customer(customer_id)
    if not current_actor().may(PLACE) or customer.sales_blocked or not customer.is_live:
        return Markup("")
    return render_template("orders/_order_for.html", number=customer.number)


def stock_references(*, references: Sequence[Reference]) -> dict[Reference, tuple[str, str]]:
    """Return the number of each order, parcel and return, and its page where one may see it."""
    actor = current_actor()
    stores = actor.stores(VIEW) if actor.may(VIEW) else ()
    order_ids = orders_behind(references, stores=stores)
    return {
        one: (
            NUMBER[one.kind](one.id),
            url_for("orders.card", order=order_ids[one]) if one in order_ids else "",
        )
        for one in references
        if one.kind in NUMBER
    }


def order_meant(*, text: str) -> Reference | None:
    """Return the order whose number this is, whether it is there or not."""
    order_id = order_id_of(text)
    return Reference("order", order_id) if order_id else None
