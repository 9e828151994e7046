"""Price lists, minimum prices, and the history of prices that were presented."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from app import clock
from app.db import BigInt, Json, UTCDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_FROZEN = (
    "id, variant_id, place, ref_kind, ref_id, price_list_id, currency, price_minor, prior_minor, "
    "valid_from"
)
GUARDS: dict[str, Sequence[str]] = {
    "sqlite": (
        f"CREATE TRIGGER price_period_frozen BEFORE UPDATE OF {_FROZEN} ON price_period "
        "BEGIN SELECT RAISE(ABORT, 'a price that was presented never changes'); END",
        "CREATE TRIGGER price_period_closed BEFORE UPDATE OF valid_to ON price_period "
        "WHEN old.valid_to IS NOT NULL "
        "BEGIN SELECT RAISE(ABORT, 'a price that was presented never changes'); END",
        "CREATE TRIGGER price_period_kept BEFORE DELETE ON price_period "
        "BEGIN SELECT RAISE(ABORT, 'a price that was presented never changes'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION refuse_price_period_change() RETURNS trigger LANGUAGE plpgsql AS "
        "'BEGIN RAISE EXCEPTION ''a price that was presented never changes'' "
        "USING ERRCODE = ''restrict_violation''; END'",
        f"CREATE TRIGGER price_period_frozen BEFORE UPDATE OF {_FROZEN} ON price_period "
        "FOR EACH ROW EXECUTE FUNCTION refuse_price_period_change()",
        "CREATE TRIGGER price_period_closed BEFORE UPDATE OF valid_to ON price_period "
        "FOR EACH ROW WHEN (old.valid_to IS NOT NULL) "
        "EXECUTE FUNCTION refuse_price_period_change()",
        "CREATE TRIGGER price_period_kept BEFORE DELETE OR TRUNCATE ON price_period "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_price_period_change()",
    ),
}
# What stands in the catalogue as the history begins is its first period.
_FIRST_PERIODS = """
    INSERT INTO price_period (
        variant_id, place, ref_kind, ref_id, currency, price_minor, valid_from
    )
    SELECT variant.id, '', '', 0, company.currency, variant.price_minor, :now
    FROM variant
    JOIN product ON product.id = variant.product_id
    CROSS JOIN company
    WHERE variant.archived_at IS NULL AND product.archived_at IS NULL
        AND product.status IN ('active', 'discontinued')
    ORDER BY variant.id
"""


def upgrade() -> None:
    op.create_table(
        "price_list",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("rank", BigInt, nullable=False),
        sa.Column("channels", Json, nullable=False),
        sa.Column("stores", Json, nullable=False),
        sa.Column("groups", Json, nullable=False),
        sa.Column("customers", Json, nullable=False),
        sa.Column("rules", Json, nullable=False),
        sa.Column("valid_from", UTCDateTime(), nullable=True),
        sa.Column("valid_to", UTCDateTime(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("archived_at", UTCDateTime(), nullable=True),
        sa.Column("search", sa.String(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.Column("version", BigInt, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_list")),
        sa.UniqueConstraint("code", name=op.f("uq_price_list_code")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_price_list_updated_at_id", "price_list", ["updated_at", "id"])
    op.create_table(
        "price_entry",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("price_list_id", BigInt, nullable=False),
        sa.Column("variant_id", BigInt, nullable=False),
        sa.Column("least_quantity", BigInt, nullable=False),
        sa.Column("price_minor", BigInt, nullable=False),
        sa.Column("valid_from", UTCDateTime(), nullable=True),
        sa.Column("valid_to", UTCDateTime(), nullable=True),
        sa.CheckConstraint(
            "price_minor >= 0 AND least_quantity >= 1", name=op.f("ck_price_entry_amounts")
        ),
        sa.ForeignKeyConstraint(
            ["price_list_id"],
            ["price_list.id"],
            name=op.f("fk_price_entry_price_list_id_price_list"),
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["variant.id"], name=op.f("fk_price_entry_variant_id_variant")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_entry")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_price_entry_variant_id_price_list_id", "price_entry", ["variant_id", "price_list_id"]
    )
    op.create_index("ix_price_entry_price_list_id_id", "price_entry", ["price_list_id", "id"])
    for column in ("valid_from", "valid_to"):
        is_timed = sa.text(f"{column} IS NOT NULL")
        op.create_index(
            f"ix_price_entry_{column}",
            "price_entry",
            [column],
            sqlite_where=is_timed,
            postgresql_where=is_timed,
        )
    op.create_table(
        "price_floor",
        sa.Column("variant_id", BigInt, nullable=False),
        sa.Column("least_minor", BigInt, nullable=False),
        sa.CheckConstraint("least_minor > 0", name=op.f("ck_price_floor_positive")),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["variant.id"], name=op.f("fk_price_floor_variant_id_variant")
        ),
        sa.PrimaryKeyConstraint("variant_id", name=op.f("pk_price_floor")),
    )
    op.create_table(
        "margin_guard",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("margin_bp", BigInt, nullable=False),
        sa.CheckConstraint("margin_bp >= 0", name=op.f("ck_margin_guard_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_margin_guard")),
        sa.UniqueConstraint("category", name=op.f("uq_margin_guard_category")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "price_book",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("seen_until", UTCDateTime(), nullable=False),
        sa.Column("version", BigInt, nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_price_book_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_book")),
        sqlite_autoincrement=True,
    )
    _create_periods()


def _create_periods() -> None:
    op.create_table(
        "price_period",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("variant_id", BigInt, nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("ref_kind", sa.String(), nullable=False),
        sa.Column("ref_id", BigInt, nullable=False),
        sa.Column("price_list_id", BigInt, nullable=True),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("price_minor", BigInt, nullable=True),
        sa.Column("prior_minor", BigInt, nullable=True),
        sa.Column("valid_from", UTCDateTime(), nullable=False),
        sa.Column("valid_to", UTCDateTime(), nullable=True),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_price_period_in_order")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_period")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_price_period_variant_id_valid_from", "price_period", ["variant_id", "valid_from"]
    )
    is_open = sa.text("valid_to IS NULL")
    op.create_index(
        "ix_price_period_open",
        "price_period",
        ["variant_id", "place", "ref_kind", "ref_id"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    bind = op.get_bind()
    for statement in GUARDS[bind.dialect.name]:
        op.execute(sa.text(statement))
    since = sa.bindparam("now", clock.now(), UTCDateTime())
    bind.execute(sa.text(_FIRST_PERIODS).bindparams(since))


def downgrade() -> None:
    op.drop_table("price_period")
    if op.get_bind().dialect.name == "postgresql":
        op.execute(sa.text("DROP FUNCTION refuse_price_period_change()"))
    for table in ("price_book", "margin_guard", "price_floor", "price_entry", "price_list"):
        op.drop_table(table)
