"""What is drawn: the same bytes each time, every letter, and nothing of what a name tries."""

import io
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfReader

from app import pdf, pdf_marks, pdf_paper
from modules.invoicing.content import (
    CorrectedLine,
    DocumentLine,
    Party,
    SlipLine,
    breakdown,
    difference,
    plain,
)
from modules.invoicing.rendering import render
from modules.invoicing.words import WORDS
from tests.invoicing.cast import BUYER, line

SELLER = Party(name="Łan Odzież sp. z o.o.", vat_id="PL5260250995", city="Kraków")
HOSTILE = [
    "Promo <b>50% off",
    '<img src="/etc/passwd"/>',
    "<img src=https://evil.example/x.png>",
    '<a href="javascript:alert(1)">Kowalski</a>',
    "<font color=\"[[[getattr(pow, Word('__globals__'))['os'].system('id')]]]\">",
    "&amp; &lt; &#60; %s {0} ${x}",
    "zero\x00 bell\x07 escape\x1b[31m red",
    "\u202etrowssap \u200b\ufeff",
    "</para><para>",
    "W" * 400,
]


def invoice_data(*lines: DocumentLine, **more: Any) -> dict[str, Any]:
    gross = sum(one.gross_minor for one in lines)
    rates = breakdown((one.tax_kind, one.rate_bp, one.gross_minor) for one in lines)
    return {
        "kind": "invoice",
        "number": "FV/MAIN/2026/11/00017",
        "issue_date": "2026-11-21",
        "sale_on": "2026-11-20",
        "due_on": "2026-12-05",
        "place": "Kraków",
        "language": "pl",
        "currency": "PLN",
        "seller": plain(SELLER),
        "buyer": plain(BUYER),
        "recipient": None,
        "order_number": "VS-000017",
        "note": "",
        "lines": [plain(one) for one in lines],
        "taxes": [rate._asdict() for rate in rates],
        "gross_minor": gross,
        "paid_minor": 0,
        "due_minor": gross,
        "payment_method": "Przelew",
        "bank_account": "PL61109010140000071219812874",
        **more,
    }


def correction_data() -> dict[str, Any]:
    back = CorrectedLine(
        name="Sweter",
        quantity_before=2,
        quantity_after=1,
        unit_gross_minor=12900,
        gross_before_minor=25800,
        gross_after_minor=12900,
        rate_bp=2300,
    )
    before = breakdown([("standard", 2300, 25800)])
    _after, rates = difference(before, [("standard", 2300, -12900)])
    more = {
        "kind": "correction",
        "number": "KOR/MAIN/2026/11/00003",
        "corrects": {"number": "FV/MAIN/2026/11/00017", "issue_date": "2026-11-21"},
        "reason": "Zwrot: za mały <b>rozmiar",
        "lines": [plain(back)],
        "taxes": [rate._asdict() for rate in rates],
        "gross_minor": -12900,
        "refunded_minor": 12900,
    }
    return invoice_data(line()) | more


def slip_data() -> dict[str, Any]:
    lines = [plain(SlipLine(name="Żakiet ŁĄKA", quantity=2, sku="ZAK-1", detail="Bordowy · M"))]
    more = {"kind": "packing_slip", "lines": lines, "parcel_number": "P-9", "shipping": "Kurier"}
    return invoice_data(line()) | more


def pages_of(content: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]


def text_of(content: bytes) -> str:
    return "\n".join(pages_of(content))


@pytest.mark.parametrize("data", [invoice_data(line()), correction_data(), slip_data()])
def test_the_same_data_are_drawn_to_the_same_bytes(data: dict[str, Any]) -> None:
    assert render(data, 1) == render(data, 1)


def test_the_only_moment_in_the_file_is_the_day_of_the_document() -> None:
    found = PdfReader(io.BytesIO(render(invoice_data(line()), 1))).metadata
    assert found is not None
    assert found.creation_date is not None
    assert found.creation_date.date() == date(2026, 11, 21)
    assert found.title == "Faktura FV/MAIN/2026/11/00017"


def test_every_polish_letter_can_be_read_out_of_the_file() -> None:
    letters = "Zażółć gęślą jaźń ZAŻÓŁĆ GĘŚLĄ JAŹŃ"
    text = text_of(render(invoice_data(line(letters)), 1))
    assert letters in text
    assert "Łan Odzież sp. z o.o." in text


def test_hungarian_and_romanian_letters_have_a_shape() -> None:
    letters = "árvíztűrő tükörfúrógép, înșiră mărțișoare"
    assert letters in text_of(render(invoice_data(line(letters)), 1))


def test_an_invoice_says_what_the_law_asks_for() -> None:
    text = text_of(render(invoice_data(line(quantity=2), line("Książka", 1050, rate_bp=500)), 1))
    for said in (
        "FV/MAIN/2026/11/00017",
        "21.11.2026",
        "20.11.2026",
        "PL5260250995",
        "Magdalena Szczęsna",
        "23%",
        "5%",
        "258,00",
        "Do zapłaty",
        "PL61 1090 1014 0000 0712 1981 2874",
        "Przelew",
    ):
        assert said in text, said


def test_what_is_paid_needs_no_bank_account() -> None:
    text = text_of(render(invoice_data(line(), paid_minor=12900, due_minor=0), 1))
    assert "Zapłacono" in text
    assert "PL61" not in text


def test_a_document_speaks_the_language_of_the_customer() -> None:
    text = text_of(render(invoice_data(line(), language="en"), 1))
    assert "Amount due" in text
    assert "21 November 2026" in text
    assert "129.00" in text


def test_who_does_not_say_who_he_is_has_no_empty_place_on_the_paper() -> None:
    nobody = plain(Party(name="", country="PL"))
    assert WORDS["pl"]["buyer"] not in text_of(render(invoice_data(line(), buyer=nobody), 1))
    assert WORDS["pl"]["recipient"] not in text_of(render(slip_data() | {"buyer": nobody}, 1))


def test_both_languages_have_the_same_words() -> None:
    assert WORDS["pl"].keys() == WORDS["en"].keys()


def test_a_correction_shows_before_after_and_the_difference() -> None:
    text = text_of(render(correction_data(), 1))
    for said in ("FV/MAIN/2026/11/00017", "przed korektą", "po korekcie", "różnica", "−129,00"):
        assert said in text, said
    assert "Zwrot: za mały <b>rozmiar" in text


def test_a_packing_slip_shows_no_price() -> None:
    text = text_of(render(slip_data(), 1))
    assert "Żakiet ŁĄKA" in text
    assert "129" not in text


def test_forty_lines_take_two_pages_each_with_its_number_and_head() -> None:
    lines = [line(f"Sweter z wełny merynosów {n} · Bordowy · M") for n in range(40)]
    pages = pages_of(render(invoice_data(*lines), 1))
    assert len(pages) == 2
    for number, page in enumerate(pages, start=1):
        assert f"{number} / 2" in page
        assert "Nazwa towaru lub usługi" in page
    assert "Do zapłaty" in pages[1]


def test_three_hundred_lines_lose_none_of_them() -> None:
    lines = [line(f"Towar nr {n}.") for n in range(300)]
    text = text_of(render(invoice_data(*lines), 1))
    assert all(f"Towar nr {n}." in text for n in range(300))


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_only_letters(name: str) -> None:
    buyer = replace(BUYER, name=name, company=name, street=name, city=name)
    data = invoice_data(line(name, sku=name), buyer=plain(buyer), note=name, order_number=name)
    content = render(data | {"payment_method": name}, 1)
    reader = PdfReader(io.BytesIO(content))
    for page in reader.pages:
        assert "/Annots" not in page  # no link
        assert not page.images
    for other in (correction_data(), slip_data()):
        render(other | {"buyer": plain(buyer), "reason": name, "order_number": name}, 1)


def test_a_name_that_looks_like_markup_is_printed_as_it_is_written() -> None:
    assert "Promo <b>50% off" in text_of(render(invoice_data(line("Promo <b>50% off")), 1))


def test_a_paragraph_says_exactly_its_text() -> None:
    content = pdf_paper.build(
        [pdf.P("<b>Ala</b> & <img src='/etc/passwd'/>\nkot")],
        title="t",
        author="a",
        made_on=date(2026, 1, 1),
    )
    assert "<b>Ala</b> & <img src='/etc/passwd'/>" in text_of(content)


def test_control_signs_are_dropped_and_lines_kept() -> None:
    assert pdf.clean("a\x00b\x1bc\r\nd\te") == "abc\nd e"
    assert pdf.clean("1\u202f248,00\u00a0zł") == "1\u202f248,00\u00a0zł"


def test_barcodes_are_drawn_on_a_label() -> None:
    story = [
        pdf_marks.Barcode("VS-098114"),
        pdf_marks.Barcode("5901234123457", kind="ean13"),
        pdf_marks.Barcode("https://verso.example/d/17", kind="qr", width=80, height=80),
    ]
    content = pdf_paper.build(
        story, title="t", author="a", made_on=date(2026, 1, 1), paper=pdf_paper.LABEL
    )
    box = PdfReader(io.BytesIO(content)).pages[0].mediabox
    assert (round(box.width / 72 * 25.4), round(box.height / 72 * 25.4)) == (105, 148)


def test_a_picture_comes_in_only_as_a_picture() -> None:
    out = io.BytesIO()
    Image.new("RGB", (20, 20), "navy").save(out, "PNG")
    mark = pdf_marks.Picture(out.getvalue(), width=20, height=20)
    content = pdf_paper.build([mark], title="t", author="a", made_on=date(2026, 1, 1))
    assert len(PdfReader(io.BytesIO(content)).pages[0].images) == 1
    for wrong in (b"<svg xmlns='x'/>", b"%PDF-1.4", b"", b"GIF89a" + b"\0" * 40):
        with pytest.raises(ValueError, match="no picture"):
            pdf_marks.Picture(wrong, width=20, height=20)


def test_without_the_letters_the_error_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    pdf.register_fonts.cache_clear()
    monkeypatch.setattr("app.pdf.FOLDER", Path("nowhere"))
    try:
        with pytest.raises(pdf.FontsMissing, match="make setup"):
            render(invoice_data(line()), 1)
    finally:
        monkeypatch.undo()
        pdf.register_fonts.cache_clear()
