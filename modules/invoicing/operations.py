"""
Issuing documents. Each function freezes what the paper says; a job draws it right after.

No function commits: the number and the reason for the document become true together, or not.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple, cast
from zoneinfo import ZoneInfo

from sqlalchemy import Table, bindparam, column, insert, or_, select, table, true, update

from app import clock, outbox, search
from app.actor import current_actor
from app.db import session
from app.errors import NotFound
from app.i18n import _
from app.numbering import take_number
from app.reference import Reference
from modules.invoicing import storage
from modules.invoicing.content import (
    CorrectedLine,
    DocumentLine,
    Party,
    Rate,
    SlipLine,
    breakdown,
    difference,
    hash_of,
    plain,
)
from modules.invoicing.errors import CannotCorrect, NothingToInvoice
from modules.invoicing.models import Document, DocumentKind

TEMPLATE = 1
"""The version of the drawing that new documents get; it stands on each of them."""

_store = table("store", column("id"), column("code"))
_company = table(
    "company",
    *(
        column(name)
        for name in (
            "name", "vat_id", "street", "postal_code", "city", "country", "email", "phone",
            "bank_account", "time_zone",
        )
    ),
)  # fmt: skip
# The store with the company in one round trip: read down freely.
_WHERE = (
    select(_store.c.code, *_company.c)
    .select_from(_store.join(_company, true()))
    .where(_store.c.id == bindparam("store_id"))
)

_INSERT = insert(cast(Table, Document.__table__)).returning(Document.id)


class Seller(NamedTuple):
    """Who issues, where and on which day."""

    store_code: str
    party: Party
    bank_account: str
    day: date


def issue_invoice(
    *,
    reference: Reference,
    store_id: int,
    buyer: Party,
    lines: Sequence[DocumentLine],
    currency: str,
    paid_minor: int,
    payment_method: str,
    sale_on: date,
    due_on: date | None = None,
    language: str = "pl",
    seller: Party | None = None,
    recipient: Party | None = None,
    order_number: str = "",
    note: str = "",
) -> int:
    """
    Issue an invoice, take its number and have its PDF made; return its key.

    Four statements. Call it last in the unit of work: its series waits until the commit.
    The seller is the company where none is given.

    :raises NothingToInvoice: there is no line
    :raises NotFound: there is no such store
    """
    if not lines:
        raise NothingToInvoice(_("There is nothing to put on the invoice."))
    where = _issuer(store_id)
    rates = breakdown((one.tax_kind, one.rate_bp, one.gross_minor) for one in lines)
    gross = sum(one.gross_minor for one in lines)
    data = _common(where, seller, buyer, language, currency, order_number, note) | {
        "kind": DocumentKind.INVOICE.value,
        "sale_on": sale_on.isoformat(),
        "due_on": due_on.isoformat() if due_on else None,
        "recipient": plain(recipient) if recipient else None,
        "lines": [plain(one) for one in lines],
        "taxes": [rate._asdict() for rate in rates],
        "gross_minor": gross,
        "paid_minor": paid_minor,
        "due_minor": gross - paid_minor,
        "payment_method": payment_method,
        "bank_account": where.bank_account,
    }
    return _issue(
        DocumentKind.INVOICE,
        data,
        reference=reference,
        store_id=store_id,
        where=where,
        rates=rates,
        sale_on=sale_on,
    )


def issue_correction(
    *,
    corrects: int,
    lines: Sequence[CorrectedLine],
    reason: str,
    reference: Reference | None = None,
    refunded_minor: int = 0,
    note: str = "",
) -> int:
    """
    Issue a correction of an invoice: its lines before and after, and the difference; return its
    key.

    The reference is that of the invoice where none is given (a return gives its own). Five
    statements, whatever the number of lines.

    :raises NotFound: there is no such invoice
    :raises CannotCorrect: nothing differs, or more is taken off than the invoice still has
    """
    history = session.execute(
        select(Document)
        .where(or_(Document.id == corrects, Document.corrects_id == corrects))
        .order_by(Document.id)
    ).scalars().all()  # fmt: skip
    if not history or history[0].kind is not DocumentKind.INVOICE:
        raise NotFound(_("There is no invoice %(number)s to correct.", number=corrects))
    invoice = history[0]
    old = invoice.data
    before = [Rate(**rate) for one in history for rate in one.data["taxes"]]
    changes = [
        (one.tax_kind, one.rate_bp, one.gross_after_minor - one.gross_before_minor) for one in lines
    ]
    after, differences = difference(before, changes)
    if not any(change for *_kind, change in changes):
        raise CannotCorrect(_("This correction changes nothing. Say what came back."))
    if any(rate.gross_minor < 0 for rate in after):
        raise CannotCorrect(
            _("Invoice %(number)s does not have that much left to correct.", number=invoice.number)
        )
    where = _issuer(invoice.store_id)
    change = sum(rate.gross_minor for rate in differences)
    data = {
        "kind": DocumentKind.CORRECTION.value,
        "issue_date": where.day.isoformat(),
        "corrects": {"number": invoice.number, "issue_date": old["issue_date"]},
        "sale_on": old["sale_on"],
        "reason": reason,
        "language": invoice.language,
        "currency": invoice.currency,
        "seller": old["seller"],
        "buyer": old["buyer"],
        "place": where.party.city,
        "order_number": old["order_number"],
        "lines": [plain(one) for one in lines],
        "taxes": [rate._asdict() for rate in differences],
        "taxes_after": [rate._asdict() for rate in after],
        "gross_minor": change,
        "refunded_minor": refunded_minor,
        "note": note,
    }
    return _issue(
        DocumentKind.CORRECTION,
        data,
        reference=reference or Reference(invoice.ref_kind, invoice.ref_id),
        store_id=invoice.store_id,
        where=where,
        rates=differences,
        sale_on=invoice.sale_on,
        corrects_id=invoice.id,
    )


def issue_packing_slip(
    *,
    reference: Reference,
    store_id: int,
    recipient: Party,
    lines: Sequence[SlipLine],
    order_number: str,
    parcel_number: str = "",
    shipping: str = "",
    language: str = "pl",
    note: str = "",
) -> int:
    """
    Make the paper that lies in a parcel, without prices and without a fiscal number.

    :raises NotFound: there is no such store
    """
    where = _issuer(store_id)
    data = _common(where, None, recipient, language, "", order_number, note) | {
        "kind": DocumentKind.PACKING_SLIP.value,
        "lines": [plain(one) for one in lines],
        "parcel_number": parcel_number,
        "shipping": shipping,
    }
    return _issue(
        DocumentKind.PACKING_SLIP,
        data,
        reference=reference,
        store_id=store_id,
        where=where,
        rates=(),
        sale_on=None,
    )


def store_label(
    *,
    reference: Reference,
    store_id: int,
    pdf: bytes,
    tracking_number: str = "",
    carrier: str = "",
) -> int:
    """Keep a carrier's label as it was sent, and return its key."""
    data = {
        "kind": DocumentKind.LABEL.value,
        "tracking_number": tracking_number,
        "carrier": carrier,
        "pdf_hash": storage.keep(pdf),
    }
    return _insert(
        DocumentKind.LABEL,
        data,
        reference=reference,
        store_id=store_id,
        day=clock.now().date(),
        pdf_hash=data["pdf_hash"],
    )


def note_rendered(*, document_id: int, pdf_hash: str) -> None:
    """Write down which file a document's PDF is; the first one stays."""
    session.execute(
        update(Document)
        .where(Document.id == document_id, Document.pdf_hash.is_(None))
        .values(pdf_hash=pdf_hash, rendered_at=clock.now())
        .execution_options(synchronize_session=False)
    )


# --- what they share ----------------------------------------------------------------------------


def _issuer(store_id: int) -> Seller:
    found = session.execute(_WHERE, {"store_id": store_id}).mappings().first()
    if found is None:
        raise NotFound(_("There is no store %(number)s.", number=store_id))
    day = clock.now().astimezone(ZoneInfo(found["time_zone"])).date()
    return Seller(found["code"], Party.of(dict(found)), found["bank_account"] or "", day)


def _common(
    where: Seller,
    seller: Party | None,
    buyer: Party,
    language: str,
    currency: str,
    order_number: str,
    note: str,
) -> dict[str, Any]:
    return {
        "issue_date": where.day.isoformat(),
        "place": where.party.city,
        "language": language,
        "currency": currency,
        "seller": plain(seller or where.party),
        "buyer": plain(buyer),
        "order_number": order_number,
        "note": note,
    }


_PREFIX = {DocumentKind.INVOICE: "FV", DocumentKind.CORRECTION: "KOR"}


def _issue(
    kind: DocumentKind,
    data: dict[str, Any],
    *,
    reference: Reference,
    store_id: int,
    where: Seller,
    rates: Sequence[Rate],
    sale_on: date | None,
    corrects_id: int | None = None,
) -> int:
    """Take the number where the kind has one, freeze the data, and have the PDF made."""
    more: dict[str, Any] = {}
    if prefix := _PREFIX.get(kind):
        series = f"{prefix}/{where.store_code}/{where.day:%Y/%m}"
        serial = take_number(series)
        data["number"] = f"{series}/{serial:05d}"
        more = {"series": series, "serial": serial, "number": data["number"]}
    document_id = _insert(
        kind,
        data,
        reference=reference,
        store_id=store_id,
        day=where.day,
        sale_on=sale_on,
        language=data["language"],
        currency=data["currency"],
        net_minor=sum(rate.net_minor for rate in rates),
        tax_minor=sum(rate.tax_minor for rate in rates),
        gross_minor=sum(rate.gross_minor for rate in rates),
        buyer_name=data["buyer"]["company"] or data["buyer"]["name"],
        corrects_id=corrects_id,
        **more,
    )
    outbox.enqueue("invoicing.render", {"document_id": document_id}, priority=5)
    return document_id


def _insert(
    kind: DocumentKind,
    data: dict[str, Any],
    *,
    reference: Reference,
    store_id: int,
    day: date,
    **more: Any,
) -> int:
    values = {
        "kind": kind,
        "ref_kind": reference.kind,
        "ref_id": reference.id,
        "store_id": store_id,
        "issue_date": day,
        "language": "",
        "currency": "",
        "data": data,
        "data_hash": hash_of(data),
        "template_version": TEMPLATE,
        "issued_at": clock.now(),
        "issued_by": str(current_actor()),
        **more,
    }
    values["search"] = search.fold(
        more.get("number"),
        more.get("buyer_name"),
        data.get("order_number"),
        data.get("tracking_number"),
    )
    return int(session.execute(_INSERT, values).scalar_one())
