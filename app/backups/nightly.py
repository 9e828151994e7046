"""The backup of each night: made by a job, kept by days, weeks and months, known to the pages."""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import select

from app import clock
from app.backups.archive import Manifest
from app.backups.making import FOLDER, back_up
from app.db import session, transact
from app.i18n import lazy
from app.models import Job, JobState, Setting
from app.module import Scheduled
from app.outbox import Running

KIND = "backups.make"
TITLE = lazy("Back up the shop")
SCHEDULE = Scheduled(kind=KIND, at="02:30", catch_up=True)
OLD = timedelta(hours=30)
"""A day and a bit: after that a night was missed."""
_KEPT, _LAST = "backups.kept", "backups.last"
_NAME = re.compile(r"verso-(\d{8}T\d{6}Z)\.backup")
_STAMP = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, kw_only=True)
class Keeping:
    """For how many days, weeks and months the newest backup of each is kept."""

    daily: int = 7
    weekly: int = 4
    monthly: int = 12


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A backup in the folder."""

    file: Path
    made_at: datetime
    bytes: int


@dataclass(frozen=True, kw_only=True)
class Last:
    """The youngest backup that was made, wherever it was written."""

    made_at: datetime
    bytes: int
    file: str

    @property
    def is_old(self) -> bool:
        return clock.now() - self.made_at > OLD


def folder() -> Path:
    return Path(current_app.config["DATA_DIR"]) / FOLDER


def make(running: Running) -> None:
    """Make a backup in the folder of backups and throw away those that are not kept any more."""
    made = make_in_folder(lambda done, total: _tell(running, done, total))
    with running.finish({"file": made.name}):
        pass


def make_in_folder(progress: Any) -> Path:
    place = folder()
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    # What a killed process left half-written belongs to nobody.
    for left in place.glob(".*.part"):
        if clock.now().timestamp() - left.stat().st_mtime > 86_400:
            left.unlink(missing_ok=True)
    file = place / f"verso-{clock.now():{_STAMP}}.backup"
    manifest = back_up(file, progress=progress)
    note_made(file, manifest)
    keeping = get_keeping()
    found = list_kept()
    keep = to_keep((one.made_at for one in found), keeping)
    for one in found:
        if one.made_at not in keep:
            one.file.unlink(missing_ok=True)
    return file


def _tell(running: Running, done: int, total: int) -> None:
    # Ten steps: each is a commit of its own.
    tenth = max(total // 10, 1)
    if done // tenth > getattr(running, "told", -1):
        running.told = done // tenth  # type: ignore[attr-defined]
        with running.step():
            running.note_progress(done=done // 1_000_000, total=max(total // 1_000_000, 1))


def note_made(file: Path, manifest: Manifest) -> None:
    """Remember that a backup was made, for the page and the metrics."""
    value = {
        "made_at": manifest.made_at,
        "bytes": file.stat().st_size,
        "file": file.name,
    }

    def write() -> None:
        kept = session.get(Setting, _LAST)
        if kept is None:
            session.add(Setting(key=_LAST, value=value))
        else:
            kept.value = value

    transact(write)


def get_last() -> Last | None:
    """Return the youngest backup that this shop knows of."""
    value = session.scalar(select(Setting.value).where(Setting.key == _LAST))
    if value is None:
        return None
    made_at = datetime.fromisoformat(value["made_at"])
    return Last(made_at=made_at, bytes=value["bytes"], file=value["file"])


def last_failure() -> str | None:
    """Return why the youngest nightly backup was given up; None if it went well or waits."""
    found = select(Job.state, Job.last_error).where(Job.kind == KIND).order_by(Job.id.desc())
    job = session.execute(found.limit(1)).first()
    return str(job.last_error or "?") if job and job.state is JobState.DEAD else None


def list_kept() -> list[Kept]:
    """Return the backups in the folder, newest first."""
    found = []
    for file in folder().glob("verso-*.backup"):
        if name := _NAME.fullmatch(file.name):
            made_at = datetime.strptime(name[1], _STAMP).replace(tzinfo=UTC)
            found.append(Kept(file=file, made_at=made_at, bytes=file.stat().st_size))
    return sorted(found, key=lambda one: one.made_at, reverse=True)


def get_keeping() -> Keeping:
    value = session.scalar(select(Setting.value).where(Setting.key == _KEPT))
    return Keeping(**value) if value else Keeping()


def set_keeping(*, daily: int, weekly: int, monthly: int) -> None:
    """Keep the newest backup of so many days, weeks and months."""
    value = asdict(Keeping(daily=daily, weekly=weekly, monthly=monthly))
    kept = session.get(Setting, _KEPT)
    if kept is None:
        session.add(Setting(key=_KEPT, value=value))
    else:
        kept.value = value


def to_keep(moments: Iterable[datetime], keeping: Keeping) -> set[datetime]:
    """Return those that stay: the newest of each of the last days, weeks, months that have one."""
    newest_first = sorted(moments, reverse=True)
    kept: set[datetime] = set(newest_first[:1])
    for count, name in (
        (keeping.daily, "%Y-%m-%d"),
        (keeping.weekly, "%G-%V"),
        (keeping.monthly, "%Y-%m"),
    ):
        seen: dict[str, datetime] = {}
        for one in newest_first:
            seen.setdefault(one.strftime(name), one)
        kept.update(list(seen.values())[:count])
    return kept
