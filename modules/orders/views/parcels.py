"""Parcels of an order: opened, begun, labelled, handed over, taken apart."""

from flask import request, url_for
from flask.typing import ResponseReturnValue

from app.access import requires
from app.actor import current_actor
from app.db import transact
from app.i18n import _
from app.look import toast
from app.web import go_to
from modules.orders import forms
from modules.orders.models import Parcel
from modules.orders.operations import fulfilling, shipping_out
from modules.orders.queries import (
    check_visible,
    find_parcel_id,
    get_order,
    get_parcel,
    visible_order,
)
from modules.orders.views.blueprint import WORK, blueprint
from modules.orders.views.showing import act, card_url, show_card


def visible_parcel(text: str) -> Parcel:
    """
    Return the parcel of an id or number, if the caller may work on it.

    :raises NotFound: there is none, or it is none of his
    """
    parcel = get_parcel(find_parcel_id(text))
    stores = current_actor().stores(WORK)
    if stores is not None and parcel.store_id not in stores:
        check_visible(get_order(parcel.order_id), WORK)
    return parcel


def pick_url(parcel_id: int) -> str:
    return url_for("orders.pick_parcel", parcel=parcel_id)


@blueprint.post("/<order>/parcels")
@requires(WORK)
def open_parcel(order: str) -> ResponseReturnValue:
    """Open a parcel for what is reserved at one place; `start` begins to pick it at once."""
    order_id = visible_order(order, WORK).id
    start = bool(request.form.get("start"))
    opened: list[int] = []

    def work() -> None:
        opened[:] = [fulfilling.open_parcel(order_id=order_id)]
        if start:
            fulfilling.start_picking(parcel_id=opened[0])

    answer = act(order_id, work, _("The parcel is open."))
    if start and opened and _went_through(answer):
        return go_to(pick_url(opened[0]))
    return answer


def _went_through(answer: ResponseReturnValue) -> bool:
    return getattr(answer, "status_code", 204) in (204, 303)


@blueprint.post("/parcels/<parcel>/picking")
@requires(WORK)
def start_picking(parcel: str) -> ResponseReturnValue:
    found = visible_parcel(parcel)
    parcel_id = found.id
    return act(
        found.order_id,
        lambda: fulfilling.start_picking(parcel_id=parcel_id),
        _("Picking has begun."),
        then=pick_url(parcel_id),
    )


@blueprint.post("/parcels/<parcel>/label")
@requires(WORK)
def make_label(parcel: str) -> ResponseReturnValue:
    found = visible_parcel(parcel)
    parcel_id = found.id
    at_table = request.form.get("at") == "pack"
    return act(
        found.order_id,
        lambda: fulfilling.ask_for_label(parcel_id=parcel_id),
        _("The label is being made."),
        then=url_for("orders.pack_parcel", parcel=parcel_id) if at_table else "",
    )


@blueprint.post("/parcels/<parcel>/shipment")
@requires(WORK)
def ship(parcel: str) -> ResponseReturnValue:
    """Hand a parcel over, with the number or the reason that it needs where it needs one."""
    found = visible_parcel(parcel)
    parcel_id, order_id = found.id, found.order_id
    form = forms.ShipForm(prefix=f"ship-{parcel_id}-")
    if form.carry_out(
        lambda tracking_number, override: shipping_out.ship(
            parcel_id=parcel_id,
            tracking_number=tracking_number or None,
            override=(override or "").strip() or None,
        )
    ):
        toast(_("Parcel %(number)s has left.", number=found.number))
        return go_to(card_url(order_id))
    return show_card(order_id, refused={f"ship-{parcel_id}": form})


@blueprint.post("/parcels/<parcel>/cancellation")
@requires(WORK)
def cancel_parcel(parcel: str) -> ResponseReturnValue:
    found = visible_parcel(parcel)
    parcel_id = found.id
    return act(
        found.order_id,
        lambda: fulfilling.cancel_parcel(parcel_id=parcel_id),
        _("The parcel is taken apart; its goods stay reserved."),
    )


def begin_next(order_id: int) -> int:
    """Open a parcel for an order, begin to pick it, and return its key."""

    def work() -> int:
        parcel_id = fulfilling.open_parcel(order_id=order_id)
        fulfilling.start_picking(parcel_id=parcel_id)
        return parcel_id

    return transact(work)
