"""Questions about documents. Nothing here changes a row."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import and_, or_, select

from app.db import session
from app.errors import NotFound
from app.i18n import _
from app.reference import Reference
from modules.invoicing import storage
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
