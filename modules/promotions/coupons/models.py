"""The tables of coupons: batches, their codes, what was used, and what counts the uses."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app import clock
from app.db import Id, Model


class CodeState(StrEnum):
    """Derived, never stored: see `states.state_of`."""

    GENERATED = "generated"
    """Nobody has it yet."""
    ISSUED = "issued"
    """It was given out."""
    RESERVED = "reserved"
    """A checkout is about to use it."""
    REDEEMED = "redeemed"
    """It was used as often as it may be."""
    RETURNED = "returned"
    """An order that had used it was taken back: it can be used again."""
    BLOCKED = "blocked"
    EXPIRED = "expired"


class CounterKind(StrEnum):
    """What one counter of a promotion counts; its key says which."""

    TOTAL = "total"
    CUSTOMER = "customer"
    CODE = "code"
    DAY = "day"
    MONTH = "month"
    BATCH = "batch"
    """One customer's uses of the codes of one batch."""


class CodeBatch(Model):
    """Codes that were made together: one pattern, one promotion, the same terms for all."""

    __tablename__ = "code_batch"
    __table_args__ = (
        CheckConstraint("wanted > 0 AND made >= 0 AND made <= wanted", name="counts"),
        CheckConstraint("uses_per_code > 0", name="uses_per_code"),
    )

    id: Mapped[Id]
    promotion_id: Mapped[int] = mapped_column(ForeignKey("promotion.id"), index=True)
    name: Mapped[str]
    pattern: Mapped[str]
    """As a code looks: each # is a sign that is drawn."""
    has_check: Mapped[bool] = mapped_column(default=False)
    """The last # is worked out of the others, so that a slip of the pen is seen."""
    wanted: Mapped[int]
    made: Mapped[int] = mapped_column(default=0)
    uses_per_code: Mapped[int] = mapped_column(default=1)
    uses_per_customer: Mapped[int | None]
    """How many codes of the batch one customer may use."""
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    issued_at: Mapped[datetime | None]
    """When they were given out as a whole."""
    blocked_at: Mapped[datetime | None]
    job_id: Mapped[int | None]
    created_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


class PromotionCode(Model):
    """One code of a batch; as often as it may be used stands beside how often it was."""

    __tablename__ = "promotion_code"
    __table_args__ = (
        CheckConstraint("used >= 0 AND used <= uses", name="used"),
        Index("ix_promotion_code_batch_id_id", "batch_id", "id"),
        Index(
            "ix_promotion_code_customer_id",
            "customer_id",
            sqlite_where=text("customer_id IS NOT NULL"),
            postgresql_where=text("customer_id IS NOT NULL"),
        ),
    )

    id: Mapped[Id]
    batch_id: Mapped[int] = mapped_column(ForeignKey("code_batch.id"))
    code: Mapped[str] = mapped_column(unique=True)
    """In capitals and without spaces, as it is compared."""
    uses: Mapped[int]
    used: Mapped[int] = mapped_column(default=0)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))
    """To whom alone it belongs."""
    issued_at: Mapped[datetime | None]
    reserved_for: Mapped[str | None]
    """The checkout that is about to use it, as its channel calls it."""
    reserved_until: Mapped[datetime | None]
    returned_at: Mapped[datetime | None]
    blocked_at: Mapped[datetime | None]


class PromotionUse(Model):
    """One use of a promotion that counts its uses; taken back with the thing that used it."""

    __tablename__ = "promotion_use"
    __table_args__ = (
        UniqueConstraint("ref_kind", "ref_id", "promotion_id"),
        CheckConstraint("amount_minor >= 0", name="amount"),
    )

    id: Mapped[Id]
    ref_kind: Mapped[str]
    ref_id: Mapped[int]
    """What it was used for."""
    promotion_id: Mapped[int] = mapped_column(ForeignKey("promotion.id"), index=True)
    version: Mapped[int]
    code_id: Mapped[int | None] = mapped_column(ForeignKey("promotion_code.id"), index=True)
    """Of a code that was made in a batch."""
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("code_batch.id"))
    coupon: Mapped[str]
    """The code as it was typed, in capitals; empty where none was needed."""
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"), index=True)
    amount_minor: Mapped[int]
    """What it took off, delivery included."""
    used_on: Mapped[date]
    """The day of the company on which it counts."""
    used_at: Mapped[datetime] = mapped_column(default=clock.now)
    returned_at: Mapped[datetime | None]


class PromotionCounter(Model):
    """How often, and for how much, a promotion was used: in all, by one customer, on one day."""

    __tablename__ = "promotion_counter"
    __table_args__ = (
        UniqueConstraint("promotion_id", "kind", "key"),
        CheckConstraint("used >= 0 AND amount_minor >= 0", name="counts"),
    )

    id: Mapped[Id]
    promotion_id: Mapped[int] = mapped_column(ForeignKey("promotion.id"))
    kind: Mapped[CounterKind]
    key: Mapped[str] = mapped_column(default="")
    used: Mapped[int]
    amount_minor: Mapped[int]
