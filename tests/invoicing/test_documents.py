"""Rules of documents: numbers, frozen data, corrections, and the proof over all of them."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, text, update
from sqlalchemy.exc import DBAPIError

from app import outbox
from app.db import close_session, session, transact
from app.errors import NotFound
from app.reference import Reference
from modules import invoicing
from modules.invoicing import CannotCorrect, Document, DocumentKind, NothingToInvoice, SlipLine
from modules.invoicing.content import hash_of
from modules.invoicing.queries import get_document, pdf_of, prove_documents
from tests.invoicing.cast import BUYER, ORDER, invoice, issued, line, taken_back

Freeze = Callable[[datetime], None]


@pytest.fixture
def in_november(app: Flask, freeze: Freeze) -> None:
    freeze(datetime(2026, 11, 21, 12, tzinfo=UTC))


@pytest.mark.usefixtures("in_november")
def test_invoices_of_a_store_and_month_count_from_one() -> None:
    numbers = [get_document(invoice()).number for _time in range(3)]
    assert numbers == [f"FV/MAIN/2026/11/0000{n}" for n in (1, 2, 3)]


@pytest.mark.usefixtures("app")
def test_a_new_month_begins_a_series_by_the_clock_of_the_company(freeze: Freeze) -> None:
    # 23:30 on the 30th in UTC is already 1 December in Warsaw.
    freeze(datetime(2026, 11, 30, 23, 30, tzinfo=UTC))
    assert get_document(invoice()).number == "FV/MAIN/2026/12/00001"


@pytest.mark.usefixtures("in_november")
def test_an_invoice_that_was_rolled_back_gives_its_number_back() -> None:
    def fail() -> None:
        issued()
        raise RuntimeError

    with pytest.raises(RuntimeError):
        transact(fail)
    assert get_document(invoice()).serial == 1


@pytest.mark.usefixtures("app")
def test_an_invoice_needs_a_line_and_a_store() -> None:
    with pytest.raises(NothingToInvoice):
        transact(lambda: issued(lines=()))
    with pytest.raises(NotFound):
        invoice(store_id=999_999)


@pytest.mark.usefixtures("app")
def test_vat_is_counted_once_per_rate() -> None:
    found = get_document(invoice(line(gross=9999), line(gross=9999), line(gross=1050, rate_bp=500)))
    rates = {rate["rate_bp"]: rate for rate in found.data["taxes"]}
    assert rates[2300]["tax_minor"] == 3739  # of 199,98; line by line it would be 3740
    assert rates[500]["tax_minor"] == 50
    assert found.net_minor + found.tax_minor == found.gross_minor == 21048


@pytest.mark.usefixtures("app")
def test_exempt_and_reverse_charge_goods_stand_in_rows_of_their_own() -> None:
    found = get_document(
        invoice(
            line(gross=1000, rate_bp=0, tax_kind="exempt"),
            line(gross=2000, rate_bp=0, tax_kind="reverse_charge"),
            line(gross=3000, rate_bp=0, tax_kind="zero"),
        )
    )
    categories = {rate["category"]: rate["tax_minor"] for rate in found.data["taxes"]}
    assert categories == {"E": 0, "AE": 0, "Z": 0}


@pytest.mark.usefixtures("app")
def test_an_invoice_takes_four_statements(statements: Callable[[], Any]) -> None:
    store_id = get_document(invoice()).store_id

    def issue() -> int:
        with statements() as asked:
            issued(*(line(f"Line {n}") for n in range(20)), store_id=store_id)
        return len(asked)

    assert transact(issue) == 4


@pytest.mark.usefixtures("app")
def test_the_data_carry_their_hash() -> None:
    found = get_document(invoice())
    assert found.data_hash == hash_of(found.data)
    assert found.template_version == 1


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    "change",
    [
        {"gross_minor": 1, "net_minor": 1, "tax_minor": 0},
        {"number": "FV/MAIN/1999/01/00001"},
        {"data": {}},
        {"data_hash": ""},
        {"issued_by": "nobody"},
    ],
)
def test_an_issued_document_never_changes(change: dict[str, Any]) -> None:
    key = invoice()
    with pytest.raises(DBAPIError, match="never changes"):
        transact(
            lambda: session.execute(update(Document).where(Document.id == key).values(**change))
        )


@pytest.mark.usefixtures("app")
def test_an_issued_document_is_never_deleted() -> None:
    key = invoice()
    with pytest.raises(DBAPIError, match="never changes"):
        transact(lambda: session.execute(delete(Document).where(Document.id == key)))


@pytest.mark.usefixtures("app")
def test_the_stored_file_of_a_document_is_set_once() -> None:
    key = invoice()
    outbox.run_due()
    with pytest.raises(DBAPIError, match="never changes"):
        transact(
            lambda: session.execute(
                update(Document).where(Document.id == key).values(pdf_hash="other")
            )
        )


@pytest.mark.usefixtures("app")
def test_the_pdf_is_made_right_after_and_kept_by_its_hash() -> None:
    key = invoice()
    assert pdf_of(key) is None
    assert outbox.run_due() == 1
    close_session()
    path = pdf_of(key)
    assert path is not None
    assert path.read_bytes().startswith(b"%PDF-")
    found = get_document(key)
    assert path.name == f"{found.pdf_hash}.pdf"
    assert path.parent.name == str(found.pdf_hash)[:2]
    assert found.rendered_at is not None


@pytest.mark.usefixtures("app")
def test_a_repeated_rendering_changes_nothing() -> None:
    key = invoice()
    outbox.run_due()
    close_session()
    first = get_document(key).pdf_hash
    transact(lambda: outbox.enqueue("invoicing.render", {"document_id": key}))
    outbox.run_due()
    close_session()
    assert get_document(key).pdf_hash == first


# --- corrections ------------------------------------------------------------------------------


@pytest.mark.usefixtures("in_november")
def test_a_correction_has_its_own_series_and_names_the_invoice() -> None:
    sold = line(quantity=2)
    key = invoice(sold)
    correction = get_document(
        transact(
            lambda: invoicing.issue_correction(
                corrects=key, lines=[taken_back(sold, left=1)], reason="Zwrot", refunded_minor=12900
            )
        )
    )
    assert correction.number == "KOR/MAIN/2026/11/00001"
    assert correction.corrects_id == key
    assert correction.gross_minor == -12900
    assert correction.data["corrects"]["number"] == "FV/MAIN/2026/11/00001"
    assert correction.data["lines"][0]["units"] == [5, 6]
    assert (correction.ref_kind, correction.ref_id) == ORDER


@pytest.mark.usefixtures("app")
def test_when_all_comes_back_piece_by_piece_no_grosz_of_vat_is_left() -> None:
    sold = line(gross=9999, quantity=3)
    key = invoice(sold)
    taxes = get_document(key).tax_minor
    for left in (2, 1, 0):
        back = invoicing.CorrectedLine(
            name=sold.name,
            rate_bp=2300,
            unit_gross_minor=9999,
            quantity_before=left + 1,
            quantity_after=left,
            gross_before_minor=9999 * (left + 1),
            gross_after_minor=9999 * left,
        )
        correction = transact(
            lambda back=back: invoicing.issue_correction(corrects=key, lines=[back], reason="Zwrot")  # type: ignore[misc]
        )
        taxes += get_document(correction).tax_minor
    assert taxes == 0


@pytest.mark.usefixtures("app")
def test_more_than_was_invoiced_cannot_be_taken_off() -> None:
    sold = line()
    key = invoice(sold)
    back = taken_back(sold)
    transact(lambda: invoicing.issue_correction(corrects=key, lines=[back], reason="Zwrot"))
    with pytest.raises(CannotCorrect, match="not have that much left"):
        transact(lambda: invoicing.issue_correction(corrects=key, lines=[back], reason="Zwrot"))


@pytest.mark.usefixtures("app")
def test_a_correction_that_changes_nothing_is_refused() -> None:
    sold = line()
    key = invoice(sold)
    with pytest.raises(CannotCorrect, match="changes nothing"):
        transact(
            lambda: invoicing.issue_correction(
                corrects=key, lines=[taken_back(sold, left=1)], reason="Zwrot"
            )
        )


@pytest.mark.usefixtures("app")
def test_only_an_invoice_can_be_corrected() -> None:
    slip = _slip()
    with pytest.raises(NotFound):
        transact(
            lambda: invoicing.issue_correction(
                corrects=slip, lines=[taken_back(line())], reason="Zwrot"
            )
        )


# --- papers that are not fiscal ---------------------------------------------------------------


def _slip() -> int:
    store_id = get_document(invoice()).store_id
    return transact(
        lambda: invoicing.issue_packing_slip(
            reference=Reference("parcel", 3),
            store_id=store_id,
            recipient=BUYER,
            lines=[SlipLine(name="Sweter", quantity=2, sku="HAL")],
            order_number="VS-000017",
        )
    )


@pytest.mark.usefixtures("app")
def test_a_packing_slip_has_no_price_and_takes_no_fiscal_number() -> None:
    slip = get_document(_slip())
    assert slip.series is None
    assert slip.number is None
    assert "minor" not in str(slip.data)


@pytest.mark.usefixtures("app")
def test_a_label_is_kept_as_the_carrier_sent_it() -> None:
    store_id = get_document(invoice()).store_id
    key = transact(
        lambda: invoicing.store_label(
            reference=Reference("parcel", 3), store_id=store_id, pdf=b"%PDF-1.4 label"
        )
    )
    path = pdf_of(key)
    assert path is not None
    assert path.read_bytes() == b"%PDF-1.4 label"


@pytest.mark.usefixtures("app")
def test_the_documents_of_several_things_are_found_by_one_statement(
    statements: Callable[[], Any],
) -> None:
    first, slip = invoice(), _slip()
    close_session()
    with statements() as asked:
        found = invoicing.documents_of(ORDER, Reference("parcel", 3), Reference("order", 18))
    assert len(asked) == 1
    assert [(one.id, one.kind) for one in found if one.id in (first, slip)] == [
        (first, DocumentKind.INVOICE),
        (slip, DocumentKind.PACKING_SLIP),
    ]
    assert next(one.number for one in found if one.id == slip) == f"PS-{slip}"


# --- proof ------------------------------------------------------------------------------------


@pytest.mark.usefixtures("app")
def test_the_proof_passes_over_documents_that_agree() -> None:
    invoice()
    _slip()
    outbox.run_due()
    close_session()
    assert list(prove_documents()) == []


@pytest.mark.usefixtures("in_november")
def test_the_proof_names_the_number_that_is_missing() -> None:
    invoice()
    transact(
        lambda: session.execute(
            text("UPDATE number_series SET last = 2 WHERE series = 'FV/MAIN/2026/11'")
        )
    )
    invoice()
    close_session()
    assert [one.entry for one in prove_documents()] == ["FV/MAIN/2026/11: 00002"]


@pytest.mark.usefixtures("in_november")
def test_the_proof_sees_a_number_that_no_document_has() -> None:
    invoice()
    transact(
        lambda: session.execute(
            text("UPDATE number_series SET last = 2 WHERE series = 'FV/MAIN/2026/11'")
        )
    )
    close_session()
    assert [(one.expected, one.found) for one in prove_documents()] == [(2, 1)]


@pytest.mark.usefixtures("in_november")
def test_the_proof_sees_data_that_were_changed_behind_the_guard() -> None:
    guards = {
        "sqlite": "DROP TRIGGER document_frozen",
        "postgresql": "ALTER TABLE document DISABLE TRIGGER document_frozen",
    }
    key = invoice()

    def tamper() -> None:
        session.execute(text(guards[session.get_bind().dialect.name]))
        document = session.get_one(Document, key)
        document.data = {**document.data, "note": "another note"}

    transact(tamper)
    close_session()
    assert [one.entry for one in prove_documents()] == ["FV/MAIN/2026/11/00001: data"]


@pytest.mark.usefixtures("app")
def test_the_proof_sees_a_file_that_was_changed_or_lost() -> None:
    key = invoice()
    outbox.run_due()
    close_session()
    path = pdf_of(key)
    assert isinstance(path, Path)
    path.write_bytes(b"%PDF-1.4 forged")
    assert [one.entry.endswith("PDF") for one in prove_documents()] == [True]
    path.unlink()
    assert [one.found for one in prove_documents()] == [None]
