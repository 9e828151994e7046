"""Loyalty: programmes and their promises, members, cards, and the ledger of points."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from app.db import BigInt, UTCDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

FROZEN = ("loyalty_entry", "loyalty_lot_use")

TABLES = (
    "loyalty_lot_use",
    "loyalty_entry",
    "loyalty_lot",
    "loyalty_tier_change",
    "loyalty_referral",
    "loyalty_purchase",
    "loyalty_claim",
    "loyalty_card",
    "loyalty_account",
    "loyalty_rule",
    "loyalty_reward",
    "loyalty_member",
    "loyalty_wallet",
    "loyalty_tier",
    "loyalty_household",
    "loyalty_program",
)
"""Those that others refer to come last."""


def guards(dialect: str, table: str) -> Sequence[str]:
    if dialect == "postgresql":
        return (
            f"CREATE FUNCTION refuse_{table}_change() RETURNS trigger LANGUAGE plpgsql AS "
            f"'BEGIN RAISE EXCEPTION ''{table} is append-only''; END'",
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE "
            f"ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_{table}_change()",
        )
    return tuple(
        f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for act in ("UPDATE", "DELETE")
    )


def upgrade() -> None:
    op.create_table(
        "loyalty_program",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("unit_name", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("draft", "active", "closed", name="programstate", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("channels", sa.JSON(), nullable=False),
        sa.Column("stores", sa.JSON(), nullable=False),
        sa.Column(
            "joins",
            sa.Enum("asked", "first_order", name="joinpolicy", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column(
            "earn_base",
            sa.Enum("paid", "before_discounts", name="earnbase", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("earn_points", BigInt, nullable=False),
        sa.Column("earn_per_minor", BigInt, nullable=False),
        sa.Column("least_order_minor", BigInt, nullable=False),
        sa.Column("most_per_receipt", BigInt, nullable=True),
        sa.Column("most_per_day", BigInt, nullable=True),
        sa.Column("excluded_categories", sa.JSON(), nullable=False),
        sa.Column("staff_excluded", sa.Boolean(), nullable=False),
        sa.Column(
            "counts_from",
            sa.Enum("placed", "shipped", name="countsfrom", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("pending_days", BigInt, nullable=False),
        sa.Column(
            "validity",
            sa.Enum(
                "forever",
                "days",
                "end_of_month",
                "end_of_year",
                name="validity",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("valid_for", BigInt, nullable=False),
        sa.Column(
            "return_policy",
            sa.Enum(
                "only_pending",
                "within_balance",
                "unlimited",
                name="returnpolicy",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "spend_as",
            sa.Enum("rebate", "payment", "rewards", name="spendas", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("step_points", BigInt, nullable=False),
        sa.Column("step_minor", BigInt, nullable=False),
        sa.Column(
            "tier_metric",
            sa.Enum("spend", "points", "orders", name="tiermetric", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column(
            "tier_window",
            sa.Enum(
                "rolling_months",
                "calendar_year",
                "since_joining",
                name="tierwindow",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("tier_months", BigInt, nullable=False),
        sa.Column(
            "downgrade",
            sa.Enum(
                "none",
                "balance_based",
                "one_down",
                name="downgradepolicy",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("grace_days", BigInt, nullable=False),
        sa.Column("returns_lower_tier", sa.Boolean(), nullable=False),
        sa.Column(
            "pool_mode",
            sa.Enum("own_first", "oldest_first", name="poolmode", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("referrer_points", BigInt, nullable=False),
        sa.Column("friend_points", BigInt, nullable=False),
        sa.Column("referral_days", BigInt, nullable=False),
        sa.Column("referrals_per_month", BigInt, nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.Column("version", BigInt, nullable=False),
        sa.CheckConstraint(
            "earn_per_minor > 0 AND earn_points >= 0", name=op.f("ck_loyalty_program_ratio")
        ),
        sa.CheckConstraint(
            "pending_days >= 0 AND valid_for >= 0", name=op.f("ck_loyalty_program_days")
        ),
        sa.CheckConstraint(
            "step_points >= 0 AND step_minor >= 0", name=op.f("ck_loyalty_program_steps")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_program")),
        sa.UniqueConstraint("code", name=op.f("uq_loyalty_program_code")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "loyalty_household",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("program_id", BigInt, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column(
            "mode",
            sa.Enum("own_first", "oldest_first", name="poolmode", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["program_id"],
            ["loyalty_program.id"],
            name=op.f("fk_loyalty_household_program_id_loyalty_program"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_household")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_loyalty_household_program_id"), "loyalty_household", ["program_id"], unique=False
    )
    op.create_table(
        "loyalty_tier",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("program_id", BigInt, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("threshold", BigInt, nullable=False),
        sa.Column("multiplier_bp", BigInt, nullable=False),
        sa.Column("price_list", sa.String(), nullable=True),
        sa.CheckConstraint(
            "threshold >= 0 AND multiplier_bp >= 0", name=op.f("ck_loyalty_tier_amounts")
        ),
        sa.ForeignKeyConstraint(
            ["program_id"],
            ["loyalty_program.id"],
            name=op.f("fk_loyalty_tier_program_id_loyalty_program"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_tier")),
        sa.UniqueConstraint("program_id", "code", name=op.f("uq_loyalty_tier_program_id_code")),
        sa.UniqueConstraint(
            "program_id", "threshold", name=op.f("uq_loyalty_tier_program_id_threshold")
        ),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "loyalty_wallet",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("program_id", BigInt, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("points", "status", "stamps", name="walletkind", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("archived_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["program_id"],
            ["loyalty_program.id"],
            name=op.f("fk_loyalty_wallet_program_id_loyalty_program"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_wallet")),
        sa.UniqueConstraint("program_id", "code", name=op.f("uq_loyalty_wallet_program_id_code")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "loyalty_member",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("program_id", BigInt, nullable=False),
        sa.Column("customer_id", BigInt, nullable=False),
        sa.Column(
            "state",
            sa.Enum("active", "left", "merged", name="memberstate", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("is_staff", sa.Boolean(), nullable=False),
        sa.Column("tier_id", BigInt, nullable=True),
        sa.Column("tier_until", sa.Date(), nullable=True),
        sa.Column("household_id", BigInt, nullable=True),
        sa.Column("heads_household", sa.Boolean(), nullable=False),
        sa.Column("merged_into_id", BigInt, nullable=True),
        sa.Column("referral_code", sa.String(), nullable=False),
        sa.Column("joined_at", UTCDateTime(), nullable=False),
        sa.Column("left_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint(
            "(state = 'merged') = (merged_into_id IS NOT NULL)",
            name=op.f("ck_loyalty_member_merged"),
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_loyalty_member_customer_id_customer")
        ),
        sa.ForeignKeyConstraint(
            ["household_id"],
            ["loyalty_household.id"],
            name=op.f("fk_loyalty_member_household_id_loyalty_household"),
        ),
        sa.ForeignKeyConstraint(
            ["merged_into_id"],
            ["loyalty_member.id"],
            name=op.f("fk_loyalty_member_merged_into_id_loyalty_member"),
        ),
        sa.ForeignKeyConstraint(
            ["program_id"],
            ["loyalty_program.id"],
            name=op.f("fk_loyalty_member_program_id_loyalty_program"),
        ),
        sa.ForeignKeyConstraint(
            ["tier_id"], ["loyalty_tier.id"], name=op.f("fk_loyalty_member_tier_id_loyalty_tier")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_member")),
        sa.UniqueConstraint(
            "customer_id", "program_id", name=op.f("uq_loyalty_member_customer_id_program_id")
        ),
        sa.UniqueConstraint("referral_code", name=op.f("uq_loyalty_member_referral_code")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_loyalty_member_household_id"), "loyalty_member", ["household_id"], unique=False
    )
    op.create_index(
        op.f("ix_loyalty_member_merged_into_id"), "loyalty_member", ["merged_into_id"], unique=False
    )
    op.create_index(
        "ix_loyalty_member_program_id_id", "loyalty_member", ["program_id", "id"], unique=False
    )
    op.create_index(op.f("ix_loyalty_member_tier_id"), "loyalty_member", ["tier_id"], unique=False)
    op.create_index(
        "ix_loyalty_member_tier_until",
        "loyalty_member",
        ["tier_until"],
        unique=False,
        sqlite_where=sa.text("tier_until IS NOT NULL"),
        postgresql_where=sa.text("tier_until IS NOT NULL"),
    )
    op.create_table(
        "loyalty_reward",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("program_id", BigInt, nullable=False),
        sa.Column("wallet_id", BigInt, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "store_credit", "coupon", "goods", name="rewardkind", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("points", BigInt, nullable=False),
        sa.Column("amount_minor", BigInt, nullable=True),
        sa.Column("promotion", sa.String(), nullable=True),
        sa.Column("valid_days", BigInt, nullable=True),
        sa.Column("stock", BigInt, nullable=True),
        sa.Column("claimed", BigInt, nullable=False),
        sa.Column("most_per_member", BigInt, nullable=True),
        sa.Column("archived_at", UTCDateTime(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("points > 0", name=op.f("ck_loyalty_reward_costs")),
        sa.CheckConstraint(
            "stock IS NULL OR claimed <= stock", name=op.f("ck_loyalty_reward_stock")
        ),
        sa.ForeignKeyConstraint(
            ["program_id"],
            ["loyalty_program.id"],
            name=op.f("fk_loyalty_reward_program_id_loyalty_program"),
        ),
        sa.ForeignKeyConstraint(
            ["wallet_id"],
            ["loyalty_wallet.id"],
            name=op.f("fk_loyalty_reward_wallet_id_loyalty_wallet"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_reward")),
        sa.UniqueConstraint("program_id", "code", name=op.f("uq_loyalty_reward_program_id_code")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "loyalty_rule",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("program_id", BigInt, nullable=False),
        sa.Column("wallet_id", BigInt, nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("multiplier", "fixed", "event", name="rulekind", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("category", sa.String(), nullable=True),
        sa.Column("sku", sa.String(), nullable=True),
        sa.Column("multiplier_bp", BigInt, nullable=False),
        sa.Column("points", BigInt, nullable=False),
        sa.Column(
            "event",
            sa.Enum(
                "registration",
                "first_order",
                "nth_order",
                name="ruleevent",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("nth", BigInt, nullable=True),
        sa.Column("priority", BigInt, nullable=False),
        sa.Column("stops", sa.Boolean(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("archived_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'event') = (event IS NOT NULL)", name=op.f("ck_loyalty_rule_its_event")
        ),
        sa.CheckConstraint(
            "multiplier_bp >= 0 AND points >= 0", name=op.f("ck_loyalty_rule_no_taking")
        ),
        sa.ForeignKeyConstraint(
            ["program_id"],
            ["loyalty_program.id"],
            name=op.f("fk_loyalty_rule_program_id_loyalty_program"),
        ),
        sa.ForeignKeyConstraint(
            ["wallet_id"],
            ["loyalty_wallet.id"],
            name=op.f("fk_loyalty_rule_wallet_id_loyalty_wallet"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_rule")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_loyalty_rule_program_id", "loyalty_rule", ["program_id", "priority"], unique=False
    )
    op.create_table(
        "loyalty_account",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("member_id", BigInt, nullable=False),
        sa.Column("wallet_id", BigInt, nullable=False),
        sa.Column("points", BigInt, nullable=False),
        sa.Column("pending", BigInt, nullable=False),
        sa.Column("debt", BigInt, nullable=False),
        sa.CheckConstraint(
            "points >= 0 AND pending >= 0 AND debt >= 0",
            name=op.f("ck_loyalty_account_never_below_zero"),
        ),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["loyalty_member.id"],
            name=op.f("fk_loyalty_account_member_id_loyalty_member"),
        ),
        sa.ForeignKeyConstraint(
            ["wallet_id"],
            ["loyalty_wallet.id"],
            name=op.f("fk_loyalty_account_wallet_id_loyalty_wallet"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_account")),
        sa.UniqueConstraint(
            "member_id", "wallet_id", name=op.f("uq_loyalty_account_member_id_wallet_id")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_loyalty_account_wallet_id"), "loyalty_account", ["wallet_id"], unique=False
    )
    op.create_table(
        "loyalty_card",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("member_id", BigInt, nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "active", "blocked", "replaced", name="cardstate", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("is_virtual", sa.Boolean(), nullable=False),
        sa.Column("replaced_by_id", BigInt, nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("issued_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint(
            "(state = 'replaced') = (replaced_by_id IS NOT NULL)",
            name=op.f("ck_loyalty_card_replaced"),
        ),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["loyalty_member.id"],
            name=op.f("fk_loyalty_card_member_id_loyalty_member"),
        ),
        sa.ForeignKeyConstraint(
            ["replaced_by_id"],
            ["loyalty_card.id"],
            name=op.f("fk_loyalty_card_replaced_by_id_loyalty_card"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_card")),
        sa.UniqueConstraint("number", name=op.f("uq_loyalty_card_number")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_loyalty_card_member_id"), "loyalty_card", ["member_id"], unique=False)
    op.create_table(
        "loyalty_claim",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("reward_id", BigInt, nullable=False),
        sa.Column("member_id", BigInt, nullable=False),
        sa.Column("points", BigInt, nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("claimed_at", UTCDateTime(), nullable=False),
        sa.Column("undone_at", UTCDateTime(), nullable=True),
        sa.Column("actor", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["loyalty_member.id"],
            name=op.f("fk_loyalty_claim_member_id_loyalty_member"),
        ),
        sa.ForeignKeyConstraint(
            ["reward_id"],
            ["loyalty_reward.id"],
            name=op.f("fk_loyalty_claim_reward_id_loyalty_reward"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_claim")),
        sa.UniqueConstraint("client_id", name=op.f("uq_loyalty_claim_client_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_loyalty_claim_member_id", "loyalty_claim", ["member_id", "reward_id"], unique=False
    )
    op.create_index(
        op.f("ix_loyalty_claim_reward_id"), "loyalty_claim", ["reward_id"], unique=False
    )
    op.create_table(
        "loyalty_purchase",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("program_id", BigInt, nullable=False),
        sa.Column("member_id", BigInt, nullable=False),
        sa.Column("ref_kind", sa.String(), nullable=False),
        sa.Column("ref_id", BigInt, nullable=False),
        sa.Column("bought_on", sa.Date(), nullable=False),
        sa.Column("counted_on", sa.Date(), nullable=True),
        sa.Column("spent_minor", BigInt, nullable=False),
        sa.Column("points", BigInt, nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["loyalty_member.id"],
            name=op.f("fk_loyalty_purchase_member_id_loyalty_member"),
        ),
        sa.ForeignKeyConstraint(
            ["program_id"],
            ["loyalty_program.id"],
            name=op.f("fk_loyalty_purchase_program_id_loyalty_program"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_purchase")),
        sa.UniqueConstraint(
            "ref_kind",
            "ref_id",
            "program_id",
            name=op.f("uq_loyalty_purchase_ref_kind_ref_id_program_id"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_loyalty_purchase_member_id_bought_on",
        "loyalty_purchase",
        ["member_id", "bought_on"],
        unique=False,
    )
    op.create_table(
        "loyalty_referral",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("referrer_id", BigInt, nullable=False),
        sa.Column("friend_id", BigInt, nullable=False),
        sa.Column("registered_on", sa.Date(), nullable=False),
        sa.Column("paid_at", UTCDateTime(), nullable=True),
        sa.Column("is_paid", sa.Boolean(), nullable=False),
        sa.CheckConstraint("referrer_id <> friend_id", name=op.f("ck_loyalty_referral_two_people")),
        sa.ForeignKeyConstraint(
            ["friend_id"],
            ["loyalty_member.id"],
            name=op.f("fk_loyalty_referral_friend_id_loyalty_member"),
        ),
        sa.ForeignKeyConstraint(
            ["referrer_id"],
            ["loyalty_member.id"],
            name=op.f("fk_loyalty_referral_referrer_id_loyalty_member"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_referral")),
        sa.UniqueConstraint("friend_id", name=op.f("uq_loyalty_referral_friend_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_loyalty_referral_open",
        "loyalty_referral",
        ["id"],
        unique=False,
        sqlite_where=sa.text("paid_at IS NULL"),
        postgresql_where=sa.text("paid_at IS NULL"),
    )
    op.create_index(
        op.f("ix_loyalty_referral_referrer_id"), "loyalty_referral", ["referrer_id"], unique=False
    )
    op.create_table(
        "loyalty_tier_change",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("member_id", BigInt, nullable=False),
        sa.Column("from_tier_id", BigInt, nullable=True),
        sa.Column("to_tier_id", BigInt, nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("metric", BigInt, nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["from_tier_id"],
            ["loyalty_tier.id"],
            name=op.f("fk_loyalty_tier_change_from_tier_id_loyalty_tier"),
        ),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["loyalty_member.id"],
            name=op.f("fk_loyalty_tier_change_member_id_loyalty_member"),
        ),
        sa.ForeignKeyConstraint(
            ["to_tier_id"],
            ["loyalty_tier.id"],
            name=op.f("fk_loyalty_tier_change_to_tier_id_loyalty_tier"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_tier_change")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_loyalty_tier_change_member_id", "loyalty_tier_change", ["member_id", "id"], unique=False
    )
    op.create_table(
        "loyalty_lot",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("account_id", BigInt, nullable=False),
        sa.Column("ref_kind", sa.String(), nullable=True),
        sa.Column("ref_id", BigInt, nullable=True),
        sa.Column("points", BigInt, nullable=False),
        sa.Column("remaining", BigInt, nullable=False),
        sa.Column("expired", BigInt, nullable=False),
        sa.Column("is_pending", sa.Boolean(), nullable=False),
        sa.Column("earned_on", sa.Date(), nullable=False),
        sa.Column("active_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "points > 0 AND 0 <= remaining AND remaining <= points",
            name=op.f("ck_loyalty_lot_remaining"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["loyalty_account.id"],
            name=op.f("fk_loyalty_lot_account_id_loyalty_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_lot")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_loyalty_lot_expiring",
        "loyalty_lot",
        ["expires_on"],
        unique=False,
        sqlite_where=sa.text("remaining > 0 AND NOT is_pending"),
        postgresql_where=sa.text("remaining > 0 AND NOT is_pending"),
    )
    op.create_index(
        "ix_loyalty_lot_open",
        "loyalty_lot",
        ["account_id"],
        unique=False,
        sqlite_where=sa.text("remaining > 0"),
        postgresql_where=sa.text("remaining > 0"),
    )
    op.create_index(
        "ix_loyalty_lot_pending",
        "loyalty_lot",
        ["active_on"],
        unique=False,
        sqlite_where=sa.text("remaining > 0 AND is_pending"),
        postgresql_where=sa.text("remaining > 0 AND is_pending"),
    )
    op.create_index("ix_loyalty_lot_ref", "loyalty_lot", ["ref_kind", "ref_id"], unique=False)
    op.create_table(
        "loyalty_entry",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("account_id", BigInt, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "earn_pending",
                "activate",
                "spend",
                "unspend",
                "expire",
                "reverse",
                "adjust",
                "transfer",
                "debt",
                "debt_repay",
                name="entrykind",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("points", BigInt, nullable=False),
        sa.Column("pending", BigInt, nullable=False),
        sa.Column("debt", BigInt, nullable=False),
        sa.Column("balance", BigInt, nullable=False),
        sa.Column("lot_id", BigInt, nullable=True),
        sa.Column("ref_kind", sa.String(), nullable=True),
        sa.Column("ref_id", BigInt, nullable=True),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("effective_at", UTCDateTime(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.CheckConstraint(
            "points <> 0 OR pending <> 0 OR debt <> 0", name=op.f("ck_loyalty_entry_moves")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["loyalty_account.id"],
            name=op.f("fk_loyalty_entry_account_id_loyalty_account"),
        ),
        sa.ForeignKeyConstraint(
            ["lot_id"], ["loyalty_lot.id"], name=op.f("fk_loyalty_entry_lot_id_loyalty_lot")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_entry")),
        sa.UniqueConstraint("key", name=op.f("uq_loyalty_entry_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_loyalty_entry_account_id_id", "loyalty_entry", ["account_id", "id"], unique=False
    )
    op.create_index("ix_loyalty_entry_ref", "loyalty_entry", ["ref_kind", "ref_id"], unique=False)
    op.create_table(
        "loyalty_lot_use",
        sa.Column("entry_id", BigInt, nullable=False),
        sa.Column("lot_id", BigInt, nullable=False),
        sa.Column("points", BigInt, nullable=False),
        sa.CheckConstraint("points <> 0", name=op.f("ck_loyalty_lot_use_takes")),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["loyalty_entry.id"],
            name=op.f("fk_loyalty_lot_use_entry_id_loyalty_entry"),
        ),
        sa.ForeignKeyConstraint(
            ["lot_id"], ["loyalty_lot.id"], name=op.f("fk_loyalty_lot_use_lot_id_loyalty_lot")
        ),
        sa.PrimaryKeyConstraint("entry_id", "lot_id", name=op.f("pk_loyalty_lot_use")),
    )
    op.create_index(op.f("ix_loyalty_lot_use_lot_id"), "loyalty_lot_use", ["lot_id"], unique=False)
    dialect = op.get_bind().dialect.name
    for table in FROZEN:
        for statement in guards(dialect, table):
            op.execute(sa.text(statement))


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for table in FROZEN:
            op.execute(sa.text(f"DROP FUNCTION refuse_{table}_change()"))
