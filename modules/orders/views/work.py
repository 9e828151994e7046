"""Picking and packing: the list of work, and the two screens for one hand and a scanner."""

from collections.abc import Callable, Mapping

from flask import request, url_for
from flask.typing import ResponseReturnValue

from app.access import requires
from app.db import close_session, session, transact
from app.errors import NotFound, RuleViolation
from app.i18n import _
from app.look import toast
from app.reference import Reference
from app.web import go_to, render, wants_fragment
from modules import catalog, organization, shipping
from modules.orders import forms
from modules.orders.card import label_of
from modules.orders.errors import WrongState
from modules.orders.models import Order, Parcel, ParcelState
from modules.orders.next_action import Label, Step, step_of
from modules.orders.numbers import order_id_of, parcel_id_of
from modules.orders.operations import fulfilling, shipping_out
from modules.orders.queries import (
    check_visible,
    get_order,
    get_parcel,
    holds_of,
    parcels_of,
)
from modules.orders.views.blueprint import WORK, blueprint, lane_counts, plain_code, reach
from modules.orders.views.parcels import begin_next, visible_parcel
from modules.orders.worklist import (
    IN_WORK,
    PickLine,
    find_waiting,
    lines_in,
    list_waiting,
    oldest_to_begin,
)


@blueprint.get("/pick")
@requires(WORK)
def work() -> ResponseReturnValue:
    """Show what waits for hands; a scan of an item, an order or a parcel opens its parcel."""
    code = plain_code(request.args.get("scan", ""))
    refusal = ""
    if code:
        parcel = _scanned(code)
        if parcel is not None:
            return go_to(_screen(parcel))
        refusal = _(
            "Nothing in work needs “%(code)s”. Scan an item of a parcel, or its order number.",
            code=code,
        )
    stores = reach(WORK)
    waiting = list_waiting(stores)
    variants = {variant for one in waiting for variant in one.variants}
    steps = {
        "pick": [one for one in waiting if one.step in (Step.START, Step.PICK)],
        "pack": [one for one in waiting if one.step is Step.PACK],
        "ship": [one for one in waiting if one.step in (Step.LABEL, Step.WAIT, Step.SHIP)],
    }
    return render(
        "orders/work.html",
        fragment="orders/_work_lists.html",
        status=404 if refusal else 200,
        steps=steps,
        photos=catalog.photo_urls(variants),
        next_order=oldest_to_begin(stores),
        counts=lane_counts(),
        refusal=refusal,
        making=any(one.label is Label.MAKING for one in waiting),
    )


def _scanned(code: str) -> Parcel | None:
    """Return the parcel that a code means: its own number, its order's, or an item in it."""
    try:
        if parcel_id_of(code) is not None:
            return visible_parcel(code)
        if (order_id := order_id_of(code)) is not None:
            check_visible(get_order(order_id), WORK)
            open_ones = [one for one in parcels_of(order_id) if one.state in IN_WORK]
            return open_ones[0] if open_ones else None
    except NotFound:
        return None
    return find_waiting(code, reach(WORK))


def _screen(parcel: Parcel) -> str:
    unpicked = sum(one.to_pick for one in lines_in(parcel.id))
    is_picking = parcel.state in (ParcelState.OPEN, ParcelState.PICKING) and unpicked
    return _url("pick" if is_picking else "pack", parcel.id)


def _url(screen: str, parcel_id: int) -> str:
    return url_for(f".{screen}_parcel", parcel=parcel_id)


@blueprint.post("/pick")
@requires(WORK)
def begin() -> ResponseReturnValue:
    """Begin with the oldest order that waits."""
    order_id = oldest_to_begin(reach(WORK))
    if order_id is None:
        toast(_("Nothing waits to be picked."))
        return go_to(url_for(".work"))
    try:
        return go_to(_url("pick", begin_next(order_id)))
    except RuleViolation as refusal:
        toast(str(refusal))
        return go_to(url_for(".card", order=order_id))


# --- picking ----------------------------------------------------------------------------------


@blueprint.get("/parcels/<parcel>/pick")
@requires(WORK)
def pick_parcel(parcel: str) -> ResponseReturnValue:
    return _show("pick", visible_parcel(parcel).id)


@blueprint.post("/parcels/<parcel>/picked")
@requires(WORK)
def pick_units(parcel: str) -> ResponseReturnValue:
    """Confirm a unit by its scan (`code`), or units of a line by hand (`line`, `quantity`)."""
    parcel_id = visible_parcel(parcel).id
    return _confirm(
        "pick",
        parcel_id,
        left=lambda line: line.to_pick,
        step=lambda counts: fulfilling.pick(parcel_id=parcel_id, lines=counts),
    )


@blueprint.post("/parcels/<parcel>/short")
@requires(WORK)
def short_pick(parcel: str) -> ResponseReturnValue:
    """Units are not where they should be."""
    parcel_id = visible_parcel(parcel).id
    form = forms.ShortForm(prefix="short-")
    if form.carry_out(
        lambda line, quantity, reason: fulfilling.short_pick(
            parcel_id=parcel_id, lines={line: quantity}, reason=reason
        )
    ):
        toast(_("Reported as missing. The order is on hold until somebody decides."))
        close_session()
        left = get_parcel(parcel_id)
        if left.state is ParcelState.CANCELLED:
            return go_to(url_for(".work"))
        return go_to(_url("pick", parcel_id))
    return _show("pick", parcel_id, short=form)


# --- packing ----------------------------------------------------------------------------------


@blueprint.get("/parcels/<parcel>/pack")
@requires(WORK)
def pack_parcel(parcel: str) -> ResponseReturnValue:
    return _show("pack", visible_parcel(parcel).id)


@blueprint.post("/parcels/<parcel>/packed")
@requires(WORK)
def pack_units(parcel: str) -> ResponseReturnValue:
    """Put a unit into the box by its scan, or all of them; the last one asks for the label."""
    parcel_id = visible_parcel(parcel).id

    def step(counts: Mapping[int, int] | None) -> None:
        fulfilling.pack(parcel_id=parcel_id, lines=counts)
        packed = get_parcel(parcel_id)
        if packed.state is ParcelState.PACKED:
            _ask_for_label(packed)

    return _confirm("pack", parcel_id, left=lambda line: line.to_pack, step=step)


def _ask_for_label(parcel: Parcel) -> None:
    method = session.get_one(
        organization.ShippingMethod, get_order(parcel.order_id).shipping_method_id
    )
    label, _failure = label_of(shipping.shipment_of(Reference("parcel", parcel.id)))
    if method.carrier and label in (Label.NONE, Label.FAILED):
        fulfilling.ask_for_label(parcel_id=parcel.id)


@blueprint.post("/parcels/<parcel>/handover")
@requires(WORK)
def hand_over(parcel: str) -> ResponseReturnValue:
    """Ship from the packing table; what is lacking is said there, and asked for there."""
    found = visible_parcel(parcel)
    parcel_id, number = found.id, found.number
    form = forms.ShipForm(prefix="ship-")
    if form.carry_out(
        lambda tracking_number, override: shipping_out.ship(
            parcel_id=parcel_id,
            tracking_number=tracking_number or None,
            override=(override or "").strip() or None,
        )
    ):
        toast(_("Parcel %(number)s has left.", number=number))
        return go_to(_url("pack", parcel_id))
    return _show("pack", parcel_id, ship=form)


# --- what both screens share ------------------------------------------------------------------


def _confirm(
    screen: str,
    parcel_id: int,
    *,
    left: Callable[[PickLine], int],
    step: Callable[[Mapping[int, int] | None], None],
) -> ResponseReturnValue:
    """Do a step for what was scanned or pressed, and show the screen again."""
    lines = lines_in(parcel_id)
    try:
        counts = _meant(lines, left)
        transact(lambda: step(counts))
    except RuleViolation as refusal:
        return _show(screen, parcel_id, refusal=str(refusal))
    if wants_fragment():
        return _show(screen, parcel_id, confirmed=True)
    return go_to(_url(screen, parcel_id))


def _meant(lines: list[PickLine], left: Callable[[PickLine], int]) -> dict[int, int] | None:
    """
    Return units by line that the request speaks of; None means all.

    :raises WrongState: the scanned thing is unknown, not of this parcel, or there already
    """
    code = plain_code(request.form.get("code", ""))
    if code:
        return {_line_of(code, lines, left).line.id: 1}
    line, quantity = request.form.get("line", ""), request.form.get("quantity", "1")
    if line.isascii() and line.isdigit() and quantity.isascii() and quantity.isdigit():
        return {int(line): max(1, min(int(quantity), 10**9))}
    if request.form.get("all"):
        return None
    raise WrongState(_("Scan an item first."))


def _line_of(code: str, lines: list[PickLine], left: Callable[[PickLine], int]) -> PickLine:
    variant = catalog.find_by_scan(code)
    if variant is None:
        raise WrongState(_("“%(code)s” is no code of ours. Scan the label again.", code=code))
    mine = [line for line in lines if line.line.variant_id == variant.id]
    if not mine:
        known = catalog.variants_by_id([variant.id])[variant.id]
        raise WrongState(
            _(
                "Wrong item: %(what)s does not belong here. Put it back.",
                what=f"{known.name} · {known.label}",
            )
        )
    for line in mine:
        if left(line):
            return line
    raise WrongState(_("%(what)s is complete already. Put this one back.", what=mine[0].line.name))


def _show(
    screen: str,
    parcel_id: int,
    *,
    refusal: str = "",
    confirmed: bool = False,
    short: forms.ShortForm | None = None,
    ship: forms.ShipForm | None = None,
) -> ResponseReturnValue:
    close_session()
    parcel = get_parcel(parcel_id)
    order: Order = get_order(parcel.order_id)
    method = session.get_one(organization.ShippingMethod, order.shipping_method_id)
    lines = lines_in(parcel_id)
    label, failure = label_of(shipping.shipment_of(Reference("parcel", parcel_id)))
    unpicked = sum(line.to_pick for line in lines)
    step = step_of(parcel.state, unpicked=unpicked, label=label, has_carrier=bool(method.carrier))
    todo = [line for line in lines if (line.to_pick if screen == "pick" else line.to_pack)]
    if short is None and todo and screen == "pick":
        short = forms.ShortForm(
            prefix="short-",
            formdata=None,
            data={"line": todo[0].line.id, "quantity": todo[0].to_pick},
        )
    return render(
        f"orders/{screen}.html",
        fragment=f"orders/_{screen}.html",
        status=422 if (refusal or (short and short.errors) or (ship and ship.errors)) else 200,
        parcel=parcel,
        order=order,
        place=organization.location_by_id(parcel.location_id),
        method=method,
        lines=lines,
        todo=todo,
        units=sum(line.wanted for line in lines),
        unpicked=unpicked,
        packed=sum(line.packed for line in lines),
        step=step.value,
        label=label.value,
        failure=failure,
        holds=holds_of(order.id),
        refusal=refusal,
        confirmed=confirmed,
        short=short,
        ship=ship or forms.ShipForm(prefix="ship-", formdata=None),
        ship_refused=ship is not None,
        hx=wants_fragment(),
        short_refused=bool(short and (short.errors or short.form_errors)),
        needs_number=not method.carrier and str(method.kind) in ("courier", "locker"),
        label_document=_label_document(parcel_id) if label is Label.READY else None,
    )


def _label_document(parcel_id: int) -> int | None:
    from modules import invoicing

    papers = invoicing.documents_of(Reference("parcel", parcel_id))
    return next((one.id for one in papers if one.kind is invoicing.DocumentKind.LABEL), None)
