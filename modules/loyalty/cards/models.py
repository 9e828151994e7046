"""Numbers that were printed before anybody has them, and the links by which phones show cards."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app import clock
from app.db import Id, Model
from app.secret_box import SEALED


class CardPrint(Model):
    """Cards that were printed together, to be given out later."""

    __tablename__ = "loyalty_card_print"
    __table_args__ = (CheckConstraint("count > 0", name="count"),)

    id: Mapped[Id]
    program_id: Mapped[int] = mapped_column(ForeignKey("loyalty_program.id"), index=True)
    client_id: Mapped[str] = mapped_column(unique=True)
    count: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(default=clock.now)
    actor: Mapped[str]


class PrintedNumber(Model):
    """A number that stands on a printed card: no other print has it."""

    __tablename__ = "loyalty_printed_number"

    number: Mapped[str] = mapped_column(primary_key=True)
    print_id: Mapped[int] = mapped_column(ForeignKey("loyalty_card_print.id"), index=True)


class PhoneLink(Model):
    """The address at which a member's phone shows the card; whoever has it sees the points."""

    __tablename__ = "loyalty_phone_link"
    __table_args__ = (
        Index(
            "uq_loyalty_phone_link_open",
            "member_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    member_id: Mapped[int] = mapped_column(ForeignKey("loyalty_member.id"), index=True)
    mark: Mapped[str] = mapped_column(unique=True)
    """What finds it: a hash of its secret."""
    sealed: Mapped[str] = mapped_column(default="", info=SEALED)
    """The secret itself, for showing the address again."""
    made_at: Mapped[datetime] = mapped_column(default=clock.now)
    ended_at: Mapped[datetime | None]
    actor: Mapped[str]
