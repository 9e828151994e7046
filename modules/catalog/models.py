"""The tables of the catalogue: products, their variants, barcodes and photos, and imports."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from app import clock
from app.db import Id, Model
from app.search import make_searchable


class ProductStatus(StrEnum):
    DRAFT = "draft"
    ACTIVE = "active"
    DISCONTINUED = "discontinued"


class Product(Model):
    """A model: what a customer calls one thing, whatever its colour and size."""

    __tablename__ = "product"
    __table_args__ = (
        Index("ix_product_list", "archived_at", "name", "id"),
        Index("ix_product_updated", "updated_at", "id"),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    status: Mapped[ProductStatus] = mapped_column(default=ProductStatus.ACTIVE)
    brand: Mapped[str | None] = mapped_column(index=True)
    category: Mapped[str | None] = mapped_column(index=True)
    tax_class_id: Mapped[int] = mapped_column(ForeignKey("tax_class.id"))
    description: Mapped[str | None]
    """Plain text; what markup a file brings is taken away."""
    is_gift_card: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Sold without VAT and without discounts; once it is paid, a gift card is issued for it."""
    gift_card_months: Mapped[int | None]
    """How long such a card pays; null: it does not expire."""
    search: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    updated_at: Mapped[datetime] = mapped_column(default=clock.now)
    archived_at: Mapped[datetime | None]


class ProductOption(Model):
    """An axis along which a product varies: colour, size; up to three, in order."""

    __tablename__ = "product_option"
    __table_args__ = (UniqueConstraint("product_id", "name"),)

    id: Mapped[Id]
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id", ondelete="CASCADE"))
    name: Mapped[str]
    position: Mapped[int]


class OptionValue(Model):
    """A place on an axis: Burgundy, M; a colour may bring its own swatch."""

    __tablename__ = "option_value"
    __table_args__ = (UniqueConstraint("option_id", "value"),)

    id: Mapped[Id]
    option_id: Mapped[int] = mapped_column(ForeignKey("product_option.id", ondelete="CASCADE"))
    value: Mapped[str]
    position: Mapped[int]
    swatch: Mapped[str | None]


class Variant(Model):
    """One cell of the grid: what is counted, priced and sold."""

    __tablename__ = "variant"
    __table_args__ = (
        UniqueConstraint("product_id", "cell"),
        Index("ix_variant_updated", "updated_at", "id"),
        CheckConstraint("price_minor >= 0", name="price_not_negative"),
        CheckConstraint("per IN (1, 1000)", name="per_known"),
    )

    id: Mapped[Id]
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    sku: Mapped[str] = mapped_column(unique=True)
    label: Mapped[str]
    """The values of its options in one line: "Burgundy · M"; "" where there are none."""
    options: Mapped[dict[str, Any]]
    cell: Mapped[str]
    """The same values folded, so that no cell of the grid is made twice."""
    price_minor: Mapped[int]
    cost_minor: Mapped[int | None]
    weight_grams: Mapped[int | None]
    per: Mapped[int] = mapped_column(default=1)
    """The price is for one piece, or for 1,000 grams or millimetres."""
    search: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    updated_at: Mapped[datetime] = mapped_column(default=clock.now, onupdate=clock.now)
    """The last change of it or of what is shown with it: its product's name, its pictures."""
    archived_at: Mapped[datetime | None]


class BarcodeKind(StrEnum):
    GTIN = "gtin"
    SUPPLIER = "supplier"
    INTERNAL = "internal"


class Barcode(Model):
    """What a scanner reads and which variant it means: one code, one variant."""

    __tablename__ = "barcode"

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[BarcodeKind]
    variant_id: Mapped[int] = mapped_column(
        ForeignKey("variant.id", ondelete="CASCADE"), index=True
    )


class Photo(Model):
    """A picture of a product, or of one of its colours; or the address of one not fetched yet."""

    __tablename__ = "photo"
    __table_args__ = (
        CheckConstraint("file IS NOT NULL OR remote_url IS NOT NULL", name="shows_something"),
        Index("ix_photo_product", "product_id", "position", "id"),
    )

    id: Mapped[Id]
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id", ondelete="CASCADE"))
    colour: Mapped[str | None]
    """The value of the first option that it shows; null: all of them."""
    file: Mapped[str | None]
    """The name of our file: the hash of its content; null while the picture is only remote."""
    remote_url: Mapped[str | None]
    alt: Mapped[str | None]
    width: Mapped[int | None]
    height: Mapped[int | None]
    position: Mapped[int] = mapped_column(default=0)


class ImportState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    UNDONE = "undone"


class CatalogImport(Model):
    """A file that was given to the catalogue, and what came of it."""

    __tablename__ = "catalog_import"

    id: Mapped[Id]
    file_name: Mapped[str]
    sha256: Mapped[str]
    format: Mapped[str]
    location_code: Mapped[str | None]
    """Where the quantities of the file are received; null: nowhere."""
    dry_run: Mapped[bool] = mapped_column(default=False)
    state: Mapped[ImportState] = mapped_column(default=ImportState.QUEUED)
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))
    undo_job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))
    row_count: Mapped[int | None]
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    finished_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]


class RowOutcome(StrEnum):
    MADE = "made"
    CHANGED = "changed"
    SAME = "same"
    PICTURE = "picture"
    REFUSED = "refused"


class CatalogImportRow(Model):
    """The account of one row of the file: each row has exactly one."""

    __tablename__ = "catalog_import_row"
    __table_args__ = (
        UniqueConstraint("import_id", "row_no"),
        Index("ix_catalog_import_row_outcome", "import_id", "outcome", "row_no"),
    )

    id: Mapped[Id]
    import_id: Mapped[int] = mapped_column(ForeignKey("catalog_import.id"))
    row_no: Mapped[int]
    """The row of the table in the file, the first after the headings being 1."""
    record: Mapped[str]
    """What the row speaks of: its handle or code."""
    sku: Mapped[str | None]
    outcome: Mapped[RowOutcome]
    warned: Mapped[bool] = mapped_column(default=False)
    product_id: Mapped[int | None]
    """What the row became, without a foreign key: an account outlives what it tells of."""
    variant_id: Mapped[int | None] = mapped_column(index=True)
    quantity: Mapped[int | None]
    """How many pieces were received because of this row."""
    notes: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """Why it was refused, or taken with a warning: {"code", "value"}."""
    undo: Mapped[dict[str, Any] | None]
    """What the row made and what it changed from what."""


make_searchable(Product.__table__)  # type: ignore[arg-type]
make_searchable(Variant.__table__)  # type: ignore[arg-type]
