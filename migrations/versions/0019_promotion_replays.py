"""Replays of orders with a promotion: asked once, worked out by a job, kept."""

import sqlalchemy as sa
from alembic import op

from app.db import BigInt, Json, UTCDateTime

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "promotion_replay",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("promotion_id", BigInt, nullable=False),
        sa.Column("promotion_version", BigInt, nullable=False),
        sa.Column("definition", Json, nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("job_id", BigInt, nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("finished_at", UTCDateTime(), nullable=True),
        sa.Column("result", Json, nullable=True),
        sa.CheckConstraint("since <= until", name=op.f("ck_promotion_replay_span")),
        sa.ForeignKeyConstraint(
            ["promotion_id"],
            ["promotion.id"],
            name=op.f("fk_promotion_replay_promotion_id_promotion"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promotion_replay")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_promotion_replay_promotion_id"), "promotion_replay", ["promotion_id"])


def downgrade() -> None:
    op.drop_table("promotion_replay")
