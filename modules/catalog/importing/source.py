"""A table that somebody gives us: opened with care, and read as rows of one shape."""

import csv
import hashlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

from app.api import is_plain
from app.i18n import _
from modules.catalog.errors import UnreadableFile

BIGGEST_FILE = 64 * 1024 * 1024
MOST_ROWS = 200_000
MOST_COLUMNS = 200
MOST_AXES = 3


@dataclass(frozen=True, kw_only=True)
class SourceRow:
    """One row of a file in our words, whatever the format; texts as they came, trimmed."""

    row_no: int
    raw: dict[str, str]
    record: str
    """The handle or code of the product."""
    title: str = ""
    description: str = ""
    brand: str = ""
    category: str = ""
    status: str = ""
    """draft, active, discontinued; "" where the file does not say"""
    tax_class: str = ""
    option_names: Sequence[str] = ()
    option_values: Sequence[str] = ()
    sku: str = ""
    barcodes: Sequence[str] = ()
    price: str = ""
    cost: str = ""
    grams: str = ""
    quantity: str = ""
    image: str = ""
    image_alt: str = ""
    variant_image: str = ""

    @property
    def is_picture_only(self) -> bool:
        """Test whether the row shows a further picture of its product and sells nothing."""
        sells = self.price or self.sku or self.title or any(self.option_values)
        return bool(self.image) and not sells


@dataclass(frozen=True, kw_only=True)
class Format:
    """A kind of file: the headings by which it is known, and how a row of it is read."""

    code: str
    title: str
    needed: Sequence[str]
    read: Callable[[int, Mapping[str, str]], SourceRow]


@dataclass(frozen=True, kw_only=True)
class Table:
    """A file that was read."""

    rows: list[SourceRow] = field(default_factory=list)

    def groups(self) -> Iterator[list[SourceRow]]:
        """Give the rows product by product, in the order in which the products first appear."""
        found: dict[str, list[SourceRow]] = {}
        for row in self.rows:
            found.setdefault(row.record, []).append(row)
        yield from found.values()


def keep_file(source: IO[bytes], folder: Path) -> str:
    """
    Store a file under the hash of its content and return that.

    :raises UnreadableFile: it is empty or larger than 64 MB
    """
    folder.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with NamedTemporaryFile(dir=folder, delete=False) as target:
        temporary = Path(target.name)
        while chunk := source.read(1 << 20):
            size += len(chunk)
            if size > BIGGEST_FILE:
                break
            digest.update(chunk)
            target.write(chunk)
        target.flush()
        os.fsync(target.fileno())
    if not 0 < size <= BIGGEST_FILE:
        temporary.unlink()
        if size:
            raise UnreadableFile(_("This file is larger than 64 MB; cut it into several."))
        raise UnreadableFile(_("This file is empty; choose another one."))
    temporary.replace(kept_path(folder, digest.hexdigest()))
    return digest.hexdigest()


def kept_path(folder: Path, sha256: str) -> Path:
    return folder / f"{sha256}.csv"


def read_table(path: Path, kind: Format) -> Table:
    """
    Read a whole file.

    :raises UnreadableFile: it is no table of this format
    """
    text = _text_of(path)
    reader = csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    rows: list[SourceRow] = []
    try:
        headings = [one.strip() for one in next(reader, [])]
        missing = [one for one in kind.needed if one not in headings]
        if missing:
            raise UnreadableFile(
                _(
                    "This is no %(format)s file: the column %(column)s is missing. Choose the "
                    "format that fits, or export the file again.",
                    format=kind.title,
                    column=missing[0],
                )
            )
        if len(headings) > MOST_COLUMNS:
            raise UnreadableFile(_("This file has too many columns to be a list of products."))
        for fields in reader:
            if not any(fields):
                continue  # a blank line is no row
            if len(rows) == MOST_ROWS:
                raise UnreadableFile(
                    _("This file has more than 200,000 rows; cut it into several.")
                )
            raw = {name: value.strip() for name, value in zip(headings, fields, strict=False)}
            rows.append(kind.read(len(rows) + 1, raw))
    except csv.Error as error:
        raise UnreadableFile(
            _(
                "Line %(line)s of this file is broken (%(why)s); export it again.",
                line=reader.line_num,
                why=str(error),
            )
        ) from None
    if not rows:
        raise UnreadableFile(_("This file has headings and no rows; choose another one."))
    return Table(rows=rows)


def _text_of(path: Path) -> str:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableFile(
            _("This file is not written in UTF-8; save it as “CSV UTF-8” and try again.")
        ) from None
    if not is_plain(text):
        raise UnreadableFile(_("This file holds signs that no text has; is it really a CSV?"))
    return text


def _delimiter(text: str) -> str:
    first = text[:10_000].splitlines()[0] if text else ""
    return max(",;\t", key=first.count)
