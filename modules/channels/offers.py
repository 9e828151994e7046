"""Stock out: which offers changed, and what a shop heard of them. Nothing here calls a shop."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import TextClause, bindparam, delete, select, text, update

from app import clock
from app.db import UTCDateTime, database, session
from app.i18n import _
from modules.channels.models import ChannelLink, ChannelOffer, ChannelOfferChange
from modules.channels.ports import OfferResult, Outcome
from modules.channels.queries import DirtyOffer, get_link

_NOW = bindparam("now", type_=UTCDateTime())
# Where no shop stands behind any channel, nobody is to be told.
_NOTE_CHANGE = {
    "sqlite": text(
        "INSERT INTO channel_offer_change (variant_id, changed_at)"
        " SELECT value, :now FROM json_each(:variants)"
        " WHERE EXISTS (SELECT 1 FROM channel_link)"
    ).bindparams(_NOW),
    "postgresql": text(
        "INSERT INTO channel_offer_change (variant_id, changed_at)"
        " SELECT wanted.id, :now FROM unnest(CAST(:variants AS bigint[])) AS wanted (id)"
        " WHERE EXISTS (SELECT 1 FROM channel_link)"
    ).bindparams(_NOW),
}
_MARK = {
    "sqlite": text(
        "INSERT INTO channel_offer (link_id, variant_id, dirty_at)"
        " SELECT link.id, CAST(wanted.value AS INTEGER), :now"
        " FROM channel_link AS link, json_each(:variants) AS wanted"
        " WHERE true"
        " ON CONFLICT (link_id, variant_id) DO UPDATE SET dirty_at = excluded.dirty_at"
    ).bindparams(_NOW),
    # In one order, so that two transactions never wait for each other.
    "postgresql": text(
        "INSERT INTO channel_offer (link_id, variant_id, dirty_at)"
        " SELECT link.id, wanted.id, :now"
        " FROM channel_link AS link, unnest(CAST(:variants AS bigint[])) AS wanted (id)"
        " ORDER BY link.id, wanted.id"
        " ON CONFLICT (link_id, variant_id) DO UPDATE SET dirty_at = excluded.dirty_at"
    ).bindparams(_NOW),
}
_MARK_ALL = text(
    "INSERT INTO channel_offer (link_id, variant_id, dirty_at)"
    " SELECT :link_id, stocked.variant_id, :now"
    " FROM (SELECT DISTINCT variant_id FROM stock_item) AS stocked"
    " WHERE true ORDER BY stocked.variant_id"
    " ON CONFLICT (link_id, variant_id) DO UPDATE SET dirty_at = excluded.dirty_at"
).bindparams(_NOW)


def note_changes(*, variant_ids: Sequence[int]) -> None:
    """Remember that shops may have been told other numbers of these variants (one statement)."""
    if variant_ids:
        session.execute(*_on_variants(_NOTE_CHANGE, variant_ids))


def gather_changes() -> None:
    """Mark the offers of all shops that changed since it was done last."""
    noted = select(ChannelOfferChange.id).with_for_update(skip_locked=True)
    changed = session.scalars(
        delete(ChannelOfferChange)
        .where(ChannelOfferChange.id.in_(noted))
        .returning(ChannelOfferChange.variant_id)
        .execution_options(synchronize_session=False)
    ).all()
    if changed:
        session.execute(*_on_variants(_MARK, changed))


def _on_variants(
    statements: Mapping[str, TextClause], variant_ids: Sequence[int]
) -> tuple[TextClause, dict[str, Any]]:
    dialect = database().dialect
    given: Any = sorted(set(variant_ids))
    if dialect == "sqlite":
        given = json.dumps(given)
    return statements[dialect], {"variants": given, "now": clock.now()}


def offer_everything(*, link_id: int) -> None:
    """
    Let a shop hear of everything that was ever in stock, once more.

    :raises NotFound: there is no such link
    """
    get_link(link_id)
    session.execute(_MARK_ALL, {"link_id": link_id, "now": clock.now()})


def note_offers(
    *, link_id: int, told: Sequence[DirtyOffer], results: Mapping[str, OfferResult]
) -> bool:
    """
    Write down what a shop heard, and test whether all of it is settled.

    An offer that changed while the shop was told stays out of date; one whose answer was lost is
    told again, which does no harm as the number is absolute.
    """
    settled = True
    now = clock.now()
    for one in told:
        result = results.get(one.offer.sku) if one.offer else None
        values: dict[str, Any] = {"error": None}
        if result is None and one.offer is not None:
            settled = False
            continue
        if result is not None and result.outcome is Outcome.UNKNOWN:
            settled = False
            values = {"error": result.message or _("The shop did not answer.")}
        else:
            values["dirty_at"] = None
            if result is not None and result.outcome is Outcome.REFUSED:
                values["error"] = result.message or _("The shop refused.")
            elif one.offer is not None:
                values |= {"pushed_quantity": one.offer.quantity, "pushed_at": now}
        session.execute(
            update(ChannelOffer)
            .where(
                ChannelOffer.link_id == link_id,
                ChannelOffer.variant_id == one.variant_id,
                ChannelOffer.dirty_at == one.dirty_at,
            )
            .values(**values)
        )
    session.execute(update(ChannelLink).where(ChannelLink.id == link_id).values(pushed_at=now))
    return settled
