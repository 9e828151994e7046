"""The paper of PDFs: its sizes, page numbers, and one way to build them byte for byte alike."""

import io
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.lib.utils import TimeStamp
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate

from app.pdf import QUIET, REGULAR, Style, clean, colour_of, fold_lines, register_fonts

__all__ = ["A4", "LABEL", "build"]

LABEL = (105 * mm, 148 * mm)
"""A6, the label that couriers print."""


def build(
    story: Sequence[Flowable],
    *,
    title: str,
    author: str,
    made_on: date,
    paper: tuple[float, float] = A4,
    margin: tuple[float, float] = (18 * mm, 15 * mm),
    footer: str = "",
    language: str = "",
) -> bytes:
    """
    Return the PDF of a story, page by page, each with its number ("1 / 2").

    The same story gives the same bytes: the only moment in the file is the day of the document.

    :raises FontsMissing: set-up did not bring the letters
    """
    register_fonts()
    out = io.BytesIO()
    foot = 8 * mm if footer else 0

    def make_canvas(*args: Any, **kwargs: Any) -> _Canvas:
        # Not the usual Helvetica, which would be entered into every file for nothing.
        canvas = _Canvas(*args, **{**kwargs, "initialFontName": REGULAR})
        canvas.stamp(made_on, clean(footer), margin)
        if language:
            canvas.setCatalogEntry("Lang", language)
        return canvas

    document = BaseDocTemplate(
        out,
        pagesize=paper,
        title=clean(title),
        author=clean(author),
        creator="Verso",
        invariant=1,
        pageCompression=1,
    )
    width, height = paper
    aside, above = margin
    frame = Frame(
        aside,
        above + foot,
        width - 2 * aside,
        height - 2 * above - foot,
        leftPadding=0,
        rightPadding=0,
        topPadding=0,
        bottomPadding=0,
    )
    document.addPageTemplates([PageTemplate(frames=[frame])])
    document.build(list(story), canvasmaker=make_canvas)
    return out.getvalue()


class _Canvas(Canvas):
    """A canvas that knows how many pages there are before it writes the first foot."""

    _doc: Any
    _pagesize: tuple[float, float]
    _startPage: Any  # noqa: N815 - ReportLab's name

    def stamp(self, made_on: date, footer: str, margin: tuple[float, float]) -> None:
        moment = datetime.combine(made_on, time(), tzinfo=UTC)
        stamp = TimeStamp(invariant=1)
        stamp.t, stamp.lt = moment.timestamp(), moment.timetuple()
        stamp.YMDhms, stamp.dhh, stamp.dmm = tuple(moment.timetuple())[:6], 0, 0
        self._doc._timeStamp = stamp
        self._footer, self._margin = footer, margin
        self._drawn: list[dict[str, Any]] = []

    def showPage(self) -> None:  # noqa: N802 - ReportLab calls it so
        self._drawn.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        for number, page in enumerate(self._drawn, start=1):
            self.__dict__.update(page)
            self._foot(number, len(self._drawn))
            super().showPage()
        super().save()

    def _foot(self, number: int, count: int) -> None:
        if not self._footer:
            return
        width, (aside, above) = self._pagesize[0], self._margin
        self.setFont(REGULAR, 7)
        self.setFillColor(colour_of(QUIET))
        line = fold_lines(self._footer, Style(size=7), width - 2 * aside - 60)[0]
        self.drawString(aside, above, line)
        self.drawRightString(width - aside, above, f"{number} / {count}")
