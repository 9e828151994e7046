"""A file of orders: opened with care, and its rows brought together order by order."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NoReturn

from app.errors import InvalidInput
from app.i18n import _
from modules.orders.importing.rows import COLUMNS, Refusal, Row, Unreadable, read_row, shown
from modules.orders.importing.whole import faults_of, refuse_order

MOST_ROWS = 500_000
"""A file is held in memory until its last row was read: an order may go on anywhere in it."""


@dataclass(frozen=True, kw_only=True)
class Table:
    """What a file holds: whole orders, and the rows that cannot be taken."""

    orders: Sequence[Sequence[Row]]
    refused: Sequence[Refusal]


def read_file(path: Path) -> Table:
    """
    Return the rows of a file by order, and what of it cannot be read.

    :raises InvalidInput: it is no file of orders
    """
    name = shown(str(path), most=250)
    try:
        with path.open(encoding="utf-8-sig", newline="") as source:
            return _read(source)
    except FileNotFoundError:
        _refuse(_("There is no file “%(name)s”.", name=name))
    except IsADirectoryError:
        _refuse(_("“%(name)s” is a folder; name a file in it.", name=name))
    except OSError:
        _refuse(_("“%(name)s” cannot be opened; check its name and its rights.", name=name))
    except UnicodeDecodeError:
        _refuse(
            _(
                "“%(name)s” is not written in UTF-8; save it as “CSV UTF-8” and try again.",
                name=name,
            )
        )


def _refuse(message: str) -> NoReturn:
    raise InvalidInput(message) from None


def _read(source: IO[str]) -> Table:
    rows = _rows(source)
    headings = [one.strip() for one in next(rows, (0, []))[1]]
    _check_headings(headings)
    whole: dict[tuple[str, str], list[Row]] = {}
    refused: list[Refusal] = []
    broken: dict[tuple[str, str], int] = {}
    for number, fields in rows:
        try:
            row = read_row(number, headings, fields)
        except Unreadable as wrong:
            refused.append(Refusal(number, str(wrong)))
            named = dict(zip(headings, (one.strip() for one in fields), strict=False))
            broken.setdefault((named.get("channel", ""), named.get("external_id", "")), number)
            continue
        whole.setdefault(row.key, []).append(row)
    orders = []
    for key, own in whole.items():
        faults = {broken[key]: ""} if key in broken else faults_of(own)
        if faults:
            refused += refuse_order(own, faults)
        else:
            orders.append(own)
    return Table(orders=orders, refused=refused)


def _rows(source: IO[str]) -> Iterator[tuple[int, list[str]]]:
    """Give the rows with their numbers; a blank line is no row, but has its number."""
    reader = csv.reader(source, strict=True)
    number = 0
    while True:
        number += 1
        begins = reader.line_num + 1
        try:
            fields = next(reader, None)
        except csv.Error:
            _refuse(
                _(
                    "The file is broken from line %(line)s on: a quotation mark stands in the "
                    "wrong place or is not closed, or a field is endless. Export it again.",
                    line=begins,
                )
            )
        if fields is None:
            return
        if number > MOST_ROWS:
            _refuse(_("This file has more than 500,000 rows; cut it between two orders."))
        if any(one.strip() for one in fields):
            yield number, fields


def _check_headings(headings: Sequence[str]) -> None:
    if not headings:
        _refuse(_("This file is empty; choose another one."))
    if not set(headings) & set(COLUMNS):
        _refuse(
            _("The first row does not name the columns; write %(names)s.", names=",".join(COLUMNS))
        )
    if missing := [name for name in COLUMNS if name not in headings]:
        _refuse(_("These columns are missing: %(names)s.", names=", ".join(missing)))
    if unknown := [shown(name) or "“”" for name in headings if name not in COLUMNS]:
        _refuse(
            _("These columns are unknown: %(names)s. Remove them.", names=shown(", ".join(unknown)))
        )
    if doubled := [name for name in COLUMNS if headings.count(name) > 1]:
        _refuse(_("These columns stand there twice: %(names)s.", names=", ".join(doubled)))
