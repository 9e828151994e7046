"""Loyalty cards on paper and on phones: numbers printed in advance, addresses that show a card."""

import sqlalchemy as sa
from alembic import op

from app.db import BigInt, UTCDateTime

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "loyalty_card_print",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("program_id", BigInt, nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("count", BigInt, nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.CheckConstraint("count > 0", name=op.f("ck_loyalty_card_print_count")),
        sa.ForeignKeyConstraint(
            ["program_id"],
            ["loyalty_program.id"],
            name=op.f("fk_loyalty_card_print_program_id_loyalty_program"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_card_print")),
        sa.UniqueConstraint("client_id", name=op.f("uq_loyalty_card_print_client_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_loyalty_card_print_program_id", "loyalty_card_print", ["program_id"])
    op.create_table(
        "loyalty_printed_number",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("print_id", BigInt, nullable=False),
        sa.ForeignKeyConstraint(
            ["print_id"],
            ["loyalty_card_print.id"],
            name=op.f("fk_loyalty_printed_number_print_id_loyalty_card_print"),
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_loyalty_printed_number")),
    )
    op.create_index("ix_loyalty_printed_number_print_id", "loyalty_printed_number", ["print_id"])
    op.create_table(
        "loyalty_phone_link",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("member_id", BigInt, nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("sealed", sa.String(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("actor", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["loyalty_member.id"],
            name=op.f("fk_loyalty_phone_link_member_id_loyalty_member"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_phone_link")),
        sa.UniqueConstraint("mark", name=op.f("uq_loyalty_phone_link_mark")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_loyalty_phone_link_member_id", "loyalty_phone_link", ["member_id"])
    op.create_index(
        "uq_loyalty_phone_link_open",
        "loyalty_phone_link",
        ["member_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("loyalty_phone_link")
    op.drop_table("loyalty_printed_number")
    op.drop_table("loyalty_card_print")
