"""What a plan is made of: what is known, what is said of each row, what becomes of a product."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from modules.catalog.bulk import NewPhoto, NewProduct, NewVariant
from modules.catalog.importing.source import SourceRow
from modules.catalog.models import RowOutcome

MOST_MINOR = 10**13
MOST_PIECES = 10**9
LONGEST = {"record": 255, "title": 250, "sku": 64, "value": 120, "barcode": 64, "url": 2000}


@dataclass(kw_only=True)
class KnownVariant:
    """A variant that exists, or that an earlier row of this file makes."""

    id: int | None
    sku: str
    product: str
    cell: str
    price_minor: int
    cost_minor: int | None = None
    weight_grams: int | None = None
    archived: bool = False
    barcodes: set[str] = field(default_factory=set)
    taken: bool = False
    """A row of this file speaks of it already."""


@dataclass(kw_only=True)
class KnownProduct:
    """A product that exists."""

    id: int
    code: str
    facts: dict[str, Any]
    archived: bool
    axes: list[str]
    values: dict[str, list[str]]
    cells: dict[str, str]
    """SKU by cell."""
    addresses: set[str]
    """Of its remote pictures."""
    photo_count: int


@dataclass(kw_only=True)
class Known:
    """What the catalogue holds of all that a part of the file speaks of."""

    products: dict[str, KnownProduct] = field(default_factory=dict)
    variants: dict[str, KnownVariant] = field(default_factory=dict)
    """By SKU."""
    carriers: dict[str, str] = field(default_factory=dict)
    """SKU by barcode, written in full length."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the importer was told, and what the house says."""

    currency: str
    tax_classes: Mapping[str, int]
    default_tax_class: int


@dataclass(kw_only=True)
class Account:
    """What became of one row."""

    row: SourceRow
    outcome: RowOutcome
    sku: str | None = None
    notes: list[dict[str, str]] = field(default_factory=list)
    warned: bool = False
    undo: dict[str, Any] = field(default_factory=dict)
    quantity: int = 0

    def warn(self, code: str, value: str = "") -> None:
        self.warned = True
        self.notes.append({"code": code, "value": value[:200]})


@dataclass(kw_only=True)
class VariantChange:
    """A variant that exists and becomes another: fields by name, each (old, new)."""

    id: int
    fields: dict[str, tuple[Any, Any]]


@dataclass(kw_only=True)
class ProductPlan:
    """What a product of the file becomes."""

    code: str
    known: KnownProduct | None
    new: NewProduct | None = None
    facts: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    new_values: dict[str, list[str]] = field(default_factory=dict)
    new_variants: list[NewVariant] = field(default_factory=list)
    changes: list[VariantChange] = field(default_factory=list)
    new_barcodes: list[tuple[str, str]] = field(default_factory=list)
    """(SKU, barcode) for variants that exist already."""
    new_photos: list[NewPhoto] = field(default_factory=list)
    accounts: list[Account] = field(default_factory=list)

    @property
    def touches(self) -> bool:
        """Test whether a product that exists is changed by this."""
        return bool(
            self.facts
            or self.new_values
            or self.new_variants
            or self.changes
            or self.new_barcodes
            or self.new_photos
        )


class Refused(Exception):
    """This row is not taken."""

    def __init__(self, code: str, value: str = "") -> None:
        super().__init__(code)
        self.note = {"code": code, "value": value[:200]}
