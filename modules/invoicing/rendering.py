"""The drawing of documents from their frozen data, and from nothing else."""

from collections.abc import Callable, Mapping
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Spacer

from app.pdf import SMALL, Column, Columns, Lines, P, Rule, Style, Table
from app.pdf_marks import Barcode
from modules.invoicing.sheet import (
    DUE,
    FACT,
    LINE,
    SUM,
    UNDER,
    WIDTH,
    Row,
    Sheet,
    notes,
    pairs_of,
    parties,
    sums,
)
from modules.invoicing.words import shown_date


def _invoice(data: Mapping[str, Any]) -> bytes:
    sheet = Sheet(data)
    words = sheet.words
    number = str(data["number"])
    facts = [
        (words["issue_date"], sheet.day("issue_date")),
        (words["sale_on"], sheet.day("sale_on")),
        (words["place"], data["place"]),
        (words["due_on"], sheet.day("due_on")),
        (words["order"], data["order_number"]),
    ]
    columns = [
        Column(words["no"], 9 * mm, "right"),
        Column(words["name"], 75 * mm),
        Column(words["quantity"], 15 * mm, "right"),
        Column(words["unit"], 12 * mm),
        Column(words["unit_gross"], 24 * mm, "right"),
        Column(words["rate"], 14 * mm, "right"),
        Column(words["gross_value"], 25 * mm, "right"),
    ]
    rows: list[Row] = [
        [
            str(place),
            [(line["name"], LINE), (line["sku"], UNDER)],
            str(line["quantity"]),
            line["unit"] or words["piece"],
            sheet.amount(line["unit_gross_minor"]),
            sheet.rate(line["tax_kind"], line["rate_bp"]),
            sheet.amount(line["gross_minor"]),
        ]
        for place, line in enumerate(data["lines"], start=1)
    ]
    story = [
        *sheet.head(number, facts),
        parties(sheet),
        Spacer(1, 12),
        Table(columns, rows),
        Spacer(1, 12),
        KeepTogether([sums(sheet, _invoice_totals(sheet)), *_payment(sheet), *notes(sheet)]),
    ]
    return sheet.build(story, number)


def _invoice_totals(sheet: Sheet) -> list[Flowable]:
    data, words = sheet.data, sheet.words
    pairs = [(words["total"], sheet.money(data["gross_minor"]), SUM)]
    if data["paid_minor"]:
        pairs.append((words["paid"], sheet.money(data["paid_minor"]), SUM))
    due = data["due_minor"]
    word = words["overpaid"] if due < 0 else words["due"]
    pairs.append((word, sheet.money(abs(due)), DUE))
    return pairs_of(pairs)


def _payment(sheet: Sheet) -> list[Flowable]:
    data, words = sheet.data, sheet.words
    facts = [(words["payment_method"], data["payment_method"])]
    if data["due_minor"] > 0 and data["bank_account"]:
        facts.append((words["bank_account"], _grouped(data["bank_account"])))
    pieces = [(70 * mm, [Lines((label, SMALL), (value, FACT))]) for label, value in facts if value]
    return [Spacer(1, 10), Columns(*pieces)] if pieces else []


def _grouped(account: str) -> str:
    """Return an IBAN in groups of four, as it is read out."""
    plain = "".join(account.split())
    return " ".join(plain[at : at + 4] for at in range(0, len(plain), 4))


def _correction(data: Mapping[str, Any]) -> bytes:
    sheet = Sheet(data)
    words = sheet.words
    number = str(data["number"])
    corrected = data["corrects"]
    facts = [
        (words["issue_date"], sheet.day("issue_date")),
        (words["place"], data["place"]),
        (words["order"], data["order_number"]),
    ]
    of_day = shown_date(corrected["issue_date"], sheet.language)
    told = [
        (words["corrects"], f"{corrected['number']} {words['of_day']} {of_day}"),
        (words["sale_on"], sheet.day("sale_on")),
    ]
    columns = [
        Column(words["no"], 9 * mm, "right"),
        Column(words["name"], 65 * mm),
        Column("", 24 * mm),
        Column(words["quantity"], 15 * mm, "right"),
        Column(words["unit_gross"], 23 * mm, "right"),
        Column(words["rate"], 13 * mm, "right"),
        Column(words["gross_value"], 25 * mm, "right"),
    ]
    rows: list[Row] = []
    for place, line in enumerate(data["lines"], start=1):
        rows += _corrected_rows(sheet, place, line)
    count = len(data["lines"])
    story = [
        *sheet.head(number, facts),
        Columns(*((80 * mm, [Lines((label, SMALL), (value, FACT))]) for label, value in told)),
        Spacer(1, 8),
        Lines((words["reason"], SMALL), gap=1),
        P(data["reason"], LINE),
        Rule(above=9, below=9),
        parties(sheet),
        Spacer(1, 12),
        Table(
            columns,
            rows,
            strong=[3 * place + 2 for place in range(count)],
            breaks=[3 * place for place in range(1, count)],
        ),
        Spacer(1, 12),
        KeepTogether(
            [
                sums(sheet, _correction_totals(sheet), "taxes_difference"),
                *notes(sheet),
            ]
        ),
    ]
    return sheet.build(story, number)


def _corrected_rows(sheet: Sheet, place: int, line: Mapping[str, Any]) -> list[Row]:
    words = sheet.words
    rate = sheet.rate(line["tax_kind"], line["rate_bp"])
    price = sheet.amount(line["unit_gross_minor"])
    before, after = line["quantity_before"], line["quantity_after"]
    gross_before, gross_after = line["gross_before_minor"], line["gross_after_minor"]
    change = after - before
    return [
        [
            str(place),
            line["name"],
            words["before"],
            str(before),
            price,
            rate,
            sheet.amount(gross_before),
        ],
        [
            "",
            [(line["sku"], UNDER)],
            words["after"],
            str(after),
            price,
            rate,
            sheet.amount(gross_after),
        ],
        [
            "",
            "",
            words["difference"],
            f"\u2212{-change}" if change < 0 else str(change),
            "",
            rate,
            sheet.amount(gross_after - gross_before),
        ],
    ]


def _correction_totals(sheet: Sheet) -> list[Flowable]:
    data, words = sheet.data, sheet.words
    change, refunded = data["gross_minor"], data["refunded_minor"]
    pairs = [(words["value_change"], sheet.money(change), SUM)]
    if refunded:
        pairs.append((words["refunded"], sheet.money(refunded), SUM))
    left = change + refunded
    word = words["to_pay_more"] if left > 0 else words["to_refund"]
    pairs.append((word, sheet.money(abs(left)), DUE))
    return pairs_of(pairs)


def _packing_slip(data: Mapping[str, Any]) -> bytes:
    sheet = Sheet(data)
    words = sheet.words
    facts = [
        (words["issue_date"], sheet.day("issue_date")),
        (words["order"], data["order_number"]),
        (words["parcel"], data["parcel_number"]),
        (words["shipping"], data["shipping"]),
    ]
    own = (WIDTH - 24) / 3
    code = data["parcel_number"] or data["order_number"]
    columns = [
        Column(words["no"], 10 * mm, "right"),
        Column(words["contents"], 104 * mm),
        Column(words["sku"], 40 * mm),
        Column(words["quantity"], 20 * mm, "right"),
    ]
    rows: list[Row] = [
        [
            str(place),
            [(line["name"], LINE), (line["detail"], UNDER)],
            line["sku"],
            [(f"{line['quantity']} {line['unit'] or words['piece']}", LINE._replace(bold=True))],
        ]
        for place, line in enumerate(data["lines"], start=1)
    ]
    pieces = sum(line["quantity"] for line in data["lines"] if not line["unit"])
    story: list[Flowable] = [
        *sheet.head(data["order_number"], facts),
        Columns(
            (own, sheet.party(words["sender"], data["seller"])),
            (own, sheet.party(words["recipient"], data["buyer"])),
            (own, _bars(code, own)),
        ),
        Spacer(1, 12),
        Table(columns, rows),
        Spacer(1, 6),
    ]
    if pieces:
        story.append(Lines((f"{words['pieces']}: {pieces}", Style(align="right"))))
    story += notes(sheet)
    return sheet.build(story, data["order_number"])


def _bars(code: str, width: float) -> list[Flowable]:
    """Return what a scanner reads, where Code 128 can carry it, over what people read."""
    if not (code and code.isascii() and code.isprintable()):
        return []
    under = Lines((code, SMALL._replace(align="center")))
    return [Barcode(code, width=width, height=13 * mm), Spacer(1, 2), under]


_DRAWINGS: dict[int, dict[str, Callable[[Mapping[str, Any]], bytes]]] = {
    1: {"invoice": _invoice, "correction": _correction, "packing_slip": _packing_slip}
}


def render(data: Mapping[str, Any], template_version: int) -> bytes:
    """Return the PDF of frozen data; the same data and version give the same bytes."""
    return _DRAWINGS[template_version][data["kind"]](data)
