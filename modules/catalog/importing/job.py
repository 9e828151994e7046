"""
The import as a job: some fifty products a step, each step committed with the accounts of its rows.

A worker that dies leaves whole products behind, never half of one; the next goes on with the first
product of which no row is accounted for.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlalchemy import func, select, update

from app import clock
from app.db import session
from app.outbox import Running
from modules import organization
from modules.catalog.importing import writing
from modules.catalog.importing.formats import get_format
from modules.catalog.importing.known import add_known
from modules.catalog.importing.plan import plan_product
from modules.catalog.importing.shapes import Known, ProductPlan, Settings
from modules.catalog.importing.source import SourceRow, kept_path, read_table
from modules.catalog.models import CatalogImport, CatalogImportRow, ImportState, RowOutcome

STEP = 50
"""Products in one transaction: some tens of milliseconds, so that a till waits for no import."""


def import_file(running: Running, *, folder: Path) -> None:
    """
    Take a file into the catalogue, or try what it would do.

    :raises UnreadableFile: it is no table of its format
    """
    job = _get(running.payload["import_id"])
    if job.state in (ImportState.DONE, ImportState.UNDONE):
        return
    table = read_table(kept_path(folder, job.sha256), get_format(job.format))
    groups = list(table.groups())
    with running.step():
        _set(job.id, state=ImportState.RUNNING, row_count=len(table.rows))
        counts = outcome_counts(job.id)
        running.note_progress(
            done=sum(counts.values()), total=len(table.rows), counts=_shown(counts)
        )
        settings = _settings()
    accounted = _accounted(job.id)
    # A trial makes nothing, so it remembers by itself what the rows before would have made.
    memory = Known() if job.dry_run else None
    for batch in _batches(groups):
        open_groups = [group for group in batch if group[0].row_no not in accounted]
        if memory is not None and len(open_groups) < len(batch):
            _plan([group for group in batch if group[0].row_no in accounted], memory, settings)
        if not open_groups:
            continue
        with running.step():
            known = memory if memory is not None else Known()
            plans = _plan(open_groups, known, settings)
            if job.dry_run:
                writing.write_accounts(job, plans, {}, {})
            else:
                writing.write_plans(job, plans, known)
            counts.update(_counted(plans))
            running.note_progress(done=sum(counts.values()), counts=_shown(counts))
    counts = outcome_counts(job.id)
    with running.finish(
        {
            "import_id": job.id,
            "refused": counts["refused"],
            "result_url": f"/catalog/imports/{job.id}",
            "rows_url": f"/catalog/imports/{job.id}/rows.csv",
        }
    ):
        running.note_progress(done=sum(counts.values()), counts=_shown(counts))
        _set(job.id, state=ImportState.DONE, finished_at=clock.now(), counts=summary_of(job.id))


def _plan(
    groups: Sequence[Sequence[SourceRow]], known: Known, settings: Settings
) -> list[ProductPlan]:
    add_known(known, groups)
    return [plan_product(group, known, settings) for group in groups]


def _batches(groups: Sequence[list[SourceRow]]) -> Iterator[Sequence[list[SourceRow]]]:
    for start in range(0, len(groups), STEP):
        yield groups[start : start + STEP]


def _get(import_id: int) -> CatalogImport:
    return session.get_one(CatalogImport, import_id, populate_existing=True)


def _set(import_id: int, **values: object) -> None:
    session.execute(update(CatalogImport).where(CatalogImport.id == import_id).values(**values))


def _settings() -> Settings:
    classes = {one.code: one.id for one in organization.list_tax_classes()}
    return Settings(
        currency=organization.get_company().currency,
        tax_classes=classes,
        default_tax_class=classes["standard"],
    )


def _accounted(import_id: int) -> set[int]:
    rows = select(CatalogImportRow.row_no).where(CatalogImportRow.import_id == import_id)
    return set(session.scalars(rows))


# --- figures ---------------------------------------------------------------------------------


_SHOWN = {RowOutcome.PICTURE: "pictures"}


def _counted(plans: Sequence[ProductPlan]) -> Counter[str]:
    return Counter(
        _SHOWN.get(account.outcome, account.outcome.value)
        for plan in plans
        for account in plan.accounts
    )


def _shown(counts: Counter[str]) -> dict[str, int]:
    return {code: number for code, number in counts.items() if number}


def outcome_counts(import_id: int) -> Counter[str]:
    """Return how many rows came to which end; each row of the file counts once."""
    rows = session.execute(
        select(CatalogImportRow.outcome, func.count())
        .where(CatalogImportRow.import_id == import_id)
        .group_by(CatalogImportRow.outcome)
    )
    return Counter({_SHOWN.get(outcome, outcome.value): number for outcome, number in rows})


def summary_of(import_id: int) -> dict[str, int]:
    """
    Return the figures of an import, as its page and the command tell them.

    `made + changed + same + pictures + refused` is the number of rows; `warned` counts those of
    them that were taken with a warning.
    """
    of_import = CatalogImportRow.import_id == import_id
    figures = outcome_counts(import_id)
    taken = (RowOutcome.MADE, RowOutcome.CHANGED, RowOutcome.SAME)
    return {
        "rows": sum(figures.values()),
        "products": session.scalars(
            select(func.count(CatalogImportRow.record.distinct())).where(
                of_import, CatalogImportRow.outcome.in_(taken)
            )
        ).one(),
        "variants": sum(figures[outcome.value] for outcome in taken),
        "made": figures["made"],
        "changed": figures["changed"],
        "same": figures["same"],
        "pictures": figures["pictures"],
        "refused": figures["refused"],
        "warned": session.scalars(
            select(func.count()).where(of_import, CatalogImportRow.warned)
        ).one(),
    }
