"""Bringing a shop back from a backup: everything is checked before anything is changed."""

import json
import os
import shutil
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from zipfile import ZipFile

from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy import func, inspect, select

from app import clock, holding, schema
from app.audit_chain import ANCHORS
from app.backups import archive, snapshots
from app.backups.archive import Manifest, NotABackup
from app.backups.making import Progress, nobody
from app.db import close_session, database, session
from app.errors import RuleViolation
from app.heartbeat import seen_lately
from app.i18n import _
from app.models import Account


def restore(
    file: Path, *, overwrite: bool = False, unsigned: bool = False, progress: Progress = nobody
) -> Manifest:
    """
    Let the shop become what it was when the backup was made; who was signed in signs in again.

    What goes out to partners is held until a person releases it (`app.holding`).

    :raises RuleViolation: the backup is not whole or not ours or of a newer schema, this database
        holds a shop already and `overwrite` was not said, or that shop is open
    """
    with archive.opened(file) as found:
        manifest = archive.read_manifest(found, unsigned=unsigned)
        _refuse_other_kind(manifest)
        _refuse_newer(manifest)
        _refuse_what_is_there(overwrite=overwrite)
        meter = _Meter(progress, total=2 * manifest.bytes)
        archive.check(found, manifest, told=meter.add)
        folder = Path(current_app.config["DATA_DIR"])
        snapshot = folder / f".restored.{os.getpid()}.db.part"
        with snapshots.no_half_file(snapshot):
            for member in manifest.members:
                if member.name == archive.DATABASE:
                    with snapshot.open("wb") as target:
                        archive.copy_out(found, member, target, told=meter.add)
                elif member.name != archive.FILES + ANCHORS:
                    _bring_back(found, member, folder, meter)
            close_session()
            snapshots.put_back(snapshot, _after(manifest))
        _bring_heads_back(found, manifest, folder)
    schema.upgrade()
    schema.install()
    close_session()
    return manifest


def _refuse_other_kind(manifest: Manifest) -> None:
    if manifest.database != database().dialect:
        raise RuleViolation(
            _(
                "This backup is of %(theirs)s and the shop here is on %(ours)s. Set "
                "VERSO_DATABASE_URL to a database of the same kind.",
                theirs=manifest.database,
                ours=database().dialect,
            )
        )


def _refuse_newer(manifest: Manifest) -> None:
    scripts = ScriptDirectory.from_config(schema.alembic_config())
    if manifest.schema not in {one.revision for one in scripts.walk_revisions()}:
        raise RuleViolation(
            _(
                "The backup was made by Verso %(version)s with the schema %(schema)s, which this "
                "version does not know. Install that version or a newer one, then restore.",
                version=manifest.version,
                schema=manifest.schema,
            )
        )


def _refuse_what_is_there(*, overwrite: bool) -> None:
    if not schema.stands():
        if inspect(database().engine).get_table_names() and not overwrite:
            raise RuleViolation(
                _("This database holds tables that are not ours. Give the shop one of its own.")
            )
        return
    for name in ("worker", "scheduler"):
        if seen_lately(name):
            raise RuleViolation(
                _("The shop is open (its %(name)s is at work). Stop it first.", name=name)
            )
    if not overwrite and session.scalar(select(func.count()).select_from(Account)):
        raise RuleViolation(
            _(
                "There is a shop here already. Restore into a new VERSO_DATA_DIR (or database), or "
                "say --overwrite and lose what is here."
            )
        )


def _after(manifest: Manifest) -> Sequence[str]:
    """Return what is done in the same transaction that brings the database back."""
    prefix = "" if manifest.database == "sqlite" else "public."
    held = {
        "since": clock.now().isoformat(timespec="seconds"),
        # Read as a moment first: it comes to stand inside a statement.
        "made_at": _moment(manifest.made_at).isoformat(timespec="seconds"),
    }
    return (
        # A session that was ended since would be open again, and a worker seem to be at work.
        f"DELETE FROM {prefix}user_session",  # noqa: S608 - names of ours
        f"DELETE FROM {prefix}heartbeat",  # noqa: S608
        f"DELETE FROM {prefix}setting WHERE key = '{holding.KEY}'",  # noqa: S608
        f"INSERT INTO {prefix}setting (key, value) "  # noqa: S608
        f"VALUES ('{holding.KEY}', '{json.dumps(held)}')",
    )


def _moment(said: str) -> datetime:
    try:
        return datetime.fromisoformat(said)
    except ValueError:
        raise NotABackup(_("This file holds no list of a backup.")) from None


def _bring_back(found: ZipFile, member: archive.Member, folder: Path, meter: "_Meter") -> None:
    target = folder / archive.place_of(member)
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part")
    try:
        with part.open("wb") as out:
            archive.copy_out(found, member, out, told=meter.add)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _bring_heads_back(found: ZipFile, manifest: Manifest, folder: Path) -> None:
    """
    Keep the heads of the audit trail that the backup knew; those told since then are put aside.

    The file went into the backup after the database: it may tell of a link more than that has.
    """
    there = folder / ANCHORS
    if there.exists():
        shutil.move(there, folder / f"{ANCHORS}.before-restore-{clock.now():%Y%m%dT%H%M%SZ}")
    told = [one for one in manifest.members if one.name == archive.FILES + ANCHORS]
    if not told:
        return
    lines = b"".join(archive.read(found, told[0])).decode().splitlines()
    known = [line for line in lines if json.loads(line)["place"] <= manifest.audit["place"]]
    there.write_text("".join(f"{line}\n" for line in known), "utf-8")


class _Meter:
    """Counts the bytes that are done."""

    def __init__(self, progress: Progress, *, total: int) -> None:
        self._total, self._done, self._progress = max(total, 1), 0, progress

    def add(self, count: int) -> None:
        self._done += count
        self._progress(min(self._done, self._total), self._total)
