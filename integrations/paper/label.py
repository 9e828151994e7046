"""The paper courier's label: 100 x 150 mm, with the bar code that its scanners read."""

from collections.abc import Mapping
from functools import cache
from io import BytesIO
from typing import Any

from reportlab.graphics.barcode.code128 import Code128
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from app.money import format_money
from app.static_files import FOLDER

WIDTH, HEIGHT = 100 * mm, 150 * mm
_MARGIN = 6 * mm
_PLAIN, _BOLD = "PaperLabel", "PaperLabel-Bold"


@cache
def _load_fonts() -> None:
    # ReportLab's own fonts lack letters of Polish, Hungarian and Romanian names.
    folder = next((FOLDER / "vendor").glob("dejavu@*"))
    pdfmetrics.registerFont(TTFont(_PLAIN, str(folder / "DejaVuSans.ttf")))
    pdfmetrics.registerFont(TTFont(_BOLD, str(folder / "DejaVuSans-Bold.ttf")))


def draw_label(parcel: Mapping[str, Any]) -> bytes:
    """Return the label of a parcel as a PDF; the same parcel gives the same bytes."""
    _load_fonts()
    target = BytesIO()
    canvas = Canvas(target, pagesize=(WIDTH, HEIGHT), invariant=1)
    canvas.setTitle(str(parcel["number"]))
    canvas.setAuthor("Paper courier")
    _head(canvas, parcel)
    _sender(canvas, parcel["from"])
    _recipient(canvas, parcel["to"], parcel.get("point"))
    _extras(canvas, parcel)
    _number(canvas, str(parcel["number"]))
    canvas.showPage()
    canvas.save()
    return target.getvalue()


def _head(canvas: Canvas, parcel: Mapping[str, Any]) -> None:
    canvas.setFillGray(0.08)
    canvas.rect(0, HEIGHT - 16 * mm, WIDTH, 16 * mm, stroke=0, fill=1)
    canvas.setFillGray(1)
    _text(canvas, _BOLD, 15, _MARGIN, HEIGHT - 10.5 * mm, "PAPER COURIER", 62 * mm)
    service = str(parcel.get("service") or "standard").upper()
    canvas.setFont(_PLAIN, 9)
    canvas.drawRightString(WIDTH - _MARGIN, HEIGHT - 10.5 * mm, service[:16])
    canvas.setFillGray(0)


def _sender(canvas: Canvas, sender: Mapping[str, Any]) -> None:
    top = HEIGHT - 22 * mm
    _text(canvas, _PLAIN, 6.5, _MARGIN, top, "FROM / NADAWCA", 80 * mm)
    lines = [sender["name"], f"{sender['street']}, {sender['zip']} {sender['town']}"]
    for at, line in enumerate(lines, start=1):
        _text(canvas, _PLAIN, 8, _MARGIN, top - at * 4 * mm, str(line), WIDTH - 2 * _MARGIN)
    canvas.line(0, top - 12 * mm, WIDTH, top - 12 * mm)


def _recipient(canvas: Canvas, to: Mapping[str, Any], point: str | None) -> None:
    top = HEIGHT - 39 * mm
    _text(canvas, _PLAIN, 6.5, _MARGIN, top, "TO / ODBIORCA", 80 * mm)
    lines = [(_BOLD, 14, to["name"])]
    if to["person"] != to["name"]:
        lines.append((_PLAIN, 11, to["person"]))
    if point:
        lines.append((_BOLD, 16, str(point)))
    lines += [
        (_PLAIN, 12, to["street"]),
        (_BOLD, 14, f"{to['zip']} {to['town']}"),
        (_PLAIN, 11, " · ".join(part for part in (to["country"], to["phone"]) if part)),
    ]
    y = top
    for font, size, line in lines:
        y -= 6.6 * mm
        _text(canvas, font, size, _MARGIN, y, str(line), WIDTH - 2 * _MARGIN)
    canvas.line(0, HEIGHT - 82 * mm, WIDTH, HEIGHT - 82 * mm)


def _extras(canvas: Canvas, parcel: Mapping[str, Any]) -> None:
    y = HEIGHT - 88.5 * mm
    _text(canvas, _PLAIN, 9, _MARGIN, y, f"Ref. {parcel['order']}", 50 * mm)
    if parcel.get("grams"):
        kilograms = f"{int(parcel['grams']) / 1000:.2f} kg"
        canvas.setFont(_PLAIN, 9)
        canvas.drawRightString(WIDTH - _MARGIN, y, kilograms)
    if parcel.get("collect"):
        canvas.rect(_MARGIN, y - 11 * mm, WIDTH - 2 * _MARGIN, 8.5 * mm)
        amount = format_money(int(parcel["collect"]), str(parcel["unit"]), "pl")
        cod = f"COD / POBRANIE  {amount}"
        _text(canvas, _BOLD, 13, _MARGIN + 3 * mm, y - 8.4 * mm, cod, WIDTH - 2 * _MARGIN - 6 * mm)


def _number(canvas: Canvas, number: str) -> None:
    bars = Code128(number, barHeight=24 * mm, barWidth=0.42 * mm, quiet=False)
    bars.drawOn(canvas, (WIDTH - bars.width) / 2, 16 * mm)
    canvas.setFont(_BOLD, 12)
    canvas.drawCentredString(WIDTH / 2, 8.5 * mm, number)


def _text(
    canvas: Canvas, font: str, size: float, x: float, y: float, text: str, width: float
) -> None:
    """Draw a line, smaller where it would not fit, down to what can still be read."""
    while size > 6 and pdfmetrics.stringWidth(text, font, size) > width:
        size -= 0.5
    canvas.setFont(font, size)
    canvas.drawString(x, y, text)
