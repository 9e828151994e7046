"""Payments, the entries behind them, what was given back, and what people still owe."""

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.db import Id, Model


class PaymentKind(enum.StrEnum):
    COD = "cod"
    TRANSFER = "transfer"
    CARD = "card"
    CASH = "cash"
    GATEWAY = "gateway"
    GIFT_CARD = "gift_card"


class PaymentState(enum.StrEnum):
    CREATED = "created"
    PENDING = "pending"
    AUTHORIZED = "authorized"
    CAPTURED = "captured"
    FAILED = "failed"
    VOIDED = "voided"
    EXPIRED = "expired"


class EntryKind(enum.StrEnum):
    AUTHORIZED = "authorized"
    CAPTURED = "captured"
    VOIDED = "voided"


class RefundState(enum.StrEnum):
    REQUESTED = "requested"
    APPROVED = "approved"
    SENT = "sent"
    SETTLED = "settled"
    FAILED = "failed"


class CommandKind(enum.StrEnum):
    CAPTURE = "capture"
    VOID = "void"


class CommandState(enum.StrEnum):
    READY = "ready"
    SENT = "sent"
    DONE = "done"
    REFUSED = "refused"


class Payment(Model):
    """
    One way in which something is paid: its sums are those of its entries and refunds.

    The sums are kept beside the entry behind them, so that a guard needs one row and no sum:
    `capturing_minor` and `refunding_minor` are what the gateway is being asked for.
    """

    __tablename__ = "payment"
    __table_args__ = (
        Index("ix_payment_reference", "ref_kind", "ref_id"),
        UniqueConstraint("ref_kind", "ref_id", "method", "external_reference"),
        CheckConstraint("amount_minor >= 0 AND captured_minor >= 0", name="amounts"),
        CheckConstraint(
            "capturing_minor >= 0 AND captured_minor + capturing_minor <= amount_minor",
            name="captured",
        ),
        CheckConstraint(
            "refunded_minor >= 0 AND refunding_minor >= 0"
            " AND refunded_minor + refunding_minor <= captured_minor",
            name="refunded",
        ),
    )

    id: Mapped[Id]
    ref_kind: Mapped[str]
    ref_id: Mapped[int]
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"), index=True)
    method: Mapped[str]
    kind: Mapped[PaymentKind]
    gateway: Mapped[str | None]
    """The code of the connector that moves this money; null where people move it."""
    currency: Mapped[str]
    amount_minor: Mapped[int]
    state: Mapped[PaymentState]
    captured_minor: Mapped[int] = mapped_column(default=0)
    capturing_minor: Mapped[int] = mapped_column(default=0)
    refunded_minor: Mapped[int] = mapped_column(default=0)
    refunding_minor: Mapped[int] = mapped_column(default=0)
    external_reference: Mapped[str | None]
    client_id: Mapped[str | None] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    refunds: Mapped[list["Refund"]] = relationship(lazy="raise", order_by="Refund.id")


class PaymentEntry(Model):
    """What happened to a payment: written once, never changed."""

    __tablename__ = "payment_entry"
    __table_args__ = (
        UniqueConstraint("payment_id", "kind", "external_reference"),
        CheckConstraint("amount_minor >= 0", name="amount"),
    )

    id: Mapped[Id]
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"))
    kind: Mapped[EntryKind]
    amount_minor: Mapped[int]
    external_reference: Mapped[str | None]
    method: Mapped[str | None]
    """How the money came where it came otherwise than promised: cash for a transfer."""
    reason: Mapped[str | None]
    actor: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=clock.now)


class Refund(Model):
    """Money on its way back. `client_id` is the key under which the gateway knows it."""

    __tablename__ = "refund"
    __table_args__ = (
        Index("ix_refund_reference", "ref_kind", "ref_id"),
        CheckConstraint("amount_minor > 0", name="amount"),
    )

    id: Mapped[Id]
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), index=True)
    client_id: Mapped[str] = mapped_column(unique=True)
    ref_kind: Mapped[str]
    ref_id: Mapped[int]
    amount_minor: Mapped[int]
    reason: Mapped[str]
    state: Mapped[RefundState]
    method: Mapped[str | None]
    """How people gave it back where that is not how it was paid; null: as it was paid."""
    given_reference: Mapped[str | None]
    """What the asker calls it: the number of his transfer, the slip of his till."""
    external_reference: Mapped[str | None]
    """What the gateway calls it."""
    message: Mapped[str | None]
    """What the gateway said when it refused, or that nothing is known yet."""
    actor: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    settled_at: Mapped[datetime | None]


class GatewayCommand(Model):
    """A capture or void that the gateway is asked for: the intent, before the call is made."""

    __tablename__ = "gateway_command"

    id: Mapped[Id]
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), index=True)
    client_id: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[CommandKind]
    amount_minor: Mapped[int]
    state: Mapped[CommandState]
    message: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


class Receivable(Model):
    """Money that somebody owes, with the numbers that people quote when they pay it."""

    __tablename__ = "receivable"
    __table_args__ = (
        Index("ix_receivable_reference", "ref_kind", "ref_id"),
        Index(
            "ix_receivable_open",
            "amount_minor",
            sqlite_where=text("settled_at IS NULL"),
            postgresql_where=text("settled_at IS NULL"),
        ),
        CheckConstraint("amount_minor > 0", name="amount"),
    )

    id: Mapped[Id]
    ref_kind: Mapped[str]
    ref_id: Mapped[int]
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"))
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id"))
    numbers: Mapped[list[str]]
    payer: Mapped[str]
    amount_minor: Mapped[int]
    currency: Mapped[str]
    due_on: Mapped[date]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    settled_at: Mapped[datetime | None]


class BankTransaction(Model):
    """A transfer that the bank reports, and the receivable that it settled, if one was found."""

    __tablename__ = "bank_transaction"
    __table_args__ = (UniqueConstraint("source", "external_id"),)

    id: Mapped[Id]
    source: Mapped[str]
    external_id: Mapped[str]
    amount_minor: Mapped[int]
    currency: Mapped[str]
    title: Mapped[str]
    payer: Mapped[str]
    booked_on: Mapped[date]
    receivable_id: Mapped[int | None] = mapped_column(ForeignKey("receivable.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
