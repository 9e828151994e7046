"""
The set-based statements of stock: one text per dialect, whatever the count of rows.

The rows come in as one JSON text. All of them are touched in the order (variant, location), so
that two writers wait for each other instead of deadlocking: on PostgreSQL a first part of the
statement takes the locks in that order; on SQLite there is one writer at a time.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import TextClause, bindparam, text

from app.db import UTCDateTime, database, session

_MOMENTS = ("now", "effective_at", "expires_at")
_CAST = {"bigint": "bigint", "text": "text", "boolean": "boolean"}

Row = Any


class Statement:
    """One statement in the words of both databases; `{rows}` stands for the rows that come in."""

    def __init__(
        self, template: str, *, columns: Mapping[str, str], postgresql: str | None = None
    ) -> None:
        self._columns = tuple(columns)
        self._texts = {
            "sqlite": _bound(template.replace("{rows}", _from_json_each(columns))),
            "postgresql": _bound(
                (postgresql or template).replace("{rows}", _from_recordset(columns))
            ),
        }

    def run(self, rows: Iterable[Mapping[str, Any]], **values: Any) -> Sequence[Row]:
        """Run it with these rows and return what it returns."""
        dialect = database().dialect
        statement = self._texts[dialect]
        # SQLite reads a short array several times faster than an object with names.
        values_of = itemgetter(*self._columns)
        given = [values_of(row) for row in rows] if dialect == "sqlite" else [*rows]
        packed = json.dumps(given, separators=(",", ":"))
        result: Any = session.execute(statement, {"rows": packed, **values})
        return result.all() if result.returns_rows else []


def _bound(statement: str) -> TextClause:
    clause = text(statement)
    moments = [bindparam(name, type_=UTCDateTime()) for name in _MOMENTS if f":{name}" in statement]
    return clause.bindparams(*moments)


def _from_json_each(columns: Mapping[str, str]) -> str:
    picked = ", ".join(
        f"json_extract(value, '$[{place}]') AS {name}" for place, name in enumerate(columns)
    )
    return f"SELECT {picked} FROM json_each(:rows)"  # noqa: S608 - names of ours


def _from_recordset(columns: Mapping[str, str]) -> str:
    typed = ", ".join(f"{name} {_CAST[kind]}" for name, kind in columns.items())
    return f"SELECT * FROM json_to_recordset(CAST(:rows AS json)) AS given({typed})"  # noqa: S608


_FIGURES = dict.fromkeys(
    ("variant_id", "location_id", "on_hand", "unsellable", "reserved", "incoming"), "bigint"
)

# Check and change in one statement: the guard is read again when a lock was waited for.
CHANGE = Statement(
    """
    WITH given AS ({rows})
    UPDATE stock_item SET
      on_hand = stock_item.on_hand + given.on_hand,
      unsellable = stock_item.unsellable + given.unsellable,
      reserved = stock_item.reserved + given.reserved,
      incoming = stock_item.incoming + given.incoming,
      updated_at = :now
    FROM given
    WHERE stock_item.variant_id = given.variant_id AND stock_item.location_id = given.location_id
      AND stock_item.on_hand + given.on_hand
        >= stock_item.unsellable + given.unsellable + stock_item.reserved + given.reserved
      AND stock_item.unsellable + given.unsellable >= 0
      AND stock_item.reserved + given.reserved >= 0
      AND stock_item.incoming + given.incoming >= 0
    RETURNING variant_id, location_id
    """,
    postgresql="""
    WITH given AS ({rows}), held AS (
      SELECT item.variant_id, item.location_id,
        given.on_hand, given.unsellable, given.reserved, given.incoming
      FROM stock_item AS item JOIN given
        ON item.variant_id = given.variant_id AND item.location_id = given.location_id
      ORDER BY item.variant_id, item.location_id
      FOR NO KEY UPDATE OF item
    )
    UPDATE stock_item AS item SET
      on_hand = item.on_hand + held.on_hand,
      unsellable = item.unsellable + held.unsellable,
      reserved = item.reserved + held.reserved,
      incoming = item.incoming + held.incoming,
      updated_at = :now
    FROM held
    WHERE item.variant_id = held.variant_id AND item.location_id = held.location_id
      AND item.on_hand + held.on_hand
        >= item.unsellable + held.unsellable + item.reserved + held.reserved
      AND item.unsellable + held.unsellable >= 0
      AND item.reserved + held.reserved >= 0
      AND item.incoming + held.incoming >= 0
    RETURNING item.variant_id, item.location_id
    """,
    columns=_FIGURES,
)

# "WHERE true" keeps SQLite from reading ON CONFLICT as the condition of a join.
ADD = Statement(
    """
    INSERT INTO stock_item
      (variant_id, location_id, on_hand, unsellable, reserved, incoming, updated_at)
    SELECT variant_id, location_id, on_hand, unsellable, reserved, incoming, :now
    FROM ({rows}) AS given WHERE true ORDER BY variant_id, location_id
    ON CONFLICT (variant_id, location_id) DO UPDATE SET
      on_hand = stock_item.on_hand + excluded.on_hand,
      unsellable = stock_item.unsellable + excluded.unsellable,
      incoming = stock_item.incoming + excluded.incoming,
      updated_at = excluded.updated_at
    """,
    columns=_FIGURES,
)

MOVE = Statement(
    """
    INSERT INTO stock_movement
      (kind, variant_id, quantity, from_location_id, from_virtual, from_unsellable,
       to_location_id, to_virtual, to_unsellable, reason, ref_kind, ref_id,
       recorded_at, effective_at, actor)
    SELECT kind, variant_id, quantity, from_location_id, from_virtual, from_unsellable,
       to_location_id, to_virtual, to_unsellable, reason, ref_kind, ref_id,
       :now, :effective_at, :actor
    FROM ({rows}) AS given ORDER BY n
    """,
    columns={
        "n": "bigint",
        "kind": "text",
        "variant_id": "bigint",
        "quantity": "bigint",
        "from_location_id": "bigint",
        "from_virtual": "text",
        "from_unsellable": "boolean",
        "to_location_id": "bigint",
        "to_virtual": "text",
        "to_unsellable": "boolean",
        "reason": "text",
        "ref_kind": "text",
        "ref_id": "bigint",
    },
)

# Keys are given in the order of the SELECT, so the sorted keys are those of the rows in turn.
HOLD = Statement(
    """
    INSERT INTO stock_reservation
      (variant_id, location_id, quantity, ref_kind, ref_id, state, reserved_at, expires_at)
    SELECT variant_id, location_id, quantity, ref_kind, ref_id, 'held', :now, :expires_at
    FROM ({rows}) AS given ORDER BY n
    RETURNING id
    """,
    columns={
        "n": "bigint",
        "variant_id": "bigint",
        "location_id": "bigint",
        "quantity": "bigint",
        "ref_kind": "text",
        "ref_id": "bigint",
    },
)

# A whole reservation gets the new state; of a part only the rest remains held.
CLOSE = Statement(
    """
    WITH given AS ({rows})
    UPDATE stock_reservation SET
      state = CASE WHEN stock_reservation.quantity = given.quantity
        THEN :state ELSE stock_reservation.state END,
      closed_at = CASE WHEN stock_reservation.quantity = given.quantity THEN :now END,
      quantity = CASE WHEN stock_reservation.quantity = given.quantity
        THEN stock_reservation.quantity ELSE stock_reservation.quantity - given.quantity END
    FROM given
    WHERE stock_reservation.id = given.id
      AND stock_reservation.state = 'held' AND stock_reservation.quantity >= given.quantity
    RETURNING id, variant_id, location_id, state, ref_kind, ref_id
    """,
    postgresql="""
    WITH given AS ({rows}), mine AS (
      SELECT one.id, given.quantity FROM stock_reservation AS one JOIN given ON one.id = given.id
      ORDER BY one.id FOR NO KEY UPDATE OF one
    )
    UPDATE stock_reservation AS one SET
      state = CASE WHEN one.quantity = mine.quantity
        THEN CAST(:state AS varchar) ELSE one.state END,
      closed_at = CASE WHEN one.quantity = mine.quantity THEN :now END,
      quantity = CASE WHEN one.quantity = mine.quantity
        THEN one.quantity ELSE one.quantity - mine.quantity END
    FROM mine
    WHERE one.id = mine.id AND one.state = 'held' AND one.quantity >= mine.quantity
    RETURNING one.id, one.variant_id, one.location_id, one.state, one.ref_kind, one.ref_id
    """,
    columns={"id": "bigint", "quantity": "bigint"},
)

# What was taken from a larger reservation, as a closed row of its own.
CLOSED_PART = Statement(
    """
    INSERT INTO stock_reservation
      (variant_id, location_id, quantity, ref_kind, ref_id, state, reserved_at, closed_at)
    SELECT variant_id, location_id, quantity, ref_kind, ref_id, :state, :now, :now
    FROM ({rows}) AS given ORDER BY n
    """,
    columns={
        "n": "bigint",
        "variant_id": "bigint",
        "location_id": "bigint",
        "quantity": "bigint",
        "ref_kind": "text",
        "ref_id": "bigint",
    },
)

LINES = Statement(
    """
    INSERT INTO goods_receipt_line (receipt_id, variant_id, quantity, unit_cost_minor)
    SELECT receipt_id, variant_id, quantity, unit_cost_minor
    FROM ({rows}) AS given ORDER BY n
    """,
    columns={
        "n": "bigint",
        "receipt_id": "bigint",
        "variant_id": "bigint",
        "quantity": "bigint",
        "unit_cost_minor": "bigint",
    },
)


def _levels(lock: str = "") -> Mapping[str, TextClause]:
    figures = "variant_id, location_id, on_hand, unsellable, reserved, incoming"
    order = "ORDER BY variant_id, location_id"
    return {
        "sqlite": text(
            f"SELECT {figures} FROM stock_item "  # noqa: S608 - names of ours
            "WHERE variant_id IN (SELECT value FROM json_each(:variants)) "
            f"AND location_id IN (SELECT value FROM json_each(:locations)) {order}"
        ),
        "postgresql": text(
            f"SELECT {figures} FROM stock_item "  # noqa: S608 - names of ours
            "WHERE variant_id = ANY(CAST(:variants AS bigint[])) "
            f"AND location_id = ANY(CAST(:locations AS bigint[])) {order} {lock}"
        ),
    }


LEVELS = _levels()
# A promise that is written down names its item by a key: it does not wait for this lock, else two
# who each wrote a part of a promise would wait for each other.
LOCKED_LEVELS = _levels(lock="FOR NO KEY UPDATE")
