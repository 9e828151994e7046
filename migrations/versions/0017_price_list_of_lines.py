"""Order lines say on which price list their price stood."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("order_line", sa.Column("price_list", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("order_line", "price_list")
