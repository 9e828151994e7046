"""Questions about documents. Nothing here changes a row."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, column, func, or_, select, table
from sqlalchemy.orm import aliased

from app import search
from app.db import session
from app.errors import NotFound
from app.fields import PERSONAL, in_a_name, sees
from app.folding import in_one_of
from app.i18n import _, lazy
from app.lists import Sort
from app.module import Difference
from app.reference import Reference
from modules.invoicing import storage
from modules.invoicing.content import hash_of
from modules.invoicing.models import Document, DocumentKind


@dataclass(frozen=True, kw_only=True)
class DocumentRef:
    """A document as others name it; `ready` says that its PDF is there."""

    id: int
    kind: DocumentKind
    number: str
    ready: bool
    reference: Reference
    issued_at: datetime
    gross_minor: int
    currency: str


_REF_COLUMNS = (
    Document.id,
    Document.kind,
    Document.number,
    Document.pdf_hash,
    Document.ref_kind,
    Document.ref_id,
    Document.issued_at,
    Document.gross_minor,
    Document.currency,
)


def documents_of(*references: Reference) -> list[DocumentRef]:
    """Return the documents of some things, oldest first, in one statement."""
    if not references:
        return []
    by_kind: dict[str, list[int]] = {}
    for kind, key in references:
        by_kind.setdefault(kind, []).append(key)
    asked = [
        and_(Document.ref_kind == kind, Document.ref_id.in_(keys)) for kind, keys in by_kind.items()
    ]
    rows = session.execute(select(*_REF_COLUMNS).where(or_(*asked)).order_by(Document.id))
    return [_ref(row) for row in rows]


def get_document(document_id: int) -> Document:
    """
    Return one document.

    :raises NotFound: there is none with that id
    """
    if document := session.get(Document, document_id):
        return document
    raise NotFound(_("There is no document %(number)s.", number=document_id))


def pdf_of(document_id: int) -> Path | None:
    """
    Return the stored PDF of a document; None while it is being made.

    :raises NotFound: there is no such document
    """
    return file_of(get_document(document_id))


def file_of(document: Document) -> Path | None:
    return storage.path_of(document.pdf_hash) if document.pdf_hash else None


def shown_number(kind: DocumentKind, number: str | None, document_id: int) -> str:
    """Return what people call the paper: its fiscal number, else its key with a prefix."""
    if number is not None:
        return number
    return f"{'L' if kind is DocumentKind.LABEL else 'PS'}-{document_id}"


def _ref(row: Any) -> DocumentRef:
    return DocumentRef(
        id=row.id,
        kind=row.kind,
        number=shown_number(row.kind, row.number, row.id),
        ready=row.pdf_hash is not None,
        reference=Reference(row.ref_kind, row.ref_id),
        issued_at=row.issued_at,
        gross_minor=row.gross_minor,
        currency=row.currency,
    )


# --- lists ------------------------------------------------------------------------------------


_PLACE: Any = {"by": (Document.id,), "kinds": (int,), "place": lambda row: (row.id,)}
NEWEST_FIRST = Sort(code="newest", title=lazy("Newest first"), down=True, **_PLACE)
OLDEST_FIRST = Sort(code="oldest", title=lazy("Oldest first"), **_PLACE)


def list_documents(
    *,
    kind: DocumentKind | None = None,
    store_ids: Iterable[int] | None = None,
    month: date | None = None,
    q: str = "",
    order: Sort = NEWEST_FIRST,
    after: tuple[Any, ...] | None = None,
    limit: int = 50,
    up_to: int | None = None,
) -> Sequence[Row[Any]]:
    """
    Return documents as list rows, in an order of the list; `month` is any day of one.

    `store_ids` are the stores that the caller may see; None means all of them.
    """
    correction = aliased(Document)
    columns: Any = (
        *_REF_COLUMNS,
        Document.store_id,
        Document.issue_date,
        Document.buyer_name,
        select(correction.id)
        .where(correction.corrects_id == Document.id)
        .exists()
        .label("corrected"),
    )
    found = _narrowed(select(*columns), kind=kind, store_ids=store_ids, month=month, q=q)
    if up_to is not None:
        found = found.where(Document.id <= up_to)
    return session.execute(order.page(found, after=after, limit=limit)).all()


def count_documents(
    *,
    kind: DocumentKind | None = None,
    store_ids: Iterable[int] | None = None,
    month: date | None = None,
    q: str = "",
    cap: int,
) -> int:
    """Return how many documents `list_documents` lists over all pages, up to a number."""
    columns: Any = select(Document.id)
    found = _narrowed(columns, kind=kind, store_ids=store_ids, month=month, q=q).limit(cap)
    return session.scalar(select(func.count()).select_from(found.subquery())) or 0


def newest_document() -> int:
    """Return the highest key of a document."""
    return session.scalar(select(func.max(Document.id))) or 0


def _narrowed(
    found: Select[Any],
    *,
    kind: DocumentKind | None,
    store_ids: Iterable[int] | None,
    month: date | None,
    q: str,
) -> Select[Any]:
    if kind is not None:
        found = found.where(Document.kind == kind)
    if store_ids is not None:
        found = found.where(Document.store_id.in_(list(store_ids)))
    if month is not None:
        first = month.replace(day=1)
        found = found.where(Document.issue_date >= first, Document.issue_date < next_month(first))
    if q.strip():
        found = found.where(search.contains(Document, q))
        if not sees(PERSONAL):
            found = found.where(and_(*(_openly(word) for word in search.fold(q).split())))
    return found


def _openly(word: str) -> ColumnElement[bool]:
    """Return the condition that a word stands in what is not hidden of a document."""
    numbers = [
        Document.number,
        Document.data["order_number"].as_string(),
        Document.data["tracking_number"].as_string(),
    ]
    return or_(in_one_of(word, numbers), in_a_name(word, [Document.buyer_name]))


def next_month(first: date) -> date:
    """Return the first day of the month after this one."""
    if first.month == 12:
        return date(first.year + 1, 1, 1)
    return date(first.year, first.month + 1, 1)


# --- proof ------------------------------------------------------------------------------------

_series = table("number_series", column("series"), column("last"))
_LEDGER = "documents"


def prove_documents() -> Iterator[Difference]:
    """
    Yield where documents disagree with themselves.

    Each series counts 1, 2, 3 … up to its last number; each hash is that of the data; each stored
    file is the one that was stored.
    """
    yield from _prove_series()
    rows = session.execute(
        select(
            Document.id,
            Document.kind,
            Document.number,
            Document.data,
            Document.data_hash,
            Document.pdf_hash,
        )
        .order_by(Document.id)
        .execution_options(yield_per=500)
    )
    for key, kind, number, data, data_hash, pdf_hash in rows:
        name = shown_number(kind, number, key)
        if (found := hash_of(data)) != data_hash:
            yield Difference(ledger=_LEDGER, entry=f"{name}: data", expected=data_hash, found=found)
        if pdf_hash and (stored := _hash_of_file(storage.path_of(pdf_hash))) != pdf_hash:
            yield Difference(ledger=_LEDGER, entry=f"{name}: PDF", expected=pdf_hash, found=stored)


def _prove_series() -> Iterator[Difference]:
    counted: dict[str, tuple[int, int]] = {
        str(series): (count, highest or 0)
        for series, count, highest in session.execute(
            select(Document.series, func.count(), func.max(Document.serial))
            .where(Document.series.is_not(None))
            .group_by(Document.series)
        )
    }
    known: dict[str, int] = dict(
        session.execute(
            select(_series.c.series, _series.c.last).where(
                or_(_series.c.series.like("FV/%"), _series.c.series.like("KOR/%"))
            )
        ).all()
    )
    for series in sorted(counted.keys() | known.keys()):
        last = known.get(series, 0)
        count, highest = counted.get(series, (0, 0))
        if highest != last:
            yield Difference(
                ledger=_LEDGER, entry=f"{series}: last number", expected=last, found=highest
            )
        elif count != last:
            missing = _first_missing(series)
            yield Difference(ledger=_LEDGER, entry=f"{series}: {missing:05d}", expected=1, found=0)


def _first_missing(series: str) -> int:
    expected = 1
    serials = select(Document.serial).where(Document.series == series).order_by(Document.serial)
    for serial in session.scalars(serials):
        if serial != expected:
            break
        expected += 1
    return expected


def _hash_of_file(path: Path) -> str | None:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return None
