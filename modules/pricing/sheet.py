"""The prices of a list as a file: read with an account of each refused row, and written."""

import csv
import hashlib
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, NamedTuple
from zoneinfo import ZoneInfo

from flask import current_app

from app.api import is_plain
from app.errors import NotFound, RuleViolation
from app.exporting import csv_line
from app.i18n import _
from app.money import exponent, parse_money
from modules import catalog, organization
from modules.pricing import queries
from modules.pricing.entries import MOST_ENTRIES, Entry, fault_of
from modules.pricing.minimums import lowest_allowed
from modules.pricing.models import PriceList

COLUMNS = ("sku", "price", "least_quantity", "valid_from", "valid_to")
BIGGEST_FILE = 16 * 1024 * 1024
_SHA = re.compile(r"[0-9a-f]{64}")
_PART = 2_000


class UnreadablePrices(RuleViolation):
    code = "unreadable_file"
    field = "file"


class Refused(NamedTuple):
    """A row that is not taken, and why."""

    row_no: int
    sku: str
    reason: str


class Read(NamedTuple):
    """What a file says: the prices that can be taken, and the rows that cannot."""

    entries: list[Entry]
    refused: list[Refused]


def keep_file(source: IO[bytes]) -> str:
    """
    Keep a file until somebody has looked at what it would do, and return its name.

    :raises UnreadablePrices: it is too large
    """
    data = source.read(BIGGEST_FILE + 1)
    if len(data) > BIGGEST_FILE:
        raise UnreadablePrices(_("The file is too large: at most 16 MB. Divide it."))
    name = hashlib.sha256(data).hexdigest()
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.csv").write_bytes(data)
    return name


def kept_file(name: str) -> Path:
    """
    Return a kept file.

    :raises NotFound: it is none, or is there no more
    """
    path = _folder() / f"{name}.csv"
    if not _SHA.fullmatch(name) or not path.is_file():
        raise NotFound(_("This file is there no more. Choose it again."))
    return path


def read_prices(path: Path, record: PriceList) -> Read:
    """
    Return what a file would put onto a list.

    :raises UnreadablePrices: it is no table of prices
    """
    rows = list(_rows(path))
    if len(rows) > MOST_ENTRIES:
        raise UnreadablePrices(
            _("At most %(most)s prices are taken at once. Divide the file.", most=MOST_ENTRIES)
        )
    known: dict[str, catalog.VariantForSale] = {}
    skus = sorted({row.get("sku", "") for _no, row in rows})
    for start in range(0, len(skus), _PART):
        known |= catalog.variants_for_sale(skus[start : start + _PART])
    own = record.currency == organization.get_company().currency
    least = lowest_allowed(list(known.values())) if own else {}
    reader = _Reader(record.currency, organization.company_zone(), known, least)
    entries: dict[object, Entry] = {}
    refused = []
    for row_no, row in rows:
        try:
            one = reader.entry(row)
            if one.place in entries:
                raise _Bad(_("The same price stands in the file above."))
            entries[one.place] = one
        except _Bad as bad:
            refused.append(Refused(row_no, row.get("sku", ""), str(bad)))
    return Read(list(entries.values()), refused)


def write_prices(record: PriceList) -> IO[bytes]:
    """Return a file of all prices of a list, ready to be read again."""
    target = SpooledTemporaryFile(max_size=4 * 1024 * 1024)  # noqa: SIM115 - the answer closes it
    target.write(b"\xef\xbb\xbf")  # by which spreadsheets know UTF-8
    target.write(csv_line(COLUMNS).encode())
    zone = organization.company_zone()
    after = 0
    while page := queries.list_entries(record.id, after=after, limit=_PART):
        after = page[-1].id
        known = catalog.variants_by_id(one.variant_id for one in page)
        for one in page:
            cells = (
                known[one.variant_id].sku,
                _amount(one.price_minor, record.currency),
                str(one.least_quantity),
                _moment(one.valid_from, zone),
                _moment(one.valid_to, zone),
            )
            target.write(csv_line(cells).encode())
    target.seek(0)
    return target


class _Bad(Exception):
    """Why a row is refused."""


class _Reader:
    def __init__(
        self,
        currency: str,
        zone: ZoneInfo,
        known: Mapping[str, catalog.VariantForSale],
        least: Mapping[int, int],
    ) -> None:
        self.currency, self.zone, self.known, self.least = currency, zone, known, least

    def entry(self, row: Mapping[str, str]) -> Entry:
        sku = row.get("sku", "")
        if sku not in self.known:
            raise _Bad(_("There is no SKU %(sku)s.", sku=sku[:64]))
        one = Entry(
            variant_id=self.known[sku].id,
            price_minor=self._price(row.get("price", "")),
            least_quantity=self._quantity(row.get("least_quantity", "")),
            valid_from=self._moment(row.get("valid_from", "")),
            valid_to=self._moment(row.get("valid_to", "")),
        )
        if text := fault_of(one):
            raise _Bad(text)
        if one.price_minor is not None and one.price_minor < self.least.get(one.variant_id, 0):
            raise _Bad(_("It is under the minimum price."))
        return one

    def _price(self, text: str) -> int:
        try:
            return parse_money(text, self.currency)
        except ValueError:
            raise _Bad(_("Write an amount such as 129,00.")) from None

    def _quantity(self, text: str) -> int:
        if not text:
            return 1
        if not (text.isascii() and text.isdigit() and len(text) < 10):
            raise _Bad(_("A quantity is a whole number from 1 on."))
        return int(text)

    def _moment(self, text: str) -> datetime | None:
        if not text:
            return None
        try:
            read = datetime.fromisoformat(text)
        except ValueError:
            raise _Bad(_("Write a day such as 2026-12-01, or 2026-12-01 08:00.")) from None
        if not 1900 <= read.year <= 2900:
            raise _Bad(_("Write a day such as 2026-12-01, or 2026-12-01 08:00."))
        return (read if read.tzinfo else read.replace(tzinfo=self.zone)).astimezone(UTC)


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadablePrices(
            _("This file is not written in UTF-8; save it as “CSV UTF-8” and try again.")
        ) from None
    if not is_plain(text):
        raise UnreadablePrices(_("This file holds signs that no text has; is it really a CSV?"))
    lines = csv.reader(StringIO(text), delimiter=_delimiter(text))
    try:
        heads = [one.strip().lower() for one in next(lines, [])]
        if "sku" not in heads or "price" not in heads:
            raise UnreadablePrices(
                _(
                    "The first row names the columns: sku, price, least_quantity, "
                    "valid_from, valid_to."
                )
            )
        for row_no, cells in enumerate(lines, start=2):
            row = {name: cell.strip() for name, cell in zip(heads, cells, strict=False)}
            if any(row.values()):
                yield row_no, row
    except csv.Error:
        raise UnreadablePrices(_("This file cannot be read as a CSV.")) from None


def _delimiter(text: str) -> str:
    first = text.splitlines()[0] if text.strip() else ""
    return max(",;\t", key=first.count)


def _amount(minor: int, currency: str) -> str:
    places = exponent(currency)
    whole, part = divmod(minor, 10**places)
    return f"{whole}.{part:0{places}d}" if places else str(minor)


def _moment(value: datetime | None, zone: ZoneInfo) -> str:
    return "" if value is None else value.astimezone(zone).isoformat(timespec="minutes")


def _folder() -> Path:
    return Path(current_app.config["DATA_DIR"]) / "price_files"
