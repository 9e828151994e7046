"""What each person opened last."""

import sqlalchemy as sa
from alembic import op

from app.db import BigInt, UTCDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "recent_record",
        sa.Column("account_id", BigInt, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("record_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_recent_record_account_id_account")
        ),
        sa.PrimaryKeyConstraint("account_id", "kind", "record_id", name=op.f("pk_recent_record")),
    )
    op.create_index("ix_recent_record_at", "recent_record", ["account_id", "at"])


def downgrade() -> None:
    op.drop_table("recent_record")
