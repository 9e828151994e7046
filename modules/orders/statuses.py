"""The derived words of an order: pure functions of its ledgers, and nothing else decides them."""

from dataclasses import dataclass

from modules.orders.models import FulfilmentStatus, Lane, OrderStatus, PaymentStatus


@dataclass(frozen=True, kw_only=True)
class Money:
    """The order's money in minor units, summed over its payments."""

    total_minor: int
    paid_minor: int = 0
    refunded_minor: int = 0
    refunding_minor: int = 0
    """On its way back: still counted as paid, and no longer good for anything."""
    authorized_minor: int = 0
    cod_minor: int = 0
    pending_minor: int = 0
    """What the buyer alone has to send, such as a transfer."""
    voided: bool = False
    """There were payments, and all of them were let go."""

    @property
    def balance_minor(self) -> int:
        return self.total_minor - self.paid_minor + self.refunded_minor

    @property
    def is_ready_to_ship(self) -> bool:
        """Test whether what is due is captured, authorized, or to be paid to the courier."""
        return self.uncovered_minor <= 0

    @property
    def uncovered_minor(self) -> int:
        """Return what nobody paid or promised, once what is on its way back has arrived there."""
        promised = self.authorized_minor + self.cod_minor
        return self.balance_minor + self.refunding_minor - promised


@dataclass(frozen=True, kw_only=True)
class Units:
    """How many units of the whole order are where."""

    quantity: int
    cancelled: int = 0
    backordered: int = 0
    reserved: int = 0
    picking: int = 0
    picked: int = 0
    packed: int = 0
    shipped: int = 0
    delivered: int = 0
    returned: int = 0

    @property
    def live(self) -> int:
        return self.quantity - self.cancelled


def payment_status(money: Money) -> PaymentStatus:
    """Return the first of the words that holds."""
    if money.voided and not money.paid_minor:
        return PaymentStatus.VOIDED
    if money.refunded_minor:
        if money.refunded_minor >= money.paid_minor:
            return PaymentStatus.REFUNDED
        return PaymentStatus.PARTLY_REFUNDED
    if money.paid_minor > money.total_minor:
        return PaymentStatus.OVERPAID
    if money.paid_minor and money.balance_minor <= 0:
        return PaymentStatus.PAID
    if money.paid_minor:
        return PaymentStatus.PARTLY_PAID
    if money.authorized_minor:
        return PaymentStatus.AUTHORIZED
    if money.cod_minor:
        return PaymentStatus.COD_PENDING
    if money.total_minor == 0:
        return PaymentStatus.PAID
    return PaymentStatus.NONE


def fulfilment_status(units: Units) -> FulfilmentStatus:
    """Return the first of the words that holds."""
    live = units.live
    if units.quantity and not live:
        return FulfilmentStatus.CANCELLED
    if units.returned:
        all_back = units.returned >= live
        return FulfilmentStatus.RETURNED if all_back else FulfilmentStatus.PARTLY_RETURNED
    if units.delivered:
        all_there = units.delivered >= live
        return FulfilmentStatus.DELIVERED if all_there else FulfilmentStatus.PARTLY_DELIVERED
    if units.shipped:
        all_gone = units.shipped >= live
        return FulfilmentStatus.SHIPPED if all_gone else FulfilmentStatus.PARTLY_SHIPPED
    if units.packed and units.packed >= live:
        return FulfilmentStatus.PACKED
    if units.picking or units.picked or units.packed:
        return FulfilmentStatus.PICKING
    if units.backordered:
        return FulfilmentStatus.BACKORDERED
    if units.reserved:
        return FulfilmentStatus.RESERVED
    return FulfilmentStatus.NONE


def lane(*, order: OrderStatus, money: Money, units: Units, held: bool) -> Lane:
    """Return where the order waits in the queue."""
    if order in (OrderStatus.CANCELLED, OrderStatus.CLOSED):
        return Lane.SHIPPED if units.shipped and order is OrderStatus.CLOSED else Lane.OVER
    in_work = units.reserved + units.picking + units.picked + units.packed
    if held and (in_work or units.backordered):
        return Lane.EXCEPTION
    if not in_work:
        return Lane.SHIPPED if units.shipped else Lane.WAITING
    if not money.is_ready_to_ship and not (units.picking or units.picked or units.packed):
        return Lane.WAITING
    if units.packed and not (units.picking or units.picked):
        return Lane.TO_SHIP
    if units.picked and not units.picking:
        return Lane.TO_PACK
    return Lane.TO_PICK


def is_over(*, order: OrderStatus, money: Money, units: Units, returns_open: bool) -> bool:
    """Test whether a placed order is done: all units gone or cancelled, all money settled."""
    return (
        order is OrderStatus.PLACED
        and units.shipped > 0
        and units.shipped + units.cancelled == units.quantity
        and money.balance_minor == 0
        and not returns_open
    )
