"""The table of documents: issued once, numbered without gaps, never changed again."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.schema import DDL

from app import clock, search
from app.db import Id, Model


class DocumentKind(StrEnum):
    INVOICE = "invoice"
    CORRECTION = "correction"
    PACKING_SLIP = "packing_slip"
    LABEL = "label"


FISCAL = (DocumentKind.INVOICE, DocumentKind.CORRECTION)


class Document(Model):
    """
    One paper that was given out: its data as they were at issue, with their hash.

    The PDF is made from `data` alone, right after the commit, and kept by its own hash.
    """

    __tablename__ = "document"
    __table_args__ = (
        UniqueConstraint("series", "serial"),
        Index("ix_document_ref", "ref_kind", "ref_id"),
        Index("ix_document_store_id_id", "store_id", "id"),
        Index("ix_document_kind_id", "kind", "id"),
        CheckConstraint(
            "(series IS NULL) = (serial IS NULL) AND (series IS NULL) = (number IS NULL)",
            name="number_of_series",
        ),
        CheckConstraint(
            "(kind IN ('invoice', 'correction')) = (series IS NOT NULL)", name="fiscal"
        ),
        CheckConstraint("(kind = 'correction') = (corrects_id IS NOT NULL)", name="corrects"),
        CheckConstraint("net_minor + tax_minor = gross_minor", name="sum"),
    )

    id: Mapped[Id]
    kind: Mapped[DocumentKind]
    series: Mapped[str | None]
    """What is counted through, such as "FV/MAIN/2026/11"; papers that are not fiscal have none."""
    serial: Mapped[int | None]
    number: Mapped[str | None] = mapped_column(unique=True)
    ref_kind: Mapped[str]
    ref_id: Mapped[int]
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"))
    issue_date: Mapped[date]
    sale_on: Mapped[date | None]
    language: Mapped[str]
    currency: Mapped[str]
    net_minor: Mapped[int] = mapped_column(default=0)
    tax_minor: Mapped[int] = mapped_column(default=0)
    gross_minor: Mapped[int] = mapped_column(default=0)
    buyer_name: Mapped[str] = mapped_column(default="")
    data: Mapped[dict[str, Any]]
    data_hash: Mapped[str]
    """SHA-256 of `data` in canonical form (content.canonical)."""
    template_version: Mapped[int]
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"), index=True)
    issued_at: Mapped[datetime] = mapped_column(default=clock.now)
    issued_by: Mapped[str]
    pdf_hash: Mapped[str | None]
    """SHA-256 of the stored file; set once, when it has been made."""
    rendered_at: Mapped[datetime | None]
    search: Mapped[str] = mapped_column(default="")


search.make_searchable(Document.__table__)  # type: ignore[arg-type]

_MAY_CHANGE = ("pdf_hash", "rendered_at", "search")
_REFUSAL = "an issued document never changes"


def freezing_statements(dialect: str) -> tuple[list[str], list[str]]:
    """Return the SQL that makes, and that drops, the guards of issued documents."""
    if dialect == "postgresql":
        rest = f"- ARRAY[{', '.join(repr(name) for name in _MAY_CHANGE)}]"
        make = [
            "CREATE OR REPLACE FUNCTION document_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$"
            " BEGIN IF TG_OP = 'UPDATE' AND (old.pdf_hash IS NULL OR old.pdf_hash = new.pdf_hash)"
            f" AND to_jsonb(old) {rest} = to_jsonb(new) {rest} THEN RETURN new; END IF;"
            f" RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'restrict_violation'; END $$",
            "CREATE TRIGGER document_frozen BEFORE UPDATE OR DELETE ON document "
            "FOR EACH ROW EXECUTE FUNCTION document_is_frozen()",
        ]
        drop = [
            "DROP TRIGGER document_frozen ON document",
            "DROP FUNCTION document_is_frozen()",
        ]
        return make, drop
    frozen = [one.name for one in Document.__table__.columns if one.name not in _MAY_CHANGE]
    changed = " OR ".join(f"old.{name} IS NOT new.{name}" for name in frozen)
    refuse = f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
    make = [
        f"CREATE TRIGGER document_frozen BEFORE UPDATE ON document WHEN {changed} "
        f"OR (old.pdf_hash IS NOT NULL AND old.pdf_hash IS NOT new.pdf_hash) {refuse}",
        f"CREATE TRIGGER document_kept BEFORE DELETE ON document {refuse}",
    ]
    return make, ["DROP TRIGGER document_frozen", "DROP TRIGGER document_kept"]


for _dialect in ("sqlite", "postgresql"):
    for _statement in freezing_statements(_dialect)[0]:
        _ddl = DDL(_statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
        event.listen(Document.__table__, "after_create", _ddl.execute_if(dialect=_dialect))
