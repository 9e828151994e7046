"""How much stock one person corrects alone, in pieces and in what they cost."""

from collections.abc import Mapping

from sqlalchemy import select

from app import limits
from app.db import session
from app.fields import COST
from app.i18n import lazy
from app.limits import Limit
from modules import catalog, organization

PIECES, VALUE = "correction_pieces", "correction_value"
_ADJUST = "stock.adjust"

LIMITS = (
    Limit(
        code=PIECES,
        title=lazy("Pieces corrected in one act"),
        permission=_ADJUST,
        unit="pieces",
        roles={"shift_lead": 20, "store_manager": 500},
    ),
    Limit(
        code=VALUE,
        title=lazy("Worth of a correction"),
        permission=_ADJUST,
        unit="money",
        seen_with=COST,
        roles={"shift_lead": 2_000_00, "store_manager": 50_000_00},
    ),
)


def check_correction(location_id: int, pieces: Mapping[int, int]) -> None:
    """
    Make sure that the caller corrects as many pieces of these variants alone.

    Lost and found count alike: who hides a theft finds as many pieces elsewhere. What has no cost
    counts at its price.

    :raises NeedsSecondPerson: it is more than he corrects alone
    """
    store_id = organization.location_by_id(location_id).store_id
    if not any(limits.is_limited(code, store_id) for code in (PIECES, VALUE)):
        return
    variant = catalog.Variant
    worth = session.execute(
        select(variant.id, variant.cost_minor, variant.price_minor, variant.per).where(
            variant.id.in_([key for key, count in pieces.items() if count])
        )
    ).all()
    value = sum(
        pieces[row.id] * (row.price_minor if row.cost_minor is None else row.cost_minor) // row.per
        for row in worth
    )
    limits.check(
        {PIECES: sum(pieces.values()), VALUE: value},
        store_id=store_id,
        currency=organization.get_company().currency,
    )
