"""The drawing of documents from their frozen data, and from nothing else."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Spacer

from app.money import format_money
from app.pdf import QUIET, SMALL, Column, Columns, Lines, P, Rule, Said, Style, Table
from app.pdf_marks import Barcode
from app.pdf_paper import build
from modules.invoicing.content import Rate
from modules.invoicing.words import shown_date, words_of

WIDTH = 174 * mm
_TITLE = Style(size=19, bold=True)
_KIND = Style(size=10, colour=QUIET)
_NAME = Style(size=10, bold=True)
_LINE = Style(size=8)
_UNDER = Style(size=6.5, colour=QUIET)
_FACT = Style(size=8.5)
_SUM = Style(size=9.5)
_DUE = Style(size=13, bold=True)

Row = list[str | Sequence[Said]]


class Sheet:
    """What all drawings share: the data, their words, and how amounts and parties are written."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data
        self.language = str(data["language"])
        self.currency = str(data["currency"])
        self.words = words_of(self.language)

    def day(self, key: str) -> str:
        return shown_date(self.data[key], self.language) if self.data.get(key) else ""

    def money(self, minor: int) -> str:
        return format_money(minor, self.currency, self.language)

    def amount(self, minor: int) -> str:
        """Return an amount without its currency, for columns."""
        return self.money(minor).rsplit("\u00a0", 1)[0]

    def rate(self, category: str, rate_bp: int) -> str:
        if category in ("S", "Z", "standard", "zero"):
            whole, part = divmod(rate_bp, 100)
            point = "," if self.language == "pl" else "."
            return (
                f"{whole}{point}{part:02d}".rstrip("0").rstrip(point) + "%" if part else f"{whole}%"
            )
        return self.words[_CATEGORY.get(category, category)]

    def party(self, title: str, given: Mapping[str, str]) -> list[Flowable]:
        head, *rest = [given["company"], given["name"]] if given["company"] else [given["name"]]
        town = " ".join(filter(None, (given["postal_code"], given["city"])))
        country = given["country"] if given["country"] != "PL" or self.language != "pl" else ""
        under = [
            *rest,
            given["street"],
            given["street2"],
            ", ".join(filter(None, (town, given["region"], country))),
            f"{self.words['vat_id']} {given['vat_id']}" if given["vat_id"] else "",
        ]
        phone = given["phone"].replace(" ", "\u00a0")  # a number is not torn
        reached = " · ".join(filter(None, (given["email"], phone)))
        return [
            Lines((title, SMALL), gap=1),
            Lines((head, _NAME), *((text, _LINE) for text in under), (reached, _UNDER)),
        ]

    def head(self, number: str, facts: Sequence[tuple[str, str]]) -> list[Flowable]:
        """Return the title at the left and the facts at the right."""
        left = [Lines((self.words[self.data["kind"]], _KIND), (number, _TITLE))]
        right: list[Flowable] = [
            Columns(
                (33 * mm, [Lines((label, SMALL._replace(size=8)))]),
                (38 * mm, [Lines((value, _FACT._replace(align="right")))]),
                gap=0,
            )
            for label, value in facts
            if value
        ]
        return [
            Columns((WIDTH - 71 * mm - 12, left), (71 * mm, right)),
            Rule(above=9, below=9),
        ]

    def footer(self, number: str) -> str:
        seller = self.data["seller"]
        name = seller["company"] or seller["name"]
        return " · ".join(filter(None, (number, name, seller["vat_id"])))

    def build(self, story: Sequence[Flowable], number: str) -> bytes:
        seller = self.data["seller"]
        return build(
            story,
            title=f"{self.words[self.data['kind']]} {number}",
            author=seller["company"] or seller["name"],
            made_on=date.fromisoformat(self.data["issue_date"]),
            footer=self.footer(number),
            language=self.language,
        )


_CATEGORY = {"E": "exempt", "O": "outside", "AE": "reverse_charge"}


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
            [(line["name"], _LINE), (line["sku"], _UNDER)],
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
        _parties(sheet),
        Spacer(1, 12),
        Table(columns, rows),
        Spacer(1, 12),
        KeepTogether([_sums(sheet, _invoice_totals(sheet)), *_payment(sheet), *_notes(sheet)]),
    ]
    return sheet.build(story, number)


def _parties(sheet: Sheet) -> Flowable:
    data, words = sheet.data, sheet.words
    known = [("seller", data["seller"]), ("buyer", data["buyer"])]
    if data.get("recipient"):
        known.append(("recipient", data["recipient"]))
    own = (WIDTH - 12 * (len(known) - 1)) / len(known)
    return Columns(*((own, sheet.party(words[role], party)) for role, party in known))


def _invoice_totals(sheet: Sheet) -> list[Flowable]:
    data, words = sheet.data, sheet.words
    pairs = [(words["total"], sheet.money(data["gross_minor"]), _SUM)]
    if data["paid_minor"]:
        pairs.append((words["paid"], sheet.money(data["paid_minor"]), _SUM))
    due = data["due_minor"]
    word = words["overpaid"] if due < 0 else words["due"]
    pairs.append((word, sheet.money(abs(due)), _DUE))
    return _pairs(pairs)


def _pairs(pairs: Sequence[tuple[str, str, Style]]) -> list[Flowable]:
    found: list[Flowable] = []
    for label, value, style in pairs:
        if style is _DUE:
            found.append(Rule(above=4, below=4))
        found.append(
            Columns(
                (44 * mm, [Lines((label, style._replace(size=9.5)))]),
                (34 * mm, [Lines((value, style._replace(align="right")))]),
                gap=0,
                level="foot",
            )
        )
    return found


def _sums(sheet: Sheet, totals: list[Flowable], title: str = "tax_table") -> Flowable:
    """Return the VAT per rate at the left and the sums at the right."""
    words = sheet.words
    rates = [Rate(**rate) for rate in sheet.data["taxes"]]
    columns = [
        Column(words["rate_of_table"], 20 * mm),
        Column(words["net"], 22 * mm, "right"),
        Column(words["tax"], 20 * mm, "right"),
        Column(words["gross"], 22 * mm, "right"),
    ]
    rows: list[Row] = [
        [
            sheet.rate(one.category, one.rate_bp),
            sheet.amount(one.net_minor),
            sheet.amount(one.tax_minor),
            sheet.amount(one.gross_minor),
        ]
        for one in rates
    ]
    rows.append(
        [
            words["together"],
            sheet.amount(sum(one.net_minor for one in rates)),
            sheet.amount(sum(one.tax_minor for one in rates)),
            sheet.amount(sum(one.gross_minor for one in rates)),
        ]
    )
    table = Table(columns, rows, style=Style(size=8), strong=[len(rows) - 1])
    used = [f"note_{_CATEGORY[one.category]}" for one in rates if one.category in _CATEGORY]
    left: list[Flowable] = [
        Lines((words[title], SMALL), gap=2),
        table,
        Lines(*((words[one], _UNDER) for one in used)),
    ]
    return Columns((84 * mm, left), (78 * mm, totals), gap=12 * mm)


def _payment(sheet: Sheet) -> list[Flowable]:
    data, words = sheet.data, sheet.words
    facts = [(words["payment_method"], data["payment_method"])]
    if data["due_minor"] > 0 and data["bank_account"]:
        facts.append((words["bank_account"], _grouped(data["bank_account"])))
    pieces = [(70 * mm, [Lines((label, SMALL), (value, _FACT))]) for label, value in facts if value]
    return [Spacer(1, 10), Columns(*pieces)] if pieces else []


def _grouped(account: str) -> str:
    """Return an IBAN in groups of four, as it is read out."""
    plain = "".join(account.split())
    return " ".join(plain[at : at + 4] for at in range(0, len(plain), 4))


def _notes(sheet: Sheet) -> list[Flowable]:
    note = sheet.data["note"].strip()
    if not note:
        return []
    return [Spacer(1, 10), Lines((sheet.words["notes"], SMALL), gap=1), P(note, _LINE)]


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
        Columns(*((80 * mm, [Lines((label, SMALL), (value, _FACT))]) for label, value in told)),
        Spacer(1, 8),
        Lines((words["reason"], SMALL), gap=1),
        P(data["reason"], _LINE),
        Rule(above=9, below=9),
        _parties(sheet),
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
                _sums(sheet, _correction_totals(sheet), "taxes_difference"),
                *_notes(sheet),
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
            [(line["sku"], _UNDER)],
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
    pairs = [(words["value_change"], sheet.money(change), _SUM)]
    if refunded:
        pairs.append((words["refunded"], sheet.money(refunded), _SUM))
    left = change + refunded
    word = words["to_pay_more"] if left > 0 else words["to_refund"]
    pairs.append((word, sheet.money(abs(left)), _DUE))
    return _pairs(pairs)


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
            [(line["name"], _LINE), (line["detail"], _UNDER)],
            line["sku"],
            [(f"{line['quantity']} {line['unit'] or words['piece']}", _LINE._replace(bold=True))],
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
    story += _notes(sheet)
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
