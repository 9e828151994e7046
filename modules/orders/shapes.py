"""What programs send of orders, and its way to the operations' own values."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from app.api import (
    AddressIn,
    Amount,
    AnyId,
    Code,
    Currency,
    In,
    Line,
    ListIn,
    Minor,
    Moment,
    Quantity,
    Words,
)
from modules.orders.given import OrderedLine, OrderedPayment, PlaceOrder

MAX_LINES = 500
MAX_COUPONS = 10
Coupons = Annotated[
    list[Code], Field(max_length=MAX_COUPONS, description="Codes as the buyer typed them.")
]
Points = Annotated[
    int, Field(ge=0, le=10**9, description="Loyalty points that make it cheaper, in whole steps.")
]
ExternalId = Annotated[str, StringConstraints(min_length=1, max_length=200)]


MAX_CARDS = 10
CardCode = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Pin = Annotated[str, StringConstraints(max_length=16)]


class BuyerIn(In):
    id: Annotated[str, StringConstraints(max_length=40)] | None = None
    email: Annotated[str, StringConstraints(max_length=254)] | None = None
    phone: Annotated[str, StringConstraints(max_length=40)] | None = None
    card: Annotated[str, StringConstraints(max_length=64)] | None = None
    name: Line | None = None
    company: Line | None = None
    vat_id: Annotated[str, StringConstraints(max_length=32)] | None = None


class ShippingIn(In):
    method: Code
    price_minor: Minor = 0
    pickup_point: Annotated[str, StringConstraints(max_length=64)] | None = None


class OrderLineIn(In):
    sku: Code
    quantity: Quantity
    unit_price_minor: Minor | None = None


class CardIn(In):
    code: CardCode
    pin: Pin | None = None


class OrderPaymentIn(In):
    method: Code
    amount_minor: Minor
    state: Literal["captured", "authorized", "expected"] | None = None
    reference: Annotated[str, StringConstraints(max_length=200)] | None = None
    code: CardCode | None = None
    """The gift card's, with the method `gift_card`."""
    pin: Pin | None = None
    more_cards: Annotated[list[CardIn], Field(max_length=MAX_CARDS)] = Field(default_factory=list)
    """Further cards: that pays first which expires first."""


class OrderIn(In):
    channel: Code
    external_id: ExternalId | None = None
    store: Code | None = None
    placed_at: Moment | None = None
    currency: Currency
    prices: Literal["gross", "net"] = "gross"
    customer: BuyerIn = Field(default_factory=BuyerIn)
    billing_address: AddressIn | None = None
    shipping_address: AddressIn | None = None
    shipping: ShippingIn
    lines: Annotated[list[OrderLineIn], Field(min_length=1, max_length=MAX_LINES)]
    coupons: Coupons = Field(default_factory=list)
    card: Code | None = None
    """The loyalty card that was shown: it names the customer."""
    points: Points = 0
    payment: OrderPaymentIn | None = None
    note: Words | None = None
    language: Literal["en", "pl"] = "pl"

    def given(
        self, *, store: str | None, customer_id: int | None, cards: Sequence[int] = ()
    ) -> PlaceOrder:
        """Return the order as the operation takes it; `cards` pay for it."""
        buyer = self.customer.model_dump(exclude_none=True, exclude={"id"})
        if customer_id is not None:
            buyer["customer_id"] = customer_id
        paid = self.payment
        return PlaceOrder(
            channel=self.channel,
            external_id=self.external_id,
            store=store,
            placed_at=self.placed_at,
            currency=self.currency,
            net=self.prices == "net",
            buyer=buyer,
            billing_address=_plain(self.billing_address),
            shipping_address=_plain(self.shipping_address),
            shipping_method=self.shipping.method,
            shipping_minor=self.shipping.price_minor,
            pickup_point=self.shipping.pickup_point,
            coupons=self.coupons,
            points=self.points,
            lines=[OrderedLine(**line.model_dump()) for line in self.lines],
            payment=OrderedPayment(
                method=paid.method,
                amount_minor=paid.amount_minor,
                state=paid.state,
                reference=paid.reference,
                cards=cards,
            )
            if paid
            else None,
            note=self.note,
            language=self.language,
        )


def _plain(address: AddressIn | None) -> dict[str, Any] | None:
    return address.model_dump(exclude_none=True) if address else None


class OrdersQuery(ListIn):
    status: str | None = None
    channel: Code | None = None
    store: Code | None = None
    q: Annotated[str, StringConstraints(max_length=200)] | None = None


class LineCountIn(In):
    line: AnyId
    quantity: Quantity


class CancellationIn(In):
    reason: Line
    lines: Annotated[list[LineCountIn], Field(max_length=MAX_LINES)] | None = None


class HoldIn(In):
    kind: Code
    reason: Line
    due_at: Moment | None = None
    owner: Line | None = None


class ParcelIn(In):
    location: Code | None = None
    lines: Annotated[list[LineCountIn], Field(max_length=MAX_LINES)] | None = None
    service: Code | None = None


class WorkIn(In):
    lines: Annotated[list[LineCountIn], Field(max_length=MAX_LINES)] | None = None


class LabelIn(In):
    service: Code | None = None
    point: Code | None = None


class ShipIn(In):
    tracking_number: Annotated[str, StringConstraints(max_length=64)] | None = None
    override: Line | None = None


class ReturnLineIn(In):
    line: AnyId
    quantity: Quantity
    reason: Line


class ReturnIn(In):
    lines: Annotated[list[ReturnLineIn], Field(min_length=1, max_length=MAX_LINES)]
    note: Words | None = None


class ReceivedLineIn(In):
    line: AnyId
    quantity: Quantity
    verdict: Literal["sellable", "damaged", "wrong_item", "missing", "kept", "lost"]


class RefundIn(In):
    payment: AnyId
    amount_minor: Amount


class ReturnReceiptIn(In):
    lines: Annotated[list[ReceivedLineIn], Field(min_length=1, max_length=MAX_LINES)]
    refund: Annotated[list[RefundIn], Field(max_length=50)] = Field(default_factory=list)
    location: Code | None = None


class PaymentIn(In):
    method: Code
    amount_minor: Amount
    reference: Annotated[str, StringConstraints(max_length=200)] | None = None
    state: Literal["captured", "authorized", "expected"] | None = None
    code: Annotated[str, StringConstraints(min_length=1, max_length=64)] | None = None
    """The gift card's, with the method `gift_card`."""
    pin: Annotated[str, StringConstraints(min_length=1, max_length=16)] | None = None


def counts(lines: Sequence[LineCountIn] | None) -> dict[int, int] | None:
    """Return units by order line; one that is named twice counts twice."""
    if lines is None:
        return None
    found: dict[int, int] = {}
    for one in lines:
        found[int(one.line)] = found.get(int(one.line), 0) + one.quantity
    return found
