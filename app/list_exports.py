"""Taking a list out as a file: at once where it is small, as a job where it is not."""

import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from datetime import timedelta
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from flask import current_app
from sqlalchemy import select

from app import clock, exporting
from app.acting_for import acting_for, look_again, spec_of
from app.actor import current_actor
from app.audit import record_change
from app.db import session
from app.errors import NotFound
from app.i18n import _, choose_zone, language, lazy, stored
from app.list_models import ListExport
from app.lists import Asked, ListSpec, Question, question_of, shown_columns
from app.outbox import Permanent, Running, enqueue
from app.reference import Reference
from app.web import chosen_store_id

AT_ONCE = 2_000
"""Up to so many rows the browser waits for; more are a job."""
KEPT = timedelta(days=3)
KIND = "ground.export"
TITLE = lazy("Export of a list")
_PART = 1_000
_COUNTED = 10**7


def file_at_once(spec: ListSpec, question: Question, form: str) -> tuple[IO[bytes], int] | None:
    """Return the whole file and its rows; None where there are too many to wait for."""
    asked = Asked(args=question.args, sort=spec.sort_of(question.sort), limit=AT_ONCE + 1)
    rows = spec.find(asked)
    if len(rows) > AT_ONCE:
        return None
    with ExitStack() as unfinished:
        target = unfinished.enter_context(SpooledTemporaryFile(max_size=4 * 1024 * 1024))
        sheet = _sheet(spec, question, form, target)
        _write(sheet, spec, question, rows)
        sheet.close()
        target.seek(0)
        unfinished.pop_all()  # the answer closes it
    return target, len(rows)


def note_export(
    *, spec: ListSpec, question: Question, form: str, row_count: int | None
) -> ListExport:
    """Write down who takes which list out; without a count of rows it is begun as a job."""
    me = current_actor().id
    if me is None:
        raise NotFound(_("There is no such export."))
    export = ListExport(
        account_id=me,
        list_code=spec.code,
        form=form,
        query=str(question),
        store_id=chosen_store_id(),
        language=language(),
        up_to=spec.newest() if spec.newest else None,
        row_count=row_count,
    )
    session.add(export)
    session.flush()
    if row_count is None:
        export.job_id = enqueue(
            KIND,
            {"export": export.id, "zone": choose_zone()},
            title=stored("Export: %(list)s"),
            named={"list": str(spec.title)},
            order_key=f"export:{me}",
            max_starts=3,
        )
    else:
        _audit(export, row_count)
    return export


def _audit(export: ListExport, row_count: int) -> None:
    record_change(
        Reference("list_export", export.id),
        "exported",
        new={
            "list": export.list_code,
            "form": export.form,
            "query": export.query,
            "rows": row_count,
        },
    )


def get_export(export_id: int) -> ListExport:
    """
    Return an export of one's own.

    :raises NotFound: it is none of one's own
    """
    export = session.get(ListExport, export_id, populate_existing=True)
    if export is None or export.account_id != current_actor().id:
        raise NotFound(_("There is no such export."))
    return export


def file_of(export: ListExport) -> Path:
    """
    Return the file of an export.

    :raises NotFound: it is not written yet, or was thrown away
    """
    path = folder() / (export.file or "-")
    if export.file is None or not path.is_file():
        raise NotFound(_("This file is not kept any more; export the list again."))
    return path


def file_name(spec: ListSpec, form: str) -> str:
    """Return what the file is called on the disk of the person."""
    return f"{spec.code}-{clock.now():%Y-%m-%d-%H%M}.{form}"


def folder() -> Path:
    """Return where files wait for who asked for them; nobody else on the machine reads it."""
    found: Path = current_app.config["DATA_DIR"] / "exports"
    found.mkdir(mode=0o700, exist_ok=True)
    return found


# --- the job ----------------------------------------------------------------------------------


def export(running: Running) -> None:
    """Write the file of one export, part by part."""
    wanted = session.get(ListExport, int(running.payload["export"]))
    if wanted is None:
        raise Permanent("the export is not there any more")
    with acting_for(
        wanted.account_id,
        store_id=wanted.store_id,
        language=wanted.language,
        time_zone=str(running.payload["zone"]),
    ):
        spec = spec_of(wanted.list_code)
        _refuse_if_not_allowed(spec)
        name = f"{wanted.id}-{secrets.token_hex(8)}.{wanted.form}"
        path = folder() / name
        with ExitStack() as unfinished:
            unfinished.callback(path.unlink, missing_ok=True)
            count = _write_file(running, spec, wanted, path)
            result = {"rows": count, "result_url": f"/lists/exports/{wanted.id}"}
            with running.finish(result):
                kept = session.get_one(ListExport, wanted.id)
                kept.file, kept.row_count = name, count
                _audit(kept, count)
            unfinished.pop_all()


def _refuse_if_not_allowed(spec: ListSpec) -> None:
    if not spec.export_permission or not current_actor().may(spec.export_permission):
        raise Permanent(_("You may not take this list out any more."))


def _write_file(running: Running, spec: ListSpec, wanted: ListExport, path: Path) -> int:
    question = question_of(spec, wanted.query)
    total = spec.count(question.args, _COUNTED) if spec.count else None
    count = 0
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
        sheet = _sheet(spec, question, wanted.form, target)
        for rows in pages_of(spec, question, up_to=wanted.up_to):
            _write(sheet, spec, question, rows)
            count += len(rows)
            if wanted.form == "xlsx" and count > exporting.MOST_ROWS_OF_XLSX:
                raise Permanent(_("A sheet holds no more than 1,048,575 rows; take CSV."))
            with running.step():
                running.note_progress(
                    done=count, total=max(total or 0, count), counts={"done": count}
                )
            look_again(wanted.account_id)
            _refuse_if_not_allowed(spec_of(wanted.list_code))
        sheet.close()
    return count


def pages_of(
    spec: ListSpec, question: Question, *, up_to: int | None = None, part: int = _PART
) -> Iterator[Sequence[Any]]:
    """Yield all rows that answer a question, page by page, none twice."""
    sort, after = spec.sort_of(question.sort), None
    while True:
        rows = spec.find(Asked(args=question.args, sort=sort, after=after, limit=part, up_to=up_to))
        if rows:
            yield rows
        if len(rows) < part:
            return
        after = sort.place(rows[-1])


def _sheet(spec: ListSpec, question: Question, form: str, target: Any) -> Any:
    head = exporting.heads(shown_columns(spec, question))
    return exporting.SHEETS[form](target, head, title=str(spec.title))


def _write(sheet: Any, spec: ListSpec, question: Question, rows: Sequence[Any]) -> None:
    columns, beside = shown_columns(spec, question), spec.beside(rows)
    for row in rows:
        sheet.add(exporting.cells(columns, row, beside))


def forget_files_of(account_id: int) -> None:
    """Throw away the files of somebody who may see less now: they hold what he saw before."""
    own = select(ListExport).where(
        ListExport.account_id == account_id, ListExport.file.is_not(None)
    )
    for one in session.scalars(own):
        (folder() / str(one.file)).unlink(missing_ok=True)
        one.file = None


def throw_away_old() -> None:
    """Forget files that waited long enough, and those that nobody knows of any more."""
    late = clock.now() - KEPT
    old = select(ListExport).where(ListExport.file.is_not(None), ListExport.created_at < late)
    for one in session.scalars(old.limit(1_000)):
        (folder() / str(one.file)).unlink(missing_ok=True)
        one.file = None
    for path in folder().iterdir():
        # What a killed worker left behind: nobody has written to it for days.
        with suppress(FileNotFoundError):
            if clock.now().timestamp() - path.stat().st_mtime > 2 * KEPT.total_seconds():
                path.unlink()
