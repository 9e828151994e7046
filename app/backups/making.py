"""Making a backup: the database first, then the files that it names, then the signed list."""

import os
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from flask import current_app

from app import clock
from app.backups import archive, snapshots
from app.backups.archive import Manifest
from app.db import database
from app.errors import RuleViolation
from app.i18n import _

FOLDER = "backups"
# Neither the keys nor what only this machine needs; whoever finds a backup finds no key with it.
_NOT_OURS = (FOLDER, "logs")
_NOT_THESE = (".key", ".part", ".gate", ".db", ".db-wal", ".db-shm", ".db-journal", ".pid", ".log")

Progress = Callable[[int, int], None]
"""Hears how much is done of how much, in bytes."""


def nobody(_done: int, _total: int) -> None:
    """Tell the progress to nobody."""


def back_up(file: Path, *, progress: Progress = nobody) -> Manifest:
    """
    Write the whole shop into one file, while it goes on working, and return what is in it.

    :raises RuleViolation: the file is there already, its folder is not, or there is no room
    """
    if file.exists():
        raise RuleViolation(
            _("%(file)s is there already. Give the backup another name.", file=file)
        )
    if not file.parent.is_dir():
        raise RuleViolation(_("There is no folder %(folder)s.", folder=file.parent))
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    snapshot = file.with_name(f".{file.name}.{os.getpid()}.db.part")
    with snapshots.no_half_file(part, snapshot):
        for one in (part, snapshot):  # read by nobody else, also while they grow
            os.close(os.open(one, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        manifest = _write(part, snapshot, _Meter(progress))
        with part.open("rb+") as whole:
            os.fsync(whole.fileno())
        part.rename(file)
        _sync_folder(file.parent)
    return manifest


def _write(part: Path, snapshot: Path, meter: "_Meter") -> Manifest:
    folder = Path(current_app.config["DATA_DIR"])
    expected = snapshots.size()
    meter.total = 2 * expected + sum(one.stat().st_size for one in _files(folder))
    made_at = clock.now()
    contents = snapshots.take(snapshot, told=meter.add)
    with zipfile.ZipFile(part, "w") as into:
        members = [
            archive.pack(
                into, archive.DATABASE, snapshot, small=snapshots.is_sqlite(), told=meter.add
            )
        ]
        snapshot.unlink()
        # Files are named by their content and only added: all that the state before them names
        # are there.
        for one in _files(folder):
            name = archive.FILES + one.relative_to(folder).as_posix()
            members.append(archive.pack(into, name, one, small=False, told=meter.add))
        manifest = Manifest(
            made_at=made_at.isoformat(timespec="seconds"),
            version=str(current_app.config["VERSION"]),
            database=database().dialect,
            schema=contents.schema,
            rows=contents.rows,
            audit=contents.audit,
            members=members,
        )
        archive.sign(into, manifest)
    meter.finish()
    return manifest


def _files(folder: Path) -> Iterator[Path]:
    """Yield the files of the shop, in the order of their names."""
    stored = str(snapshots.sqlite_file()) if snapshots.is_sqlite() else None
    for place in sorted(folder.iterdir()):
        if place.name in _NOT_OURS or place.is_symlink():
            continue
        found = sorted(place.rglob("*")) if place.is_dir() else [place]
        for one in found:
            if stored and str(one).startswith(stored):
                continue  # its log lies beside it under its name
            if one.is_file() and not one.is_symlink() and not one.name.endswith(_NOT_THESE):
                yield one


def _sync_folder(folder: Path) -> None:
    held = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(held)
    finally:
        os.close(held)


class _Meter:
    """Counts the bytes that are done, and never tells more than there are."""

    def __init__(self, progress: Progress) -> None:
        self.total, self._done, self._progress = 1, 0, progress

    def add(self, count: int) -> None:
        self._done = min(self._done + count, self.total)
        self._progress(self._done, self.total)

    def finish(self) -> None:
        self._progress(self.total, self.total)
