"""Questions about imports: their figures, their rows, and the file of rows to fix."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import or_, select

from app.db import session
from app.errors import NotFound
from app.i18n import _
from app.models import Job, JobState
from modules.catalog.errors import UnreadableFile
from modules.catalog.importing.formats import get_format
from modules.catalog.importing.source import kept_path, read_table
from modules.catalog.importing.words import NOTES, reason_of
from modules.catalog.models import CatalogImport, CatalogImportRow, ImportState, RowOutcome


@dataclass(frozen=True, kw_only=True)
class ImportView:
    """An import with its job, as pages show it."""

    record: CatalogImport
    job: Job | None
    undo_job: Job | None

    @property
    def state(self) -> str:
        """Return queued, running, stopped, failed, done, done_with_errors, undone."""
        if self.record.state in (ImportState.UNDONE, ImportState.DONE):
            refused = self.record.counts.get("refused")
            is_done = self.record.state is ImportState.DONE
            return "done_with_errors" if is_done and refused else self.record.state.value
        if self.job is not None and self.job.state is JobState.DEAD:
            return "failed"
        if self.job is not None and self.job.state is JobState.CANCELLED:
            return "stopped"
        return self.record.state.value

    @property
    def is_going_on(self) -> bool:
        return self.state in ("queued", "running") or self.is_being_undone

    @property
    def is_being_undone(self) -> bool:
        return self.undo_job is not None and self.undo_job.state in (JobState.READY, JobState.RUN)

    @property
    def can_be_undone(self) -> bool:
        return (
            not self.record.dry_run
            and not self.is_going_on
            and self.record.state is not ImportState.UNDONE
        )


def get_import(import_id: int) -> ImportView:
    """
    Return one import with its jobs.

    :raises NotFound: there is none with that id
    """
    record = session.get(CatalogImport, import_id, populate_existing=True)
    if record is None:
        raise NotFound(_("There is no import %(id)s.", id=import_id))
    return _views([record])[0]


def list_imports(*, before_id: int | None = None, limit: int = 50) -> list[ImportView]:
    """Return imports, the newest first, in two statements."""
    found = select(CatalogImport).order_by(CatalogImport.id.desc()).limit(limit)
    if before_id is not None:
        found = found.where(CatalogImport.id < before_id)
    return _views(session.scalars(found).all())


def _views(records: Sequence[CatalogImport]) -> list[ImportView]:
    ids = {one for record in records for one in (record.job_id, record.undo_job_id) if one}
    jobs = {job.id: job for job in session.scalars(select(Job).where(Job.id.in_(ids)))}
    return [
        ImportView(
            record=record,
            job=jobs.get(record.job_id or 0),
            undo_job=jobs.get(record.undo_job_id or 0),
        )
        for record in records
    ]


class RowToSee(NamedTuple):
    """A row that was refused or warned of."""

    row_no: int
    record: str
    sku: str | None
    refused: bool
    reason: str


def rows_to_see(
    import_id: int, *, which: str = "refused", code: str = "", after: int = 0, limit: int = 100
) -> list[RowToSee]:
    """Return rows that were refused or warned of (`which`), in the order of the file."""
    found = (
        select(CatalogImportRow)
        .where(CatalogImportRow.import_id == import_id, CatalogImportRow.row_no > after)
        .order_by(CatalogImportRow.row_no)
    )
    if which == "refused":
        found = found.where(CatalogImportRow.outcome == RowOutcome.REFUSED)
    elif which == "warned":
        found = found.where(CatalogImportRow.warned)
    else:
        found = found.where(
            or_(CatalogImportRow.outcome == RowOutcome.REFUSED, CatalogImportRow.warned)
        )
    rows: list[RowToSee] = []
    for row in session.scalars(found.execution_options(yield_per=500)):
        if code and all(note["code"] != code for note in row.notes):
            continue
        refused = row.outcome is RowOutcome.REFUSED
        rows.append(RowToSee(row.row_no, row.record, row.sku, refused, reason_of(row.notes)))
        if len(rows) == limit:
            break
    return rows


def reasons_of(import_id: int) -> list[tuple[str, str, int, bool]]:
    """Return the reasons of an import as (code, words, number of rows, refused)."""
    counts: Counter[tuple[str, bool]] = Counter()
    for notes, outcome in session.execute(
        select(CatalogImportRow.notes, CatalogImportRow.outcome).where(
            CatalogImportRow.import_id == import_id,
            or_(CatalogImportRow.outcome == RowOutcome.REFUSED, CatalogImportRow.warned),
        )
    ):
        for code in {note["code"] for note in notes}:
            counts[code, outcome is RowOutcome.REFUSED] += 1
    order = {code: at for at, code in enumerate(NOTES)}
    return [
        (code, str(NOTES.get(code, code)), number, refused)
        for (code, refused), number in sorted(
            counts.items(), key=lambda one: (not one[0][1], order.get(one[0][0], 0))
        )
    ]


def rows_to_fix(record: CatalogImport, folder: Path, *, which: str) -> Iterator[list[str]]:
    """Give the rows as they came, with the reason beside each, to fix and try again."""
    wanted = {row.row_no: row for row in rows_to_see(record.id, which=which, limit=10**9)}
    try:
        table = read_table(kept_path(folder, record.sha256), get_format(record.format))
    except (UnreadableFile, OSError):
        yield ["row", "record", "sku", "reason"]
        for row in wanted.values():
            yield [str(row.row_no), row.record, row.sku or "", row.reason]
        return
    headings = list(table.rows[0].raw)
    yield [*headings, "row", "reason"]
    for source in table.rows:
        if account := wanted.get(source.row_no):
            values = [source.raw.get(name, "") for name in headings]
            yield [*values, str(source.row_no), account.reason]
