"""Variants of a product: more of them, their prices and costs, their barcodes."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from app.audit import record_change
from app.db import session
from app.errors import InvalidInput, NotFound
from app.events import publish
from app.i18n import _
from app.reference import Reference
from modules.catalog.barcodes import is_gtin
from modules.catalog.bulk import (
    NewOption,
    NewVariant,
    cell_of,
    insert_variants,
    kind_of,
    renew_search,
)
from modules.catalog.checks import (
    axes_of,
    check_barcodes_free,
    check_free,
    check_variants,
    lost_race,
)
from modules.catalog.errors import CellTaken, UnknownVariant
from modules.catalog.events import PricesChanged
from modules.catalog.models import (
    Barcode,
    OptionValue,
    Product,
    Variant,
)
from modules.catalog.operations.versions import bump, check_version
from modules.catalog.queries import get_product, get_variant


def add_variants(*, code: str, version: int | None = None, variants: Sequence[NewVariant]) -> None:
    """
    Make more cells of a product; values that an axis does not have yet are put at its end.

    :raises NotFound: there is no such product
    :raises StaleProduct: somebody changed it since `version`
    :raises SkuTaken: a SKU belongs to another variant
    :raises BarcodeTaken: a barcode stands on another variant
    :raises CellTaken: there is such a variant already
    :raises InvalidInput: an axis is missing or unknown, or a barcode is none
    """
    product = get_product(code)
    axes = axes_of(product.id)
    grown = [
        NewOption(
            name=option.name,
            values=[
                *values,
                *dict.fromkeys(
                    one.options[option.name]
                    for one in variants
                    if one.options.get(option.name) and one.options[option.name] not in values
                ),
            ],
        )
        for option, values in axes
    ]
    check_variants(variants, grown)
    names = [option.name for option, _values in axes]
    present = set(session.scalars(select(Variant.cell).where(Variant.product_id == product.id)))
    for one in variants:
        if cell_of(one.options, names) in present:
            raise CellTaken(" · ".join(one.options.values()) or one.sku)
    check_free(variants)
    for (option, values), wanted in zip(axes, grown, strict=True):
        for at, value in enumerate(wanted.values[len(values) :], start=len(values)):
            session.add(OptionValue(option_id=option.id, value=value, position=at))
    bump(product, version)
    try:
        insert_variants([(product.id, product, names, one) for one in variants])
    except IntegrityError as error:
        raise lost_race() from error
    record_change(
        Reference("product", product.id),
        "variants added",
        new={"variants": [one.sku for one in variants]},
    )
    renew_search(product.id)


def add_variant(*, code: str, variant: NewVariant) -> Variant:
    """Make one more cell of a product: as `add_variants`."""
    add_variants(code=code, variants=[variant])
    return get_variant(variant.sku)


def set_price(*, sku: str, price_minor: int) -> None:
    """
    Change the list price of a variant.

    :raises NotFound: there is no variant of that SKU
    """
    product = session.get_one(Product, get_variant(sku).product_id)
    set_prices(code=product.code, prices={sku: price_minor})


def set_prices(
    *,
    code: str,
    version: int | None = None,
    prices: Mapping[str, int] | None = None,
    costs: Mapping[str, int | None] | None = None,
) -> None:
    """
    Change list prices and costs of variants of one product, by SKU.

    :raises NotFound: there is no such product
    :raises StaleProduct: somebody changed it since `version`
    :raises UnknownVariant: a SKU is none of this product's
    :raises InvalidInput: a price is negative
    """
    product = get_product(code)
    wanted: dict[str, dict[str, int | None]] = {}
    for field, given in (("price_minor", prices or {}), ("cost_minor", costs or {})):
        for sku, minor in given.items():
            if minor is not None and minor < 0:
                raise InvalidInput(
                    _("The price of %(sku)s is negative; write what it costs.", sku=sku),
                    pointer=f"/prices/{sku}",
                    field="prices",
                )
            wanted.setdefault(sku, {})[field] = minor
    known = {
        one.sku: one
        for one in session.scalars(
            select(Variant).where(Variant.product_id == product.id, Variant.sku.in_(wanted))
        )
    }
    old: dict[str, Any] = {}
    new: dict[str, Any] = {}
    for sku, values in wanted.items():
        if sku not in known:
            raise UnknownVariant(product.name, sku)
        for field, minor in values.items():
            if getattr(known[sku], field) != minor:
                old[f"{sku} {field}"] = getattr(known[sku], field)
                new[f"{sku} {field}"] = minor
                setattr(known[sku], field, minor)
    if not new:
        check_version(product, version)
        return
    bump(product, version)
    record_change(Reference("product", product.id), "prices", old=old, new=new)
    repriced = [one.id for sku, one in known.items() if f"{sku} price_minor" in new]
    if repriced:
        publish(PricesChanged(variant_ids=sorted(repriced), typed=True))


def add_barcode(*, sku: str, barcode: str) -> Barcode:
    """
    Let one more code mean a variant; a right GTIN becomes one, anything else an internal code.

    :raises NotFound: there is no variant of that SKU
    :raises BarcodeTaken: the code stands on a variant already
    :raises InvalidInput: it is empty, or looks like an EAN whose check digit is wrong
    """
    variant = get_variant(sku)
    code = barcode.strip()
    if not code:
        raise InvalidInput(_("Scan or type a barcode."), pointer="/barcode", field="barcode")
    if code.isascii() and code.isdigit() and len(code) == 13 and not is_gtin(code):
        raise InvalidInput(
            _("The last digit of %(code)s does not fit the others; scan it again.", code=code),
            pointer="/barcode",
            field="barcode",
        )
    check_barcodes_free([code])
    made = Barcode(code=code, kind=kind_of(code), variant_id=variant.id)
    session.add(made)
    try:
        session.flush()
    except IntegrityError as error:
        raise lost_race() from error
    bump(session.get_one(Product, variant.product_id))
    record_change(
        Reference("product", variant.product_id), "barcode added", new={"sku": sku, "barcode": code}
    )
    renew_search(variant.product_id)
    return made


def remove_barcode(*, sku: str, barcode: str) -> None:
    """
    Take a code away from a variant.

    :raises NotFound: the variant has no such code
    """
    variant = get_variant(sku)
    gone = session.execute(
        delete(Barcode)
        .where(Barcode.variant_id == variant.id, Barcode.code == barcode)
        .returning(Barcode.id)
    ).first()
    if gone is None:
        raise NotFound(_("%(sku)s has no barcode %(code)s.", sku=sku, code=barcode[:80]))
    bump(session.get_one(Product, variant.product_id))
    record_change(
        Reference("product", variant.product_id),
        "barcode removed",
        old={"sku": sku, "barcode": barcode},
    )
    renew_search(variant.product_id)
