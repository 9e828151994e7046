"""What all drawings of documents share: looks, parties, sums, and how amounts are written."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer

from app.money import format_money
from app.pdf import QUIET, SMALL, Column, Columns, Lines, P, Rule, Said, Style, Table
from app.pdf_paper import build
from modules.invoicing.content import Rate
from modules.invoicing.words import shown_date, words_of

WIDTH = 174 * mm
TITLE = Style(size=19, bold=True)
KIND = Style(size=10, colour=QUIET)
NAME = Style(size=10, bold=True)
LINE = Style(size=8)
UNDER = Style(size=6.5, colour=QUIET)
FACT = Style(size=8.5)
SUM = Style(size=9.5)
DUE = Style(size=13, bold=True)

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
        return self.words[CATEGORY.get(category, category)]

    def party(self, title: str, given: Mapping[str, str]) -> list[Flowable]:
        if not any(value for key, value in given.items() if key != "country"):
            return []  # who buys over the counter need not say who he is
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
            Lines((head, NAME), *((text, LINE) for text in under), (reached, UNDER)),
        ]

    def head(self, number: str, facts: Sequence[tuple[str, str]]) -> list[Flowable]:
        """Return the title at the left and the facts at the right."""
        left = [Lines((self.words[self.data["kind"]], KIND), (number, TITLE))]
        right: list[Flowable] = [
            Columns(
                (33 * mm, [Lines((label, SMALL._replace(size=8)))]),
                (38 * mm, [Lines((value, FACT._replace(align="right")))]),
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


CATEGORY = {"E": "exempt", "O": "outside", "AE": "reverse_charge"}


def parties(sheet: Sheet) -> Flowable:
    data, words = sheet.data, sheet.words
    known = [("seller", data["seller"]), ("buyer", data["buyer"])]
    if data.get("recipient"):
        known.append(("recipient", data["recipient"]))
    own = (WIDTH - 12 * (len(known) - 1)) / len(known)
    return Columns(*((own, sheet.party(words[role], party)) for role, party in known))


def pairs_of(pairs: Sequence[tuple[str, str, Style]]) -> list[Flowable]:
    found: list[Flowable] = []
    for label, value, style in pairs:
        if style is DUE:
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


def sums(sheet: Sheet, totals: list[Flowable], title: str = "tax_table") -> Flowable:
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
    used = [f"note_{CATEGORY[one.category]}" for one in rates if one.category in CATEGORY]
    left: list[Flowable] = [
        Lines((words[title], SMALL), gap=2),
        table,
        Lines(*((words[one], UNDER) for one in used)),
    ]
    return Columns((84 * mm, left), (78 * mm, totals), gap=12 * mm)


def notes(sheet: Sheet) -> list[Flowable]:
    note = sheet.data["note"].strip()
    if not note:
        return []
    return [Spacer(1, 10), Lines((sheet.words["notes"], SMALL), gap=1), P(note, LINE)]
