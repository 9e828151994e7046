"""Imports: a file taken in, how far it is, what became of its rows, and taking it back."""

from flask import Response, request, send_file, url_for
from werkzeug.utils import secure_filename

from app.access import requires
from app.api import pack_cursor
from app.db import transact
from app.errors import RuleViolation
from app.i18n import _
from app.look import toast
from app.web import PAGE, cursor_from_url, go_to, listing, render
from modules import organization
from modules.catalog.folders import imports_folder
from modules.catalog.forms import ImportForm
from modules.catalog.importing import queries
from modules.catalog.importing.formats import FORMATS, get_format
from modules.catalog.importing.job import outcome_counts, summary_of
from modules.catalog.importing.operations import start_import, start_undo
from modules.catalog.importing.source import keep_file, kept_path, read_table
from modules.catalog.sheet import written
from modules.catalog.views.blueprint import IMPORT, Answer, blueprint

SHOWN = 100


@blueprint.get("/imports")
@requires(IMPORT)
def imports() -> Answer:
    place = cursor_from_url(int)
    found = queries.list_imports(before_id=place[0] if place else None, limit=PAGE + 1)
    cursor = pack_cursor(found[PAGE - 1].record.id) if len(found) > PAGE else None
    return render("catalog/imports.html", listing=listing(found, limit=PAGE, cursor=cursor))


@blueprint.get("/imports/new")
@requires(IMPORT)
def new_import() -> Answer:
    return _show_new(ImportForm())


@blueprint.post("/imports")
@requires(IMPORT)
def create_import() -> Answer:
    form = ImportForm()
    _offer(form)
    if not form.validate_on_submit():
        return _show_new(form, status=422)
    upload = form.file.data
    try:
        folder = imports_folder()
        sha256 = keep_file(upload.stream, folder)
        # A file of another kind is refused while the person still looks at the form.
        read_table(kept_path(folder, sha256), get_format(form.format.data))
        job = transact(
            lambda: start_import(
                file_name=secure_filename(upload.filename or "") or "products.csv",
                sha256=sha256,
                format=form.format.data,
                location=form.location.data or None,
                dry_run=form.dry_run.data,
            )
        )
    except RuleViolation as refused:
        form.refuse(refused)
        return _show_new(form, status=422)
    return go_to(url_for(".show_import", import_id=job.id))


@blueprint.get("/imports/<int:import_id>")
@requires(IMPORT)
def show_import(import_id: int) -> Answer:
    found = queries.get_import(import_id)
    which = request.args.get("rows", "refused")
    which = which if which in ("refused", "warned") else "refused"
    reason = request.args.get("reason", "")[:40]
    after = cursor_from_url(int)
    counts = outcome_counts(import_id)
    rows = queries.rows_to_see(
        import_id,
        which=which,
        code=reason,
        after=after[0] if after else 0,
        limit=SHOWN + 1,
    )
    cursor = pack_cursor(rows[SHOWN - 1].row_no) if len(rows) > SHOWN else None
    return render(
        "catalog/import.html",
        fragment="catalog/_import.html",
        found=found,
        record=found.record,
        done=sum(counts.values()),
        counts=dict(counts),
        figures=summary_of(import_id),
        reasons=queries.reasons_of(import_id),
        which=which,
        reason=reason,
        listing=listing(rows, limit=SHOWN, cursor=cursor),
        formats=FORMATS,
    )


@blueprint.get("/imports/<int:import_id>/rows.csv")
@requires(IMPORT)
def import_rows(import_id: int) -> Response:
    found = queries.get_import(import_id)
    which = request.args.get("rows", "refused")
    which = which if which in ("refused", "warned", "both") else "refused"
    return send_file(
        written(queries.rows_to_fix(found.record, imports_folder(), which=which)),
        mimetype="text/csv",
        as_attachment=True,
        download_name=f"import-{import_id}-{which}.csv",
    )


@blueprint.post("/imports/<int:import_id>/undo")
@requires(IMPORT)
def undo_import(import_id: int) -> Answer:
    transact(lambda: start_undo(import_id=import_id))
    toast(_("The import is being taken back."))
    return go_to(url_for(".show_import", import_id=import_id))


def _offer(form: ImportForm) -> None:
    stores = {store.id: store.name for store in organization.list_stores()}
    form.offer(
        [(one.code, one.title) for one in FORMATS.values()],
        [
            (one.code, f"{stores.get(one.store_id, '')} · {one.name} ({one.code})")
            for one in organization.list_locations()
        ],
    )


def _show_new(form: ImportForm, *, status: int = 200) -> Answer:
    _offer(form)
    return render("catalog/import_new.html", status=status, form=form)
