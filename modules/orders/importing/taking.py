"""The orders of a file are taken in: history a batch at a time, what is to be sent one by one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy.exc import IntegrityError

from app.db import LostRace, transact
from app.errors import RuleViolation
from modules import customers
from modules.orders.bulk import HistoryLine, HistoryOrder, TakenHistory, take_history
from modules.orders.given import OrderedLine, PlaceOrder
from modules.orders.importing.rows import PLACED, Refusal, Row
from modules.orders.importing.whole import buyer_of, refuse_order
from modules.orders.operations.placing import place_order

_BATCH = 500


@dataclass
class ImportedOrders:
    """What came of the orders so far: made, known before, or refused row by row."""

    orders: int = 0
    new: int = 0
    new_rows: int = 0
    known: int = 0
    known_rows: int = 0
    refused: list[Refusal] = field(default_factory=list)

    def add_new(self, rows: Sequence[Row]) -> None:
        self.orders += 1
        self.new += 1
        self.new_rows += len(rows)

    def add_known(self, rows: Sequence[Row]) -> None:
        self.orders += 1
        self.known += 1
        self.known_rows += len(rows)

    def add_refused(self, rows: Sequence[Row], faults: dict[int, str]) -> None:
        self.orders += 1
        self.refused += refuse_order(rows, faults)


def import_orders(
    orders: Sequence[Sequence[Row]], *, batch: int = _BATCH
) -> Iterator[ImportedOrders]:
    """
    Take orders in, a batch a unit of work, and yield what has come of all so far.

    Whoever stops in between has whole batches, and the same file again brings the rest.
    """
    done = ImportedOrders()
    history = [rows for rows in orders if rows[0].values["status"] != PLACED]
    for start in range(0, len(history), batch):
        _take_batch(history[start : start + batch], done)
        yield done
    for rows in orders:
        if rows[0].values["status"] == PLACED:
            _place(rows, done)
            yield done


def _take_batch(batch: Sequence[Sequence[Row]], done: ImportedOrders) -> None:
    past = [_history(rows) for rows in batch]

    def take() -> TakenHistory:
        try:
            return take_history(past, customer_of=_customer_of)
        except IntegrityError as error:
            # Somebody brings in the same file at once: his orders are found the next time.
            raise LostRace from error

    taken = transact(take)
    known = set(taken.known)
    for place, rows in enumerate(batch):
        if place in taken.refused:
            done.add_refused(rows, _everywhere(rows, " ".join(taken.refused[place])))
        elif place in known:
            done.add_known(rows)
        else:
            done.add_new(rows)


def _place(rows: Sequence[Row], done: ImportedOrders) -> None:
    given = _given(rows)
    try:
        placed = transact(lambda: place_order(given))
    except RuleViolation as refused:
        done.add_refused(rows, _at_lines(rows, refused) or _everywhere(rows, str(refused)))
        return
    if placed.is_new:
        done.add_new(rows)
    else:
        done.add_known(rows)


def _everywhere(rows: Sequence[Row], reason: str) -> dict[int, str]:
    return {row.number: reason for row in rows}


def _at_lines(rows: Sequence[Row], refused: RuleViolation) -> dict[int, str]:
    """Return the reasons by the rows that a refusal points at: `/lines/2/sku` is the third."""
    found = {}
    for detail in refused.details:
        parts = str(detail.get("pointer", "")).split("/")
        if parts[1:2] == ["lines"]:
            alone = len(refused.details) == 1
            found[rows[int(parts[2])].number] = str(refused) if alone else str(detail["message"])
    return found


def _history(rows: Sequence[Row]) -> HistoryOrder:
    first = rows[0].values
    return HistoryOrder(
        channel_code=first["channel"],
        external_id=first["external_id"],
        placed_at=rows[0].placed_at,
        currency=first["currency"],
        status=first["status"],
        buyer=buyer_of(rows),
        lines=[
            HistoryLine(
                sku=row.values["sku"], quantity=row.quantity, unit_price_minor=row.unit_price_minor
            )
            for row in rows
        ],
    )


def _customer_of(one: HistoryOrder) -> int | None:
    return customers.match_or_create(
        customers.BuyerKeys(
            email=one.buyer.get("email"),
            phone=one.buyer.get("phone"),
            name=one.buyer.get("name", ""),
            country="PL",
        )
    )


def _given(rows: Sequence[Row]) -> PlaceOrder:
    first = rows[0].values
    return PlaceOrder(
        channel=first["channel"],
        external_id=first["external_id"],
        placed_at=rows[0].placed_at,
        currency=first["currency"],
        buyer=buyer_of(rows),
        shipping_method="courier",
        lines=[
            OrderedLine(
                sku=row.values["sku"], quantity=row.quantity, unit_price_minor=row.unit_price_minor
            )
            for row in rows
        ],
    )
