"""The steps behind the password: a code, setting up a first app, proving again, and kept forms."""

from collections.abc import Sequence

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired, Length

from app import accounts, devices, factors, kept_forms, sessions
from app import sign_in as door
from app.access import public, signed_in
from app.db import unit_of_work
from app.errors import RuleViolation
from app.forms import Form
from app.i18n import lazy
from app.judging import judge_code
from app.logs import tell_of_door
from app.models import Account
from app.qr import qr_picture
from app.web import go_to, render, safe_return

blueprint = Blueprint("door", __name__)


class CodeForm(Form):
    code = StringField(lazy("Code"), [DataRequired(), Length(max=60)])

    def refuse(self, violation: RuleViolation) -> None:
        super().refuse(violation)
        self.code.data = ""  # a code that was wrong stays wrong: the next one is typed at once


class ConfirmForm(Form):
    """The password, or (where there is a second factor) a code instead."""

    current = PasswordField(lazy("Your password"), [Length(max=128)])
    code = StringField(lazy("or a code of your app"), [Length(max=60)])


def ip() -> str:
    return request.remote_addr or ""


def check_code(account: Account, code: str) -> bool:
    """
    Take a code at a door; return whether it was a recovery code. A wrong one is kept as a try.

    :raises RuleViolation: it is wrong, was used before, or there were too many of late
    """
    return judge_code(
        account,
        lambda: factors.check(account_id=account.id, code=code),
        ip=ip(),
        device=devices.known_mark(account.email),
    )


def check_password(account: Account, password: str) -> None:
    """
    Make sure that a person who is signed in knows the password; a wrong one is kept as a try.

    :raises RuleViolation: it is another, or there were too many of late
    """
    try:
        accounts.confirm_password(
            account_id=account.id,
            current=password,
            ip=ip(),
            device=devices.known_mark(account.email),
        )
    except accounts.WrongPassword:
        if password:
            tell_of_door("wrong password", account=account.id, email=account.email)
        raise


# --- the second step of signing in -------------------------------------------------------------


@blueprint.get("/sign-in/code")
@public
def code() -> ResponseReturnValue:
    if door.waiting() is None:
        return redirect(url_for("ground.sign_in", next=_back()))
    return _show_code(CodeForm())


@blueprint.post("/sign-in/code")
@public
def take_code() -> ResponseReturnValue:
    account = door.waiting()
    if account is None:
        return go_to(url_for("ground.sign_in", next=_back()))
    form = CodeForm()
    if not form.validate_on_submit():
        return _show_code(form, status=422)
    try:
        recovered = check_code(account, form.code.data or "")
    except RuleViolation as refused:
        form.refuse(refused)
        return _show_code(form, status=422)
    door.enter(account, with_factor=True)
    if recovered:
        door.tell_codes_left(account.id)
    return go_to(safe_return(_back(), url_for("ground.home")))


@blueprint.get("/sign-in/app")
@public
def set_up() -> ResponseReturnValue:
    account = door.waiting()
    if account is None or factors.is_on(account.id):
        return redirect(url_for("ground.sign_in", next=_back()))
    return _show_set_up(account, CodeForm())


@blueprint.post("/sign-in/app")
@public
def take_app() -> ResponseReturnValue:
    """Take a first app into use, and with it let its person in; the codes are shown this once."""
    account = door.waiting()
    if account is None or factors.is_on(account.id):
        return go_to(url_for("ground.sign_in", next=_back()))
    form = CodeForm()
    if not form.validate_on_submit():
        return _show_set_up(account, form, status=422)
    try:
        codes = judge_code(account, lambda: _confirm_first(account, form), ip=ip())
    except RuleViolation as refused:
        form.refuse(refused)
        return _show_set_up(account, form, status=422)
    door.enter(account, with_factor=True)
    return render(
        "sign_in_codes.html",
        codes=codes,
        onward=safe_return(_back(), url_for("ground.home")),
    )


def _confirm_first(account: Account, form: CodeForm) -> Sequence[str]:
    codes = factors.confirm(account_id=account.id, code=form.code.data or "")
    # Who is in without a code somewhere else is a stranger there from now on.
    sessions.close_sessions_of(account.id)
    return codes


def _back() -> str | None:
    return request.values.get("next") or None


def _show_code(form: CodeForm, *, status: int = 200) -> ResponseReturnValue:
    return render("sign_in_code.html", status=status, form=form, next=_back() or "")


def _show_set_up(account: Account, form: CodeForm, *, status: int = 200) -> ResponseReturnValue:
    return render(
        "sign_in_app.html",
        status=status,
        form=form,
        next=_back() or "",
        secret=factors.new_secret(account.id),
        picture=qr_picture(factors.address_for_app(account)),
    )


# --- proving again to be there -----------------------------------------------------------------


@blueprint.get("/confirmation")
@signed_in
def confirm() -> ResponseReturnValue:
    return _show_confirm(_confirm_form())


@blueprint.post("/confirmation")
@signed_in
def take_confirmation() -> ResponseReturnValue:
    account = current_user.account
    form = _confirm_form()
    if not form.validate_on_submit():
        return _show_confirm(form, status=422)
    try:
        by_code = _prove(account, form)
    except RuleViolation as refused:
        form.refuse(refused)
        return _show_confirm(form, status=422)
    with unit_of_work():
        sessions.confirm_session(current_user.seen.id, with_factor=by_code)
    tell_of_door("confirmed", account=account.id, email=account.email)
    kept = kept_forms.find(account.id)
    # Who was asked on the way to a page goes there: an act that he left before is not done now.
    if _back() or kept is None or kept.why != kept_forms.CONFIRM:
        return go_to(safe_return(_back(), url_for("ground.home")))
    kept_forms.drop()
    # The browser sends it again at once, to where it was meant for: the person asked for it.
    return render("kept_form.html", kept=kept, goes_on=True)


def _confirm_form() -> ConfirmForm:
    form = ConfirmForm()
    if not factors.is_on(current_user.account.id):
        del form.code
    return form


def _prove(account: Account, form: ConfirmForm) -> bool:
    """Return whether it was a code that proved it."""
    if not form.current.data and "code" in form and form.code.data:
        check_code(account, form.code.data)
        return True
    check_password(account, form.current.data or "")
    return False


def _show_confirm(form: ConfirmForm, *, status: int = 200) -> ResponseReturnValue:
    return render("confirm.html", status=status, form=form, next=_back() or "")


# --- what was typed as the session ended -------------------------------------------------------


@blueprint.get("/kept-form")
@signed_in
def kept_form() -> ResponseReturnValue:
    own = current_user.account.id
    if kept_forms.is_of_another(own):
        return render("kept_form.html", status=403, kept=None, of_another=True)
    kept = kept_forms.find(own)
    return render("kept_form.html", kept=kept, goes_on=False)


@blueprint.post("/kept-form/removal")
@signed_in
def drop_kept_form() -> ResponseReturnValue:
    kept = kept_forms.find(current_user.account.id)
    kept_forms.drop()
    return go_to(safe_return(kept.page if kept else None, url_for("ground.home")))
