"""How Alembic meets this database: the application hands itself over, and its models are the aim."""

from typing import Any

from alembic import context
from flask import Flask

from app.db import Model


def keep(_object: Any, name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:
    """Leave the search indexes and their shadow tables out: raw SQL makes them, by the name fts_*."""
    if name is not None and name.startswith(("fts_", "sqlite_")):
        return False
    return not (kind == "table" and name == "alembic_version")


def run() -> None:
    app: Flask = context.config.attributes["app"]
    engine = app.extensions["database"].engine
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            # Two machines that start at once must not both upgrade; long builds are allowed here.
            connection.exec_driver_sql("SET statement_timeout = 0")
            connection.exec_driver_sql("SET lock_timeout = '60s'")
            connection.exec_driver_sql("SELECT pg_advisory_lock(815001)")
            connection.commit()
        context.configure(
            connection=connection,
            target_metadata=Model.metadata,
            include_object=keep,
            compare_type=True,
            compare_server_default=True,
            render_as_batch=False,
        )
        try:
            with context.begin_transaction():
                context.run_migrations()
        finally:
            if engine.dialect.name == "postgresql":
                connection.exec_driver_sql("SELECT pg_advisory_unlock(815001)")
                connection.commit()


run()
