"""What orders do when the floors below announce something. Each is one call."""

from app import outbox
from app.approving import ApprovalMoved, amounts_words
from modules import invoicing, payments, shipping, stock
from modules.orders import timeline
from modules.orders.deriving import derive
from modules.orders.operations.earning import count_when_paid
from modules.orders.operations.gift_cards import issue_when_paid
from modules.orders.operations.paying import settle_what_is_owed
from modules.orders.operations.returning import settle_with_order
from modules.orders.operations.shipping_out import mark_delivered
from modules.orders.queries import get_order, get_parcel

_APPROVALS = {
    "asked": "approval_asked",
    "approved": "approval_given",
    "refused": "approval_refused",
    "withdrawn": "approval_withdrawn",
}


def on_approval_moved(event: ApprovalMoved) -> None:
    if event.reference.kind == "order":
        timeline.record(
            event.reference.id,
            _APPROVALS[event.state],
            act=event.act,
            amount=amounts_words(event.amounts, event.currency),
            asked_by=event.asked_by,
            note=event.note,
        )


def on_payment_changed(event: payments.PaymentChanged) -> None:
    if event.reference.kind == "order":
        derived = derive(event.reference.id)
        issue_when_paid(derived.order)
        count_when_paid(derived)
        if derived.units.shipped:
            settle_with_order(derived.order)
        settle_what_is_owed(derived)


def on_goods_arrived(event: stock.GoodsArrived) -> None:
    outbox.enqueue(
        "orders.fill_backorders",
        {"location_id": event.location_id, "variant_ids": sorted(event.variant_ids)},
        order_key=f"backorders:{event.location_id}",
    )


def on_label_made(event: shipping.LabelMade) -> None:
    if event.reference.kind != "parcel":
        return
    parcel = get_parcel(event.reference.id)
    order = get_order(parcel.order_id, lock=True)
    parcel.tracking_number = event.tracking_number
    invoicing.store_label(
        reference=event.reference,
        store_id=parcel.store_id,
        pdf=shipping.label_pdf(event.shipment_id),
        tracking_number=event.tracking_number,
        carrier=shipping.get_shipment(event.shipment_id).carrier or "",
    )
    timeline.record(
        order.id, "label_made", parcel=parcel.number, tracking_number=event.tracking_number
    )
    derive(order.id)


def on_label_failed(event: shipping.LabelFailed) -> None:
    if event.reference.kind != "parcel":
        return
    parcel = get_parcel(event.reference.id)
    timeline.record(parcel.order_id, "label_failed", parcel=parcel.number, reason=event.reason)


def on_shipment_moved(event: shipping.ShipmentMoved) -> None:
    if event.reference.kind == "parcel" and event.state == "delivered":
        mark_delivered(parcel_id=event.reference.id)
