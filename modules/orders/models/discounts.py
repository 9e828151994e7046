"""What promotions took off an order, unit by unit, and why others did not: frozen at the sale."""

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Id, Model


class LineAdjustment(Model):
    """
    So much off some units of a line, or off the delivery, by one version of a promotion.

    Nothing off a line that is free: the promotion gave it.

    An amount off the whole order stands only as such parts: reports need no second way of counting.
    """

    __tablename__ = "line_adjustment"
    __table_args__ = (
        CheckConstraint("amount_minor >= 0", name="adds_nothing"),
        CheckConstraint("unit_from >= 1 AND unit_to >= unit_from", name="range"),
    )

    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), index=True)
    order_line_id: Mapped[int | None] = mapped_column(ForeignKey("order_line.id"), index=True)
    """Null: the delivery."""
    promotion_id: Mapped[int] = mapped_column(ForeignKey("promotion.id"), index=True)
    promotion_version: Mapped[int]
    code_id: Mapped[int | None] = mapped_column(ForeignKey("promotion_code.id"), index=True)
    """The code of a batch that opened it."""
    amount_minor: Mapped[int]
    """With VAT, off all of these units together."""
    sequence: Mapped[int]
    """The order in which promotions were applied, from 1; 0: it had made the price on the shelf
    lower before, and is no discount of the line."""
    unit_from: Mapped[int]
    unit_to: Mapped[int]


class PriceTrace(Model):
    """How the price of an order came about: each promotion that the goods touched, and why."""

    __tablename__ = "price_trace"
    __table_args__ = ({"sqlite_with_rowid": False},)

    order_id: Mapped[int] = mapped_column(
        ForeignKey("order.id"), primary_key=True, autoincrement=False
    )
    judged: Mapped[list[dict[str, Any]]]
