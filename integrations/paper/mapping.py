"""Their words to ours and back: pure functions, no call and no database."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from app.money import parse_money
from modules.channels import ChannelLine, ChannelOrder, ChannelPayment, Unreadable
from modules.payments import BankTransfer
from modules.shipping import Address, CarrierAnswer, Outcome, ShipmentRequest, ShipmentState

PAID = {
    "paid": "captured",
    "promised": "authorized",
    "on_delivery": "expected",
    "later": "expected",
}
SEEN = {
    "announced": ShipmentState.LABEL_READY,
    "waiting at the ramp": ShipmentState.HANDED_OVER,
    "collected": ShipmentState.IN_TRANSIT,
    "with the driver": ShipmentState.OUT_FOR_DELIVERY,
    "at the point": ShipmentState.READY_FOR_PICKUP,
    "delivered": ShipmentState.DELIVERED,
    "late": ShipmentState.DELAYED,
    "nobody there": ShipmentState.DELIVERY_FAILED,
    "going back": ShipmentState.RETURNING,
    "back": ShipmentState.RETURNED,
    "lost": ShipmentState.LOST,
}


def order_of(order: Mapping[str, Any]) -> ChannelOrder | Unreadable:
    """Return an order of the paper shop in our words; what can't be read is said, not guessed."""
    external_id = str(order.get("id", ""))
    revision = str(order.get("place", ""))
    try:
        return _order_of(order, external_id, revision)
    except (KeyError, ValueError, TypeError, AttributeError) as wrong:
        return Unreadable(
            external_id=external_id,
            revision=revision,
            message=f"{type(wrong).__name__}: {wrong}",
            raw=dict(order),
        )


def _order_of(order: Mapping[str, Any], external_id: str, revision: str) -> ChannelOrder:
    currency = str(order.get("currency", "PLN"))
    buyer = order.get("buyer", {})
    delivery = order.get("delivery", {})
    paid = order.get("paid")
    to = order.get("deliver_to")
    bill = order.get("bill_to")
    return ChannelOrder(
        external_id=external_id,
        revision=revision,
        placed_at=_moment(order["created"]),
        currency=currency,
        buyer={
            "name": buyer.get("name") or (to or {}).get("name"),
            "email": buyer.get("mail"),
            "phone": buyer.get("phone"),
            "marketplace_id": buyer.get("login"),
            "company": buyer.get("company"),
            "vat_id": buyer.get("vat_id"),
        },
        lines=[
            ChannelLine(
                sku=str(item["code"]),
                quantity=int(item["count"]),
                unit_price_minor=parse_money(str(item["price"]), currency),
                name=str(item.get("title", "")),
            )
            for item in order["items"]
        ],
        shipping_method=str(delivery.get("way", "courier")),
        shipping_minor=parse_money(str(delivery.get("price", "0")), currency),
        shipping_address=_address(to) if to else None,
        billing_address=_address(bill) if bill else None,
        pickup_point=delivery.get("point"),
        payment=_payment(paid, currency) if paid else None,
        note=order.get("remark") or None,
        cancelled=bool(order.get("cancelled")),
    )


def _payment(paid: Mapping[str, Any], currency: str) -> ChannelPayment:
    return ChannelPayment(
        method=str(paid["way"]),
        amount_minor=parse_money(str(paid["amount"]), currency),
        state=PAID[str(paid.get("state", "paid"))],
        reference=paid.get("reference"),
    )


def _address(there: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": there.get("name", ""),
        "company": there.get("company"),
        "street": there.get("street", ""),
        "street2": there.get("street2"),
        "postal_code": there.get("zip", ""),
        "city": there.get("town", ""),
        "country": there.get("country", "PL"),
        "phone": there.get("phone"),
        "email": there.get("mail"),
    }


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def parcel_of(request: ShipmentRequest) -> dict[str, Any]:
    """Return a parcel as the paper courier wants to hear of it."""
    return {
        "from": _place(request.sender),
        "to": _place(request.recipient),
        "order": request.order_number,
        "service": request.service,
        "point": request.point,
        "grams": request.weight_grams,
        "collect": request.cod_minor,
        "unit": request.currency,
    }


def _place(address: Address) -> dict[str, str]:
    return {
        "name": address.company or address.name,
        "person": address.name,
        "street": " ".join(part for part in (address.street, address.street2) if part),
        "zip": address.postal_code,
        "town": address.city,
        "country": address.country,
        "phone": address.phone or "",
    }


def carrier_answer(parcel: Mapping[str, Any]) -> CarrierAnswer:
    """Return what the courier's parcel means to us; its number counts once the label is ready."""
    return CarrierAnswer(
        outcome=Outcome.DONE,
        external_id=str(parcel["id"]),
        tracking_number=str(parcel["number"]) if parcel["ready"] else None,
    )


def transfer_of(transfer: Mapping[str, Any]) -> BankTransfer:
    return BankTransfer(
        external_id=str(transfer["name"]),
        amount_minor=int(transfer["amount"]),
        currency=str(transfer["unit"]),
        title=str(transfer["title"]),
        payer=str(transfer["payer"]),
        booked_on=date.fromisoformat(str(transfer["day"])),
    )
