"""The pages of the ground: signing in and out, jobs, and signs of life."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import text
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired, Length

from app import accounts, devices, outbox, static_files
from app import sign_in as door
from app.access import public, requires, signed_in
from app.actor import current_actor
from app.api import pack_cursor, problem
from app.db import session, transact
from app.errors import RuleViolation
from app.forms import Form
from app.ground import blueprint
from app.heartbeat import seen_lately
from app.i18n import lazy
from app.logs import tell_of_door
from app.models import Job, JobState
from app.web import PAGE, cursor_from_url, go_to, listing, render, safe_return

# --- the door --------------------------------------------------------------------------------


class SignInForm(Form):
    email = StringField(lazy("E-mail"), [DataRequired(), Length(max=254)])
    password = PasswordField(lazy("Password"), [DataRequired(), Length(max=128)])


@blueprint.get("/sign-in")
@public
def sign_in() -> ResponseReturnValue:
    if current_user.is_authenticated:
        return redirect(safe_return(request.args.get("next"), url_for(".home")))
    return render(
        "sign_in.html",
        form=SignInForm(),
        next=request.args.get("next", ""),
        ended="ended" in request.args,
        kept="kept" in request.args,
    )


@blueprint.post("/sign-in")
@public
def enter() -> ResponseReturnValue:
    form = SignInForm()
    back = request.form.get("next", "")
    if not form.validate_on_submit():
        return render("sign_in.html", status=422, form=form, next=back)
    name, ip = form.email.data or "", request.remote_addr or ""
    device = devices.known_mark(name)
    try:
        account = accounts.check_password(
            email=name, password=form.password.data or "", ip=ip, device=device
        )
    except RuleViolation as refused:
        tell_of_door("not let in", email=name[:254], why=refused.code)
        form.refuse(refused)
        return render("sign_in.html", status=422, form=form, next=back)
    return go_to(door.begin(account, back))


@blueprint.post("/sign-out")
@signed_in
def leave() -> ResponseReturnValue:
    door.leave()
    response = current_app.make_response(redirect(url_for(".sign_in"), code=303))
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


# --- jobs ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class JobView:
    """A job as the pages show it."""

    id: int
    kind: str
    title: str
    state: str
    tone: str
    done: int
    total: int | None
    counts: dict[str, int]
    started_at: datetime | None
    finished_at: datetime | None
    created_at: datetime
    created_by: str
    error: str | None
    rows_url: str | None
    result_url: str | None


_STATE = {
    JobState.READY: ("queued", "idle"),
    JobState.RUN: ("running", "run"),
    JobState.DONE: ("done", "ok"),
    JobState.DEAD: ("failed", "bad"),
    JobState.CANCELLED: ("stopped", "idle"),
}


def view_of(job: Job) -> JobView:
    """Return a job as a page shows it; its result may name `rows_url` and `result_url`."""
    result: dict[str, Any] = job.result or {}
    word, tone = _STATE[job.state]
    if job.state is JobState.DONE and result.get("refused"):
        word, tone = "done_with_errors", "wait"
    return JobView(
        id=job.id,
        kind=outbox.kind_title(job.kind),
        title=outbox.title_of(job),
        state=word,
        tone=tone,
        done=job.done,
        total=job.total,
        counts=job.counts,
        started_at=job.started_at,
        finished_at=job.finished_at,
        created_at=job.created_at,
        created_by=job.created_by.rpartition(":")[2],
        error=job.last_error,
        rows_url=result.get("rows_url"),
        result_url=result.get("result_url"),
    )


@blueprint.get("/jobs")
@requires("jobs.view")
def jobs() -> ResponseReturnValue:
    place = cursor_from_url(int)
    found = outbox.list_jobs(before_id=place[0] if place else None, limit=PAGE + 1)
    cursor = pack_cursor(found[PAGE - 1].id) if len(found) > PAGE else None
    page = listing([view_of(job) for job in found], limit=PAGE, cursor=cursor)
    return render("jobs/index.html", fragment="jobs/_rows.html", jobs=page.rows, listing=page)


@blueprint.get("/jobs/<int:job_id>")
@requires("jobs.view")
def job(job_id: int) -> ResponseReturnValue:
    found = outbox.get_job(job_id)
    return render(
        "jobs/show.html", fragment="jobs/_progress.html", job=view_of(found), result=found.result
    )


@blueprint.post("/jobs/<int:job_id>/cancellation")
@requires("jobs.run")
def cancel_job(job_id: int) -> ResponseReturnValue:
    transact(lambda: outbox.cancel(job_id=job_id))
    return go_to(safe_return(request.form.get("next"), url_for(".job", job_id=job_id)))


@blueprint.post("/jobs/<int:job_id>/retry")
@requires("jobs.run")
def retry_job(job_id: int) -> ResponseReturnValue:
    transact(lambda: outbox.retry(job_id=job_id))
    return go_to(safe_return(request.form.get("next"), url_for(".job", job_id=job_id)))


@blueprint.get("/jobs/ring")
@signed_in
def jobs_ring() -> ResponseReturnValue:
    running = [
        view_of(one) for one in outbox.list_jobs(states=(JobState.RUN, JobState.READY), limit=5)
    ]
    return render("jobs/_ring.html", jobs=running, may_view=current_actor().may("jobs.view"))


# --- signs of life ---------------------------------------------------------------------------


@blueprint.get("/healthz")
@public
def healthz() -> ResponseReturnValue:
    return {"status": "alive"}


@blueprint.get("/readyz")
@public
def readyz() -> ResponseReturnValue:
    session.execute(text("SELECT 1"))
    lacking = [name for name in ("worker", "scheduler") if not seen_lately(name)]
    if lacking:
        return problem(503, "Not ready", code="not_ready", detail=f"not seen: {', '.join(lacking)}")
    return {"status": "ready"}


@blueprint.get("/static/<path:name>")
@public
def static_file(name: str) -> ResponseReturnValue:
    return static_files.answer(name)


@blueprint.get("/favicon.ico")
@public
def favicon() -> ResponseReturnValue:
    return static_files.answer("mark.svg")
