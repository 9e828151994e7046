"""Rows of the audit trail are sealed, and linked to a chain."""

import sqlalchemy as sa
from alembic import op

from app.db import BigInt

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("audit", sa.Column("seal", sa.String(), nullable=True))
    op.create_index(op.f("ix_audit_seal"), "audit", ["seal"], unique=True)
    op.create_table(
        "audit_link",
        sa.Column("place", BigInt, autoincrement=False, nullable=False),
        sa.Column("audit_id", BigInt, nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_audit_link")),
        sa.UniqueConstraint("audit_id", name=op.f("uq_audit_link_audit_id")),
    )


def downgrade() -> None:
    op.drop_table("audit_link")
    op.drop_index(op.f("ix_audit_seal"), "audit")
    op.drop_column("audit", "seal")
