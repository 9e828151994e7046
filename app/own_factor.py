"""One's own second factor: set up, moved to another app, turned off; and its recovery codes."""

from collections.abc import Sequence

from flask import Blueprint, make_response, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app import factors, sessions
from app.access import fresh, signed_in
from app.db import transact
from app.devices import known_mark
from app.entrance import CodeForm, ip
from app.errors import RuleViolation
from app.i18n import _, ngettext
from app.judging import judge_code
from app.look import toast
from app.qr import qr_picture
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
    if not form.validate_on_submit():
        return _show(form, status=422)
    try:
        codes = judge_code(
            account, lambda: _confirm(form), ip=ip(), device=known_mark(account.email)
        )
    except RuleViolation as refused:
        form.refuse(refused)
        return _show(form, status=422)
    return _show_codes(codes, is_new=True)


def _confirm(form: CodeForm) -> Sequence[str]:
    own, here = current_user.account.id, current_user.seen.id
    codes = factors.confirm(account_id=own, code=form.code.data or "")
    sessions.confirm_session(here, with_factor=True)
    # Who is in without this app somewhere else shows that he has it.
    sessions.close_sessions_of(own, but=here)
    return codes


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
    try:
        ended = transact(_turn_off)
    except RuleViolation as refused:
        toast(str(refused))
    else:
        toast(_("The second factor is off. The password alone lets you in."))
        if ended:
            toast(
                ngettext(
                    "%(num)s browser is signed out.", "%(num)s browsers are signed out.", ended
                )
            )
    return go_to(url_for("own.profile"))


def _turn_off() -> int:
    own = current_user.account.id
    factors.turn_off(account_id=own)
    return sessions.close_sessions_of(own, but=current_user.seen.id)


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
