"""Databases for the tests: one is migrated, all others are its copies, none outlives the run."""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import make_url

from app import schema
from app.db import Model
from tests.postgres import Server
from wsgi import make_app

ENCRYPTION_KEYS = "only for tests, and long enough for them"
"""One for all houses: what is sealed in the template is read in its copies."""


@dataclass
class Databases:
    """Where databases come from. `folder` is shared by the processes of one run."""

    folder: Path
    server: Server | None = None  # None = SQLite
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def new_database(self) -> str:
        """Return the address of a new database that stands as after `db upgrade`."""
        template = self._template()
        if self.server:
            return self.server.new_database(template)
        file = self.own_folder() / "verso.db"
        shutil.copyfile(_file_of(template), file)
        return f"sqlite:///{file}"

    def new_empty_database(self) -> str:
        """Return the address of a new database without a schema."""
        if self.server:
            return self.server.new_database()
        return f"sqlite:///{self.own_folder() / 'verso.db'}"

    def own_folder(self) -> Path:
        """Return a new folder to write in."""
        while True:
            place = self.folder / f"house-{next(self._numbers)}"
            try:
                place.mkdir()
            except FileExistsError:
                continue  # another process of this run has it
            return place

    def share_templates(self, house: Flask) -> None:
        """Let a house compile no template that another house of this run has compiled."""
        place = self.folder / "templates"
        place.mkdir(exist_ok=True)
        house.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(place))

    def drop_database(self, url: str) -> None:
        """Remove a database that was made here; its house has let go of it."""
        if self.server:
            self.server.drop_database(url)
        else:
            shutil.rmtree(_file_of(url).parent, ignore_errors=True)

    def _template(self) -> str:
        """Return the address of the migrated database; the first that asks has it made."""
        with self._alone():
            known = self.folder / "template"
            if not known.exists():
                url = self.new_empty_database()
                migrate(url, self.own_folder())
                known.write_text(url)
            return known.read_text()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def migrate(url: str, folder: Path) -> None:
    """Bring an empty database to where every installation begins."""
    house = make_app(
        {
            "DATABASE_URL": url,
            "DATA_DIR": folder,
            "TESTING": True,
            "ENCRYPTION_KEYS": ENCRYPTION_KEYS,
        }
    )
    with house.app_context():
        schema.upgrade()
        # A table that no migration makes yet is there all the same, so that a module can be built
        # before its migration; tests/test_migrations.py is what finds the difference.
        Model.metadata.create_all(house.extensions["database"].engine)
        schema.install()
    # On SQLite the last connection to close folds the write-ahead log into the file.
    house.extensions["database"].engine.dispose()


def _file_of(url: str) -> Path:
    file = make_url(url).database
    assert file is not None
    return Path(file)
