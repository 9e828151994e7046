"""Documents of an order: the invoice of what ships, and the correction of what comes back."""

from collections.abc import Mapping, Sequence

from sqlalchemy import insert, select, update

from app import clock
from app.db import session
from app.reference import Reference
from modules import invoicing, organization, payments
from modules.orders import timeline
from modules.orders.deriving import money_of, reference_of
from modules.orders.models import InvoicedUnits, Order, OrderLine, Parcel, SoldUnit
from modules.orders.queries import lines_of, units_of_lines
from modules.orders.units import cut, worth

Ranges = Mapping[int, tuple[int, int]]
"""Order line -> the first and last number of its units."""


def invoice_units(order: Order, ranges: Ranges) -> int | None:
    """
    Issue the invoice for units that leave (the first carries the delivery); return its key.

    A gift card is no sale yet and stands on none: what is bought with it does. Neither is what a
    promotion gives: nobody pays for it. None where nothing else leaves.
    """
    lines = [one for one in lines_of(order.id) if one.id in ranges and one.is_taxed]
    ranges = {line.id: ranges[line.id] for line in lines}
    sold = units_of_lines([line.id for line in lines])
    rows = [row for line in lines for row in _rows(line, sold[line.id], *ranges[line.id])]
    if order.shipping_minor and not order.shipping_invoiced:
        rows.append(_delivery(order))
        session.execute(update(Order).where(Order.id == order.id).values(shipping_invoiced=True))
    if not rows:
        return None
    gross = sum(row.gross_minor for row in rows)
    today = organization.day_of(clock.now())
    document_id = invoicing.issue_invoice(
        reference=reference_of(order.id),
        store_id=order.store_id,
        buyer=_buyer(order),
        recipient=invoicing.Party.of(order.shipping_address) if order.shipping_address else None,
        lines=rows,
        currency=order.currency,
        paid_minor=max(0, min(gross, _not_yet_used(order))),
        payment_method=_payment_method(order),
        sale_on=today,
        due_on=today,
        language=order.language,
        order_number=order.number,
    )
    units = [
        {"document_id": document_id, "order_line_id": line, "first": first, "last": last}
        for line, (first, last) in ranges.items()
    ]
    if units:
        session.execute(insert(InvoicedUnits), units)
    # Who pays by transfer quotes the invoice as often as the order.
    number = invoicing.get_document(document_id).number
    if number:
        payments.quote_also(reference=reference_of(order.id), number=number)
    timeline.record(order.id, "invoice_issued", document=document_id, total_minor=gross)
    return document_id


def _not_yet_used(order: Order) -> int:
    """Return the money of the order that pays for no earlier invoice of it."""
    money = money_of(order.id, total_minor=order.total_minor)
    fiscal = (invoicing.DocumentKind.INVOICE, invoicing.DocumentKind.CORRECTION)
    billed = sum(
        one.gross_minor
        for one in invoicing.documents_of(reference_of(order.id))
        if one.kind in fiscal
    )
    return money.paid_minor - money.refunded_minor - money.refunding_minor - billed


def correct_units(
    order: Order,
    ranges: Sequence[tuple[int, int, int]],
    *,
    reason: str,
    reference: Reference,
    changes: Sequence[tuple[int, int, int, int, int]] = (),
) -> None:
    """
    Issue a correction for units (line, first, last) on each invoice that they stand on.

    `changes` are units that stay at another price: (line, first, last, before, after).
    """
    wanted = {line for line, *_units in (*ranges, *changes)}
    invoiced = session.scalars(
        select(InvoicedUnits)
        .where(InvoicedUnits.order_line_id.in_(wanted))
        .order_by(InvoicedUnits.document_id, InvoicedUnits.id)
    ).all()
    lines = {line.id: line for line in lines_of(order.id)}
    sold = units_of_lines(sorted(wanted))
    by_document: dict[int, list[invoicing.CorrectedLine]] = {}
    for one in invoiced:
        for line, first, last in ranges:
            low, high = max(first, one.first), min(last, one.last)
            if line == one.order_line_id and low <= high:
                rows = _corrected(lines[line], sold[line], one, low, high)
                by_document.setdefault(one.document_id, []).extend(rows)
        for line, first, last, before, after in changes:
            count = min(last, one.last) - max(first, one.first) + 1
            if line == one.order_line_id and count > 0:
                row = _row(lines[line], after, count, count, count * before, count * after)
                by_document.setdefault(one.document_id, []).append(row)
    for document_id, rows in by_document.items():
        correction = invoicing.issue_correction(
            corrects=document_id, lines=rows, reason=reason, reference=reference
        )
        change = sum(row.gross_after_minor - row.gross_before_minor for row in rows)
        timeline.record(order.id, "correction_issued", document=correction, total_minor=change)


def packing_slip(order: Order, parcel: Parcel, units: Mapping[int, int]) -> int:
    """Make the slip that lies in the parcel: what and how many, no prices."""
    recipient = order.shipping_address or order.billing_address or order.buyer
    return invoicing.issue_packing_slip(
        reference=reference_of(order.id),
        store_id=parcel.store_id,
        recipient=invoicing.Party.of(recipient),
        lines=[
            invoicing.SlipLine(
                name=line.name, detail=line.label, quantity=units[line.id], sku=line.sku
            )
            for line in lines_of(order.id)
            if line.id in units
        ],
        order_number=order.number,
        parcel_number=parcel.number,
        shipping=parcel.tracking_number or "",
        language=order.language,
    )


def _rows(
    line: OrderLine, sold: Sequence[SoldUnit], first: int, last: int
) -> list[invoicing.DocumentLine]:
    if line.per > 1:
        whole = worth(line, sold, first, last)
        parts = [(last - first + 1, line.unit_price_minor, whole)]
    else:
        parts = [
            (one.unit_count, one.gross_minor, one.worth_minor) for one in cut(sold, first, last)
        ]
    return [
        invoicing.DocumentLine(
            name=_named(line),
            sku=line.sku,
            quantity=count,
            unit_gross_minor=price,
            gross_minor=amount,
            rate_bp=line.rate_bp,
        )
        for count, price, amount in parts
    ]


def _corrected(
    line: OrderLine, sold: Sequence[SoldUnit], on: InvoicedUnits, low: int, high: int
) -> list[invoicing.CorrectedLine]:
    """
    Return the invoice's lines before and after units `low` to `high` came back.

    Units come back in the order of their numbers: those below `low` are corrected already.
    """
    if line.per > 1:
        before = worth(line, sold, low, on.last)
        after = worth(line, sold, high + 1, on.last)
        had, left = on.last - low + 1, on.last - high
        return [_row(line, line.unit_price_minor, had, left, before, after)]
    rows = []
    for part in cut(sold, on.first, on.last):
        had = part.last - max(part.first, low) + 1
        left = max(0, part.last - max(part.first, high + 1) + 1)
        if had > left:
            price = part.gross_minor
            rows.append(_row(line, price, had, left, had * price, left * price))
    return rows


def _row(
    line: OrderLine, price: int, had: int, left: int, before: int, after: int
) -> invoicing.CorrectedLine:
    return invoicing.CorrectedLine(
        name=_named(line),
        sku=line.sku,
        quantity_before=had,
        quantity_after=left,
        unit_gross_minor=price,
        gross_before_minor=before,
        gross_after_minor=after,
        rate_bp=line.rate_bp,
    )


def _delivery(order: Order) -> invoicing.DocumentLine:
    return invoicing.DocumentLine(
        name="Dostawa" if order.language == "pl" else "Delivery",
        quantity=1,
        unit_gross_minor=order.shipping_minor,
        gross_minor=order.shipping_minor,
        rate_bp=order.shipping_rate_bp,
    )


def _named(line: OrderLine) -> str:
    return f"{line.name} · {line.label}" if line.label else line.name


def _buyer(order: Order) -> invoicing.Party:
    address = order.billing_address or order.shipping_address
    buyer = order.buyer
    named = {key: buyer.get(key) for key in ("company", "vat_id") if buyer.get(key)}
    name = buyer.get("name") or (address or {}).get("name") or ""
    return invoicing.Party.of(address, name=name, **named)


def _payment_method(order: Order) -> str:
    used = payments.list_payments(reference_of(order.id))
    return organization.get_payment_method(used[-1].method).name if used else ""
