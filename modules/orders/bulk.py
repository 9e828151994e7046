"""History from an earlier system: many orders at once, priced as given, without stock or papers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, select

from app import clock
from app.actor import current_actor
from app.bulk import insert_keyed, insert_many
from app.db import session
from app.i18n import _
from app.reference import Reference
from app.search import fold
from modules import catalog, organization, payments
from modules.orders.errors import UnknownCode
from modules.orders.models import (
    FulfilmentStatus,
    Lane,
    Order,
    OrderEvent,
    OrderLine,
    OrderStatus,
    PaymentStatus,
    SoldUnit,
)
from modules.orders.quoting import split_into_units

STATES = ("shipped", "delivered", "cancelled", "returned")


@dataclass(frozen=True, kw_only=True)
class HistoryLine:
    sku: str
    quantity: int
    unit_price_minor: int


@dataclass(frozen=True, kw_only=True)
class HistoryOrder:
    """An order that is over: `status` is one of STATES; prices with VAT."""

    channel_code: str
    external_id: str
    placed_at: datetime
    currency: str
    status: str
    lines: Sequence[HistoryLine]
    customer_id: int | None = None
    buyer: Mapping[str, Any] = field(default_factory=dict)
    address: Mapping[str, Any] | None = None
    store_code: str | None = None
    """Whose sale it was; without it the channel's store's."""
    shipping_code: str | None = None
    payment_code: str | None = None


# Tables, not models: mapping each row to an object would take twice as long.
_ORDER, _LINE, _UNIT, _EVENT = (
    cast(Table, model.__table__) for model in (Order, OrderLine, SoldUnit, OrderEvent)
)


@dataclass(frozen=True, kw_only=True)
class TakenHistory:
    """What came of orders of the past; places are those in the sequence that was given."""

    keys: Sequence[int]
    known: Sequence[int]
    refused: Mapping[int, Sequence[str]]


def import_history(
    history: Sequence[HistoryOrder], *, payment_method: str = "transfer"
) -> list[int]:
    """
    Store orders of the past and return the keys of the new ones; known external ids are left.

    :raises UnknownCode: a channel, store, method or status is not there; nothing is stored
    """
    sorted_out = _SortedOut(history, payment_method)
    for faults in sorted_out.refused.values():
        raise UnknownCode(faults[0])
    return _store([history[place] for place in sorted_out.fresh], sorted_out, payment_method)


def take_history(
    history: Sequence[HistoryOrder],
    *,
    customer_of: Callable[[HistoryOrder], int | None],
    payment_method: str = "transfer",
) -> TakenHistory:
    """
    Store what can be stored of the past, and tell of the rest why not.

    Who bought is asked only for what is stored: an order that is known or refused makes nobody.
    """
    sorted_out = _SortedOut(history, payment_method)
    fresh = [history[place] for place in sorted_out.fresh]
    owned = [replace(one, customer_id=customer_of(one)) for one in fresh]
    return TakenHistory(
        keys=_store(owned, sorted_out, payment_method),
        known=sorted_out.known,
        refused=sorted_out.refused,
    )


class _SortedOut:
    """Orders by what can be done with them, and all that was looked up on the way."""

    def __init__(self, history: Sequence[HistoryOrder], payment_method: str) -> None:
        self.channels = {channel.code: channel for channel in organization.list_channels()}
        self.stores = {store.code: store.id for store in organization.list_stores()}
        self.methods = {way.code: way.id for way in organization.list_shipping_methods()}
        self.kinds = {way.code: str(way.kind) for way in organization.list_payment_methods()}
        self.refused: dict[int, list[str]] = {}
        self.known: list[int] = []
        there = []
        for place, one in enumerate(history):
            if one.channel_code in self.channels:
                there.append(place)
            else:
                reason = _("There is no channel %(code)s.", code=one.channel_code)
                self.refused[place] = [reason]
        # What is known already is no longer asked whether it could be taken.
        new = self._without_known(history, there)
        skus = {line.sku for place in new for line in history[place].lines}
        self.variants = catalog.variants_for_sale(sorted(skus))
        self.fresh: list[int] = []
        for place in new:
            if faults := self._faults(history[place], payment_method):
                self.refused[place] = faults
            else:
                self.fresh.append(place)

    def _without_known(
        self, history: Sequence[HistoryOrder], places: Sequence[int]
    ) -> Sequence[int]:
        asked: dict[int, set[str]] = {}
        for place in places:
            one = history[place]
            asked.setdefault(self.channels[one.channel_code].id, set()).add(one.external_id)
        known = set()
        for channel_id, ids in asked.items():
            ordered = sorted(ids)
            for start in range(0, len(ordered), 5_000):
                found = select(Order.external_id).where(
                    Order.channel_id == channel_id,
                    Order.external_id.in_(ordered[start : start + 5_000]),
                )
                known |= {(channel_id, text) for text in session.scalars(found)}
        new: list[int] = []
        for place in places:
            one = history[place]
            name = (self.channels[one.channel_code].id, one.external_id)
            (self.known if name in known else new).append(place)
            known.add(name)
        return new

    def _faults(self, one: HistoryOrder, payment_method: str) -> list[str]:
        payment = one.payment_code or payment_method
        faults = []
        if one.status not in STATES:
            faults.append(_("There is no status %(code)s.", code=one.status))
        if one.store_code and one.store_code not in self.stores:
            faults.append(_("There is no store %(code)s.", code=one.store_code))
        if one.shipping_code and one.shipping_code not in self.methods:
            faults.append(_("There is no shipping method %(code)s.", code=one.shipping_code))
        if payment not in self.kinds:
            faults.append(_("There is no payment method %(code)s.", code=payment))
        return faults


def _store(fresh: Sequence[HistoryOrder], known: _SortedOut, payment_method: str) -> list[int]:
    if not fresh:
        return []
    usual = next(iter(known.methods.values()))
    rows = []
    for one in fresh:
        channel = known.channels[one.channel_code]
        store_id = known.stores[one.store_code] if one.store_code else channel.store_id
        method_id = known.methods[one.shipping_code] if one.shipping_code else usual
        rows.append(_order(one, channel, store_id=store_id, method_id=method_id))
    keys = insert_keyed(_ORDER, rows)
    _insert_lines(keys, fresh, known.variants, organization.rates_on(organization.today()))
    _insert_payments(keys, rows, fresh, known.kinds, payment_method)
    insert_many(
        _EVENT,
        [
            {
                "order_id": key,
                "kind": "imported",
                "actor": str(current_actor()),
                "at": clock.now(),
                "data": {"status": one.status, "total_minor": row["goods_minor"]},
            }
            for key, one, row in zip(keys, fresh, rows, strict=True)
        ],
    )
    return keys


_FULFILMENT = {
    "shipped": FulfilmentStatus.SHIPPED,
    "delivered": FulfilmentStatus.DELIVERED,
    "cancelled": FulfilmentStatus.CANCELLED,
    "returned": FulfilmentStatus.RETURNED,
}


def _order(
    one: HistoryOrder, channel: organization.Channel, *, store_id: int, method_id: int
) -> dict[str, Any]:
    goods = sum(line.unit_price_minor * line.quantity for line in one.lines)
    cancelled, returned = one.status == "cancelled", one.status == "returned"
    address = one.address or {}
    paid = 0 if cancelled else goods
    if returned and paid:
        payment = PaymentStatus.REFUNDED
    else:
        payment = PaymentStatus.VOIDED if cancelled else PaymentStatus.PAID
    return {
        "channel_id": channel.id,
        "external_id": one.external_id,
        "store_id": store_id,
        "customer_id": one.customer_id,
        "status": OrderStatus.CANCELLED if cancelled else OrderStatus.CLOSED,
        "currency": one.currency,
        "placed_at": one.placed_at,
        "created_at": clock.now(),
        "updated_at": clock.now(),
        "closed_at": one.placed_at,
        "buyer": dict(one.buyer),
        "billing_address": None,
        "shipping_address": dict(one.address) if one.address else None,
        "shipping_method_id": method_id,
        "pickup_point": None,
        "language": "pl",
        "note": None,
        "imported": True,
        "search": fold(
            one.external_id,
            *(str(one.buyer.get(key) or "") for key in ("name", "company", "email", "phone")),
            str(address.get("city") or ""),
            *(line.sku for line in one.lines),
        ),
        "goods_minor": 0 if cancelled else goods,
        "discount_minor": 0,
        "shipping_minor": 0,
        "shipping_rate_bp": 0,
        "shipping_invoiced": False,
        "returned_minor": goods if returned else 0,
        "total_minor": 0 if cancelled or returned else goods,
        "paid_minor": paid,
        "refunded_minor": paid if returned else 0,
        "payment_status": payment,
        "fulfilment_status": _FULFILMENT[one.status],
        "lane": Lane.OVER if cancelled else Lane.SHIPPED,
        "line_count": len(one.lines),
        "unit_count": 0 if cancelled else sum(line.quantity for line in one.lines),
    }


def _insert_lines(
    keys: Sequence[int],
    fresh: Sequence[HistoryOrder],
    variants: Mapping[str, Any],
    rates: Mapping[int, int],
) -> None:
    standard = max(rates.values())
    rows, costs = [], []
    for key, one in zip(keys, fresh, strict=True):
        for place, line in enumerate(one.lines):
            # What an earlier system sold and nobody sells any more keeps its SKU as its name.
            variant = variants.get(line.sku)
            rate_bp = rates[variant.tax_class_id] if variant else standard
            rows.append(_line(key, place + 1, one, line, variant, rate_bp))
            costs.append(variant.cost_minor if variant else None)
    line_keys = insert_keyed(_LINE, rows)
    units = []
    for line_key, row, cost in zip(line_keys, rows, costs, strict=True):
        for part in split_into_units(
            quantity=row["quantity"],
            per=row["per"],
            gross_minor=row["gross_minor"],
            discount_minor=0,
        ):
            units.append(
                {
                    "order_line_id": line_key,
                    "first": part.first,
                    "last": part.last,
                    "gross_minor": part.gross_minor,
                    "discount_minor": 0,
                    "rate_bp": row["rate_bp"],
                    "cost_minor": cost,
                }
            )
    insert_many(_UNIT, units)


def _line(
    order_id: int,
    position: int,
    one: HistoryOrder,
    line: HistoryLine,
    variant: Any,
    rate_bp: int,
) -> dict[str, Any]:
    cancelled = line.quantity if one.status == "cancelled" else 0
    shipped = line.quantity - cancelled
    arrived = one.status in ("delivered", "returned")
    return {
        "order_id": order_id,
        "position": position,
        "variant_id": variant.id if variant else None,
        "sku": line.sku,
        "name": variant.name if variant else line.sku,
        "label": variant.label if variant else "",
        "quantity": line.quantity,
        "per": 1,
        "unit_price_minor": line.unit_price_minor,
        "gross_minor": line.unit_price_minor * line.quantity,
        "discount_minor": 0,
        "tax_class_id": variant.tax_class_id if variant else None,
        "rate_bp": rate_bp,
        "cancelled": cancelled,
        "backordered": 0,
        "reserved": 0,
        "picking": 0,
        "picked": 0,
        "packed": 0,
        "shipped": shipped,
        "delivered": shipped if arrived else 0,
        "return_requested": 0,
        "returned": shipped if one.status == "returned" else 0,
    }


def _insert_payments(
    keys: Sequence[int],
    rows: Sequence[Mapping[str, Any]],
    fresh: Sequence[HistoryOrder],
    kinds: Mapping[str, str],
    method: str,
) -> None:
    new = [
        payments.NewPayment(
            reference=Reference("order", key),
            store_id=row["store_id"],
            method=one.payment_code or method,
            kind=kinds[one.payment_code or method],
            amount_minor=row["paid_minor"],
            currency=row["currency"],
            at=one.placed_at,
            refunded_minor=row["refunded_minor"],
        )
        for key, row, one in zip(keys, rows, fresh, strict=True)
        if row["paid_minor"]
    ]
    if new:
        payments.record_many(payments=new)
