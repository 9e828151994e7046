"""The paper of loyalty cards: one the size of a bank card, or a sheet to cut."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, PageBreak

from app.i18n import _, language
from app.pdf import QUIET, Lines, Style
from app.pdf_marks import Barcode
from app.pdf_paper import A4, build
from modules.loyalty.cards.bars import is_ean

_WIDTH, _HEIGHT = 85.6 * mm, 54 * mm
_EDGE = 6 * mm
_ACROSS, _DOWN = 2, 5


class PrintedCard(NamedTuple):
    number: str
    holder: str = ""


def print_one(card: PrintedCard, *, company: str, program: str, made_on: date) -> bytes:
    """Return the PDF of one card, in the language of the moment."""
    return build(
        [_Face(card, company, program)],
        title=_("Loyalty card"),
        author=company,
        made_on=made_on,
        paper=(_WIDTH + 2, _HEIGHT + 2),
        margin=(1, 1),
        language=language(),
    )


def print_sheet(
    cards: Sequence[PrintedCard], *, company: str, program: str, made_on: date
) -> bytes:
    """Return the PDF of sheets of ten cards each, with lines to cut along."""
    at_once = _ACROSS * _DOWN
    story: list[Flowable] = []
    for begin in range(0, len(cards), at_once):
        if story:
            story.append(PageBreak())
        faces = [_Face(one, company, program) for one in cards[begin : begin + at_once]]
        story.append(_Sheet(faces))
    return build(
        story,
        title=_("Loyalty cards"),
        author=company,
        made_on=made_on,
        paper=A4,
        margin=((A4[0] - _ACROSS * _WIDTH) / 2, (A4[1] - _DOWN * _HEIGHT) / 2 - 1),
        language=language(),
    )


class _Face(Flowable):
    """One card: whose programme it is, its number for people and for scanners."""

    def __init__(self, card: PrintedCard, company: str, program: str) -> None:
        super().__init__()
        self.card, self.company, self.program = card, company, program
        self.width, self.height = _WIDTH, _HEIGHT

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        return self.width, self.height

    def draw(self) -> None:
        pen: Any = self.canv
        pen.setLineWidth(0.3)
        pen.roundRect(0, 0, self.width, self.height, 3 * mm, stroke=1, fill=0)
        room = self.width - 2 * _EDGE
        said = Lines(
            (self.company, Style(size=11, bold=True)), (self.program, Style(size=9, colour=QUIET))
        )
        self._put(said, _EDGE, self.height - _EDGE, room - 20 * mm)
        code = Barcode(self.card.number, kind="qr", width=18 * mm, height=18 * mm)
        self._put(code, self.width - _EDGE - 18 * mm, self.height - _EDGE + 2, 18 * mm)
        if is_ean(self.card.number):
            bars = Barcode(self.card.number, kind="ean13", width=48 * mm, height=16 * mm)
        else:
            bars = Barcode(self.card.number, width=48 * mm, height=12 * mm)
        self._put(bars, _EDGE, _EDGE + 16 * mm, 48 * mm)
        if self.card.holder:
            name = Lines((self.card.holder, Style(size=8)))
            self._put(name, _EDGE, _EDGE + 23 * mm, room - 20 * mm)

    def _put(self, piece: Flowable, left: float, top: float, width: float) -> None:
        _wide, high = piece.wrapOn(self.canv, width, self.height)
        piece.drawOn(self.canv, left, top - high)


class _Sheet(Flowable):
    def __init__(self, faces: Sequence[_Face]) -> None:
        super().__init__()
        self.faces = faces

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        return _ACROSS * _WIDTH, _DOWN * _HEIGHT

    def draw(self) -> None:
        for at, face in enumerate(self.faces):
            down, across = divmod(at, _ACROSS)
            face.wrapOn(self.canv, _WIDTH, _HEIGHT)
            face.drawOn(self.canv, across * _WIDTH, (_DOWN - 1 - down) * _HEIGHT)
