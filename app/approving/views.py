"""The page of what waits for a second person."""

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from app.access import check_store, fresh, requires, signed_in
from app.actor import current_actor
from app.approving import operations, queries
from app.approving.queries import DECIDE
from app.db import close_session, transact
from app.errors import RuleViolation
from app.forms import Form
from app.i18n import _, lazy
from app.look import toast
from app.web import go_to, render

blueprint = Blueprint("approvals", __name__, url_prefix="/approvals")


class RefusalForm(Form):
    note = StringField(
        lazy("Why not"),
        [DataRequired(lazy("Say why, so that it can be put right.")), Length(max=250)],
    )


@blueprint.get("")
@signed_in
def index() -> ResponseReturnValue:
    return _show()


@blueprint.post("/<int:approval_id>/approval")
@requires(DECIDE)
@fresh
def approve(approval_id: int) -> ResponseReturnValue:
    _seen(approval_id)
    try:
        transact(lambda: operations.approve(approval_id=approval_id))
    except RuleViolation as refusal:
        return _show(told=(approval_id, str(refusal)))
    toast(_("Approved and done."))
    return go_to(_here())


@blueprint.post("/<int:approval_id>/refusal")
@requires(DECIDE)
@fresh
def refuse(approval_id: int) -> ResponseReturnValue:
    _seen(approval_id)
    form = RefusalForm(prefix=f"refuse-{approval_id}-")
    if form.carry_out(operations.refuse, approval_id=approval_id):
        toast(_("Refused. Whoever asked sees why."))
        return go_to(_here())
    return _show(refused=(approval_id, form))


@blueprint.post("/<int:approval_id>/withdrawal")
@signed_in
def withdraw(approval_id: int) -> ResponseReturnValue:
    try:
        transact(lambda: operations.withdraw(approval_id=approval_id))
    except RuleViolation as refusal:
        return _show(told=(approval_id, str(refusal)))
    toast(_("Withdrawn. Nothing was done."))
    return go_to(_here())


def _seen(approval_id: int) -> None:
    """Make sure that the request is of a store in which this person decides."""
    check_store(DECIDE, queries.get_approval(approval_id).store_id)


def _here() -> str:
    return url_for("approvals.index")


def _show(
    *,
    told: tuple[int, str] | None = None,
    refused: tuple[int, RefusalForm] | None = None,
) -> ResponseReturnValue:
    close_session()
    waiting, own = queries.list_waiting(), queries.list_own()
    decided = queries.list_decided() if current_actor().may(DECIDE) else []
    forms = {
        one.approval.id: RefusalForm(prefix=f"refuse-{one.approval.id}-", formdata=None)
        for one in waiting
    }
    if refused and refused[0] in forms:
        forms[refused[0]] = refused[1]
    return render(
        "approvals.html",
        status=422 if refused else 409 if told else 200,
        waiting=waiting,
        sums=queries.sums_of_day([*waiting, *own, *decided]),
        own=own,
        decided=decided,
        forms=forms,
        told=told or (0, ""),
        open_form=refused[0] if refused else 0,
    )
