"""What keeps the ledger of points append-only: SQL that the database itself runs, as data."""

from collections.abc import Sequence


def on_sqlite(table: str) -> Sequence[str]:
    return tuple(
        f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for act in ("UPDATE", "DELETE")
    )


def on_postgresql(table: str) -> Sequence[str]:
    return (
        f"CREATE FUNCTION refuse_{table}_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"'BEGIN RAISE EXCEPTION ''{table} is append-only''; END'",
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE "
        f"ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_{table}_change()",
    )
