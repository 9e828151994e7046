"""An order, its lines, and the units that were sold: frozen at the sale, range by range."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.db import Id, Model
from app.search import make_searchable
from modules.orders.numbers import order_number


class OrderStatus(enum.StrEnum):
    DRAFT = "draft"
    PLACED = "placed"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class PaymentStatus(enum.StrEnum):
    VOIDED = "voided"
    REFUNDED = "refunded"
    PARTLY_REFUNDED = "partly_refunded"
    OVERPAID = "overpaid"
    PAID = "paid"
    PARTLY_PAID = "partly_paid"
    AUTHORIZED = "authorized"
    COD_PENDING = "cod_pending"
    NONE = "none"


class FulfilmentStatus(enum.StrEnum):
    CANCELLED = "cancelled"
    RETURNED = "returned"
    PARTLY_RETURNED = "partly_returned"
    DELIVERED = "delivered"
    PARTLY_DELIVERED = "partly_delivered"
    SHIPPED = "shipped"
    PARTLY_SHIPPED = "partly_shipped"
    PACKED = "packed"
    PICKING = "picking"
    BACKORDERED = "backordered"
    RESERVED = "reserved"
    NONE = "none"


class Lane(enum.StrEnum):
    """Where the order waits in the queue; derived, so that no lane can lie."""

    EXCEPTION = "exception"
    WAITING = "waiting"
    TO_PICK = "to_pick"
    TO_PACK = "to_pack"
    TO_SHIP = "to_ship"
    SHIPPED = "shipped"
    OVER = "over"


class Order(Model):
    """One order, whatever its channel. The derived columns have one writer: `deriving.derive`."""

    __tablename__ = "order"
    __table_args__ = (
        UniqueConstraint("channel_id", "external_id"),
        CheckConstraint("paid_minor >= 0 AND refunded_minor <= paid_minor", name="money"),
        CheckConstraint("total_minor >= 0", name="total"),
        Index("ix_order_lane", "lane", "placed_at", "id"),
        Index("ix_order_placed", "placed_at", "id"),
        Index("ix_order_store", "store_id", "placed_at", "id"),
        Index("ix_order_updated", "updated_at", "id"),
        # Few are, so the accountant's question looks at those alone.
        Index(
            "ix_order_overpaid",
            "store_id",
            "id",
            sqlite_where=text("payment_status = 'overpaid'"),
            postgresql_where=text("payment_status = 'overpaid'"),
        ),
    )

    id: Mapped[Id]
    channel_id: Mapped[int] = mapped_column(ForeignKey("channel.id"))
    external_id: Mapped[str | None]
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"))
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"), index=True)
    status: Mapped[OrderStatus] = mapped_column(default=OrderStatus.PLACED)
    currency: Mapped[str]
    placed_at: Mapped[datetime]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    updated_at: Mapped[datetime] = mapped_column(default=clock.now)
    closed_at: Mapped[datetime | None]
    buyer: Mapped[dict[str, Any]]
    """Who bought, as given with the order: name, email, phone, company, vat_id; frozen."""
    billing_address: Mapped[dict[str, Any] | None]
    shipping_address: Mapped[dict[str, Any] | None]
    shipping_method_id: Mapped[int] = mapped_column(ForeignKey("shipping_method.id"))
    pickup_point: Mapped[str | None]
    language: Mapped[str] = mapped_column(default="pl")
    note: Mapped[str | None]
    imported: Mapped[bool] = mapped_column(default=False)
    """History from an earlier system: no stock, no documents; proofs skip its goods."""
    search: Mapped[str]

    goods_minor: Mapped[int]
    """Sum of the lines before discount, without cancelled units."""
    discount_minor: Mapped[int] = mapped_column(default=0)
    shipping_minor: Mapped[int] = mapped_column(default=0)
    shipping_rate_bp: Mapped[int] = mapped_column(default=0)
    shipping_invoiced: Mapped[bool] = mapped_column(default=False)
    returned_minor: Mapped[int] = mapped_column(default=0)
    """Worth of what came back and was credited."""
    total_minor: Mapped[int]
    """goods - discount + shipping - returned."""
    paid_minor: Mapped[int] = mapped_column(default=0)
    refunded_minor: Mapped[int] = mapped_column(default=0)

    payment_status: Mapped[PaymentStatus] = mapped_column(default=PaymentStatus.NONE)
    fulfilment_status: Mapped[FulfilmentStatus] = mapped_column(default=FulfilmentStatus.NONE)
    lane: Mapped[Lane] = mapped_column(default=Lane.TO_PICK)
    line_count: Mapped[int] = mapped_column(default=0)
    unit_count: Mapped[int] = mapped_column(default=0)

    lines: Mapped[list["OrderLine"]] = relationship(
        lazy="raise", order_by="OrderLine.position", viewonly=True
    )

    @property
    def number(self) -> str:
        return order_number(self.id)

    @property
    def balance_minor(self) -> int:
        """What is still owed; negative where the customer gets something back."""
        return self.total_minor - self.paid_minor + self.refunded_minor


make_searchable(Order.__table__)  # type: ignore[arg-type]


class OrderLine(Model):
    """So many of one thing, with what has become of them so far."""

    __tablename__ = "order_line"
    __table_args__ = (
        UniqueConstraint("order_id", "position"),
        CheckConstraint(
            "quantity = cancelled + backordered + reserved + picking + picked + packed + shipped",
            name="every_unit_is_somewhere",
        ),
        CheckConstraint(
            "cancelled >= 0 AND backordered >= 0 AND reserved >= 0 AND picking >= 0 "
            "AND picked >= 0 AND packed >= 0 AND shipped >= 0",
            name="no_negative_units",
        ),
        CheckConstraint("delivered >= 0 AND delivered <= shipped", name="delivered_were_shipped"),
        CheckConstraint(
            "returned >= 0 AND returned <= shipped AND return_requested >= 0 "
            "AND returned + return_requested <= shipped",
            name="returned_were_shipped",
        ),
    )

    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"))
    position: Mapped[int]
    variant_id: Mapped[int | None] = mapped_column(ForeignKey("variant.id"), index=True)
    """Null: the channel sold something that we do not know yet (hold `unmapped`)."""
    sku: Mapped[str]
    name: Mapped[str]
    label: Mapped[str]
    quantity: Mapped[int]
    per: Mapped[int] = mapped_column(default=1)
    unit_price_minor: Mapped[int]
    price_list: Mapped[str | None]
    """The code of the list that the price stood on; null: the company's own, or a given one."""
    gross_minor: Mapped[int]
    """What the whole line costs, with VAT, after its discount."""
    discount_minor: Mapped[int] = mapped_column(default=0)
    tax_class_id: Mapped[int | None] = mapped_column(ForeignKey("tax_class.id"))
    rate_bp: Mapped[int]
    is_gift_card: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Each unit becomes a gift card once the order is paid; it stands on no invoice."""
    is_free: Mapped[bool] = mapped_column(default=False, server_default=false())
    """A promotion gave it (its adjustment of 0 says which): no sale, so it stands on no invoice."""

    cancelled: Mapped[int] = mapped_column(default=0)
    backordered: Mapped[int] = mapped_column(default=0)
    reserved: Mapped[int] = mapped_column(default=0)
    picking: Mapped[int] = mapped_column(default=0)
    picked: Mapped[int] = mapped_column(default=0)
    packed: Mapped[int] = mapped_column(default=0)
    shipped: Mapped[int] = mapped_column(default=0)
    delivered: Mapped[int] = mapped_column(default=0)
    return_requested: Mapped[int] = mapped_column(default=0)
    returned: Mapped[int] = mapped_column(default=0)
    """Units that came back or count as given back (kept, lost); the lowest numbers first."""

    @property
    def is_taxed(self) -> bool:
        """Test whether it is a sale of goods, with VAT and on an invoice."""
        return not (self.is_gift_card or self.is_free)


class SoldUnit(Model):
    """
    A range of equal units of a line, numbered from 1: what each cost, frozen at the sale.

    Three units for 10.00 are two ranges: number 1 for 3.34, numbers 2 to 3 for 3.33 each. Units
    that come back take the lowest numbers, units that are cancelled the highest.
    """

    __tablename__ = "sold_unit"
    __table_args__ = (
        CheckConstraint("first >= 1 AND last >= first", name="range"),
        UniqueConstraint("order_line_id", "first"),
    )

    id: Mapped[Id]
    order_line_id: Mapped[int] = mapped_column(ForeignKey("order_line.id"))
    first: Mapped[int]
    last: Mapped[int]
    gross_minor: Mapped[int]
    """Paid for each, with VAT, after discount."""
    discount_minor: Mapped[int] = mapped_column(default=0)
    rate_bp: Mapped[int]
    cost_minor: Mapped[int | None]
