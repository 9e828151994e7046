"""The first administrator of a new house, let in by a word that is told once, at the start."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from flask import Blueprint, current_app, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import delete, exists, select
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired, Length
from wtforms.widgets import PasswordInput

from app import clock, tries
from app import sign_in as door
from app.access import public
from app.accounts import digest
from app.db import session, transact
from app.entrance import ip
from app.errors import NotFound, RuleViolation
from app.forms import Form
from app.i18n import _, lazy
from app.logs import tell_of_door
from app.models import Account, Setting
from app.web import go_to, render

GOOD_FOR = timedelta(hours=24)
_KEY = "first_run"
_NOBODY = "first run"  # under this name the wrong words are counted

blueprint = Blueprint("first_run", __name__)


class WrongWord(RuleViolation):
    field = "word"
    code = "wrong_word"


class FirstRunForm(Form):
    word = PasswordField(
        lazy("The word that was shown at the start"),
        [DataRequired(), Length(max=100)],
        widget=PasswordInput(hide_value=False),  # who mistypes the rest need not fetch it again
    )
    name = StringField(lazy("Your name"), [DataRequired(), Length(max=120)])
    email = StringField(lazy("E-mail"), [DataRequired(), Length(max=254)])
    password = PasswordField(lazy("Password"), [DataRequired(), Length(max=128)])


def is_open() -> bool:
    """Test whether nobody can sign in here yet."""
    return not session.scalar(select(exists(select(Account.id))))


def make_address() -> str:
    """
    Return where the first administrator comes in; only the hash of the word in it is kept.

    The word stands behind the # of the address: no server and no log ever sees it there.

    :raises RuleViolation: somebody can sign in already
    """
    if not is_open():
        raise RuleViolation(_("There are accounts already. Let people in on the staff page."))
    word = secrets.token_urlsafe(24)
    session.execute(delete(Setting).where(Setting.key == _KEY))
    until = (clock.now() + GOOD_FOR).isoformat()
    session.add(Setting(key=_KEY, value={"hash": digest(word), "until": until}))
    return f"{current_app.config['BASE_URL']}/first-run#{word}"


@blueprint.get("/first-run")
@public
def show() -> ResponseReturnValue:
    _refuse_later()
    return render("first_run.html", form=FirstRunForm())


@blueprint.post("/first-run")
@public
def begin() -> ResponseReturnValue:
    _refuse_later()
    form = FirstRunForm()
    if not form.validate_on_submit():
        return render("first_run.html", status=422, form=form)
    try:
        with tries.one_try(email=_NOBODY, ip=ip(), wrong=WrongWord):
            made = transact(lambda: _let_in(**form.values()))
    except RuleViolation as refused:
        form.refuse(refused)
        if isinstance(refused, WrongWord):
            tell_of_door("wrong first word")
        return render("first_run.html", status=422, form=form)
    tell_of_door("first administrator", email=form.email.data)
    return go_to(door.begin(session.get_one(Account, made), url_for("ground.home")))


def _let_in(*, word: str, name: str, email: str, password: str) -> int:
    """Make the first account and end the first run, in one; of two at once, one wins."""
    kept = session.get(Setting, _KEY, with_for_update=True)
    if kept is None or not is_open():
        raise NotFound(_("There is no such page."))
    is_late = datetime.fromisoformat(kept.value["until"]) < clock.now()
    if is_late or not secrets.compare_digest(kept.value["hash"], digest(word.strip())):
        raise WrongWord(
            _("This is not the word, or it is older than a day. A new start shows a new one.")
        )
    make: Callable[..., int] = current_app.extensions["slots"]["account.first"][0]
    account_id = make(name=name, email=email, password=password)
    session.delete(kept)
    return account_id


def _refuse_later() -> None:
    if session.get(Setting, _KEY) is None or not is_open():
        raise NotFound(_("There is no such page."))
