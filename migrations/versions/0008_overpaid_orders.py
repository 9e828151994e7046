"""The orders that were paid more than they cost, for the page of the day."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    those = sa.text("payment_status = 'overpaid'")
    op.create_index(
        "ix_order_overpaid",
        "order",
        ["store_id", "id"],
        sqlite_where=those,
        postgresql_where=those,
    )


def downgrade() -> None:
    op.drop_index("ix_order_overpaid", "order")
