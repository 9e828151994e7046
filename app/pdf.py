"""What PDFs are made of: letters of every language that we print, escaped text, tables.

What people have typed enters a PDF in two ways: as `Lines` and `Table`, which draw letters and
know no markup, or as `P`, which escapes. Nothing else may make a paragraph, and pictures come in
only through `pdf_marks.Picture`: ReportLab's own markup would embed files of the server.
"""

import json
import secrets
import tempfile
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal, NamedTuple
from xml.sax.saxutils import escape

from reportlab import rl_config
from reportlab.lib import rltempfile
from reportlab.lib.colors import Color, HexColor
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable, Paragraph

from app.static_files import FOLDER

REGULAR, BOLD, MONO = "Verso", "Verso-Bold", "Verso-Mono"
_FILES = {REGULAR: "DejaVuSans.ttf", BOLD: "DejaVuSans-Bold.ttf", MONO: "DejaVuSansMono.ttf"}
INK, QUIET, HAIR, SHADE = "#1d1f20", "#62676b", "#c9cdd0", "#f3f4f2"

# Nothing is fetched, whatever gets past the escaping.
rl_config.trustedHosts = []
rl_config.trustedSchemes = []
rl_config.useA85 = 0  # plain bytes: smaller, and quicker to write
# ReportLab would keep pickles in a folder of /tmp whose name everybody can guess.
rltempfile._rl_tempdir = str(  # type: ignore[attr-defined]
    Path(tempfile.gettempdir()) / f"verso-pdf-{secrets.token_hex(16)}"
)


class FontsMissing(RuntimeError):
    """The letters were not installed: `make setup` (frontend/install.py) brings them."""


@cache
def register_fonts() -> None:
    """
    Make the fonts known, once for each process.

    :raises FontsMissing: set-up did not bring them
    """
    try:
        listed = json.loads((FOLDER / "vendor" / "vendor.json").read_text("utf-8"))
        folder = FOLDER / "vendor" / listed["dejavu"]
        for name, file in _FILES.items():
            pdfmetrics.registerFont(TTFont(name, str(folder / file)))
    except (OSError, KeyError) as error:
        raise FontsMissing(
            "PDFs need the DejaVu fonts, which are not in app/static/vendor: run `make setup`."
        ) from error
    pdfmetrics.registerFontFamily(REGULAR, REGULAR, BOLD, REGULAR, BOLD)


# --- text -------------------------------------------------------------------------------------


class Style(NamedTuple):
    """How a text looks; `align` is left, right or center."""

    size: float = 9
    bold: bool = False
    colour: str = INK
    align: str = "left"
    font: str = ""

    @property
    def face(self) -> str:
        return self.font or (BOLD if self.bold else REGULAR)

    @property
    def leading(self) -> float:
        return round(self.size * 1.38, 2)


PLAIN = Style()
SMALL = Style(size=7.5, colour=QUIET)


def clean(text: str) -> str:
    """Return a text without signs that no letter belongs to; a line may still end."""
    if text.isprintable():
        return text
    return "".join(
        sign
        for sign in text.replace("\r\n", "\n").replace("\t", " ")
        if sign == "\n" or sign == "\u202f" or sign == "\u00a0" or sign.isprintable()
    )


def P(text: str, style: Style = PLAIN) -> Paragraph:  # noqa: N802 - the one way to a Paragraph
    """Return a paragraph of any length that says exactly the text, markup and all."""
    register_fonts()
    return Paragraph(escape(clean(text)).replace("\n", "<br/>"), _paragraph_style(style))


_ALIGNMENT: dict[str, Literal[0, 1, 2]] = {"left": 0, "center": 1, "right": 2}


@cache
def _paragraph_style(style: Style) -> ParagraphStyle:
    return ParagraphStyle(
        "verso",
        fontName=style.face,
        fontSize=style.size,
        leading=style.leading,
        textColor=HexColor(style.colour),
        alignment=_ALIGNMENT[style.align],
        splitLongWords=1,
    )


@lru_cache(maxsize=4096)
def _width(text: str, face: str, size: float) -> float:
    return float(pdfmetrics.stringWidth(text, face, size))


_MOST_LINES = 8  # of one text: a name as long as a page must not push the goods off the paper


def fold_lines(text: str, style: Style, width: float) -> list[str]:
    """Return a text in lines that fit; a word that is too long is cut where it must be."""
    lines: list[str] = []
    for line in clean(text).split("\n"):
        if _width(line, style.face, style.size) <= width:
            lines.append(line)
            continue
        current = ""
        for word in line.split(" "):
            longer = f"{current} {word}" if current else word
            if _width(longer, style.face, style.size) <= width:
                current = longer
                continue
            if current:
                lines.append(current)
            *whole, current = _cut(word, style, width)
            lines += whole
        lines.append(current)
    if len(lines) > _MOST_LINES:
        lines = [*lines[: _MOST_LINES - 1], lines[_MOST_LINES - 1][:-1] + "…"]
    return lines


def _cut(word: str, style: Style, width: float) -> list[str]:
    pieces, current = [], ""
    for sign in word:
        if current and _width(current + sign, style.face, style.size) > width:
            pieces.append(current)
            current = ""
        current += sign
    return [*pieces, current]


Said = tuple[str, Style]
"""A text and how it looks."""


class Lines(Flowable):
    """Texts under each other, drawn letter by letter: no sign in them means anything."""

    def __init__(self, *said: Said, gap: float = 0) -> None:
        super().__init__()
        register_fonts()
        self.said = [one for one in said if one[0]]
        self.gap = gap

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        self.width = width
        self.folded = [
            (line, style) for text, style in self.said for line in fold_lines(text, style, width)
        ]
        self.height = sum(style.leading for _line, style in self.folded) + self.gap
        return width, self.height

    def draw(self) -> None:
        pen = self.canv.beginText()
        _write(pen, self.folded, 0, self.height - self.gap, self.width)
        self.canv.drawText(pen)


def _write(pen: Any, folded: Sequence[Said], left: float, top: float, width: float) -> None:
    """Write lines under each other with a pen (ReportLab's text object), from the top."""
    y = top
    for line, style in folded:
        y -= style.leading
        face, size = style.face, style.size
        x = left
        if style.align != "left":
            room = width - _width(line, face, size)
            x += room if style.align == "right" else room / 2
        pen.setTextOrigin(x, y + 0.26 * size)
        # Each setting is written into the file: only what differs from the text before is set.
        look = (face, size, style.colour)
        if getattr(pen, "look", None) != look:
            pen.setFont(face, size)
            pen.setFillColor(colour_of(style.colour))
            pen.look = look
        pen.textOut(line)


@cache
def colour_of(text: str) -> Color:
    return HexColor(text)


class Rule(Flowable):
    """A line across, with room above and below."""

    def __init__(self, above: float = 0, below: float = 0, colour: str = HAIR) -> None:
        super().__init__()
        self.above, self.below, self.colour = above, below, colour

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        self.width, self.height = width, self.above + self.below
        return width, self.height

    def draw(self) -> None:
        self.canv.setStrokeColor(colour_of(self.colour))
        self.canv.setLineWidth(0.6)
        self.canv.line(0, self.below, self.width, self.below)


class Columns(Flowable):
    """Pieces side by side, each a stack of its own: (width, pieces); level at top or at foot."""

    def __init__(
        self,
        *columns: tuple[float, Sequence[Flowable]],
        gap: float = 12,
        level: Literal["top", "foot"] = "top",
    ) -> None:
        super().__init__()
        self.columns, self.gap, self.level = columns, gap, level

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        self.heights = [
            sum(piece.wrap(own, height)[1] for piece in pieces) for own, pieces in self.columns
        ]
        self.height = max(self.heights, default=0)
        return width, self.height

    def draw(self) -> None:
        left = 0.0
        for (own, pieces), filled in zip(self.columns, self.heights, strict=True):
            top = self.height if self.level == "top" else filled
            for piece in pieces:
                top -= piece.height
                piece.drawOn(self.canv, left, top)
            left += own + self.gap


class Column(NamedTuple):
    """One column of a table."""

    title: str
    width: float
    align: str = "left"


class Table(Flowable):
    """
    Rows under a head that is repeated on each page; a cell is a text or several with their looks.

    A row is never torn. `strong` are the places of rows that stand out (sums).
    """

    PAD = 2.3

    def __init__(
        self,
        columns: Sequence[Column],
        rows: Sequence[Sequence[str | Sequence[Said]]],
        *,
        style: Style = Style(size=8),  # noqa: B008 - a tuple
        strong: Sequence[int] = (),
        breaks: Sequence[int] | None = None,
    ) -> None:
        super().__init__()
        register_fonts()
        self.columns = columns
        self.style = style
        self.strong = set(strong)
        self.head = _folded(
            [[(one.title, Style(size=7, colour=QUIET, align=one.align))] for one in columns],
            columns,
        )
        self.rows = [self._fold(row, place) for place, row in enumerate(rows)]
        self.breaks = set(range(len(rows)) if breaks is None else breaks)

    def _fold(self, row: Sequence[str | Sequence[Said]], place: int) -> "_Row":
        cells: list[list[Said]] = []
        for cell, column in zip(row, self.columns, strict=True):
            if isinstance(cell, str):
                style = self.style._replace(align=column.align, bold=place in self.strong)
                cells.append([(cell, style)])
            else:
                cells.append([(text, look._replace(align=column.align)) for text, look in cell])
        return _folded(cells, self.columns)

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        self.width = sum(one.width for one in self.columns)
        self.height = self.head.height + sum(row.height for row in self.rows)
        return width, self.height

    def split(self, _width: float, height: float) -> list[Flowable]:
        """Return the table in two where it does not fit; nothing where not one row would."""
        room, fits = height - self.head.height, 0
        for place, row in enumerate(self.rows):
            room -= row.height
            if room < 0:
                break
            if place + 1 in self.breaks:
                fits = place + 1
        if not fits:
            return []
        return [self._part(0, fits), self._part(fits, len(self.rows))]

    def _part(self, first: int, end: int) -> "Table":
        part = Table.__new__(Table)
        part.__dict__.update(self.__dict__)
        part.__dict__.pop("_postponed", None)  # ReportLab's mark on what moved to the next page
        part.rows = self.rows[first:end]
        part.breaks = {place - first for place in self.breaks if first < place < end}
        return part

    def draw(self) -> None:
        canvas = self.canv
        top = self.height
        canvas.setFillColor(colour_of(SHADE))
        canvas.rect(0, top - self.head.height, self.width, self.head.height, stroke=0, fill=1)
        canvas.setStrokeColor(colour_of(HAIR))
        canvas.setLineWidth(0.5)
        # One pen for all cells: a text object for each would cost half of the whole document.
        pen = canvas.beginText()
        for place, row in enumerate([self.head, *self.rows]):
            left = 0.0
            for folded, column in zip(row.cells, self.columns, strict=True):
                inside = column.width - 2 * self.PAD
                _write(pen, folded, left + self.PAD, top - self.PAD, inside)
                left += column.width
            top -= row.height
            if place == 0 or place in self.breaks or place == len(self.rows):
                canvas.line(0, top, self.width, top)
        canvas.drawText(pen)


class _Row(NamedTuple):
    cells: list[list[Said]]
    height: float


def _folded(cells: Sequence[Sequence[Said]], columns: Sequence[Column]) -> _Row:
    folded = [
        [
            (line, style)
            for text, style in cell
            if text
            for line in fold_lines(text, style, column.width - 2 * Table.PAD)
        ]
        for cell, column in zip(cells, columns, strict=True)
    ]
    tallest = max(sum(style.leading for _line, style in cell) for cell in folded)
    return _Row(folded, tallest + 2 * Table.PAD)
