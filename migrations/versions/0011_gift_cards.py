"""Gift cards and store credit, and the ledger that never changes."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from app.db import BigInt, UTCDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_KIND = sa.Enum(
    "issue", "redeem", "give_back", "expire", "adjust",
    name="cardentrykind", native_enum=False, length=40,
)  # fmt: skip

GUARDS: dict[str, Sequence[str]] = {
    "sqlite": (
        "CREATE TRIGGER gift_card_entry_no_update BEFORE UPDATE ON gift_card_entry "
        "BEGIN SELECT RAISE(ABORT, 'gift_card_entry is append-only'); END",
        "CREATE TRIGGER gift_card_entry_no_delete BEFORE DELETE ON gift_card_entry "
        "BEGIN SELECT RAISE(ABORT, 'gift_card_entry is append-only'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION refuse_gift_card_entry_change() RETURNS trigger LANGUAGE plpgsql AS "
        "'BEGIN RAISE EXCEPTION ''gift_card_entry is append-only''; END'",
        "CREATE TRIGGER gift_card_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE "
        "ON gift_card_entry FOR EACH STATEMENT EXECUTE FUNCTION refuse_gift_card_entry_change()",
    ),
}


def upgrade() -> None:
    op.create_table(
        "gift_card_key",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("sealed", sa.String(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_gift_card_key_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gift_card_key")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "gift_card",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("code_mark", sa.String(), nullable=True),
        sa.Column("last_four", sa.String(), nullable=True),
        sa.Column("pin_mark", sa.String(), nullable=True),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("balance_minor", BigInt, nullable=False),
        sa.Column("issued_minor", BigInt, nullable=False),
        sa.Column("store_id", BigInt, nullable=False),
        sa.Column("customer_id", BigInt, nullable=True),
        sa.Column("sold_ref_kind", sa.String(), nullable=True),
        sa.Column("sold_ref_id", BigInt, nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("blocked_at", UTCDateTime(), nullable=True),
        sa.Column("issued_by", sa.String(), nullable=False),
        sa.Column("issued_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("balance_minor >= 0", name=op.f("ck_gift_card_balance")),
        sa.CheckConstraint(
            "code_mark IS NOT NULL AND last_four IS NOT NULL AND pin_mark IS NOT NULL"
            " OR code_mark IS NULL AND last_four IS NULL AND pin_mark IS NULL"
            " AND customer_id IS NOT NULL",
            name=op.f("ck_gift_card_has_a_number_or_an_owner"),
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_gift_card_customer_id_customer")
        ),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name=op.f("fk_gift_card_store_id_store")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gift_card")),
        sa.UniqueConstraint("client_id", name=op.f("uq_gift_card_client_id")),
        sa.UniqueConstraint("code_mark", name=op.f("uq_gift_card_code_mark")),
        sqlite_autoincrement=True,
    )
    for column in ("store_id", "customer_id", "last_four"):
        op.create_index(f"ix_gift_card_{column}", "gift_card", [column])
    holds_money = sa.text("balance_minor > 0")
    op.create_index(
        "ix_gift_card_expiring",
        "gift_card",
        ["expires_on"],
        sqlite_where=holds_money,
        postgresql_where=holds_money,
    )
    op.create_table(
        "gift_card_entry",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("card_id", BigInt, nullable=False),
        sa.Column("kind", _KIND, nullable=False),
        sa.Column("amount_minor", BigInt, nullable=False),
        sa.Column("balance_minor", BigInt, nullable=False),
        sa.Column("ref_kind", sa.String(), nullable=True),
        sa.Column("ref_id", BigInt, nullable=True),
        sa.Column("payment_id", BigInt, nullable=True),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.CheckConstraint(
            "amount_minor <> 0 AND balance_minor >= 0", name=op.f("ck_gift_card_entry_amounts")
        ),
        sa.ForeignKeyConstraint(
            ["card_id"], ["gift_card.id"], name=op.f("fk_gift_card_entry_card_id_gift_card")
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payment.id"], name=op.f("fk_gift_card_entry_payment_id_payment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gift_card_entry")),
        sa.UniqueConstraint("client_id", name=op.f("uq_gift_card_entry_client_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_gift_card_entry_card_id_id", "gift_card_entry", ["card_id", "id"])
    op.create_index("ix_gift_card_entry_payment_id", "gift_card_entry", ["payment_id"])
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(sa.text(statement))


def downgrade() -> None:
    op.drop_table("gift_card_entry")
    if op.get_bind().dialect.name == "postgresql":
        op.execute(sa.text("DROP FUNCTION refuse_gift_card_entry_change()"))
    op.drop_table("gift_card")
    op.drop_table("gift_card_key")
