"""The hand-over: goods leave the stock, the invoice is issued, the channel hears of it."""

from app import clock
from app.actor import current_actor
from app.db import session
from app.errors import NotAllowed
from app.events import publish
from app.i18n import _
from app.reference import Reference
from modules import organization, payments, shipping, stock
from modules.orders import timeline
from modules.orders.allocating import choose, move
from modules.orders.deriving import derive, money_of, reference_of
from modules.orders.errors import AlreadyShipped, NoLabel, NotPaid, OtherLabel, WrongState
from modules.orders.events import ParcelShipped
from modules.orders.invoices import invoice_units, packing_slip
from modules.orders.models import AllocationState, Order, OrderLine, Parcel, ParcelState
from modules.orders.operations.earning import count_when_left
from modules.orders.operations.holding import refuse_while_held
from modules.orders.queries import allocations_in, get_order, get_parcel, lines_of

OVERRIDE = "orders.override"
_SCOPE = "orders:override"


def ship(
    *, parcel_id: int, tracking_number: str | None = None, override: str | None = None
) -> None:
    """
    Hand a packed parcel over: issue its goods and its invoice.

    :raises AlreadyShipped: it has left before
    :raises WrongState: it is not packed
    :raises OnHold: a hold of the order is open
    :raises NotPaid: what is due is neither paid, authorized nor paid on delivery, and no reason
        to ship all the same (`override`) was given
    :raises NotAllowed: the caller may not override
    :raises NoLabel: a courier or locker parcel has neither label nor tracking number
    :raises OtherLabel: it has a label of ours, with another tracking number
    """
    order = get_order(get_parcel(parcel_id).order_id, lock=True)
    parcel = get_parcel(parcel_id, lock=True)
    if parcel.state in (ParcelState.SHIPPED, ParcelState.DELIVERED):
        raise AlreadyShipped(_("Parcel %(parcel)s has left already.", parcel=parcel.number))
    if parcel.state is not ParcelState.PACKED:
        raise WrongState(_("Parcel %(parcel)s is not packed. Pack it first.", parcel=parcel.number))
    refuse_while_held(order.id)
    _check_money(order, parcel, override)
    _check_label(order, parcel, tracking_number)

    chosen = choose(allocations_in(parcel_id), None, (AllocationState.PACKED,))
    shipped_before = {line.id: line.shipped for line in lines_of(order.id)}
    units: dict[int, int] = {}
    for one, quantity in chosen:
        units[one.order_line_id] = units.get(one.order_line_id, 0) + quantity
    stock.issue_many(
        [(one.reservation_id, quantity) for one, quantity in chosen if one.reservation_id],
        reference=reference_of(order.id),
    )
    move(chosen, AllocationState.SHIPPED)
    parcel.state, parcel.shipped_at = ParcelState.SHIPPED, clock.now()
    session.flush()
    timeline.record(
        order.id,
        "shipped",
        parcel=parcel.number,
        units=sum(units.values()),
        tracking_number=parcel.tracking_number,
    )
    packing_slip(order, parcel, units)
    ranges = {
        line: (shipped_before[line] + 1, shipped_before[line] + count)
        for line, count in units.items()
    }
    invoice_units(order, ranges)
    if parcel.tracking_number:
        payments.quote_also(reference=reference_of(order.id), number=parcel.tracking_number)
    shipping.hand_over(reference=Reference("parcel", parcel.id))
    shipment = shipping.shipment_of(Reference("parcel", parcel.id))
    publish(
        ParcelShipped(
            order_id=order.id,
            parcel_id=parcel.id,
            channel_id=order.channel_id,
            external_id=order.external_id,
            carrier=(shipment.carrier or shipment.service) if shipment else "",
            tracking_number=parcel.tracking_number,
        )
    )
    count_when_left(derive(order.id))


def _check_money(order: Order, parcel: Parcel, override: str | None) -> None:
    money = money_of(order.id, total_minor=order.total_minor)
    if money.is_ready_to_ship:
        return
    if not override:
        raise NotPaid(
            _("What is due is not paid. Wait for the money, or ship with a written reason.")
        )
    actor = current_actor()
    if not (actor.may(OVERRIDE, store_id=parcel.store_id) or actor.may(_SCOPE)):
        raise NotAllowed(_SCOPE if actor.kind == "token" else OVERRIDE)
    parcel.override_reason = override


def _check_label(order: Order, parcel: Parcel, tracking_number: str | None) -> None:
    """Make sure that a parcel which a carrier takes can be found again."""
    method = session.get_one(organization.ShippingMethod, order.shipping_method_id)
    reference = Reference("parcel", parcel.id)
    shipment = shipping.shipment_of(reference)
    written = (tracking_number or "").strip()
    if shipment is not None and shipment.label_file is not None:
        if written and written != shipment.tracking_number:
            raise OtherLabel(
                _(
                    "The label says %(label)s, not %(written)s. Check which one is on the parcel.",
                    label=shipment.tracking_number,
                    written=written,
                ),
                details=[{"pointer": "/tracking_number"}],
            )
        parcel.tracking_number = shipment.tracking_number
        return
    if written:
        parcel.tracking_number = written
        shipping.set_tracking_number(
            reference=reference,
            store_id=parcel.store_id,
            tracking_number=parcel.tracking_number,
            carrier_name=method.name,
        )
        return
    if str(method.kind) in ("courier", "locker"):
        raise NoLabel(
            _("There is no label yet. Make one, or write down the carrier's tracking number.")
        )


def mark_delivered(*, parcel_id: int) -> None:
    """Note that a shipped parcel has arrived; said twice is said once."""
    order = get_order(get_parcel(parcel_id).order_id, lock=True)
    parcel = get_parcel(parcel_id, lock=True)
    if parcel.state is not ParcelState.SHIPPED:
        return
    parcel.state, parcel.delivered_at = ParcelState.DELIVERED, clock.now()
    for allocation in allocations_in(parcel_id):
        if allocation.state is AllocationState.SHIPPED:
            line = session.get_one(OrderLine, allocation.order_line_id, populate_existing=True)
            line.delivered += allocation.quantity
            session.flush()
    timeline.record(order.id, "delivered", parcel=parcel.number)
    derive(order.id)
