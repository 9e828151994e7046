"""How many pieces lie where, and how many of them can still be promised."""

import json
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select, text, tuple_

from app.db import database, session
from modules.stock.errors import Shortage
from modules.stock.models import StockItem
from modules.stock.statements import LEVELS, LOCKED_LEVELS
from modules.stock.values import Level

_FIGURES = (
    StockItem.variant_id,
    StockItem.location_id,
    StockItem.on_hand,
    StockItem.unsellable,
    StockItem.reserved,
    StockItem.incoming,
)
_OF_VARIANTS = (
    select(*_FIGURES)
    .where(StockItem.variant_id.in_(bindparam("variants", expanding=True)))
    .order_by(StockItem.variant_id, StockItem.location_id)
)


def available_for(
    variant_ids: Sequence[int], location_ids: Sequence[int], *, lock: bool = False
) -> list[Level]:
    """
    Return the levels of these variants in these locations, by variant and location.

    With `lock` nobody else changes them before this unit of work ends (on SQLite a writer is
    alone anyway). A pair that has never been stocked is not among them.
    """
    statements = LOCKED_LEVELS if lock else LEVELS
    dialect = database().dialect
    given: dict[str, Any] = {"variants": [*variant_ids], "locations": [*location_ids]}
    if dialect == "sqlite":
        given = {name: json.dumps(ids) for name, ids in given.items()}
    return [Level(*row) for row in session.execute(statements[dialect], given)]


def levels(variant_ids: Collection[int]) -> list[Level]:
    """Return the levels of these variants wherever they lie."""
    found = session.execute(_OF_VARIANTS, {"variants": [*variant_ids]})
    return [Level(*row) for row in found]


class InStore(NamedTuple):
    """What one store has of a variant, what the other stores have, and what is on its way."""

    here: int
    elsewhere: int
    incoming: int


_BY_STORE = text(
    "SELECT item.variant_id, "
    "SUM(CASE WHEN place.store_id = :store_id THEN item.on_hand - item.unsellable - item.reserved"
    " ELSE 0 END) AS here, "
    "SUM(item.on_hand - item.unsellable - item.reserved) AS total, "
    "SUM(CASE WHEN place.store_id = :store_id OR :store_id IS NULL THEN item.incoming ELSE 0 END)"
    " AS incoming "
    "FROM stock_item AS item JOIN location AS place ON place.id = item.location_id "
    "WHERE item.variant_id IN :variants GROUP BY item.variant_id"
).bindparams(bindparam("variants", expanding=True))


def levels_by_store(variant_ids: Collection[int], *, store_id: int | None) -> dict[int, InStore]:
    """Return what can be sold of each variant in one store and elsewhere; None = all are here."""
    if not variant_ids:
        return {}
    found = session.execute(_BY_STORE, {"variants": [*variant_ids], "store_id": store_id})
    answer = {}
    for variant_id, here, total, incoming in found:
        at_home = int(total) if store_id is None else int(here)
        answer[variant_id] = InStore(at_home, int(total) - at_home, int(incoming))
    return answer


def shortages(needed: dict[tuple[int, int], int]) -> list[Shortage]:
    """Say of each (variant, location) what it has of what was needed, in the words of people."""
    items = (
        select(*_FIGURES)
        .where(tuple_(StockItem.variant_id, StockItem.location_id).in_(list(needed)))
        .order_by(StockItem.variant_id, StockItem.location_id)
    )
    have = {(level.variant_id, level.location_id): level for level in _levels(items)}
    skus, places = names({one for one, _place in needed}, {place for _one, place in needed})
    return [
        Shortage(
            variant_id=variant_id,
            location_id=location_id,
            sku=skus.get(variant_id, str(variant_id)),
            location=places.get(location_id, str(location_id)),
            needed=wanted,
            have=max(have[key].available, 0) if (key := (variant_id, location_id)) in have else 0,
        )
        for (variant_id, location_id), wanted in sorted(needed.items())
    ]


def _levels(statement: Any) -> list[Level]:
    return [Level(*row) for row in session.execute(statement)]


_SKUS = text("SELECT id, sku FROM variant WHERE id IN :ids").bindparams(
    bindparam("ids", expanding=True)
)
_PLACES = text("SELECT id, code FROM location WHERE id IN :ids").bindparams(
    bindparam("ids", expanding=True)
)


def names(
    variant_ids: Collection[int], location_ids: Collection[int]
) -> tuple[dict[int, str], dict[int, str]]:
    """Return the SKUs of variants and the codes of locations, by key."""
    skus = {row.id: row.sku for row in session.execute(_SKUS, {"ids": [*variant_ids]})}
    codes = {row.id: row.code for row in session.execute(_PLACES, {"ids": [*location_ids]})}
    return skus, codes
