"""The tables of orders, by topic."""

from modules.orders.models.discounts import LineAdjustment, PriceTrace
from modules.orders.models.fulfilment import (
    BEFORE_SHIPPED,
    Allocation,
    AllocationState,
    Hold,
    HoldKind,
    Parcel,
    ParcelState,
)
from modules.orders.models.invoiced import InvoicedUnits
from modules.orders.models.order import (
    FulfilmentStatus,
    Lane,
    Order,
    OrderLine,
    OrderStatus,
    PaymentStatus,
    SoldUnit,
)
from modules.orders.models.replays import PromotionReplay
from modules.orders.models.returns import Return, ReturnedUnits, ReturnLine, ReturnState, Verdict
from modules.orders.models.timeline import OrderEvent

__all__ = [
    "BEFORE_SHIPPED",
    "Allocation",
    "AllocationState",
    "FulfilmentStatus",
    "Hold",
    "HoldKind",
    "InvoicedUnits",
    "Lane",
    "LineAdjustment",
    "Order",
    "OrderEvent",
    "OrderLine",
    "OrderStatus",
    "Parcel",
    "ParcelState",
    "PaymentStatus",
    "PriceTrace",
    "PromotionReplay",
    "Return",
    "ReturnLine",
    "ReturnState",
    "ReturnedUnits",
    "SoldUnit",
    "Verdict",
]
