"""An order as programs read it; one that was just placed is shown without asking again."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from app.money import taxes_of_gross
from app.reference import Reference
from modules import customers, invoicing, organization, payments, shipping
from modules.orders.deriving import reference_of
from modules.orders.models import (
    Allocation,
    Hold,
    Order,
    OrderLine,
    Parcel,
    ReturnedUnits,
)
from modules.orders.operations.intake import Placed
from modules.orders.queries import (
    ReturnView,
    allocations_of,
    get_order,
    holds_of,
    lines_of,
    parcels_of,
    returns_of,
    units_of_lines,
)
from modules.orders.units import worth

DOCUMENTS = "/api/v1/documents"


def moment(value: datetime | None) -> str | None:
    """Return a moment as RFC 3339 in UTC."""
    if value is None:
        return None
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def order_head(order: Order, *, channel: str, store: str) -> dict[str, Any]:
    """Return what lists show of an order, too."""
    return {
        "id": str(order.id),
        "number": order.number,
        "channel": channel,
        "external_id": order.external_id,
        "store": store,
        "placed_at": moment(order.placed_at),
        "updated_at": moment(order.updated_at),
        "status": order.status.value,
        "payment_status": order.payment_status.value,
        "fulfilment_status": order.fulfilment_status.value,
        "currency": order.currency,
        "totals": totals(order, tax_minor=None),
        "buyer": order.buyer,
        "customer": {"id": str(order.customer_id)} if order.customer_id else None,
    }


def totals(order: Order, *, tax_minor: int | None) -> dict[str, Any]:
    found = {
        "goods_minor": order.goods_minor,
        "discount_minor": order.discount_minor,
        "shipping_minor": order.shipping_minor,
        "returned_minor": order.returned_minor,
        "total_minor": order.total_minor,
        "paid_minor": order.paid_minor,
        "refunded_minor": order.refunded_minor,
        "balance_minor": order.balance_minor,
    }
    if tax_minor is not None:
        found["tax_minor"] = tax_minor
    return found


def order_body(
    order: Order,
    lines: Sequence[OrderLine],
    *,
    channel: str,
    store: str,
    shipping_method: str,
    live_gross: Mapping[int, int],
    holds: Sequence[Hold] = (),
    allocations: Sequence[Allocation] = (),
    parcels: Sequence[dict[str, Any]] = (),
    paid: Sequence[dict[str, Any]] = (),
    documents: Sequence[dict[str, Any]] = (),
    returned: Sequence[dict[str, Any]] = (),
    customer: dict[str, Any] | None = None,
    location_codes: Mapping[int, str] | None = None,
) -> dict[str, Any]:
    """Return the whole order; `live_gross` is what each line still costs."""
    by_rate = [(line.rate_bp, live_gross[line.id]) for line in lines if line.is_taxed]
    if order.shipping_minor:
        by_rate.append((order.shipping_rate_bp, order.shipping_minor))
    taxes = taxes_of_gross(by_rate)
    codes = location_codes or {}
    body = order_head(order, channel=channel, store=store)
    body.update(
        {
            "holds": [hold_body(hold) for hold in holds],
            "lines": [line_body(line) for line in lines],
            "taxes": [tax._asdict() for tax in taxes],
            "totals": totals(order, tax_minor=sum(tax.tax_minor for tax in taxes)),
            "customer": customer or body["customer"],
            "billing_address": order.billing_address,
            "shipping_address": order.shipping_address,
            "shipping": {
                "method": shipping_method,
                "price_minor": order.shipping_minor,
                "pickup_point": order.pickup_point,
            },
            "note": order.note,
            "allocations": [
                {
                    "id": str(one.id),
                    "line": str(one.order_line_id),
                    "quantity": one.quantity,
                    "state": one.state.value,
                    "location": codes.get(one.location_id) if one.location_id else None,
                    "parcel": str(one.parcel_id) if one.parcel_id else None,
                }
                for one in allocations
            ],
            "parcels": list(parcels),
            "payments": list(paid),
            "returns": list(returned),
            "documents": list(documents),
        }
    )
    return body


def line_body(line: OrderLine) -> dict[str, Any]:
    return {
        "id": str(line.id),
        "sku": line.sku,
        "name": line.name,
        "label": line.label,
        "quantity": line.quantity,
        "unit_price_minor": line.unit_price_minor,
        "discount_minor": line.discount_minor,
        "total_minor": line.gross_minor,
        "tax_rate_bp": line.rate_bp,
        "price_list": line.price_list,
        "is_free": line.is_free,
        "units": {
            "cancelled": line.cancelled,
            "backordered": line.backordered,
            "reserved": line.reserved,
            "picking": line.picking,
            "picked": line.picked,
            "packed": line.packed,
            "shipped": line.shipped,
            "delivered": line.delivered,
            "return_requested": line.return_requested,
            "returned": line.returned,
        },
    }


def hold_body(hold: Hold) -> dict[str, Any]:
    return {
        "id": str(hold.id),
        "kind": hold.kind.value,
        "reason": hold.reason,
        "due_at": moment(hold.due_at),
        "owner": hold.owner,
        "opened_at": moment(hold.opened_at),
    }


def parcel_body(
    parcel: Parcel,
    inside: Sequence[Allocation],
    *,
    location: str,
    shipment: shipping.Shipment | None,
) -> dict[str, Any]:
    lines: dict[int, int] = {}
    for one in inside:
        lines[one.order_line_id] = lines.get(one.order_line_id, 0) + one.quantity
    return {
        "id": str(parcel.id),
        "number": parcel.number,
        "order": str(parcel.order_id),
        "state": parcel.state.value,
        "location": location,
        "lines": [{"line": str(line), "quantity": count} for line, count in lines.items()],
        "tracking_number": parcel.tracking_number,
        "carrier": shipment.carrier if shipment else None,
        "shipment_state": shipment.state.value if shipment else None,
        "packed_at": moment(parcel.packed_at),
        "shipped_at": moment(parcel.shipped_at),
        "delivered_at": moment(parcel.delivered_at),
    }


def document_body(one: invoicing.DocumentRef) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "kind": one.kind.value,
        "number": one.number,
        "ready": one.ready,
        "url": f"{DOCUMENTS}/{one.id}",
    }


def return_body(view: ReturnView) -> dict[str, Any]:
    wanted = view.wanted
    return {
        "id": str(wanted.id),
        "number": wanted.number,
        "order": str(wanted.order_id),
        "state": wanted.state.value,
        "requested_at": moment(wanted.requested_at),
        "received_at": moment(wanted.received_at),
        "credit_minor": wanted.credit_minor,
        "refunded_minor": wanted.refunded_minor,
        "lines": [
            {
                "line": str(line.order_line_id),
                "quantity": line.quantity,
                "received": line.received,
                "reason": line.reason,
                "verdicts": [_verdict(one) for one in view.received.get(line.id, ())],
            }
            for line in view.lines
        ],
    }


def _verdict(one: ReturnedUnits) -> dict[str, Any]:
    return {
        "quantity": one.quantity,
        "verdict": one.verdict.value,
        "credit_minor": one.credit_minor,
        "received_at": moment(one.received_at),
    }


def placed_body(placed: Placed, shipping_method: str) -> dict[str, Any]:
    """
    Return an order that was just placed from what is known of it.

    Only the customer is read, who may be known by another name than this order gives.
    """
    order = placed.order
    assert order is not None
    return order_body(
        order,
        placed.lines,
        channel=placed.channel_code,
        store=placed.store_code,
        shipping_method=shipping_method,
        live_gross={line.id: line.gross_minor for line in placed.lines},
        holds=placed.holds,
        allocations=placed.allocations,
        paid=[payment_body(placed.payment)] if placed.payment else [],
        customer=_customer(order),
        location_codes=placed.location_codes,
    )


def load_order(order_id: int) -> dict[str, Any]:
    """Return the whole order as it is in the database."""
    order = get_order(order_id)
    lines = lines_of(order_id)
    sold = units_of_lines([line.id for line in lines])
    parcels = parcels_of(order_id)
    allocations = allocations_of(order_id)
    codes = {place.id: place.code for place in organization.list_locations()}
    references = [Reference("parcel", parcel.id) for parcel in parcels]
    shipments = shipping.shipments_of(references) if references else {}
    return order_body(
        order,
        lines,
        channel=organization.channel_by_id(order.channel_id).code,
        store=organization.store_by_id(order.store_id).code,
        shipping_method=_method_code(order),
        live_gross={line.id: _live(line, sold) for line in lines},
        holds=holds_of(order_id),
        allocations=allocations,
        parcels=[
            parcel_body(
                parcel,
                [one for one in allocations if one.parcel_id == parcel.id],
                location=codes[parcel.location_id],
                shipment=shipments.get(Reference("parcel", parcel.id)),
            )
            for parcel in parcels
        ],
        paid=[payment_body(one) for one in payments.list_payments(reference_of(order_id))],
        documents=[
            document_body(one)
            for one in invoicing.documents_of(reference_of(order_id), *references)
        ],
        returned=[return_body(view) for view in returns_of(order_id)],
        customer=_customer(order),
        location_codes=codes,
    )


def _live(line: OrderLine, sold: Mapping[int, Any]) -> int:
    """Return what the line's units cost that were neither cancelled nor credited."""
    return worth(line, sold[line.id], line.returned + 1, line.quantity - line.cancelled)


def payment_body(payment: Any) -> dict[str, Any]:
    return {
        "id": str(payment.id),
        "method": payment.method,
        "state": payment.state.value,
        "amount_minor": payment.amount_minor,
        "captured_minor": payment.captured_minor,
        "refunded_minor": payment.refunded_minor,
        "reference": payment.external_reference,
        "refunds": [
            {
                "id": str(refund.id),
                "state": refund.state.value,
                "amount_minor": refund.amount_minor,
                "method": refund.method or payment.method,
                "reference": refund.given_reference or refund.external_reference,
                "reason": refund.reason,
            }
            for refund in payment.refunds
        ],
    }


def _method_code(order: Order) -> str:
    methods = {one.id: one.code for one in organization.list_shipping_methods()}
    return methods[order.shipping_method_id]


def _customer(order: Order) -> dict[str, Any] | None:
    if order.customer_id is None:
        return None
    customer = customers.get_customer(order.customer_id)
    return {"id": str(customer.id), "number": customer.number, "name": customer.name}
