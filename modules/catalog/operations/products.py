"""Products: created, edited, archived and brought back."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app import clock
from app.audit import record_change
from app.db import session
from app.errors import InvalidInput
from app.i18n import _
from app.reference import Reference
from modules.catalog.bulk import (
    NewOption,
    NewProduct,
    NewVariant,
    import_products,
    renew_search,
    tell_offer_changed,
)
from modules.catalog.checks import (
    check_axes,
    check_code,
    check_free,
    check_variants,
    lost_race,
    tax_class_id_of,
)
from modules.catalog.errors import CodeTaken
from modules.catalog.models import (
    Product,
    ProductStatus,
)
from modules.catalog.operations.versions import bump, check_version
from modules.catalog.queries import get_product


def create_product(
    *,
    code: str,
    name: str,
    options: Sequence[NewOption] = (),
    variants: Sequence[NewVariant] = (),
    status: ProductStatus = ProductStatus.ACTIVE,
    brand: str | None = None,
    category: str | None = None,
    tax_rate_bp: int | None = None,
    tax_class: str | None = None,
    description: str | None = None,
    is_gift_card: bool = False,
    gift_card_months: int | None = None,
) -> Product:
    """
    Put a product into the catalogue with the variants that exist of it.

    The VAT is told by a class or by today's rate; without both it is the standard class.

    :raises CodeTaken: there is a product of that code
    :raises SkuTaken: a SKU belongs to another variant
    :raises BarcodeTaken: a barcode stands on another variant
    :raises CellTaken: two variants have the same values
    :raises InvalidInput: an option, a value, a barcode or the tax is none
    """
    check_code(code)
    tax_class_id = tax_class_id_of(tax_class, tax_rate_bp)
    check_axes(options)
    check_variants(variants, options)
    if session.scalar(select(Product.id).where(Product.code == code)) is not None:
        raise CodeTaken(code)
    check_free(variants)
    new = NewProduct(
        code=code,
        name=name,
        tax_class_id=tax_class_id,
        options=options,
        variants=variants,
        status=status,
        brand=brand,
        category=category,
        description=description,
        is_gift_card=is_gift_card,
        gift_card_months=gift_card_months if is_gift_card else None,
    )
    try:
        made = import_products(products=[new])
    except IntegrityError as error:
        raise lost_race() from error
    product = session.get_one(Product, made.products[code])
    record_change(
        Reference("product", product.id),
        "created",
        new={"code": code, "name": name, "variants": [one.sku for one in variants]},
    )
    return product


def update_product(
    *,
    code: str,
    version: int,
    name: str | None = None,
    status: ProductStatus | None = None,
    brand: str | None = None,
    category: str | None = None,
    tax_class: str | None = None,
    description: str | None = None,
    is_gift_card: bool | None = None,
    gift_card_months: int | None = None,
) -> Product:
    """
    Change the facts of a product. None leaves a fact as it is, "" empties it.

    How long its cards pay is told together with whether it is a gift card.

    :raises NotFound: there is no such product
    :raises StaleProduct: somebody changed it since `version`
    :raises InvalidInput: the name would be empty, or the tax class is none
    """
    product = get_product(code)
    if name is not None and not name.strip():
        raise InvalidInput(_("Give the product a name."), pointer="/name", field="name")
    wanted: dict[str, Any] = {
        "name": name,
        "status": status,
        "brand": brand,
        "category": category,
        "description": description,
    }
    new = {key: value or None for key, value in wanted.items() if value is not None}
    if tax_class is not None:
        new["tax_class_id"] = tax_class_id_of(tax_class, None)
    if is_gift_card is not None:
        new["is_gift_card"] = is_gift_card
        new["gift_card_months"] = gift_card_months if is_gift_card else None
    old = {key: getattr(product, key) for key in new}
    if old == new:
        check_version(product, version)
        return product
    bump(product, version, **new)
    record_change(Reference("product", product.id), "edited", old=old, new=new)
    if {"name", "brand", "category"} & new.keys():
        renew_search(product.id)
    if any(old[name] != new[name] for name in ("status", "brand", "category") if name in new):
        tell_offer_changed([product.id])
    return product


def archive_product(*, code: str, version: int | None = None) -> None:
    """
    Take a product out of lists and sale; its history stays.

    :raises NotFound: there is no such product
    :raises StaleProduct: somebody changed it since `version`
    """
    _set_archived(code, version, archived=True)


def restore_product(*, code: str, version: int | None = None) -> None:
    """
    Bring an archived product back.

    :raises NotFound: there is no such product
    :raises StaleProduct: somebody changed it since `version`
    """
    _set_archived(code, version, archived=False)


def _set_archived(code: str, version: int | None, *, archived: bool) -> None:
    product = get_product(code)
    if (product.archived_at is not None) == archived:
        return
    bump(product, version, archived_at=clock.now() if archived else None)
    record_change(Reference("product", product.id), "archived" if archived else "restored")
    tell_offer_changed([product.id])
