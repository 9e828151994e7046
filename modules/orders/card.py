"""All that the page of an order shows, read once; templates ask nothing more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.db import session
from app.i18n import _
from app.money import Tax, taxes_of_gross
from app.reference import Reference
from modules import catalog, customers, invoicing, organization, payments, shipping
from modules.orders.deriving import OPEN_RETURNS, as_money, reference_of
from modules.orders.judging import ToldPromotion, tell_judged
from modules.orders.models import (
    BEFORE_SHIPPED,
    Allocation,
    AllocationState,
    Hold,
    Order,
    OrderLine,
    Parcel,
    SoldUnit,
)
from modules.orders.next_action import (
    Coming,
    Expected,
    Facts,
    Label,
    NextAction,
    OpenHold,
    Step,
    Work,
    next_action,
    step_of,
)
from modules.orders.queries import (
    ReturnView,
    allocations_of,
    events_of,
    get_order,
    holds_of,
    judged_of,
    lines_of,
    parcels_of,
    returns_of,
    units_of_lines,
)
from modules.orders.telling import Told, by_day
from modules.orders.units import worth

_OPEN_PAYMENTS = (
    payments.PaymentState.CREATED,
    payments.PaymentState.PENDING,
    payments.PaymentState.AUTHORIZED,
)
_BEFORE_PICKED = (AllocationState.RESERVED, AllocationState.PICKING)


@dataclass(frozen=True, kw_only=True)
class CardLine:
    """One line: what it is, where its units are, what it costs now."""

    line: OrderLine
    colour: str
    size: str
    photo: str | None
    states: list[tuple[int, str, str]]
    """(count, tone, word) of its units, as the unit bar draws them."""
    places: str
    gross_minor: int
    kept_minor: int
    """What is left of it after what came back."""
    cancellable: int
    returnable: int
    credits: list[int]
    """What the first one, two, three … units that come back now are worth together."""


@dataclass(frozen=True, kw_only=True)
class CardParcel:
    parcel: Parcel
    place: str
    inside: list[tuple[CardLine, int]]
    units: int
    unpicked: int
    label: Label
    step: Step
    needs_number: bool
    carrier: str
    failure: str
    shipment_state: str


@dataclass(frozen=True, kw_only=True)
class CardPayment:
    payment: Any
    name: str
    open_minor: int
    refundable_minor: int


@dataclass(frozen=True, kw_only=True)
class CardReturn:
    """A return with its lines; `rows` are the units that are still to be looked at."""

    view: ReturnView
    is_open: bool
    lines: list[tuple[CardLine, int, int]]
    """(line, wanted, received)"""
    reason: str
    left: int


@dataclass(frozen=True, kw_only=True)
class Card:
    order: Order
    channel: organization.Channel
    store: organization.Store
    method: organization.ShippingMethod
    lines: list[CardLine]
    parcels: list[CardParcel]
    payments: list[CardPayment]
    refunding_minor: int
    documents: Sequence[invoicing.DocumentRef]
    returns: list[CardReturn]
    holds: Sequence[Hold]
    taxes: Sequence[Tax]
    days: list[tuple[date, list[Told]]]
    next: NextAction
    customer: customers.Customer | None
    places: Sequence[str]
    stores: frozenset[int]
    """The stores that this order concerns: its own, and those whose goods it takes."""
    free_units: int
    method_names: Mapping[str, str] = field(default_factory=dict)
    judged: Sequence[ToldPromotion] = ()

    @property
    def is_moving(self) -> bool:
        """Test whether a job will soon change what this page shows."""
        making = any(one.label is Label.MAKING for one in self.parcels)
        return making or self.refunding_minor > 0 or any(not one.ready for one in self.documents)

    @property
    def cancellable(self) -> int:
        return sum(one.cancellable for one in self.lines)

    @property
    def returnable(self) -> int:
        return sum(one.returnable for one in self.lines)

    @property
    def refundable_minor(self) -> int:
        return sum(one.refundable_minor for one in self.payments)


def load_card(order_id: int) -> Card:
    """Return everything about one order, in a fixed number of statements."""
    order = get_order(order_id)
    lines = lines_of(order_id)
    allocations = allocations_of(order_id)
    locations = {place.id: place for place in organization.list_locations()}
    methods = payments.own_method_names()
    methods |= {one.code: one.name for one in organization.list_payment_methods()}
    channels = {one.id: one for one in organization.list_channels()}
    method = session.get_one(organization.ShippingMethod, order.shipping_method_id)
    names = {place.id: place.name for place in locations.values()}
    shown = _lines(lines, allocations, names)
    parcels = _parcels(parcels_of(order_id), allocations, shown, names, method)
    paid = [_payment(one, methods) for one in payments.list_payments(reference_of(order_id))]
    holds = holds_of(order_id)
    returns = [_return(view, shown) for view in returns_of(order_id)]
    totals = payments.totals_of(reference_of(order_id))
    codes = {place.code: place.name for place in locations.values()}
    words = {one.code: one.name for one in channels.values()} | methods
    free = sum(
        one.quantity
        for one in allocations
        if one.state is AllocationState.RESERVED and one.parcel_id is None
    )
    facts = Facts(
        status=order.status,
        currency=order.currency,
        money=as_money(totals, total_minor=order.total_minor),
        refunding_minor=totals.refunding_minor,
        holds=[_hold(one) for one in holds],
        works=[_work(one) for one in parcels if one.step is not Step.NONE],
        free_units=free,
        backordered=sum(line.backordered for line in lines),
        coming=[
            Coming(return_id=one.view.wanted.id, number=one.view.wanted.number, units=one.left)
            for one in returns
            if one.is_open
        ],
        expected=[
            Expected(payment_id=one.payment.id, method=one.name, amount_minor=one.open_minor)
            for one in paid
            if one.open_minor
        ],
        shipped=sum(line.shipped for line in lines),
    )
    places = [one.location_id for one in allocations if one.location_id is not None]
    references = [Reference("parcel", one.parcel.id) for one in parcels]
    by_rate = [(one.line.rate_bp, one.kept_minor) for one in shown if one.line.is_taxed]
    if order.shipping_minor:
        by_rate.append((order.shipping_rate_bp, order.shipping_minor))
    return Card(
        order=order,
        channel=channels[order.channel_id],
        store=organization.store_by_id(order.store_id),
        method=method,
        lines=shown,
        parcels=parcels,
        payments=paid,
        refunding_minor=totals.refunding_minor,
        documents=invoicing.documents_of(reference_of(order_id), *references),
        returns=returns,
        holds=holds,
        taxes=taxes_of_gross(by_rate),
        days=by_day(events_of(order_id), words | codes),
        next=next_action(facts),
        customer=customers.get_customer(order.customer_id) if order.customer_id else None,
        places=sorted({names[place] for place in places}),
        stores=frozenset({order.store_id, *(locations[place].store_id for place in places)}),
        free_units=free,
        method_names=methods,
        judged=tell_judged(judged_of(order_id), order.currency),
    )


def colour_and_size(label: str) -> tuple[str, str]:
    """Return the colour and the size of a label such as "Burgundy · M"; without a dot a size."""
    colour, dot, size = label.rpartition(" · ")
    return (colour, size) if dot else ("", label)


def _lines(
    lines: Sequence[OrderLine], allocations: Sequence[Allocation], names: Mapping[int, str]
) -> list[CardLine]:
    sold = units_of_lines([line.id for line in lines])
    photos = catalog.photo_urls([line.variant_id for line in lines if line.variant_id])
    at: dict[int, dict[str, None]] = {}
    for one in allocations:
        if one.location_id is not None and one.state is not AllocationState.RELEASED:
            at.setdefault(one.order_line_id, {})[names[one.location_id]] = None
    return [_line(line, sold[line.id], photos, ", ".join(at.get(line.id, ()))) for line in lines]


def _line(
    line: OrderLine, sold: Sequence[SoldUnit], photos: Mapping[int, str | None], places: str
) -> CardLine:
    colour, size = colour_and_size(line.label)
    returnable = line.shipped - line.returned - line.return_requested
    expected = returnable + line.return_requested
    first, last = line.returned + 1, line.quantity - line.cancelled
    gross, kept = worth(line, sold, 1, last), worth(line, sold, first, last)
    if line.per > 1:
        credits = [worth(line, sold, first, line.returned + expected)] if expected else []
    else:
        credits = [worth(line, sold, first, first + count) for count in range(expected)]
    return CardLine(
        line=line,
        colour=colour,
        size=size,
        photo=photos.get(line.variant_id) if line.variant_id else None,
        states=states_of(line),
        places=places,
        gross_minor=gross,
        kept_minor=kept,
        cancellable=sum(getattr(line, str(state)) for state in BEFORE_SHIPPED),
        returnable=returnable,
        credits=credits,
    )


def states_of(line: OrderLine) -> list[tuple[int, str, str]]:
    """Return where the units of a line are: (count, tone, word), what came furthest first."""
    found = [
        (line.returned, "back", _("returned")),
        (line.delivered - min(line.delivered, line.returned), "ok", _("delivered")),
        (line.shipped - max(line.delivered, line.returned), "ok", _("shipped")),
        (line.packed, "run", _("packed")),
        (line.picked, "run", _("picked")),
        (line.picking, "run", _("picking")),
        (line.reserved, "idle", _("reserved")),
        (line.backordered, "gap", _("backordered")),
    ]
    return [one for one in found if one[0] > 0]


def label_of(shipment: shipping.Shipment | None) -> tuple[Label, str]:
    """Return how far a parcel's label is, and what the carrier said when it refused."""
    if shipment is None or shipment.state is shipping.ShipmentState.CANCELLED:
        return Label.NONE, ""
    if shipment.state is shipping.ShipmentState.REJECTED:
        return Label.FAILED, shipment.failure or ""
    if shipment.label_file is not None:
        return Label.READY, ""
    if shipment.carrier is None:
        return Label.WRITTEN, ""
    return Label.MAKING, ""


def _parcels(
    parcels: Sequence[Parcel],
    allocations: Sequence[Allocation],
    lines: Sequence[CardLine],
    names: Mapping[int, str],
    method: organization.ShippingMethod,
) -> list[CardParcel]:
    references = [Reference("parcel", parcel.id) for parcel in parcels]
    shipments = shipping.shipments_of(references) if references else {}
    by_line = {one.line.id: one for one in lines}
    found = []
    for parcel in parcels:
        inside = [one for one in allocations if one.parcel_id == parcel.id]
        shipment = shipments.get(Reference("parcel", parcel.id))
        label, failure = label_of(shipment)
        unpicked = sum(one.quantity for one in inside if one.state in _BEFORE_PICKED)
        units: dict[int, int] = {}
        for one in inside:
            units[one.order_line_id] = units.get(one.order_line_id, 0) + one.quantity
        found.append(
            CardParcel(
                parcel=parcel,
                place=names.get(parcel.location_id, ""),
                inside=[(by_line[line], count) for line, count in units.items()],
                units=sum(units.values()),
                unpicked=unpicked,
                label=label,
                step=step_of(
                    parcel.state,
                    unpicked=unpicked,
                    label=label,
                    has_carrier=bool(method.carrier),
                ),
                needs_number=(
                    not method.carrier
                    and str(method.kind) in ("courier", "locker")
                    and label is Label.NONE
                ),
                carrier=(method.name if shipment.carrier else shipment.service) if shipment else "",
                failure=failure,
                shipment_state=shipment.state.value if shipment else "",
            )
        )
    return found


def _payment(payment: Any, methods: Mapping[str, str]) -> CardPayment:
    still = payment.state in _OPEN_PAYMENTS
    left = payment.amount_minor - payment.captured_minor - payment.capturing_minor
    return CardPayment(
        payment=payment,
        name=methods.get(payment.method, payment.method),
        open_minor=left if still else 0,
        refundable_minor=(
            payment.captured_minor - payment.refunded_minor - payment.refunding_minor
        ),
    )


def _return(view: ReturnView, lines: Sequence[CardLine]) -> CardReturn:
    by_line = {one.line.id: one for one in lines}
    return CardReturn(
        view=view,
        is_open=view.wanted.state in OPEN_RETURNS,
        lines=[(by_line[one.order_line_id], one.quantity, one.received) for one in view.lines],
        reason=", ".join(dict.fromkeys(one.reason for one in view.lines)),
        left=sum(one.quantity - one.received for one in view.lines),
    )


def _hold(hold: Hold) -> OpenHold:
    return OpenHold(
        id=hold.id, kind=hold.kind, reason=hold.reason, owner=hold.owner, due_at=hold.due_at
    )


def _work(one: CardParcel) -> Work:
    return Work(
        parcel_id=one.parcel.id,
        number=one.parcel.number,
        step=one.step,
        units=one.units,
        place=one.place,
        needs_number=one.needs_number,
        failure=one.failure,
    )
