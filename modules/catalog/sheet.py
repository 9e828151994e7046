"""Files that a spreadsheet will open: what it would calculate is shown to it as text."""

import csv
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from io import StringIO
from tempfile import SpooledTemporaryFile
from typing import IO

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


def written(lines: Iterable[Iterable[str]]) -> IO[bytes]:
    """Return a file that holds the rows as CSV in UTF-8; on the disk once it is large."""
    target = SpooledTemporaryFile(max_size=4 * 1024 * 1024)  # noqa: SIM115 - the answer closes it
    target.write(b"\xef\xbb\xbf")  # by which spreadsheets know UTF-8
    for values in lines:
        target.write(_line(values).encode())
    target.seek(0)
    return target


def _line(values: Iterable[str]) -> str:
    line = StringIO()
    csv.writer(line, quoting=csv.QUOTE_ALL).writerow(sheet_row(values))
    return line.getvalue()


def sheet_row(values: Iterable[str]) -> list[str]:
    """Return the cells of a CSV row, none of which a spreadsheet takes for a formula."""
    return [sheet_cell(value) for value in values]


def sheet_cell(value: str) -> str:
    """Return a text with an apostrophe before it where it would be calculated; numbers stay."""
    if value.startswith(_DANGEROUS) and not _is_number(value):
        return "'" + value
    return value


def _is_number(value: str) -> bool:
    try:
        return Decimal(value).is_finite()
    except InvalidOperation:
        return False
