"""Codes in batches, uses of promotions with what counts them, and the code of a discount."""

import sqlalchemy as sa
from alembic import op

from app.db import BigInt, UTCDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_KIND = sa.Enum(
    "total", "customer", "code", "day", "month", "batch",
    name="counterkind", native_enum=False, length=40,
)  # fmt: skip


def _refers(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}")
    )


def upgrade() -> None:
    op.create_table(
        "code_batch",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("promotion_id", BigInt, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("pattern", sa.String(), nullable=False),
        sa.Column("has_check", sa.Boolean(), nullable=False),
        sa.Column("wanted", BigInt, nullable=False),
        sa.Column("made", BigInt, nullable=False),
        sa.Column("uses_per_code", BigInt, nullable=False),
        sa.Column("uses_per_customer", BigInt, nullable=True),
        sa.Column("starts_at", UTCDateTime(), nullable=True),
        sa.Column("ends_at", UTCDateTime(), nullable=True),
        sa.Column("issued_at", UTCDateTime(), nullable=True),
        sa.Column("blocked_at", UTCDateTime(), nullable=True),
        sa.Column("job_id", BigInt, nullable=True),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint(
            "wanted > 0 AND made >= 0 AND made <= wanted", name=op.f("ck_code_batch_counts")
        ),
        sa.CheckConstraint("uses_per_code > 0", name=op.f("ck_code_batch_uses_per_code")),
        _refers("code_batch", "promotion_id", "promotion"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_batch")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_code_batch_promotion_id", "code_batch", ["promotion_id"])
    op.create_table(
        "promotion_code",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("batch_id", BigInt, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("uses", BigInt, nullable=False),
        sa.Column("used", BigInt, nullable=False),
        sa.Column("customer_id", BigInt, nullable=True),
        sa.Column("issued_at", UTCDateTime(), nullable=True),
        sa.Column("reserved_for", sa.String(), nullable=True),
        sa.Column("reserved_until", UTCDateTime(), nullable=True),
        sa.Column("returned_at", UTCDateTime(), nullable=True),
        sa.Column("blocked_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint("used >= 0 AND used <= uses", name=op.f("ck_promotion_code_used")),
        _refers("promotion_code", "batch_id", "code_batch"),
        _refers("promotion_code", "customer_id", "customer"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promotion_code")),
        sa.UniqueConstraint("code", name=op.f("uq_promotion_code_code")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_promotion_code_batch_id_id", "promotion_code", ["batch_id", "id"])
    has_owner = sa.text("customer_id IS NOT NULL")
    op.create_index(
        "ix_promotion_code_customer_id",
        "promotion_code",
        ["customer_id"],
        sqlite_where=has_owner,
        postgresql_where=has_owner,
    )
    op.create_table(
        "promotion_use",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("ref_kind", sa.String(), nullable=False),
        sa.Column("ref_id", BigInt, nullable=False),
        sa.Column("promotion_id", BigInt, nullable=False),
        sa.Column("version", BigInt, nullable=False),
        sa.Column("code_id", BigInt, nullable=True),
        sa.Column("batch_id", BigInt, nullable=True),
        sa.Column("coupon", sa.String(), nullable=False),
        sa.Column("customer_id", BigInt, nullable=True),
        sa.Column("amount_minor", BigInt, nullable=False),
        sa.Column("used_on", sa.Date(), nullable=False),
        sa.Column("used_at", UTCDateTime(), nullable=False),
        sa.Column("returned_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint("amount_minor >= 0", name=op.f("ck_promotion_use_amount")),
        _refers("promotion_use", "promotion_id", "promotion"),
        _refers("promotion_use", "code_id", "promotion_code"),
        _refers("promotion_use", "batch_id", "code_batch"),
        _refers("promotion_use", "customer_id", "customer"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promotion_use")),
        sa.UniqueConstraint(
            "ref_kind",
            "ref_id",
            "promotion_id",
            name=op.f("uq_promotion_use_ref_kind_ref_id_promotion_id"),
        ),
        sqlite_autoincrement=True,
    )
    for column in ("promotion_id", "code_id", "customer_id"):
        op.create_index(f"ix_promotion_use_{column}", "promotion_use", [column])
    op.create_table(
        "promotion_counter",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("promotion_id", BigInt, nullable=False),
        sa.Column("kind", _KIND, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("used", BigInt, nullable=False),
        sa.Column("amount_minor", BigInt, nullable=False),
        sa.CheckConstraint(
            "used >= 0 AND amount_minor >= 0", name=op.f("ck_promotion_counter_counts")
        ),
        _refers("promotion_counter", "promotion_id", "promotion"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promotion_counter")),
        sa.UniqueConstraint(
            "promotion_id", "kind", "key", name=op.f("uq_promotion_counter_promotion_id_kind_key")
        ),
        sqlite_autoincrement=True,
    )
    # By hand: what makes a foreign key of a new column for us would copy the table on SQLite.
    key = "BIGINT" if op.get_bind().dialect.name == "postgresql" else "INTEGER"
    op.execute(
        sa.text(
            f"ALTER TABLE line_adjustment ADD COLUMN code_id {key} "
            "CONSTRAINT fk_line_adjustment_code_id_promotion_code REFERENCES promotion_code (id)"
        )
    )
    op.create_index("ix_line_adjustment_code_id", "line_adjustment", ["code_id"])


def downgrade() -> None:
    with op.batch_alter_table("line_adjustment") as table:
        table.drop_index("ix_line_adjustment_code_id")
        table.drop_constraint(op.f("fk_line_adjustment_code_id_promotion_code"), type_="foreignkey")
        table.drop_column("code_id")
    for name in ("promotion_counter", "promotion_use", "promotion_code", "code_batch"):
        op.drop_table(name)
