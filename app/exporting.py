"""Lists as files: CSV and XLSX in which nothing that people wrote is ever calculated."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import StringIO
from typing import IO, Any, cast

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from app.i18n import zone
from app.lists import Amount, Column
from app.money import exponent

FORMS = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
MOST_ROWS_OF_XLSX = 1_048_575  # what a sheet holds, less its head
_LONGEST_CELL = 32_767
# What XML 1.0 cannot hold: control characters, halves of a pair, and the two that are none.
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")

Cell = str | int | Decimal | date | datetime | None


def heads(columns: Sequence[Column]) -> list[str]:
    """Return the heads of a file: a column that shows two things has two."""
    return [str(one.title) for one in _flat(columns)]


def cells(columns: Sequence[Column], row: Any, beside: Any) -> list[Cell]:
    """Return what a row of the list says in a file: numbers and days as what they are."""
    return [_plain(one.value(row, beside)) for one in _flat(columns)]


def _flat(columns: Sequence[Column]) -> Iterator[Column]:
    for column in columns:
        yield column
        yield from column.also


def _plain(value: Any) -> Cell:
    if isinstance(value, Amount):
        return Decimal(value.minor).scaleb(-exponent(value.currency))
    if isinstance(value, datetime):
        # A spreadsheet knows no zones: the moment is told as the clock on the wall told it.
        return value.astimezone(zone()).replace(tzinfo=None, microsecond=0)
    if isinstance(value, bool):
        return str(int(value))
    if value is None or isinstance(value, int | Decimal | date):
        return value
    return str(value)


# --- CSV --------------------------------------------------------------------------------------

BOM = "\ufeff"
"""By which spreadsheets know UTF-8; it stands once, at the very beginning."""


def csv_line(values: Iterable[Cell]) -> str:
    """Return one line, everything quoted."""
    line = StringIO()
    csv.writer(line, quoting=csv.QUOTE_ALL).writerow([csv_cell(one) for one in values])
    return line.getvalue()


def csv_cell(value: Cell) -> str:
    """Return a value as text; what a spreadsheet would calculate has an apostrophe before it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, str):
        return "'" + value if value.startswith(_DANGEROUS) else value
    return str(value)


class CsvSheet:
    """A CSV file that is written line by line."""

    def __init__(self, target: IO[bytes], head: Sequence[str], *, title: str = "") -> None:
        self._target = target
        target.write((BOM + csv_line(head)).encode())

    def add(self, values: Sequence[Cell]) -> None:
        self._target.write(csv_line(values).encode())

    def close(self) -> None:
        self._target.flush()


# --- XLSX -------------------------------------------------------------------------------------


class XlsxSheet:
    """A workbook of one sheet that is written row by row."""

    def __init__(self, target: IO[bytes], head: Sequence[str], *, title: str = "") -> None:
        self._target = target
        self._book = Workbook(write_only=True)
        name = "".join(sign for sign in title if sign not in "[]:*?/\\'")[:31]
        self._sheet = self._book.create_sheet(name or "Verso")
        self._sheet.freeze_panes = "B2"
        self.add(head)

    def add(self, values: Sequence[Cell]) -> None:
        self._sheet.append([self._cell(one) for one in values])

    def _cell(self, value: Cell) -> Any:
        if value is None:
            return None
        if isinstance(value, str):
            text = _UNWRITABLE.sub("", value)[:_LONGEST_CELL]
            cell = WriteOnlyCell(self._sheet, value=text)
            cell.data_type = "s"  # never "f": what people wrote is text, whatever it begins with
            return cell
        cell = WriteOnlyCell(self._sheet, value=cast(Any, value))
        if isinstance(value, datetime):
            cell.number_format = "yyyy-mm-dd hh:mm"
        elif isinstance(value, date):
            cell.number_format = "yyyy-mm-dd"
        elif isinstance(value, Decimal):
            cell.number_format = "#,##0.00" if -value.as_tuple().exponent == 2 else "General"  # type: ignore[operator]
        return cell

    def close(self) -> None:
        self._book.save(self._target)
        self._target.flush()


SHEETS: dict[str, type[CsvSheet] | type[XlsxSheet]] = {"csv": CsvSheet, "xlsx": XlsxSheet}
