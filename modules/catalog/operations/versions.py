"""The version of a product: counted at each change, so that no edit is lost in silence."""

from typing import Any

from sqlalchemy import update

from app import clock
from app.db import session
from modules.catalog.bulk import touch_variants
from modules.catalog.errors import StaleProduct
from modules.catalog.models import (
    Product,
)


def check_version(product: Product, version: int | None) -> None:
    """
    Make sure that nobody changed the product since `version`; None asks nothing.

    :raises StaleProduct: somebody did
    """
    if version is not None and product.version != version:
        raise StaleProduct(product.name)


def bump(product: Product, version: int | None = None, **values: Any) -> None:
    """
    Change a product and count its version, unless somebody else did since `version`.

    Its variants count as changed with it: they are shown under its name, with its pictures.
    """
    session.flush()
    changed = session.execute(
        update(Product)
        .where(Product.id == product.id)
        .where(Product.version == version if version is not None else Product.id == product.id)
        .values(version=Product.version + 1, updated_at=clock.now(), **values)
        .returning(Product.id)
        .execution_options(synchronize_session=False)
    ).first()
    session.refresh(product)
    if changed is None:
        raise StaleProduct(product.name)
    touch_variants(product.id)
