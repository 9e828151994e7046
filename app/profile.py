"""One's own settings: how Verso speaks and looks, the password, and where one is signed in."""

from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from wtforms import PasswordField, SelectField
from wtforms.validators import DataRequired, Length

from app import accounts, devices, factors, sessions
from app.access import signed_in
from app.agents import device_of
from app.db import session, transact
from app.entrance import check_password
from app.errors import NotFound, RuleViolation
from app.forms import Form, SelectChoice
from app.i18n import LANGUAGES, _, language, lazy, ngettext
from app.logs import tell_of_door
from app.look import toast
from app.models import Account
from app.web import go_to, render

blueprint = Blueprint("own", __name__)

_LONGEST = 128


class ProfileForm(Form):
    language = SelectField(
        lazy("Language"), choices=[SelectChoice(code, name) for code, name in LANGUAGES.items()]
    )
    theme = SelectField(
        lazy("Colours"),
        choices=[
            SelectChoice("auto", lazy("As the device")),
            SelectChoice("light", lazy("Light")),
            SelectChoice("dark", lazy("Dark")),
        ],
    )


class OwnPasswordForm(Form):
    current = PasswordField(lazy("Present password"), [DataRequired(), Length(max=_LONGEST)])
    password = PasswordField(lazy("New password"), [DataRequired(), Length(max=_LONGEST)])


@blueprint.get("/profile")
@signed_in
def profile() -> ResponseReturnValue:
    return _show()


@blueprint.post("/profile")
@signed_in
def save_profile() -> ResponseReturnValue:
    form = ProfileForm()
    if form.carry_out(_set_preferences):
        return go_to(url_for(".profile"))
    return _show(form)


def _set_preferences(*, language: str, theme: str) -> None:
    account = session.get_one(Account, current_user.account.id)
    account.language, account.theme = language, theme


@blueprint.post("/profile/theme")
@signed_in
def set_theme() -> ResponseReturnValue:
    theme = request.form.get("theme", "")
    if theme not in ("light", "dark", "auto"):
        raise NotFound(_("There is no such theme."))
    spoken = current_user.account.language or language()
    transact(lambda: _set_preferences(language=spoken, theme=theme))
    return "", 204


@blueprint.post("/profile/password")
@signed_in
def change_password() -> ResponseReturnValue:
    form = OwnPasswordForm(prefix="own-")
    if form.validate_on_submit() and _knows_present(form) and form.carry_out(_take_password):
        toast(_("The new password is set; every other session has ended."))
        return go_to(url_for(".profile"))
    return _show(password_form=form)


def _knows_present(form: OwnPasswordForm) -> bool:
    try:
        check_password(current_user.account, form.current.data or "")
    except RuleViolation as refused:
        form.refuse(refused)
        return False
    return True


def _take_password(*, password: str, **_shown: Any) -> None:
    account = current_user.account
    accounts.change_password(account_id=account.id, password=password)
    # Whoever used the old password in some other browser is a stranger there again.
    devices.forget(account.id)
    devices.remember(account.id)
    sessions.close_sessions_of(account.id, but=current_user.seen.id)
    sessions.confirm_session(current_user.seen.id)
    tell_of_door("new password", account=account.id, email=account.email)


@blueprint.post("/profile/sessions/<int:session_id>/ending")
@signed_in
def end_session(session_id: int) -> ResponseReturnValue:
    own = current_user.account.id
    transact(lambda: sessions.end_session(account_id=own, session_id=session_id))
    toast(_("That browser is signed out."))
    return go_to(url_for(".profile"))


@blueprint.post("/profile/sessions/ending")
@signed_in
def end_other_sessions() -> ResponseReturnValue:
    own, here = current_user.account.id, current_user.seen.id
    count = transact(lambda: sessions.close_sessions_of(own, but=here))
    toast(ngettext("%(num)s browser is signed out.", "%(num)s browsers are signed out.", count))
    return go_to(url_for(".profile"))


def _show(
    form: ProfileForm | None = None, *, password_form: OwnPasswordForm | None = None
) -> ResponseReturnValue:
    account = current_user.account
    shown: dict[str, Any] = {
        "language": account.language or language(),
        "theme": account.theme or "auto",
    }
    return render(
        "profile.html",
        status=422 if form or password_form else 200,
        form=form or ProfileForm(formdata=None, data=shown),
        password_form=password_form or OwnPasswordForm(prefix="own-", formdata=None),
        account=account,
        here=current_user.seen.id,
        factor=factors.get_factor(account.id),
        factor_required=factors.is_required(account.id),
        codes_left=factors.codes_left(account.id),
        browsers=[(one, *device_of(one.agent)) for one in sessions.list_sessions(account.id)],
    )
