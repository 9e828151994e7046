"""The schema's one line of history, and what every installation has from the start."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from flask import current_app
from sqlalchemy import inspect
from sqlalchemy.exc import OperationalError

from app import audit_chain, roles
from app.db import database, transact
from app.module import Module

FOLDER = Path(__file__).parent.parent / "migrations"


def alembic_config() -> Config:
    """Return Alembic's settings; its database is the one of this application."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["app"] = current_app._get_current_object()  # type: ignore[attr-defined]
    return config


def upgrade(revision: str = "head") -> None:
    """Bring the database to a revision; nothing happens where it is there already."""
    command.upgrade(alembic_config(), revision)


def stands() -> bool:
    """Test whether the database has been set up; False where there is none at all."""
    try:
        return bool(inspect(database().engine).has_table("account"))
    except OperationalError:
        return False


def install() -> None:
    """Let every part put in place what it needs; safe to repeat."""

    def work() -> None:
        roles.install_roles(
            [*roles.GROUND, *current_app.extensions["permissions"]],
            current_app.extensions["limits"].values(),
        )
        audit_chain.seal_what_was_there()
        parts: list[Module] = current_app.extensions["parts"]
        for part in parts:
            if part.install:
                part.install()

    transact(work)
