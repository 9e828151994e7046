"""Saved views, files of exports, and acts on many rows of a list."""

import sqlalchemy as sa
from alembic import op

from app.db import BigInt, UTCDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_view",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("account_id", BigInt, nullable=False),
        sa.Column("list_code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("query", sa.String(), nullable=False),
        sa.Column("position", BigInt, nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("removed_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_saved_view_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_saved_view_account_id"), "saved_view", ["account_id"])
    op.create_index("ix_saved_view_list", "saved_view", ["list_code", "account_id", "position"])
    op.create_table(
        "default_view",
        sa.Column("account_id", BigInt, nullable=False),
        sa.Column("list_code", sa.String(), nullable=False),
        sa.Column("view_id", BigInt, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_default_view_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["view_id"], ["saved_view.id"], name=op.f("fk_default_view_view_id_saved_view")
        ),
        sa.PrimaryKeyConstraint("account_id", "list_code", name=op.f("pk_default_view")),
    )
    op.create_index(op.f("ix_default_view_view_id"), "default_view", ["view_id"])
    op.create_table(
        "list_export",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("account_id", BigInt, nullable=False),
        sa.Column("list_code", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("query", sa.String(), nullable=False),
        sa.Column("store_id", BigInt, nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("up_to", BigInt, nullable=True),
        sa.Column("job_id", BigInt, nullable=True),
        sa.Column("row_count", BigInt, nullable=True),
        sa.Column("file", sa.String(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_list_export_account_id_account")
        ),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_list_export_job_id_job")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_export")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_list_export_account_id"), "list_export", ["account_id"])
    op.create_index(op.f("ix_list_export_created_at"), "list_export", ["created_at"])
    op.create_table(
        "bulk_act",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("account_id", BigInt, nullable=False),
        sa.Column("list_code", sa.String(), nullable=False),
        sa.Column("act_code", sa.String(), nullable=False),
        sa.Column("query", sa.String(), nullable=False),
        sa.Column("given", sa.JSON(), nullable=False),
        sa.Column("store_id", BigInt, nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("up_to", BigInt, nullable=True),
        sa.Column("job_id", BigInt, nullable=True),
        sa.Column("undo_job_id", BigInt, nullable=True),
        sa.Column("gathered_at", UTCDateTime(), nullable=True),
        sa.Column("undone_at", UTCDateTime(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_bulk_act_account_id_account")
        ),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_bulk_act_job_id_job")),
        sa.ForeignKeyConstraint(
            ["undo_job_id"], ["job.id"], name=op.f("fk_bulk_act_undo_job_id_job")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_act")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_bulk_act_account_id"), "bulk_act", ["account_id"])
    op.create_index(op.f("ix_bulk_act_created_at"), "bulk_act", ["created_at"])
    op.create_table(
        "bulk_row",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("bulk_act_id", BigInt, nullable=False),
        sa.Column("row_id", BigInt, nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "done",
                "refused",
                "undone",
                name="rowstate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("count", BigInt, nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["bulk_act_id"], ["bulk_act.id"], name=op.f("fk_bulk_row_bulk_act_id_bulk_act")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_row")),
        sa.UniqueConstraint("bulk_act_id", "row_id", name=op.f("uq_bulk_row_bulk_act_id_row_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_bulk_row_state", "bulk_row", ["bulk_act_id", "state", "id"])


def downgrade() -> None:
    for table in ("bulk_row", "bulk_act", "list_export", "default_view", "saved_view"):
        op.drop_table(table)
