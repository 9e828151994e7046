"""One row of a file of orders: read with care, or refused in words for who wrote the file."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from app.api import is_plain
from app.i18n import _
from app.money import MOST_MINOR
from modules.orders.bulk import STATES

COLUMNS = (
    "channel",
    "external_id",
    "placed_at",
    "customer_name",
    "email",
    "phone",
    "sku",
    "quantity",
    "unit_price_minor",
    "currency",
    "status",
)
PLACED = "placed"
_MOST_PIECES = 10**9
_YEARS = (1900, 2900)
_NEEDED = ("channel", "external_id", "placed_at", "sku", "quantity", "currency", "status")
_LONGEST = {"channel": 64, "external_id": 200, "sku": 64, "customer_name": 250, "email": 254}
_LONGEST_OTHER = 40
_NUMBER = re.compile(r"-?[0-9]+")
_CURRENCY = re.compile(r"[A-Z]{3}")


class Refusal(NamedTuple):
    """A row that is not taken, by its number in the file, and why."""

    number: int
    reason: str


class Unreadable(Exception):
    """This row cannot be read; the text says why."""


@dataclass(frozen=True)
class Row:
    number: int
    values: Mapping[str, str]
    placed_at: datetime
    quantity: int
    unit_price_minor: int

    @property
    def key(self) -> tuple[str, str]:
        """Whose row it is: the rows of one order have the same."""
        return self.values["channel"], self.values["external_id"]

    @property
    def total_minor(self) -> int:
        return self.quantity * self.unit_price_minor


def read_row(number: int, headings: Sequence[str], fields: Sequence[str]) -> Row:
    """
    Return what a row says.

    :raises Unreadable: it does not say it
    """
    if len(fields) != len(headings):
        raise Unreadable(
            _(
                "The row has %(count)s fields and the first row %(columns)s; write every field, "
                "an empty one too.",
                count=len(fields),
                columns=len(headings),
            )
        )
    values = {name: text.strip() for name, text in zip(headings, fields, strict=True)}
    for name in COLUMNS:
        _check_text(name, values[name])
    if values["status"] not in (PLACED, *STATES):
        raise Unreadable(
            _(
                "There is no status “%(word)s”; write one of %(words)s.",
                word=shown(values["status"]),
                words=", ".join((PLACED, *STATES)),
            )
        )
    if not _CURRENCY.fullmatch(values["currency"]):
        raise Unreadable(
            _(
                "The currency “%(word)s” is not three capital letters; write it like PLN.",
                word=shown(values["currency"]),
            )
        )
    row = Row(
        number,
        values,
        _moment(values["placed_at"]),
        _whole_number("quantity", values["quantity"], 1, _MOST_PIECES),
        _whole_number("unit_price_minor", values["unit_price_minor"], 0, MOST_MINOR),
    )
    if row.total_minor > MOST_MINOR:
        raise Unreadable(
            _(
                "quantity times unit_price_minor is more than %(most)s; correct one of them.",
                most=MOST_MINOR,
            )
        )
    return row


def shown(text: str, *, most: int = 60) -> str:
    """Return a text of the file as it can stand in a sentence: on one line, and not for ever."""
    flat = "".join(sign if sign.isprintable() else " " for sign in text)
    flat = " ".join(flat.split())
    return flat if len(flat) <= most else flat[: most - 1] + "…"


def _check_text(name: str, text: str) -> None:
    if not text and name in _NEEDED:
        raise Unreadable(_("%(name)s is empty; fill it in.", name=name))
    if not is_plain(text):
        raise Unreadable(_("%(name)s holds a sign that no text has; remove it.", name=name))
    most = _LONGEST.get(name, _LONGEST_OTHER)
    if len(text) > most:
        raise Unreadable(
            _("%(name)s is longer than %(most)s characters; shorten it.", name=name, most=most)
        )


def _whole_number(name: str, text: str, least: int, most: int) -> int:
    if not _NUMBER.fullmatch(text):
        raise Unreadable(
            _("%(name)s “%(word)s” is not a whole number.", name=name, word=shown(text))
        )
    number = int(text)
    if not least <= number <= most:
        raise Unreadable(
            _(
                "%(name)s is %(number)s; it must lie between %(least)s and %(most)s.",
                name=name,
                number=number,
                least=least,
                most=most,
            )
        )
    return number


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Unreadable(
            _(
                "placed_at “%(word)s” is not a date with a time; write it like "
                "2026-11-21T14:05:00Z.",
                word=shown(text),
            )
        ) from None
    if not _YEARS[0] <= moment.year <= _YEARS[1]:
        raise Unreadable(
            _(
                "placed_at “%(word)s” must lie between the years %(first)s and %(last)s.",
                word=shown(text),
                first=_YEARS[0],
                last=_YEARS[1],
            )
        )
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
