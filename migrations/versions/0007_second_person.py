"""Limits of roles and tokens, and the acts that wait for a second person."""

import sqlalchemy as sa
from alembic import op

from app.db import BigInt, UTCDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("role", "api_token"):
        op.add_column(table, sa.Column("limits", sa.JSON(), nullable=True))
    op.create_table(
        "approval",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("ref_kind", sa.String(), nullable=False),
        sa.Column("ref_id", BigInt, nullable=False),
        sa.Column("store_id", BigInt, nullable=False),
        sa.Column("amounts", sa.JSON(), nullable=False),
        sa.Column("currency", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("asked_by", BigInt, nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("decided_by", BigInt, nullable=True),
        sa.Column("decided_at", UTCDateTime(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.CheckConstraint("asked_by <> decided_by", name=op.f("ck_approval_second_person")),
        sa.CheckConstraint(
            "(state = 'waiting') = (decided_at IS NULL)", name=op.f("ck_approval_decided")
        ),
        sa.CheckConstraint(
            "(decided_by IS NOT NULL) = (state IN ('approved', 'refused'))",
            name=op.f("ck_approval_by_whom"),
        ),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["account.id"], name=op.f("fk_approval_asked_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["account.id"], name=op.f("fk_approval_decided_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_approval_asked_by"), "approval", ["asked_by"])
    op.create_index("ix_approval_reference", "approval", ["ref_kind", "ref_id"])
    op.create_index("ix_approval_state", "approval", ["state", "id"])
    waits = sa.text("state = 'waiting'")
    op.create_index(
        "uq_approval_waiting",
        "approval",
        ["fingerprint"],
        unique=True,
        sqlite_where=waits,
        postgresql_where=waits,
    )


def downgrade() -> None:
    op.drop_table("approval")
    for table in ("role", "api_token"):
        op.drop_column(table, "limits")
