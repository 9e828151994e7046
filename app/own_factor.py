"""One's own second factor: set up, moved to another app, turned off; and its recovery codes."""

from flask import Blueprint, make_response, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app import factors, tries
from app.access import fresh, signed_in
from app.db import transact, unit_of_work
from app.devices import known_mark
from app.entrance import CodeForm, ip, note_wrong
from app.errors import RuleViolation
from app.i18n import _
from app.look import toast
from app.qr import qr_picture
from app.sessions import confirm_session
from app.web import go_to, render

blueprint = Blueprint("factor", __name__, url_prefix="/profile/second-factor")


@blueprint.post("")
@signed_in
@fresh
def begin() -> ResponseReturnValue:
    transact(lambda: factors.begin(account_id=current_user.account.id))
    return go_to(url_for(".set_up"))


@blueprint.get("")
@signed_in
@fresh
def set_up() -> ResponseReturnValue:
    factor = factors.get_factor(current_user.account.id)
    if factor is None or factor.sealed_new is None:
        return redirect(url_for("own.profile"))  # nothing was begun, or it is done
    return _show(CodeForm())


@blueprint.post("/app")
@signed_in
@fresh
def take_app() -> ResponseReturnValue:
    """Take the new app into use; the recovery codes are in this answer and nowhere else."""
    account, form = current_user.account, CodeForm()
    try:
        device = known_mark(account.email)
        tries.refuse_too_many(email=account.email, ip=ip(), device=device, step="code")
        if not form.carry_out(factors.confirm, account_id=account.id):
            if factors.WrongCode.field in form.errors and form.code.data:
                note_wrong(account, "code")
            return _show(form, status=422)
    except tries.TooManyTries as refused:
        form.refuse(refused)
        return _show(form, status=422)
    with unit_of_work():
        confirm_session(current_user.seen.id, with_factor=True)
    return _show_codes(form.done, is_new=True)


@blueprint.post("/codes")
@signed_in
@fresh
def new_codes() -> ResponseReturnValue:
    own = current_user.account.id
    return _show_codes(transact(lambda: factors.make_codes(account_id=own)), is_new=False)


@blueprint.post("/removal")
@signed_in
@fresh
def turn_off() -> ResponseReturnValue:
    own = current_user.account.id
    try:
        transact(lambda: factors.turn_off(account_id=own))
    except RuleViolation as refused:
        toast(str(refused))
    else:
        toast(_("The second factor is off. The password alone lets you in."))
    return go_to(url_for("own.profile"))


def _show(form: CodeForm, *, status: int = 200) -> ResponseReturnValue:
    account = current_user.account
    return render(
        "factor_app.html",
        status=status,
        form=form,
        secret=factors.new_secret(account.id),
        picture=qr_picture(factors.address_for_app(account)),
    )


def _show_codes(codes: object, *, is_new: bool) -> ResponseReturnValue:
    answer = make_response(render("factor_codes.html", codes=codes, is_new=is_new))
    answer.headers["Cache-Control"] = "no-store"
    return answer
