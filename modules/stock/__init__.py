"""What lies where and what of it is promised: others enter here and write only by these names."""

from modules.stock.errors import NotEnoughStock, ReservationClosed, Shortage
from modules.stock.events import AvailabilityChanged, GoodsArrived
from modules.stock.models import (
    GoodsReceipt,
    GoodsReceiptLine,
    MovementKind,
    Reservation,
    ReservationState,
    StockCount,
    StockItem,
    StockMovement,
    Transfer,
    Virtual,
)
from modules.stock.operations.corrections import adjust, set_unsellable, take_back
from modules.stock.operations.counts import CountedLine, count
from modules.stock.operations.receipts import receive
from modules.stock.operations.reservations import (
    expire_reservations,
    issue_many,
    release_many,
    reserve_many,
    split_reservation,
)
from modules.stock.operations.transfers import (
    cancel_transfer,
    receive_transfer,
    request_transfer,
    ship_transfer,
)
from modules.stock.queries.levels import available_for, levels, levels_by_store
from modules.stock.queries.movements import list_held, list_movements
from modules.stock.queries.proofs import prove_stock
from modules.stock.values import Level, ReceiptLine, TransferLineWanted, Wanted

__all__ = [
    "AvailabilityChanged",
    "CountedLine",
    "GoodsArrived",
    "GoodsReceipt",
    "GoodsReceiptLine",
    "Level",
    "MovementKind",
    "NotEnoughStock",
    "ReceiptLine",
    "Reservation",
    "ReservationClosed",
    "ReservationState",
    "Shortage",
    "StockCount",
    "StockItem",
    "StockMovement",
    "Transfer",
    "TransferLineWanted",
    "Virtual",
    "Wanted",
    "adjust",
    "available_for",
    "cancel_transfer",
    "count",
    "expire_reservations",
    "issue_many",
    "levels",
    "levels_by_store",
    "list_held",
    "list_movements",
    "prove_stock",
    "receive",
    "receive_transfer",
    "release_many",
    "request_transfer",
    "reserve_many",
    "set_unsellable",
    "ship_transfer",
    "split_reservation",
    "take_back",
]
