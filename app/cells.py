"""The rows of a list's table: the tags around each cell, and the values that need no drawing.

A page of fifty rows has four hundred cells, and a template puts each together anew: what is the
same in every row is made once here, and a template draws only what is more than a value.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from typing import Any

from markupsafe import Markup, escape

from app import look
from app.i18n import _
from app.lists import DAY, MOMENT, MONEY, NUMBER, Column

Drawn = Callable[[Column, Any, Any], Markup]
_WORDS = {NUMBER: "num", MONEY: "num", DAY: "nw tn", MOMENT: "nw tn"}


class Cell:
    """One column of one page, as its cells are written."""

    def __init__(
        self, column: Column, *, cls: str, label: str, is_head: bool, is_card: bool
    ) -> None:
        self._column, self._quiet = column, column.quiet
        self._is_drawn = is_head or column.drawn
        self._kept: dict[Hashable, str] = {}
        if is_head:
            self._usual = self._empty = _tag('th scope="row"', cls)
            self._end = "</th>"
            return
        own = cls.split()
        words = [*own, *(one for one in _WORDS.get(column.kind, "").split() if one not in own)]
        # What the card of an order has no place for shows when it is unfolded.
        if is_card and not column.cls.startswith("a-"):
            words.append("a-more")
        said = "" if column.bare else f' data-l="{escape(label)}"'
        self._usual = _tag("td", " ".join(words), said)
        self._empty = _tag("td", " ".join([*words, "zero"]), said)
        self._end = "</td>"

    def of(self, row: Any, beside: Any, drawn: Drawn) -> str:
        """Return this cell of a row."""
        if self._column.alike is None:
            return self._made(row, beside, drawn)
        shared = self._column.alike(row, beside)
        found = self._kept.get(shared)
        if found is None:
            found = self._kept[shared] = self._made(row, beside, drawn)
        return found

    def _made(self, row: Any, beside: Any, drawn: Drawn) -> str:
        value = self._column.value(row, beside)
        nothing = value is None or value == "" or (self._quiet and not value)
        begin = self._empty if nothing else self._usual
        if self._is_drawn:
            return f"{begin}{drawn(self._column, row, beside)}{self._end}"
        return f"{begin}{written(value, self._column.kind)}{self._end}"


def table_rows(
    cells: Sequence[Cell],
    rows: Sequence[Any],
    beside: Any,
    *,
    drawn: Drawn,
    key: Callable[[Any], int],
    ticks: Mapping[int, str],
) -> Iterator[Markup]:
    """Yield the rows of a table; `ticks` names those that can be ticked, by key."""
    tick = Markup(
        '<td class="tick"><input class="form-check-input" type="checkbox" name="ids" value="{}"'
        ' form="bulk" aria-label="{}"></td>'
    )
    for row in rows:
        pieces = ["<tr>"]
        if ticks:
            said = ticks[key(row)]
            pieces.append(tick.format(key(row), _("Tick %(number)s", number=said)))
        for cell in cells:
            pieces.append(cell.of(row, beside, drawn))
        pieces.append("</tr>\n")
        yield Markup("".join(pieces))  # noqa: S704 - tags of ours around what is escaped


def written(value: Any, kind: str) -> Markup:
    """Return a value as its kind is written."""
    if value is None or value == "":
        return Markup("–")
    if kind == MONEY:
        return escape(look.money(value.minor, value.currency))
    if kind == NUMBER:
        return escape(look.number(value))
    if kind == MOMENT:
        exact, short = look.moment(value, "exact"), look.moment(value, "short")
        return Markup('<span title="{}">{}</span>').format(exact, short)
    if kind == DAY:
        return escape(look.day(value))
    return escape(value)


def _tag(name: str, cls: str, more: str = "") -> str:
    marked = f' class="{escape(cls)}"' if cls else ""
    return f"<{name}{marked}{more}>"
