"""The corrections of stock that a second person may approve."""

from collections.abc import Mapping

from flask import url_for

from app.approving import Wanted
from app.db import session
from app.i18n import lazy
from app.module import Act
from app.reference import Reference
from modules import catalog
from modules.stock.operations import counts
from modules.stock.operations.corrections import adjust

CORRECT, POST_COUNT = "stock.correct", "stock.post_count"


def correction_wanted(
    *, variant_id: int, location_id: int, quantity_change: int, reason: str
) -> Wanted:
    arguments = {
        "variant_id": variant_id,
        "location_id": location_id,
        "quantity_change": quantity_change,
        "reason": reason,
    }
    return Wanted(
        act=CORRECT,
        reference=Reference("variant", variant_id),
        arguments=arguments,
        reason=reason,
    )


def posting_wanted(*, count_id: int, number: str) -> Wanted:
    return Wanted(
        act=POST_COUNT,
        reference=Reference(counts.REFERENCE, count_id),
        arguments={"count_id": count_id},
        reason=number,
    )


def _variant(variant_id: int) -> tuple[str, str]:
    sku = session.get_one(catalog.Variant, variant_id).sku
    return sku, url_for("stock.item", sku=sku)


def _count(count_id: int) -> tuple[str, str]:
    return f"SC-{count_id}", url_for("stock.count", count_id=count_id)


ACTS: Mapping[str, Act] = {
    CORRECT: Act(
        title=lazy("Correct stock"), permission="stock.adjust", carry_out=adjust, named=_variant
    ),
    POST_COUNT: Act(
        title=lazy("Post a count"),
        permission="stock.adjust",
        carry_out=counts.post_count,
        named=_count,
    ),
}
