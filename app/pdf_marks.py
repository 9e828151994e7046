"""Barcodes and pictures of PDFs."""

import io
from typing import Any

from PIL import Image
from reportlab.graphics import renderPDF
from reportlab.graphics.barcode import code128, eanbc, qr
from reportlab.graphics.shapes import Drawing
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.platypus import Flowable

from app.pdf import REGULAR, clean

_MOST_PIXELS = 40_000_000


class Barcode(Flowable):
    """A code that scanners read: kind "code128", "ean13" or "qr"."""

    def __init__(
        self, code: str, *, kind: str = "code128", width: float = 60 * mm, height: float = 12 * mm
    ) -> None:
        super().__init__()
        self.code, self.kind, self.width, self.height = clean(code), kind, width, height

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        return self.width, self.height

    def draw(self) -> None:
        if self.kind == "code128":
            # The bars take the whole width; a scanner needs ten of them empty on each side.
            probe = code128.Code128(self.code, barWidth=1, quiet=0)
            bars = code128.Code128(
                self.code, barWidth=self.width / (probe.width + 20), barHeight=self.height, quiet=0
            )
            bars.drawOn(self.canv, 10 * self.width / (probe.width + 20), 0)
            return
        if self.kind == "ean13":
            symbol: Any = eanbc.Ean13BarcodeWidget(self.code, humanReadable=True)
            symbol.fontName = REGULAR
        else:
            assert self.kind == "qr", self.kind
            symbol = qr.QrCodeWidget(self.code, barLevel="M")
        left, low, right, high = symbol.getBounds()
        scale_x, scale_y = self.width / (right - left), self.height / (high - low)
        drawing = Drawing(self.width, self.height, transform=[scale_x, 0, 0, scale_y, 0, 0])
        drawing.add(symbol)
        renderPDF.draw(drawing, self.canv, 0, 0)


class Picture(Flowable):
    """A picture from its bytes, which were read by us: never from a name or an address."""

    def __init__(self, content: bytes, *, width: float, height: float) -> None:
        """:raises ValueError: it is no JPEG, PNG or WEBP, or has too many pixels"""
        super().__init__()
        try:
            with Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP")) as found:
                if found.width * found.height > _MOST_PIXELS:
                    raise ValueError("too many pixels")
                self.image = ImageReader(found.convert("RGB"))
        except (OSError, SyntaxError) as error:
            raise ValueError("no picture that we print") from error
        self.width, self.height = width, height

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        return self.width, self.height

    def draw(self) -> None:
        self.canv.drawImage(
            self.image, 0, 0, self.width, self.height, preserveAspectRatio=True, anchor="sw"
        )
