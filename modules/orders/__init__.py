"""
Orders: the waist of the house. One order, whatever its channel, from its placing to its end.

What stands here is what other modules may use.
"""

from modules.orders.bulk import HistoryLine, HistoryOrder, import_history
from modules.orders.errors import (
    AlreadyShipped,
    NoLabel,
    NoPrice,
    NotPaid,
    OnHold,
    ShortOfStock,
    TooMany,
    UnknownCode,
    WrongState,
)
from modules.orders.events import (
    OrderCancelled,
    OrderPlaced,
    ParcelShipped,
    ReturnedLine,
    UnitsReturned,
)
from modules.orders.given import OrderedLine, OrderedPayment, PlaceOrder
from modules.orders.models import (
    Allocation,
    AllocationState,
    FulfilmentStatus,
    Hold,
    HoldKind,
    Lane,
    Order,
    OrderLine,
    OrderStatus,
    Parcel,
    ParcelState,
    PaymentStatus,
    Return,
    ReturnState,
    Verdict,
)
from modules.orders.operations.cancelling import cancel_order
from modules.orders.operations.fulfilling import (
    ask_for_label,
    cancel_parcel,
    open_parcel,
    pack,
    pick,
    short_pick,
    start_picking,
)
from modules.orders.operations.holding import open_hold, release_hold
from modules.orders.operations.intake import Placed
from modules.orders.operations.noting import add_note
from modules.orders.operations.paying import add_payment, refund_order
from modules.orders.operations.placing import find_order, place_order
from modules.orders.operations.returning import (
    ReceivedBack,
    RefundPart,
    WantedBack,
    cancel_return,
    receive_return,
    request_return,
)
from modules.orders.operations.shipping_out import mark_delivered, ship
from modules.orders.queries import (
    allocations_of,
    events_of,
    get_order,
    get_parcel,
    get_return,
    holds_of,
    lines_of,
    parcels_of,
    returns_of,
)

__all__ = [
    "Allocation",
    "AllocationState",
    "AlreadyShipped",
    "FulfilmentStatus",
    "HistoryLine",
    "HistoryOrder",
    "Hold",
    "HoldKind",
    "Lane",
    "NoLabel",
    "NoPrice",
    "NotPaid",
    "OnHold",
    "Order",
    "OrderCancelled",
    "OrderLine",
    "OrderPlaced",
    "OrderStatus",
    "OrderedLine",
    "OrderedPayment",
    "Parcel",
    "ParcelShipped",
    "ParcelState",
    "PaymentStatus",
    "PlaceOrder",
    "Placed",
    "ReceivedBack",
    "RefundPart",
    "Return",
    "ReturnState",
    "ReturnedLine",
    "ShortOfStock",
    "TooMany",
    "UnitsReturned",
    "UnknownCode",
    "Verdict",
    "WantedBack",
    "WrongState",
    "add_note",
    "add_payment",
    "allocations_of",
    "ask_for_label",
    "cancel_order",
    "cancel_parcel",
    "cancel_return",
    "events_of",
    "find_order",
    "get_order",
    "get_parcel",
    "get_return",
    "holds_of",
    "import_history",
    "lines_of",
    "mark_delivered",
    "open_hold",
    "open_parcel",
    "pack",
    "parcels_of",
    "pick",
    "place_order",
    "receive_return",
    "refund_order",
    "release_hold",
    "request_return",
    "returns_of",
    "ship",
    "short_pick",
    "start_picking",
]
