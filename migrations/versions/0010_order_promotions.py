"""What promotions took off an order, unit by unit, and why others did not."""

import sqlalchemy as sa
from alembic import op

from app.db import BigInt, Json

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "line_adjustment",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("order_id", BigInt, nullable=False),
        sa.Column("order_line_id", BigInt, nullable=True),
        sa.Column("promotion_id", BigInt, nullable=False),
        sa.Column("promotion_version", BigInt, nullable=False),
        sa.Column("amount_minor", BigInt, nullable=False),
        sa.Column("sequence", BigInt, nullable=False),
        sa.Column("unit_from", BigInt, nullable=False),
        sa.Column("unit_to", BigInt, nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_line_adjustment_takes_something_off")),
        sa.CheckConstraint(
            "unit_from >= 1 AND unit_to >= unit_from", name=op.f("ck_line_adjustment_range")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["order.id"], name=op.f("fk_line_adjustment_order_id_order")
        ),
        sa.ForeignKeyConstraint(
            ["order_line_id"],
            ["order_line.id"],
            name=op.f("fk_line_adjustment_order_line_id_order_line"),
        ),
        sa.ForeignKeyConstraint(
            ["promotion_id"],
            ["promotion.id"],
            name=op.f("fk_line_adjustment_promotion_id_promotion"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line_adjustment")),
        sqlite_autoincrement=True,
    )
    for column in ("order_id", "order_line_id", "promotion_id"):
        op.create_index(f"ix_line_adjustment_{column}", "line_adjustment", [column])
    op.create_table(
        "price_trace",
        sa.Column("order_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("judged", Json, nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["order.id"], name=op.f("fk_price_trace_order_id_order")
        ),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_price_trace")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("price_trace")
    op.drop_table("line_adjustment")
