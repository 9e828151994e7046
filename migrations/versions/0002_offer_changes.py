"""Changes of offers are only added to, so that sales of the same goods do not wait for each other."""

import sqlalchemy as sa
from alembic import op

from app.db import BigInt, UTCDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "channel_offer_change",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("variant_id", BigInt, nullable=False),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["variant.id"], name=op.f("fk_channel_offer_change_variant_id_variant")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel_offer_change")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_channel_offer_change_variant_id"), "channel_offer_change", ["variant_id"]
    )


def downgrade() -> None:
    op.drop_table("channel_offer_change")
