"""What is checked before the catalogue changes: codes, options, cells, what others have already."""

from collections.abc import Sequence

from sqlalchemy import select

from app.db import session
from app.errors import InvalidInput, NotFound, RuleViolation
from app.i18n import _
from modules import organization
from modules.catalog.barcodes import is_gtin, readings
from modules.catalog.bulk import (
    NewOption,
    NewVariant,
    cell_of,
    is_code,
)
from modules.catalog.errors import BarcodeTaken, CellTaken, SkuTaken
from modules.catalog.models import (
    Barcode,
    OptionValue,
    ProductOption,
    Variant,
)

MOST_AXES = 3
MOST_VARIANTS = 1_000
STANDARD = "standard"


def tax_class_id_of(tax_class: str | None, tax_rate_bp: int | None) -> int:
    """
    Return the key of the tax class that is named, or that has the rate today.

    :raises InvalidInput: there is none, or both are given
    """
    if tax_class is not None and tax_rate_bp is not None:
        raise InvalidInput(
            _("Give the tax class or the rate, not both."),
            pointer="/tax_rate_bp",
            field="tax_class",
        )
    if tax_rate_bp is not None:
        return organization.tax_class_for_rate(tax_rate_bp, on=organization.today()).id
    try:
        return organization.get_tax_class(tax_class or STANDARD).id
    except NotFound as unknown:
        raise InvalidInput(str(unknown), pointer="/tax_class", field="tax_class") from None


def check_code(code: str) -> None:
    """Make sure that the code can stand in an address."""
    if not is_code(code):
        raise InvalidInput(
            _("A product code has no slash and is not made of dots alone; choose another."),
            pointer="/code",
            field="code",
        )


def check_axes(options: Sequence[NewOption]) -> None:
    """Make sure that the options are few, and named once each with each value once."""
    if len(options) > MOST_AXES:
        raise InvalidInput(
            _("A product has at most three options."), pointer="/options", field="options"
        )
    names = [option.name for option in options]
    if len(set(names)) < len(names):
        raise InvalidInput(
            _("Two options have the same name."), pointer="/options", field="options"
        )
    for at, option in enumerate(options):
        if len(set(option.values)) < len(option.values):
            raise InvalidInput(
                _("The option %(name)s names a value twice.", name=option.name),
                pointer=f"/options/{at}/values",
                field="options",
            )


def check_variants(variants: Sequence[NewVariant], options: Sequence[NewOption]) -> None:
    """Make sure that each variant is a cell of its own, and within the axes."""
    if len(variants) > MOST_VARIANTS:
        raise InvalidInput(
            _("A product has at most %(number)s variants.", number=MOST_VARIANTS),
            pointer="/variants",
        )
    names = [option.name for option in options]
    cells: set[str] = set()
    skus: set[str] = set()
    barcodes: set[str] = set()
    for at, variant in enumerate(variants):
        unknown = set(variant.options) - set(names)
        if unknown or len(variant.options) < len(names):
            raise InvalidInput(
                _("%(sku)s needs a value for each option of the product.", sku=variant.sku),
                pointer=f"/variants/{at}/options",
                field="options",
            )
        for option in options:
            if variant.options[option.name] not in option.values:
                raise InvalidInput(
                    _(
                        "%(value)s is not among the values of %(option)s.",
                        value=variant.options[option.name],
                        option=option.name,
                    ),
                    pointer=f"/variants/{at}/options/{option.name}",
                    field="options",
                )
        cell = cell_of(variant.options, names)
        if cell in cells:
            raise CellTaken(" · ".join(variant.options.values()) or variant.sku)
        if variant.sku in skus:
            raise SkuTaken(variant.sku)
        for code in variant.barcodes:
            if barcodes.intersection(readings(code)):
                raise BarcodeTaken(code, variant.sku)
            barcodes.update(readings(code))
        cells.add(cell)
        skus.add(variant.sku)


def check_free(variants: Sequence[NewVariant]) -> None:
    """Make sure that no other variant has one of the SKUs or barcodes."""
    taken = session.scalar(
        select(Variant.sku).where(Variant.sku.in_([one.sku for one in variants])).limit(1)
    )
    if taken is not None:
        raise SkuTaken(taken)
    check_barcodes_free([code for one in variants for code in one.barcodes])


def check_barcodes_free(codes: Sequence[str]) -> None:
    """Make sure that none of the codes stands on a variant, however it is written."""
    if not codes:
        return
    taken = session.execute(
        select(Barcode.code, Variant.sku)
        .join(Variant, Variant.id == Barcode.variant_id)
        .where(Barcode.code.in_([reading for code in codes for reading in readings(code)]))
        .limit(1)
    ).first()
    if taken is not None:
        raise BarcodeTaken(taken.code, taken.sku)


def lost_race() -> RuleViolation:
    """Return the refusal for who came second by a moment: the database said it, not a look-up."""
    refused = RuleViolation(
        _("Somebody just used this code, SKU or barcode; look at the list, then try again.")
    )
    refused.code = "already_exists"
    return refused


def axes_of(product_id: int) -> list[tuple[ProductOption, list[str]]]:
    """Return the options of a product in order, each with its values."""
    options = session.scalars(
        select(ProductOption)
        .where(ProductOption.product_id == product_id)
        .order_by(ProductOption.position)
    ).all()
    values = session.execute(
        select(OptionValue.option_id, OptionValue.value)
        .where(OptionValue.option_id.in_([one.id for one in options]))
        .order_by(OptionValue.position, OptionValue.id)
    ).all()
    return [(one, [value for of, value in values if of == one.id]) for one in options]


def check_gtins(codes: Sequence[Sequence[str]]) -> None:
    """
    Make sure that the GTINs of new variants, one after the other, are such.

    :raises InvalidInput: a check digit is wrong
    """
    for at, gtins in enumerate(codes):
        for place, code in enumerate(gtins):
            if not is_gtin(code):
                raise InvalidInput(
                    _("The check digit of %(code)s is wrong; it is no GTIN.", code=code),
                    pointer=f"/variants/{at}/gtins/{place}",
                )
