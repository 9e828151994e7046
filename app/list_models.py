"""The tables behind lists: saved views, files of exports, and acts on many rows."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app import clock
from app.db import Id, Model


class SavedView(Model):
    """What somebody asks of a list again and again: filters, order and columns under a name."""

    __tablename__ = "saved_view"
    __table_args__ = (Index("ix_saved_view_list", "list_code", "account_id", "position"),)

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    list_code: Mapped[str]
    name: Mapped[str]
    query: Mapped[str]
    """The address of the list behind its question mark, without the page."""
    position: Mapped[int]
    shared: Mapped[bool] = mapped_column(default=False)
    """Whether all who may see the list are offered it."""
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    removed_at: Mapped[datetime | None]
    """When it was removed: for a while it can be brought back."""


class DefaultView(Model):
    """With which view a list opens for somebody, an own one or one of a colleague."""

    __tablename__ = "default_view"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    list_code: Mapped[str] = mapped_column(primary_key=True)
    view_id: Mapped[int] = mapped_column(ForeignKey("saved_view.id"), index=True)


class ListExport(Model):
    """A list that somebody took out as a file: what was asked, and how many rows it gave."""

    __tablename__ = "list_export"

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    list_code: Mapped[str]
    form: Mapped[str]
    """Either csv or xlsx."""
    query: Mapped[str]
    store_id: Mapped[int | None]
    """The store that the person worked in."""
    language: Mapped[str]
    up_to: Mapped[int | None]
    """The highest key at that moment: what came later is not in the file."""
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))
    row_count: Mapped[int | None]
    file: Mapped[str | None]
    """Its name in the folder of exports, until it is thrown away."""
    created_at: Mapped[datetime] = mapped_column(default=clock.now, index=True)


class BulkAct(Model):
    """One act on many rows of a list: who asked, for which rows, and with what beside them."""

    __tablename__ = "bulk_act"

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    list_code: Mapped[str]
    act_code: Mapped[str]
    query: Mapped[str]
    given: Mapped[dict[str, Any]]
    """What the person filled in: a category, a note."""
    store_id: Mapped[int | None]
    language: Mapped[str]
    up_to: Mapped[int | None]
    """The highest key at that moment: what came later is not meant."""
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))
    """Null where the rows were few and done at once."""
    undo_job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))
    gathered_at: Mapped[datetime | None]
    """Since when it is written down which rows are meant."""
    undone_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now, index=True)


class RowState(enum.StrEnum):
    WAITING = "waiting"
    DONE = "done"
    REFUSED = "refused"
    UNDONE = "undone"


class BulkRow(Model):
    """One row that an act was meant for, and what came of it."""

    __tablename__ = "bulk_row"
    __table_args__ = (
        UniqueConstraint("bulk_act_id", "row_id"),
        Index("ix_bulk_row_state", "bulk_act_id", "state", "id"),
    )

    id: Mapped[Id]
    bulk_act_id: Mapped[int] = mapped_column(ForeignKey("bulk_act.id"))
    row_id: Mapped[int]
    label: Mapped[str]
    state: Mapped[RowState] = mapped_column(default=RowState.WAITING)
    reason: Mapped[str | None]
    """Why not, as it was said to the person."""
    count: Mapped[int] = mapped_column(default=0)
    """How many things were done with it: parcels begun, labels asked for."""
    before: Mapped[dict[str, Any] | None]
    """What the undo needs to know; null where there is nothing to take back."""
