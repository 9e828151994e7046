"""Promotions: what they say by versions, the groups that decide among them, and the book's mark."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from app.db import BigInt, Json, UTCDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_STATE = sa.Enum(
    "draft", "active", "paused", "ended", "archived",
    name="promotionstate", native_enum=False, length=40,
)  # fmt: skip
_MODE = sa.Enum(
    "stack", "best_for_customer", "first_by_priority", "most", "best_combination",
    name="groupmode", native_enum=False, length=40,
)  # fmt: skip

GUARDS: dict[str, Sequence[str]] = {
    "sqlite": (
        "CREATE TRIGGER promotion_version_frozen BEFORE UPDATE ON promotion_version "
        "WHEN old.published_at IS NOT NULL "
        "BEGIN SELECT RAISE(ABORT, 'a published version never changes'); END",
        "CREATE TRIGGER promotion_version_kept BEFORE DELETE ON promotion_version "
        "WHEN old.published_at IS NOT NULL "
        "BEGIN SELECT RAISE(ABORT, 'a published version never changes'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION refuse_promotion_version_change() RETURNS trigger LANGUAGE plpgsql AS "
        "'BEGIN RAISE EXCEPTION ''a published version never changes'' "
        "USING ERRCODE = ''restrict_violation''; END'",
        "CREATE TRIGGER promotion_version_frozen BEFORE UPDATE OR DELETE ON promotion_version "
        "FOR EACH ROW WHEN (old.published_at IS NOT NULL) "
        "EXECUTE FUNCTION refuse_promotion_version_change()",
    ),
}


def upgrade() -> None:
    op.create_table(
        "promotion",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("state", _STATE, nullable=False),
        sa.Column("live_number", BigInt, nullable=True),
        sa.Column("starts_at", UTCDateTime(), nullable=True),
        sa.Column("ends_at", UTCDateTime(), nullable=True),
        sa.Column("search", sa.String(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.Column("version", BigInt, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promotion")),
        sa.UniqueConstraint("code", name=op.f("uq_promotion_code")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_promotion_updated_at_id", "promotion", ["updated_at", "id"])
    op.create_index("ix_promotion_state_id", "promotion", ["state", "id"])
    op.create_table(
        "promotion_version",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("promotion_id", BigInt, nullable=False),
        sa.Column("number", BigInt, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("definition", Json, nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("published_at", UTCDateTime(), nullable=True),
        sa.Column("published_by", sa.String(), nullable=True),
        sa.CheckConstraint("number > 0", name=op.f("ck_promotion_version_counts_from_one")),
        sa.ForeignKeyConstraint(
            ["promotion_id"],
            ["promotion.id"],
            name=op.f("fk_promotion_version_promotion_id_promotion"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promotion_version")),
        sa.UniqueConstraint(
            "promotion_id", "number", name=op.f("uq_promotion_version_promotion_id_number")
        ),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "promotion_group",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("mode", _MODE, nullable=False),
        sa.Column("most", BigInt, nullable=False),
        sa.Column("priority", BigInt, nullable=False),
        sa.Column("same_units", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promotion_group")),
        sa.UniqueConstraint("code", name=op.f("uq_promotion_group_code")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "promotion_book",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_promotion_book_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promotion_book")),
        sqlite_autoincrement=True,
    )
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(sa.text(statement))


def downgrade() -> None:
    op.drop_table("promotion_book")
    op.drop_table("promotion_group")
    op.drop_table("promotion_version")
    if op.get_bind().dialect.name == "postgresql":
        op.execute(sa.text("DROP FUNCTION refuse_promotion_version_change()"))
    op.drop_table("promotion")
