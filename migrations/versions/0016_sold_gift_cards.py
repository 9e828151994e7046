"""Gift cards are sold as goods: products say so, lines keep it, a code is handed out once."""

import sqlalchemy as sa
from alembic import op

from app.db import BigInt, UTCDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "product",
        sa.Column("is_gift_card", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.add_column("product", sa.Column("gift_card_months", BigInt, nullable=True))
    op.add_column(
        "order_line",
        sa.Column("is_gift_card", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.add_column("gift_card", sa.Column("handed_out_by", sa.String(), nullable=True))
    op.add_column("gift_card", sa.Column("handed_out_at", UTCDateTime(), nullable=True))
    op.create_index("ix_gift_card_sold", "gift_card", ["sold_ref_kind", "sold_ref_id"])
    op.create_index("ix_gift_card_entry_ref", "gift_card_entry", ["ref_kind", "ref_id"])


def downgrade() -> None:
    op.drop_index("ix_gift_card_entry_ref", "gift_card_entry")
    op.drop_index("ix_gift_card_sold", "gift_card")
    op.drop_column("gift_card", "handed_out_at")
    op.drop_column("gift_card", "handed_out_by")
    op.drop_column("order_line", "is_gift_card")
    op.drop_column("product", "gift_card_months")
    op.drop_column("product", "is_gift_card")
