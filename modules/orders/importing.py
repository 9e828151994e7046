"""`orders import`: a CSV of orders from an earlier system, one line a row of it."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from app.db import transact
from app.errors import InvalidInput, RuleViolation
from app.i18n import _
from modules import customers
from modules.orders.bulk import STATES, HistoryLine, HistoryOrder, import_history
from modules.orders.given import OrderedLine, PlaceOrder
from modules.orders.operations.placing import place_order

COLUMNS = (
    "channel",
    "external_id",
    "placed_at",
    "customer_name",
    "email",
    "phone",
    "sku",
    "quantity",
    "unit_price_minor",
    "currency",
    "status",
)
PLACED = "placed"
_BATCH = 500


@dataclass
class ImportedOrders:
    """What came of a file: new orders, known ones, and rows that were refused with their reason."""

    new: int = 0
    known: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)


@dataclass
class _Row:
    number: int
    values: dict[str, str]
    placed_at: datetime
    quantity: int
    unit_price_minor: int


def read_file(path: Path) -> tuple[list[list[_Row]], list[tuple[int, str]]]:
    """
    Return the rows of a file by order, and what of it cannot be read.

    :raises InvalidInput: it is no such file
    """
    groups: dict[tuple[str, str], list[_Row]] = {}
    refused: list[tuple[int, str]] = []
    broken: set[tuple[str, str]] = set()
    with path.open(encoding="utf-8-sig", newline="") as source:
        reader = csv.DictReader(source)
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
        if missing:
            raise InvalidInput(_("These columns are missing: %(names)s.", names=", ".join(missing)))
        for number, values in enumerate(reader, start=2):
            try:
                row = _read(number, values)
            except ValueError as wrong:
                refused.append((number, str(wrong)))
                broken.add((values.get("channel") or "", values.get("external_id") or ""))
                continue
            key = (row.values["channel"], row.values["external_id"])
            groups.setdefault(key, []).append(row)
    # An order is not taken without the row of it that cannot be read.
    whole = []
    for key, rows in groups.items():
        if key in broken:
            why = _("another row of this order cannot be read")
            refused += [(row.number, why) for row in rows]
        else:
            whole.append(rows)
    return whole, sorted(refused)


def _read(number: int, values: dict[str, str]) -> _Row:
    kept = {name: (values.get(name) or "").strip() for name in COLUMNS}
    for name in ("channel", "external_id", "sku", "currency"):
        if not kept[name]:
            raise ValueError(_("%(name)s is empty", name=name))
    if kept["status"] not in (PLACED, *STATES):
        raise ValueError(_("there is no status %(word)s", word=kept["status"]))
    placed_at = datetime.fromisoformat(kept["placed_at"])
    quantity, price = int(kept["quantity"]), int(kept["unit_price_minor"])
    if not 0 < quantity <= 10**9 or not 0 <= price <= 10**13:
        raise ValueError(_("quantity or price is out of bounds"))
    moment = placed_at if placed_at.tzinfo else placed_at.replace(tzinfo=UTC)
    return _Row(number, kept, moment, quantity, price)


def import_orders(groups: Sequence[list[_Row]]) -> Iterator[ImportedOrders]:
    """Take orders in, a batch a unit of work, and yield what has come of all so far."""
    done = ImportedOrders()
    history = [rows for rows in groups if rows[0].values["status"] != PLACED]
    placed = [rows for rows in groups if rows[0].values["status"] == PLACED]
    for start in range(0, len(history), _BATCH):
        batch = history[start : start + _BATCH]
        made = transact(lambda batch=batch: import_history(_histories(batch)))  # type: ignore[misc]
        done.new += len(made)
        done.known += len(batch) - len(made)
        yield done
    for rows in placed:
        try:
            result = transact(lambda rows=rows: place_order(_given(rows)))  # type: ignore[misc]
            done.new += result.is_new
            done.known += not result.is_new
        except RuleViolation as refused:
            done.refused.append((rows[0].number, str(refused)))
        yield done


def _histories(batch: Sequence[list[_Row]]) -> list[HistoryOrder]:
    found = []
    for rows in batch:
        first = rows[0].values
        buyer = _buyer(first)
        found.append(
            HistoryOrder(
                channel_code=first["channel"],
                external_id=first["external_id"],
                placed_at=rows[0].placed_at,
                currency=first["currency"],
                status=first["status"],
                customer_id=customers.match_or_create(
                    customers.BuyerKeys(
                        email=buyer.get("email"),
                        phone=buyer.get("phone"),
                        name=buyer.get("name", ""),
                        country="PL",
                    )
                ),
                buyer=buyer,
                lines=[
                    HistoryLine(
                        sku=row.values["sku"],
                        quantity=row.quantity,
                        unit_price_minor=row.unit_price_minor,
                    )
                    for row in rows
                ],
            )
        )
    return found


def _given(rows: list[_Row]) -> PlaceOrder:
    first = rows[0].values
    return PlaceOrder(
        channel=first["channel"],
        external_id=first["external_id"],
        placed_at=rows[0].placed_at,
        currency=first["currency"],
        buyer=_buyer(first),
        shipping_method="courier",
        lines=[
            OrderedLine(
                sku=row.values["sku"], quantity=row.quantity, unit_price_minor=row.unit_price_minor
            )
            for row in rows
        ],
    )


def _buyer(values: dict[str, str]) -> dict[str, str]:
    named = {"name": values["customer_name"], "email": values["email"], "phone": values["phone"]}
    return {key: value for key, value in named.items() if value}
