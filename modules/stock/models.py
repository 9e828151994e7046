"""The tables of stock: figures per variant and location, the ledger behind them, its documents."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    DDL,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    event,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app import clock
from app.db import Id, Model
from modules.stock import guards


class StockItem(Model):
    """The pieces of one variant in one location, and how many of them are promised."""

    __tablename__ = "stock_item"
    __table_args__ = (
        # The last guard: whatever a statement forgets, the database refuses to oversell.
        CheckConstraint("reserved >= 0", name="reserved"),
        CheckConstraint("unsellable >= 0", name="unsellable"),
        CheckConstraint("incoming >= 0", name="incoming"),
        CheckConstraint("on_hand >= unsellable + reserved", name="available"),
        Index("ix_stock_item_location_id_variant_id", "location_id", "variant_id"),
        Index(
            "ix_stock_item_gone",
            "variant_id",
            sqlite_where=text("on_hand = unsellable + reserved"),
            postgresql_where=text("on_hand = unsellable + reserved"),
        ),
        {"sqlite_with_rowid": False},
    )

    variant_id: Mapped[int] = mapped_column(ForeignKey("variant.id"), primary_key=True)
    location_id: Mapped[int] = mapped_column(ForeignKey("location.id"), primary_key=True)
    on_hand: Mapped[int] = mapped_column(default=0)
    unsellable: Mapped[int] = mapped_column(default=0)
    reserved: Mapped[int] = mapped_column(default=0)
    incoming: Mapped[int] = mapped_column(default=0)
    updated_at: Mapped[datetime] = mapped_column(default=clock.now, index=True)


class ReservationState(StrEnum):
    HELD = "held"
    ISSUED = "issued"
    RELEASED = "released"


class Reservation(Model):
    """Pieces promised to a reference of a higher room: an order line, a receipt, a transfer."""

    __tablename__ = "stock_reservation"
    __table_args__ = (
        ForeignKeyConstraint(
            ["variant_id", "location_id"], ["stock_item.variant_id", "stock_item.location_id"]
        ),
        CheckConstraint("quantity > 0", name="quantity"),
        Index("ix_stock_reservation_ref_kind_ref_id", "ref_kind", "ref_id"),
        Index(
            "ix_stock_reservation_held",
            "variant_id",
            "location_id",
            sqlite_where=text("state = 'held'"),
            postgresql_where=text("state = 'held'"),
        ),
        Index(
            "ix_stock_reservation_expiring",
            "expires_at",
            sqlite_where=text("state = 'held' AND expires_at IS NOT NULL"),
            postgresql_where=text("state = 'held' AND expires_at IS NOT NULL"),
        ),
    )

    id: Mapped[Id]
    variant_id: Mapped[int]
    location_id: Mapped[int]
    quantity: Mapped[int]
    ref_kind: Mapped[str]
    ref_id: Mapped[int]
    state: Mapped[ReservationState] = mapped_column(default=ReservationState.HELD)
    reserved_at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


# Written out: a bound value would hide from the planner that the partial indexes answer it.
IS_HELD = text("stock_reservation.state = 'held'")


class MovementKind(StrEnum):
    RECEIVE = "receive"
    REVERSE = "reverse"  # a receipt that was taken back
    SHIP = "ship"
    RETURN = "return"
    TRANSFER_OUT = "transfer_out"
    TRANSFER_IN = "transfer_in"
    ADJUST = "adjust"
    COUNT = "count"
    SET_ASIDE = "set_aside"  # sellable -> unsellable, in the same place
    PUT_BACK = "put_back"


class Virtual(StrEnum):
    """Places that no building has, so that what leaves one place always comes to another."""

    SUPPLIER = "supplier"
    CUSTOMER = "customer"
    LOSS = "loss"
    TRANSIT = "transit"


class StockMovement(Model):
    """One entry of the ledger: pieces that went from one place to another. Never changed."""

    __tablename__ = "stock_movement"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("(from_location_id IS NULL) <> (from_virtual IS NULL)", name="from"),
        CheckConstraint("(to_location_id IS NULL) <> (to_virtual IS NULL)", name="to"),
        Index("ix_stock_movement_variant_id_id", "variant_id", "id"),
        Index("ix_stock_movement_ref_kind_ref_id", "ref_kind", "ref_id"),
    )

    id: Mapped[Id]
    kind: Mapped[MovementKind]
    variant_id: Mapped[int] = mapped_column(ForeignKey("variant.id"))
    quantity: Mapped[int]
    from_location_id: Mapped[int | None] = mapped_column(ForeignKey("location.id"))
    from_virtual: Mapped[Virtual | None]
    from_unsellable: Mapped[bool] = mapped_column(default=False)
    to_location_id: Mapped[int | None] = mapped_column(ForeignKey("location.id"))
    to_virtual: Mapped[Virtual | None]
    to_unsellable: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str]
    ref_kind: Mapped[str | None]
    ref_id: Mapped[int | None]
    recorded_at: Mapped[datetime]
    effective_at: Mapped[datetime]
    """When it happened in the shop; an entry that comes late is still a new entry."""
    actor: Mapped[str]


for _dialect, _statements in (("sqlite", guards.SQLITE), ("postgresql", guards.POSTGRESQL)):
    for _statement in _statements:
        event.listen(
            StockMovement.__table__,
            "after_create",
            DDL(_statement).execute_if(dialect=_dialect),  # type: ignore[no-untyped-call]
        )


class ReceiptState(StrEnum):
    DRAFT = "draft"
    POSTED = "posted"
    CORRECTED = "corrected"


class GoodsReceipt(Model):
    """Goods that came in together, under what the supplier calls them."""

    __tablename__ = "goods_receipt"
    __table_args__ = (
        Index("ix_goods_receipt_location_id_id", "location_id", "id"),
        Index("ix_goods_receipt_reference", "reference"),
    )

    id: Mapped[Id]
    location_id: Mapped[int] = mapped_column(ForeignKey("location.id"))
    reference: Mapped[str]
    """Of the supplier's delivery note, as it was typed."""
    source_kind: Mapped[str | None]
    source_id: Mapped[int | None]
    state: Mapped[ReceiptState] = mapped_column(default=ReceiptState.DRAFT)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    effective_at: Mapped[datetime | None]
    posted_at: Mapped[datetime | None]
    actor: Mapped[str]

    @property
    def number(self) -> str:
        return f"GR-{self.id}"


class GoodsReceiptLine(Model):
    """So many pieces of one variant on a receipt."""

    __tablename__ = "goods_receipt_line"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity"),)

    id: Mapped[Id]
    receipt_id: Mapped[int] = mapped_column(ForeignKey("goods_receipt.id"), index=True)
    variant_id: Mapped[int] = mapped_column(ForeignKey("variant.id"))
    quantity: Mapped[int]
    unit_cost_minor: Mapped[int | None]


class TransferState(StrEnum):
    DRAFT = "draft"
    REQUESTED = "requested"
    IN_TRANSIT = "in_transit"
    RECEIVED = "received"
    CANCELLED = "cancelled"


class Transfer(Model):
    """Goods on their way from one of our locations to another."""

    __tablename__ = "stock_transfer"
    __table_args__ = (
        CheckConstraint("from_location_id <> to_location_id", name="places"),
        Index("ix_stock_transfer_state_id", "state", "id"),
    )

    id: Mapped[Id]
    from_location_id: Mapped[int] = mapped_column(ForeignKey("location.id"))
    to_location_id: Mapped[int] = mapped_column(ForeignKey("location.id"))
    state: Mapped[TransferState] = mapped_column(default=TransferState.DRAFT)
    note: Mapped[str] = mapped_column(default="")
    difference_reason: Mapped[str] = mapped_column(default="")
    """Why not all of it came, or more."""
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    updated_at: Mapped[datetime] = mapped_column(default=clock.now, onupdate=clock.now, index=True)
    requested_at: Mapped[datetime | None]
    shipped_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    actor: Mapped[str]

    @property
    def number(self) -> str:
        return f"TR-{self.id}"


class TransferLine(Model):
    """So many pieces of one variant on a transfer, and how many of them arrived."""

    __tablename__ = "stock_transfer_line"
    __table_args__ = (
        UniqueConstraint("transfer_id", "variant_id"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("received >= 0", name="received"),
    )

    id: Mapped[Id]
    transfer_id: Mapped[int] = mapped_column(ForeignKey("stock_transfer.id"))
    variant_id: Mapped[int] = mapped_column(ForeignKey("variant.id"))
    quantity: Mapped[int]
    received: Mapped[int | None]
    reservation_id: Mapped[int | None] = mapped_column(ForeignKey("stock_reservation.id"))

    def held(self) -> int:
        """Return the reservation that a requested line has."""
        assert self.reservation_id is not None
        return self.reservation_id


class CountState(StrEnum):
    COUNTING = "counting"
    POSTED = "posted"
    CANCELLED = "cancelled"


class StockCount(Model):
    """Somebody counts what lies in a location, while the shop goes on selling."""

    __tablename__ = "stock_count"
    __table_args__ = (Index("ix_stock_count_state_id", "state", "id"),)

    id: Mapped[Id]
    location_id: Mapped[int] = mapped_column(ForeignKey("location.id"))
    state: Mapped[CountState] = mapped_column(default=CountState.COUNTING)
    started_at: Mapped[datetime] = mapped_column(default=clock.now)
    closed_at: Mapped[datetime | None]
    actor: Mapped[str]

    @property
    def number(self) -> str:
        return f"SC-{self.id}"


class StockCountLine(Model):
    """What was counted of one variant, and where the ledger stood at that moment."""

    __tablename__ = "stock_count_line"
    __table_args__ = (
        UniqueConstraint("count_id", "variant_id"),
        CheckConstraint("counted >= 0", name="counted"),
    )

    id: Mapped[Id]
    count_id: Mapped[int] = mapped_column(ForeignKey("stock_count.id"))
    variant_id: Mapped[int] = mapped_column(ForeignKey("variant.id"))
    counted: Mapped[int]
    position: Mapped[int]
    """The last movement of this variant here when it was counted; 0 = none yet."""
    expected: Mapped[int]
    """What the ledger said at that position. Sales after it change neither figure."""
    counted_at: Mapped[datetime]
    actor: Mapped[str]

    @property
    def difference(self) -> int:
        return self.counted - self.expected
