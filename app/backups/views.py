"""The page of the backups: how old the last one is, what is kept, and the hold after a restore."""

from datetime import datetime
from typing import Any

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from wtforms.validators import InputRequired, NumberRange

from app import holding, outbox
from app.access import requires
from app.backups import nightly
from app.db import transact
from app.forms import Form, IntegerField
from app.i18n import _, lazy
from app.look import toast
from app.web import go_to, render

blueprint = Blueprint("backups", __name__, url_prefix="/backups")


@blueprint.app_context_processor
def _known_to_every_page() -> dict[str, Any]:
    return {"outbox_hold": holding.current_hold}


class KeepingForm(Form):
    daily = IntegerField(lazy("Days"), [InputRequired(), NumberRange(1, 400)])
    weekly = IntegerField(lazy("Weeks"), [InputRequired(), NumberRange(0, 400)])
    monthly = IntegerField(lazy("Months"), [InputRequired(), NumberRange(0, 400)])


@blueprint.get("")
@requires("backups.run", everywhere=True)
def index() -> ResponseReturnValue:
    return _page(KeepingForm(obj=nightly.get_keeping()))


@blueprint.post("/keeping")
@requires("backups.run", everywhere=True)
def keep() -> ResponseReturnValue:
    form = KeepingForm()
    if not form.carry_out(nightly.set_keeping):
        return _page(form, status=422)
    toast(_("Kept so from the next backup on."))
    return go_to(url_for(".index"))


@blueprint.post("/now")
@requires("backups.run", everywhere=True)
def make() -> ResponseReturnValue:
    job_id = transact(lambda: outbox.enqueue(nightly.KIND, order_key=nightly.KIND))
    return go_to(url_for("ground.job", job_id=job_id))


@blueprint.post("/release")
@requires("backups.run", everywhere=True)
def release() -> ResponseReturnValue:
    form = Form()
    if form.carry_out(holding.release):
        toast(_("What waited goes out now."))
    return go_to(url_for(".index"))


def _page(form: KeepingForm, *, status: int = 200) -> ResponseReturnValue:
    hold = holding.current_hold()
    held = holding.count_held() if hold is not None else {}
    return render(
        "backups/index.html",
        status=status,
        form=form,
        last=nightly.get_last(),
        failure=nightly.last_failure(),
        kept=nightly.list_kept(),
        folder=nightly.folder(),
        hold=hold,
        made_at=datetime.fromisoformat(hold["made_at"]) if hold else None,
        held=[(outbox.kind_title(kind), count) for kind, count in held.items()],
    )
