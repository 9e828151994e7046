"""The paper of a gift card: what it is worth, its code for people and for scanners, its PIN."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from flask_babel import format_date
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, PageBreak, Spacer

from app.i18n import _, language
from app.money import format_money
from app.pdf import MONO, QUIET, Columns, Lines, P, Rule, Style
from app.pdf_marks import Barcode
from app.pdf_paper import LABEL, build
from modules.payments.giftcards.secrets import NewCode

_WIDTH = LABEL[0] - 18 * mm
_QR = 34 * mm


class PrintedCard(NamedTuple):
    """One card as it is printed."""

    code: NewCode
    amount_minor: int
    currency: str
    last_day: date | None
    """The last day on which it pays."""


def print_cards(cards: Sequence[PrintedCard], *, company: str, made_on: date) -> bytes:
    """Return the PDF of cards, one on each page, in the language of the moment."""
    story: list[Flowable] = []
    for card in cards:
        if story:
            story.append(PageBreak())
        story += _card(card, company)
    return build(
        story,
        title=_("Gift card"),
        author=company,
        made_on=made_on,
        paper=LABEL,
        margin=(9 * mm, 10 * mm),
        language=language(),
    )


def _card(card: PrintedCard, company: str) -> list[Flowable]:
    code, pin = card.code
    plain = code.replace("-", "")
    small, quiet = Style(size=8), Style(size=8, colour=QUIET)
    told: list[Flowable] = [
        Lines((_("Code"), quiet), (code, Style(size=11, font=MONO, bold=True))),
        Spacer(1, 8),
    ]
    if pin:
        told += [Lines((_("PIN"), quiet), (pin, Style(size=16, font=MONO))), Spacer(1, 8)]
    if card.last_day:
        told.append(Lines((_("Valid to"), quiet), (format_date(card.last_day, "long"), small)))
    else:
        told.append(Lines((_("It does not expire."), small)))
    return [
        Lines((company, Style(size=12, bold=True))),
        Rule(above=6, below=10),
        Lines((_("Gift card"), Style(size=11, colour=QUIET))),
        Lines(
            (format_money(card.amount_minor, card.currency, language()), Style(size=30, bold=True))
        ),
        Spacer(1, 14),
        Columns(
            (_QR, [Barcode(plain, kind="qr", width=_QR, height=_QR)]),
            (_WIDTH - _QR - 12, told),
        ),
        Spacer(1, 12),
        Barcode(plain, width=_WIDTH, height=14 * mm),
        Spacer(1, 12),
        P(
            _(
                "Whoever holds the code and the PIN pays with it: keep them as you keep money. "
                "The card pays in all our shops, in parts too."
            )
            if pin
            else _(
                "Whoever holds the code pays with it: keep it as you keep money. "
                "The card pays in all our shops, in parts too."
            ),
            Style(size=7.5, colour=QUIET),
        ),
    ]
