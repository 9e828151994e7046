"""The tables of pricing: lists and what stands on them, minimum prices, and what was presented."""

from datetime import datetime
from typing import Any

from sqlalchemy import DDL, CheckConstraint, ForeignKey, Index, event, text
from sqlalchemy.orm import Mapped, mapped_column

from app import clock
from app.db import Id, Model
from modules.pricing import guards


class PriceList(Model):
    """Prices for some channels, stores, groups of customers, or customers under a contract."""

    __tablename__ = "price_list"
    __table_args__ = (Index("ix_price_list_updated_at_id", "updated_at", "id"),)

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    currency: Mapped[str]
    rank: Mapped[int] = mapped_column(default=0)
    """Of the lists that fit, the highest rank decides."""
    channels: Mapped[list[str]] = mapped_column(default=list)
    stores: Mapped[list[str]] = mapped_column(default=list)
    groups: Mapped[list[str]] = mapped_column(default=list)
    """Codes of groups of customers."""
    customers: Mapped[list[int]] = mapped_column(default=list)
    """A contract: it holds for these customers alone."""
    rules: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """Per cent under the company's price: {"of": "brand", "word": "Bazar", "rate_bp": 1000}."""
    valid_from: Mapped[datetime | None]
    valid_to: Mapped[datetime | None]
    active: Mapped[bool] = mapped_column(default=False)
    archived_at: Mapped[datetime | None]
    search: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    updated_at: Mapped[datetime] = mapped_column(default=clock.now)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class PriceEntry(Model):
    """One price of one variant on a list, from some quantity on, for some time."""

    __tablename__ = "price_entry"
    __table_args__ = (
        CheckConstraint("price_minor >= 0 AND least_quantity >= 1", name="amounts"),
        Index("ix_price_entry_variant_id_price_list_id", "variant_id", "price_list_id"),
        Index("ix_price_entry_price_list_id_id", "price_list_id", "id"),
        Index(
            "ix_price_entry_valid_from",
            "valid_from",
            sqlite_where=text("valid_from IS NOT NULL"),
            postgresql_where=text("valid_from IS NOT NULL"),
        ),
        Index(
            "ix_price_entry_valid_to",
            "valid_to",
            sqlite_where=text("valid_to IS NOT NULL"),
            postgresql_where=text("valid_to IS NOT NULL"),
        ),
    )

    id: Mapped[Id]
    price_list_id: Mapped[int] = mapped_column(ForeignKey("price_list.id"))
    variant_id: Mapped[int] = mapped_column(ForeignKey("variant.id"))
    least_quantity: Mapped[int] = mapped_column(default=1)
    price_minor: Mapped[int]
    valid_from: Mapped[datetime | None]
    valid_to: Mapped[datetime | None]


class PriceFloor(Model):
    """The lowest price, with VAT, at which a variant is sold."""

    __tablename__ = "price_floor"
    __table_args__ = (CheckConstraint("least_minor > 0", name="positive"),)

    variant_id: Mapped[int] = mapped_column(ForeignKey("variant.id"), primary_key=True)
    least_minor: Mapped[int]


class MarginGuard(Model):
    """How far above their cost goods of a category are sold at least; "" means all others."""

    __tablename__ = "margin_guard"
    __table_args__ = (CheckConstraint("margin_bp >= 0", name="not_negative"),)

    id: Mapped[Id]
    category: Mapped[str] = mapped_column(unique=True)
    margin_bp: Mapped[int]


class PriceBook(Model):
    """One row: a mark that is another one after each change of lists, and what was presented."""

    __tablename__ = "price_book"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[Id]
    mark: Mapped[str]
    seen_until: Mapped[datetime] = mapped_column(default=clock.now)
    """Up to when changes by the calendar are written into the history."""
    version: Mapped[int] = mapped_column(default=1)
    """Of the minimum prices and margins, for who edits them."""


class PricePeriod(Model):
    """
    A price that was really presented in a place, [from, to): closed once, never changed.

    Without a price the goods were withdrawn. It names no foreign key: the proof of what was asked
    for a thing stays when an undone import takes the thing away.
    """

    __tablename__ = "price_period"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="in_order"),
        Index("ix_price_period_variant_id_valid_from", "variant_id", "valid_from"),
        Index(
            "ix_price_period_open",
            "variant_id",
            "place",
            "ref_kind",
            "ref_id",
            unique=True,
            sqlite_where=text("valid_to IS NULL"),
            postgresql_where=text("valid_to IS NULL"),
        ),
    )

    id: Mapped[Id]
    variant_id: Mapped[int]
    place: Mapped[str] = mapped_column(default="")
    """"" = everywhere, where nothing else is presented; else as `places.place_of` names it."""
    ref_kind: Mapped[str] = mapped_column(default="")
    ref_id: Mapped[int] = mapped_column(default=0)
    """What made it cheaper than lists say, such as a promotion; a row of periods of its own."""
    price_list_id: Mapped[int | None]
    currency: Mapped[str]
    price_minor: Mapped[int | None]
    prior_minor: Mapped[int | None]
    """Of a reduction: the lowest price of the 30 days before it, frozen as it began."""
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime | None]


for _dialect, _statements in (("sqlite", guards.SQLITE), ("postgresql", guards.POSTGRESQL)):
    for _statement in _statements:
        event.listen(
            PricePeriod.__table__,
            "after_create",
            DDL(_statement).execute_if(dialect=_dialect),  # type: ignore[no-untyped-call]
        )
