"""The pictures of products and variants, by address."""

from collections.abc import Iterable, Sequence

from sqlalchemy import (
    and_,
    select,
)

from app.db import session
from modules.catalog.models import (
    Photo,
    Variant,
)
from modules.catalog.photo_files import photo_address


def first_photos(product_ids: Sequence[int]) -> dict[int, str]:
    """Return the address of the first picture of each product that has one."""
    files: dict[int, str] = {}
    for product_id, file in session.execute(
        select(Photo.product_id, Photo.file)
        .where(Photo.product_id.in_(product_ids), Photo.file.is_not(None))
        .order_by(Photo.position, Photo.id)
    ):
        files.setdefault(product_id, photo_address(file) or "")
    return files


def photo_urls(variant_ids: Iterable[int]) -> dict[int, str | None]:
    """Return the address of a small picture of each variant, in one statement."""
    wanted = sorted(set(variant_ids))
    urls: dict[int, str | None] = dict.fromkeys(wanted)
    if not wanted:
        return urls
    rows = session.execute(
        select(Variant.id, Variant.options, Photo.colour, Photo.file)
        .join(
            Photo,
            and_(Photo.product_id == Variant.product_id, Photo.file.is_not(None)),
        )
        .where(Variant.id.in_(wanted))
        .order_by(Photo.position, Photo.id)
    )
    fits: dict[int, int] = {}
    for variant_id, options, colour, file in rows:
        # The picture of its colour, else of the whole product, else of any other colour.
        fit = 3 if colour in options.values() else 2 if colour is None else 1
        if fit > fits.get(variant_id, 0):
            fits[variant_id] = fit
            urls[variant_id] = photo_address(file)
    return urls
