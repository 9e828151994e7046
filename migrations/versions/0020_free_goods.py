"""Orders have lines that a promotion gives: they say so, and an adjustment of 0 says which."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_TABLE = "line_adjustment"


def upgrade() -> None:
    op.add_column(
        "order_line",
        sa.Column("is_free", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    _check(("amount_minor > 0", "takes_something_off"), ("amount_minor >= 0", "adds_nothing"))


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM line_adjustment WHERE amount_minor = 0"))
    _check(("amount_minor >= 0", "adds_nothing"), ("amount_minor > 0", "takes_something_off"))
    op.drop_column("order_line", "is_free")


def _check(old: tuple[str, str], new: tuple[str, str]) -> None:
    """Replace one check of the table; SQLite writes the table anew for it."""
    with op.batch_alter_table(_TABLE, table_kwargs={"sqlite_autoincrement": True}) as table:
        table.drop_constraint(op.f(f"ck_{_TABLE}_{old[1]}"), type_="check")
        table.create_check_constraint(op.f(f"ck_{_TABLE}_{new[1]}"), new[0])
