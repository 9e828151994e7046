"""The schema has one line of history, and it leads to what the models say, on both databases."""

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import text

from app import schema
from app.db import Model
from tests.conftest import open_house
from tests.databases import Databases


def _keep(_object: Any, name: str | None, _kind: str, *_rest: Any) -> bool:
    return not (name or "").startswith(("fts_", "sqlite_", "alembic_version"))


def _differences(house: Flask) -> list[Any]:
    with house.extensions["database"].engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True, "include_object": _keep}
        context = MigrationContext.configure(connection, opts=options)
        found: list[Any] = compare_metadata(context, Model.metadata)
        return found


def test_the_history_is_one_line(app: Flask) -> None:
    history = ScriptDirectory.from_config(schema.alembic_config())
    assert len(history.get_heads()) == 1
    assert [one.revision for one in history.walk_revisions() if one.is_branch_point] == []


def test_the_history_leads_to_the_models(databases: Databases) -> None:
    url = databases.new_empty_database()
    with open_house(databases, url) as house:
        with house.app_context():
            schema.upgrade()
        assert _differences(house) == []
        with house.app_context():
            schema.upgrade()  # a second time changes nothing
        assert _differences(house) == []
    databases.drop_database(url)


def test_a_missing_column_is_found(databases: Databases) -> None:
    url = databases.new_database()
    with open_house(databases, url) as house:
        with house.extensions["database"].engine.begin() as connection:
            connection.execute(text("ALTER TABLE account ADD COLUMN shoe_size INTEGER"))
        assert [one[0] for one in _differences(house) if one[0] == "remove_column"] != []
    databases.drop_database(url)
