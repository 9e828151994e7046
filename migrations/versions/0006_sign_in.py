"""Second factors, known browsers, sign-ins half way, and what was typed as a session ended."""

import sqlalchemy as sa
from alembic import op

from app.db import BigInt, UTCDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def _of_account(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_account_id_account")
    return sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=name)


def upgrade() -> None:
    op.add_column("user_session", sa.Column("confirmed_at", UTCDateTime(), nullable=True))
    op.add_column("user_session", sa.Column("mfa_at", UTCDateTime(), nullable=True))
    op.add_column("sign_in_attempt", sa.Column("step", sa.String(), nullable=True))
    op.add_column("sign_in_attempt", sa.Column("device", sa.String(), nullable=True))
    op.create_table(
        "pending_sign_in",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("account_id", BigInt, nullable=False),
        sa.Column("begun_at", UTCDateTime(), nullable=False),
        _of_account("pending_sign_in"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pending_sign_in")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_pending_sign_in_token_hash")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_pending_sign_in_account_id"), "pending_sign_in", ["account_id"])
    op.create_table(
        "known_device",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("account_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("last_used_at", UTCDateTime(), nullable=False),
        _of_account("known_device"),
        sa.PrimaryKeyConstraint("token_hash", "account_id", name=op.f("pk_known_device")),
    )
    op.create_index(op.f("ix_known_device_account_id"), "known_device", ["account_id"])
    op.create_table(
        "second_factor",
        sa.Column("account_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("sealed", sa.String(), nullable=True),
        sa.Column("sealed_new", sa.String(), nullable=True),
        sa.Column("last_step", BigInt, nullable=True),
        sa.Column("since", UTCDateTime(), nullable=True),
        sa.Column("taken_by", sa.String(), nullable=True),
        _of_account("second_factor"),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_second_factor")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("account_id", BigInt, nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("used_at", UTCDateTime(), nullable=True),
        _of_account("recovery_code"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_recovery_code_code_hash")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_recovery_code_account_id"), "recovery_code", ["account_id"])
    op.create_table(
        "kept_form",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("key_hash", sa.String(), nullable=False),
        sa.Column("account_id", BigInt, nullable=False),
        sa.Column("sealed", sa.String(), nullable=True),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        _of_account("kept_form"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_form")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_kept_form_key_hash")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_kept_form_account_id"), "kept_form", ["account_id"])


def downgrade() -> None:
    for table in ("kept_form", "recovery_code", "second_factor", "known_device", "pending_sign_in"):
        op.drop_table(table)
    op.drop_column("sign_in_attempt", "device")
    op.drop_column("sign_in_attempt", "step")
    op.drop_column("user_session", "mfa_at")
    op.drop_column("user_session", "confirmed_at")
