"""Which units of a line stand on which invoice, so that a return corrects the right one."""

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Id, Model


class InvoicedUnits(Model):
    __tablename__ = "invoiced_units"
    __table_args__ = (CheckConstraint("first >= 1 AND last >= first", name="range"),)

    id: Mapped[Id]
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), index=True)
    order_line_id: Mapped[int] = mapped_column(ForeignKey("order_line.id"), index=True)
    first: Mapped[int]
    last: Mapped[int]
