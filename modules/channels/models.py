"""Which account sells by which channel, what it was told of our stock, and what it is to hear."""

import enum
from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app import clock
from app.db import Id, Model


class MessageKind(enum.StrEnum):
    TRACKING = "tracking"
    CANCELLATION = "cancellation"


class MessageState(enum.StrEnum):
    WAITING = "waiting"
    DONE = "done"
    REFUSED = "refused"


class ChannelLink(Model):
    """A shop's account and the channel by which its orders come in."""

    __tablename__ = "channel_link"

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("connector_account.id"), unique=True)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channel.id"), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    pulled_at: Mapped[datetime | None]
    pushed_at: Mapped[datetime | None]


class ChannelOffer(Model):
    """
    How many pieces of a variant a shop was told it may sell.

    `dirty_at` says since when that may be out of date; null: it is what we told last.
    """

    __tablename__ = "channel_offer"
    __table_args__ = (
        Index(
            "ix_channel_offer_dirty",
            "link_id",
            sqlite_where=text("dirty_at IS NOT NULL"),
            postgresql_where=text("dirty_at IS NOT NULL"),
        ),
        {"sqlite_with_rowid": False},
    )

    link_id: Mapped[int] = mapped_column(ForeignKey("channel_link.id"), primary_key=True)
    variant_id: Mapped[int] = mapped_column(ForeignKey("variant.id"), primary_key=True)
    pushed_quantity: Mapped[int | None]
    pushed_at: Mapped[datetime | None]
    dirty_at: Mapped[datetime | None]
    error: Mapped[str | None]


class ChannelOfferChange(Model):
    """
    That the stock of a variant moved: written by whoever moved it, gathered by the worker.

    Only ever added to, so that two sales of the same goods do not wait for each other here.
    """

    __tablename__ = "channel_offer_change"

    id: Mapped[Id]
    variant_id: Mapped[int] = mapped_column(ForeignKey("variant.id"), index=True)
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)


class ChannelMessage(Model):
    """Something that a shop is to hear about one of its orders; each is told once."""

    __tablename__ = "channel_message"
    __table_args__ = (UniqueConstraint("link_id", "kind", "external_id", "tracking_number"),)

    id: Mapped[Id]
    link_id: Mapped[int] = mapped_column(ForeignKey("channel_link.id"))
    kind: Mapped[MessageKind]
    external_id: Mapped[str]
    carrier: Mapped[str] = mapped_column(default="")
    tracking_number: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    state: Mapped[MessageState] = mapped_column(default=MessageState.WAITING)
    message: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    told_at: Mapped[datetime | None]
