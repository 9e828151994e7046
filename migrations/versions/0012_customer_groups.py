"""Groups of customers, and their birthdays."""

import sqlalchemy as sa
from alembic import op

from app.db import BigInt, UTCDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "customer_group",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("archived_at", UTCDateTime(), nullable=True),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.Column("version", BigInt, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_group")),
        sa.UniqueConstraint("code", name=op.f("uq_customer_group_code")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "customer_group_member",
        sa.Column("customer_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("group_id", BigInt, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customer.id"],
            name=op.f("fk_customer_group_member_customer_id_customer"),
        ),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["customer_group.id"],
            name=op.f("fk_customer_group_member_group_id_customer_group"),
        ),
        sa.PrimaryKeyConstraint("customer_id", "group_id", name=op.f("pk_customer_group_member")),
    )
    op.create_index(
        op.f("ix_customer_group_member_group_id"), "customer_group_member", ["group_id"]
    )
    op.add_column("customer", sa.Column("birthday", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("customer", "birthday")
    op.drop_table("customer_group_member")
    op.drop_table("customer_group")
