"""The tools of every list: saved views, columns, exports, and acts on many rows."""

from typing import Any

from flask import Blueprint, current_app, request, send_file, url_for
from flask.typing import ResponseReturnValue

from app import bulk_acts, exporting, list_exports, outbox, saved_views
from app.access import signed_in
from app.actor import current_actor
from app.api import pack_cursor
from app.bulk_given import given_in
from app.db import session, transact
from app.errors import InvalidInput, NotAllowed, NotFound
from app.i18n import _
from app.list_models import BulkAct, RowState
from app.list_pages import capped, list_url, remember_act
from app.lists import Act, ListSpec, question_of, shown_columns
from app.look import toast
from app.models import Job
from app.views import view_of
from app.web import PAGE, cursor_from_url, go_to, listing, render

blueprint = Blueprint("lists", __name__, url_prefix="/lists")
blueprint.add_app_template_filter(capped)


def _spec(code: str) -> ListSpec:
    """
    Return a list of the house.

    :raises NotFound: there is none of that name
    :raises NotAllowed: it is not for this person
    """
    spec: ListSpec | None = current_app.extensions["lists"].get(code)
    if spec is None:
        raise NotFound(_("There is no such list."))
    if not current_actor().may(spec.permission):
        raise NotAllowed(spec.permission)
    return spec


def _asked_query(spec: ListSpec) -> str:
    return str(question_of(spec, request.form.get("query", "")))


# --- saved views --------------------------------------------------------------------------------


@blueprint.get("/<code>/views")
@signed_in
def views(code: str) -> ResponseReturnValue:
    return _show_views(_spec(code))


def _show_views(spec: ListSpec, *, wrong: str = "", status: int = 200) -> ResponseReturnValue:
    found = saved_views.list_views(spec.code)
    return render(
        "lists/views.html",
        status=status,
        spec=spec,
        own=[one for one in found if one.is_own],
        others=[one for one in found if not one.is_own],
        wrong=wrong,
    )


@blueprint.get("/<code>")
@signed_in
def back_to(code: str) -> ResponseReturnValue:
    """Go to a list: as it opens for this person, or with one of its views."""
    spec = _spec(code)
    asked = request.args.get("view", "")
    for one in saved_views.list_views(spec.code):
        if str(one.id) == asked:
            return go_to(_opened(spec, one.query, one.id))
    return go_to(list_url(spec, ""))


def _opened(spec: ListSpec, query: str, view_id: int) -> str:
    return list_url(spec, f"{query}&view={view_id}" if query else f"view={view_id}")


@blueprint.post("/<code>/views")
@signed_in
def save_view(code: str) -> ResponseReturnValue:
    spec = _spec(code)
    query = _asked_query(spec)
    try:
        view = transact(
            lambda: saved_views.save_view(
                list_code=spec.code,
                name=request.form.get("name", ""),
                query=query,
                shared="shared" in request.form,
                opens="opens" in request.form,
            )
        )
    except InvalidInput as refused:
        toast(str(refused))
        return go_to(list_url(spec, query))
    toast(_("The view “%(name)s” is kept.", name=view.name))
    return go_to(_opened(spec, query, view.id))


@blueprint.post("/views/<int:view_id>")
@signed_in
def rename_view(view_id: int) -> ResponseReturnValue:
    spec = _spec(saved_views.get_own_view(view_id).list_code)
    try:
        view = transact(
            lambda: saved_views.rename_view(
                view_id=view_id,
                name=request.form.get("name", ""),
                shared="shared" in request.form,
            )
        )
    except InvalidInput as refused:
        return _show_views(spec, wrong=str(refused), status=422)
    toast(_("The view “%(name)s” is saved.", name=view.name))
    return _to_views(spec)


@blueprint.post("/views/<int:view_id>/question")
@signed_in
def keep_question(view_id: int) -> ResponseReturnValue:
    spec = _spec(saved_views.get_own_view(view_id).list_code)
    query = _asked_query(spec)
    view = transact(lambda: saved_views.keep_question(view_id=view_id, query=query))
    toast(_("“%(name)s” now shows what you see here.", name=view.name))
    return go_to(_opened(spec, query, view.id))


@blueprint.post("/views/<int:view_id>/place")
@signed_in
def move_view(view_id: int) -> ResponseReturnValue:
    spec = _spec(saved_views.get_own_view(view_id).list_code)
    up = request.form.get("to") == "up"
    transact(lambda: saved_views.move_view(view_id=view_id, up=up))
    return _to_views(spec)


@blueprint.post("/views/<int:view_id>/removal")
@signed_in
def remove_view(view_id: int) -> ResponseReturnValue:
    spec = _spec(saved_views.get_own_view(view_id).list_code)
    view = transact(lambda: saved_views.remove_view(view_id=view_id))
    toast(
        _("The view “%(name)s” is removed.", name=view.name),
        undo=url_for(".bring_view_back", view_id=view_id),
    )
    return _to_views(spec)


@blueprint.post("/views/<int:view_id>/return")
@signed_in
def bring_view_back(view_id: int) -> ResponseReturnValue:
    view = transact(lambda: saved_views.bring_back(view_id=view_id))
    toast(_("The view “%(name)s” is back.", name=view.name))
    return _to_views(_spec(view.list_code))


@blueprint.post("/<code>/opening")
@signed_in
def open_with(code: str) -> ResponseReturnValue:
    spec = _spec(code)
    chosen = request.form.get("view", "")
    view_id = int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 19 else None
    transact(lambda: saved_views.open_with(list_code=spec.code, view_id=view_id))
    toast(_("The list opens so for you from now on."))
    return _to_views(spec)


def _to_views(spec: ListSpec) -> ResponseReturnValue:
    return go_to(url_for(".views", code=spec.code))


@blueprint.get("/<code>/columns")
@signed_in
def choose_columns(code: str) -> ResponseReturnValue:
    """Go back to the list with the ticked columns, in the order in which they stood."""
    spec = _spec(code)
    query = request.args.get("query", "")
    asked = question_of(spec, query)
    ticked = () if "usual" in request.args else tuple(request.args.getlist("cols"))
    known = {one.code for one in spec.seen_columns()[1:]}
    chosen = tuple(one for one in dict.fromkeys(ticked) if one in known)
    usual = tuple(one.code for one in shown_columns(spec, type(asked)())[1:])
    question = type(asked)(
        args=asked.args, sort=asked.sort, columns=() if chosen == usual else chosen
    )
    view = request.args.get("view", "")
    parts = [str(question), f"view={view}" if view.isascii() and view.isalnum() else ""]
    return go_to(list_url(spec, "&".join(part for part in parts if part)))


# --- exports ------------------------------------------------------------------------------------


@blueprint.post("/<code>/exports")
@signed_in
def take_out(code: str) -> ResponseReturnValue:
    spec = _spec(code)
    if not spec.export_permission or not current_actor().may(spec.export_permission):
        raise NotAllowed(spec.export_permission)
    form = request.form.get("form", "csv")
    if form not in exporting.FORMS:
        raise InvalidInput(_("A list is taken out as CSV or XLSX."))
    question = question_of(spec, request.form.get("query", ""))
    found = list_exports.file_at_once(spec, question, form)
    count = found[1] if found else None
    noted = transact(
        lambda: list_exports.note_export(spec=spec, question=question, form=form, row_count=count)
    )
    if found is None:
        return go_to(url_for(".show_export", export_id=noted.id))
    return send_file(
        found[0],
        mimetype=exporting.FORMS[form],
        as_attachment=True,
        download_name=list_exports.file_name(spec, form),
    )


@blueprint.get("/exports/<int:export_id>")
@signed_in
def show_export(export_id: int) -> ResponseReturnValue:
    export = list_exports.get_export(export_id)
    spec = _spec(export.list_code)
    job = session.get(Job, export.job_id, populate_existing=True) if export.job_id else None
    return render(
        "lists/export.html",
        fragment="lists/_export.html",
        export=export,
        spec=spec,
        job=view_of(job) if job else None,
        back=list_url(spec, export.query),
        kept_days=list_exports.KEPT.days,
    )


@blueprint.get("/exports/<int:export_id>/file")
@signed_in
def export_file(export_id: int) -> ResponseReturnValue:
    export = list_exports.get_export(export_id)
    spec = _spec(export.list_code)
    if not current_actor().may(spec.export_permission):
        raise NotAllowed(spec.export_permission)
    return send_file(
        list_exports.file_of(export),
        mimetype=exporting.FORMS[export.form],
        as_attachment=True,
        download_name=f"{spec.code}-{export.created_at:%Y-%m-%d-%H%M}.{export.form}",
    )


@blueprint.post("/exports/<int:export_id>/cancellation")
@signed_in
def stop_export(export_id: int) -> ResponseReturnValue:
    job_id = list_exports.get_export(export_id).job_id
    if job_id is not None:
        transact(lambda: outbox.cancel(job_id=job_id))
    return go_to(url_for(".show_export", export_id=export_id))


# --- acts on many rows ----------------------------------------------------------------------------


@blueprint.post("/<code>/acts/<name>")
@signed_in
def act(code: str, name: str) -> ResponseReturnValue:
    """Do it with the ticked rows now, or with all that match by a job."""
    spec = _spec(code)
    found = _act(spec, name)
    query = request.query_string.decode()
    back = list_url(spec, query)
    given = given_in(found.asks, request.form)
    question = question_of(spec, query)
    if request.form.get("all"):
        keys = bulk_acts.keys_that_match(spec, question, limit=bulk_acts.AT_ONCE + 1)
    else:
        ticked = request.form.getlist("ids")
        keys = [int(one) for one in ticked if one.isascii() and one.isdigit() and len(one) < 19]
    if request.form.get("all") and len(keys) > bulk_acts.AT_ONCE:
        made = transact(lambda: bulk_acts.start_act(spec, found, given, question))
        return go_to(url_for(".show_act", act_id=made.id))
    act_id = bulk_acts.act_at_once(spec, found, keys[: bulk_acts.AT_ONCE], given, str(question))
    made = bulk_acts.get_act(act_id)
    outcome = bulk_acts.outcome_of(act_id)
    takes_back = bulk_acts.can_undo(made, found)
    toast(
        found.said(outcome.things),
        undo=url_for(".undo_act", act_id=act_id) if takes_back else "",
    )
    if outcome.of("refused"):
        remember_act(act_id)
    return go_to(back)


def _act(spec: ListSpec, name: str) -> Act:
    for one in spec.acts:
        if one.code == name and not current_actor().may(one.permission):
            raise NotAllowed(one.permission)
    return spec.act_of(name)


@blueprint.get("/acts/<int:act_id>")
@signed_in
def show_act(act_id: int) -> ResponseReturnValue:
    made, spec, found = _made(act_id)
    outcome = bulk_acts.outcome_of(act_id)
    job = _job_of(made)
    state = request.args.get("state", RowState.REFUSED)
    chosen = RowState(state) if state in set(RowState) else RowState.REFUSED
    place = cursor_from_url(int)
    rows = bulk_acts.list_rows(act_id, state=chosen, after=place[0] if place else 0, limit=PAGE + 1)
    cursor = pack_cursor(rows[PAGE - 1].id) if len(rows) > PAGE else None
    return render(
        "lists/act.html",
        fragment="lists/_act.html",
        made=made,
        spec=spec,
        act=found,
        outcome=outcome,
        job=job,
        listing=listing(rows, limit=PAGE, cursor=cursor),
        chosen=chosen.value,
        takes_back=bulk_acts.can_undo(made, found) and not (job and job.state in _GOING),
        back=list_url(spec, made.query),
    )


_GOING = ("queued", "running")


def _job_of(made: BulkAct) -> Any:
    job_id = made.undo_job_id or made.job_id
    job = session.get(Job, job_id, populate_existing=True) if job_id else None
    return view_of(job) if job else None


def _made(act_id: int) -> tuple[BulkAct, ListSpec, Act]:
    made = bulk_acts.get_act(act_id)
    spec = _spec(made.list_code)
    return made, spec, _act(spec, made.act_code)


@blueprint.get("/acts/<int:act_id>/refused.csv")
@signed_in
def refused_rows(act_id: int) -> ResponseReturnValue:
    """Give the rows that were not done, with their reasons, as a file to work off."""
    made, spec, _found = _made(act_id)
    lines = [exporting.BOM + exporting.csv_line([_("Row"), _("Why not")])]
    after = 0
    while rows := bulk_acts.list_rows(made.id, state=RowState.REFUSED, after=after, limit=1_000):
        lines += [exporting.csv_line([row.label, row.reason or ""]) for row in rows]
        after = rows[-1].id
    answer = current_app.response_class("".join(lines), mimetype="text/csv")
    answer.headers.set(
        "Content-Disposition", "attachment", filename=f"{spec.code}-refused-{made.id}.csv"
    )
    return answer


@blueprint.post("/acts/<int:act_id>/undo")
@signed_in
def undo_act(act_id: int) -> ResponseReturnValue:
    made, spec, found = _made(act_id)
    if bulk_acts.undo(made, spec, found) is not None:
        return go_to(url_for(".show_act", act_id=act_id))
    outcome = bulk_acts.outcome_of(act_id)
    if outcome.of("done"):
        return go_to(url_for(".show_act", act_id=act_id, state="done"))
    toast(_("It is taken back."))
    return go_to(list_url(spec, made.query))


@blueprint.post("/acts/<int:act_id>/cancellation")
@signed_in
def stop_act(act_id: int) -> ResponseReturnValue:
    made, _spec_, _found = _made(act_id)
    job_id = made.undo_job_id or made.job_id
    if job_id is not None:
        transact(lambda: outbox.cancel(job_id=job_id))
    return go_to(url_for(".show_act", act_id=act_id))
