"""
What somebody typed and could not send, kept for half an hour: the session had ended meanwhile, the
form belonged to an earlier one, or the person was first to prove to be there.

A form of ours says whose it is: the mark in it is signed and names the account it was drawn for.
So what is kept belongs to that person alone, in this browser alone (a random key in a cookie of
its own), and nobody can lay a form of his own making before somebody else.
"""

import json
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from flask import Response, after_this_request, current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import delete, select

from app import clock
from app.accounts import digest
from app.db import session, unit_of_work
from app.devices import cookie_named, give_cookie
from app.door_models import KeptForm
from app.i18n import gettext, lazy
from app.secret_box import Unreadable, seal, unseal

KEPT_FOR = timedelta(minutes=30)
ENDED, CONFIRM = "ended", "confirm"
_COOKIE = "kept"
_LARGEST = 16_000_000  # bytes of a request that is read for it, pictures in it included
_LONGEST = 1_000_000  # signs that are kept
_AT_MOST = 20  # of one account
_SECRET = re.compile(
    r"(^|[-_.])(password|passphrase|current|secret|pin|api_?key|private_?key|token|second_code)"
    r"($|[-_.\d])"
)
# What screens call the fields that are typed into most; a key of a record says nothing to a person.
_SAID = {"reason": lazy("Why"), "quantity": lazy("Pieces"), "quantity_change": lazy("Pieces")}
_KEYS = ("location_id", "store_id", "customer_id", "variant_id", "payment_id", "parcel_id")


@dataclass(frozen=True)
class Kept:
    """A form that was kept, and why."""

    why: str
    address: str
    """Where it was to be sent, and is sent to again."""
    page: str
    """The page that it stood on; "" where the browser did not say."""
    fields: Sequence[tuple[str, str]]
    left_out: Sequence[str]
    """The names of files and passwords: they are to be given anew."""

    def shown(self) -> list[tuple[str, str]]:
        """Return what a person reads of it: each field that holds something, by its name."""
        return [
            (field_word(name), value)
            for name, value in self.fields
            if value.strip() and not name.endswith(_KEYS)
        ]


def owner_of_form() -> int | None:
    """Return the account for which the form of this request was drawn; None if it does not say."""
    if (request.content_length or 0) > _LARGEST:
        return None
    token = request.form.get("csrf_token") or request.headers.get("X-CSRFToken", "")
    reader = URLSafeTimedSerializer(current_app.secret_key or "", salt="wtf-csrf-token")
    try:
        said = str(reader.loads(token))
    except BadData:
        return None
    number, dash, _rest = said.partition("-")
    return int(number) if dash and number.isdigit() else None


def is_sent_by_hand() -> bool:
    """Test whether a person sent this form, not a script of a page beside the work."""
    mode = request.headers.get("Sec-Fetch-Mode", "navigate")
    return "HX-Request" in request.headers or mode == "navigate"


def keep(account_id: int, why: str) -> bool:
    """Keep the form of this request for its owner; return whether there was anything in it."""
    fields, left_out = [], [name for name, file in request.files.items(multi=True) if file]
    for name, value in request.form.items(multi=True):
        if name == "csrf_token":
            continue
        if why == ENDED and value and _SECRET.search(name):
            left_out.append(name)
        else:
            fields.append((name, value))
    said = {
        "why": why,
        "address": request.full_path.rstrip("?"),
        "page": page_it_stood_on(),
        "fields": fields,
        "left_out": left_out,
    }
    if why == ENDED and not fields or sum(len(value) for _name, value in fields) > _LONGEST:
        return False
    key = secrets.token_urlsafe(32)
    with unit_of_work():
        _make_room(account_id)
        session.add(row := KeptForm(key_hash=digest(key), account_id=account_id))
        session.flush()
        row.sealed = seal(json.dumps(said), table="kept_form", row=row.id, column="sealed")

    @after_this_request
    def _give(response: Response) -> Response:
        give_cookie(response, _COOKIE, key, KEPT_FOR)
        return response

    return True


def _make_room(account_id: int) -> None:
    old = KeptForm.made_at < clock.now() - KEPT_FOR
    session.execute(delete(KeptForm).where(old))
    newest = (
        select(KeptForm.id)
        .where(KeptForm.account_id == account_id)
        .order_by(KeptForm.id.desc())
        .limit(_AT_MOST - 1)
    )
    kept = session.scalars(newest).all()
    session.execute(
        delete(KeptForm).where(KeptForm.account_id == account_id, KeptForm.id.not_in(kept))
    )


def find(account_id: int) -> Kept | None:
    """Return what was kept in this browser for an account; another person's is none."""
    row = _row()
    if row is None or row.account_id != account_id or row.sealed is None:
        return None
    try:
        said = json.loads(unseal(row.sealed, table="kept_form", row=row.id, column="sealed"))
    except Unreadable:
        return None
    said["fields"] = [(name, value) for name, value in said["fields"]]
    return Kept(**said)


def is_of_another(account_id: int) -> bool:
    """Test whether something was kept in this browser that somebody else typed."""
    row = _row()
    return row is not None and row.account_id != account_id


def drop() -> None:
    """Forget what was kept in this browser."""
    with unit_of_work():
        key = digest(request.cookies.get(cookie_named(_COOKIE), ""))
        session.execute(delete(KeptForm).where(KeptForm.key_hash == key))


def _row() -> KeptForm | None:
    key = request.cookies.get(cookie_named(_COOKIE), "")
    return session.scalar(
        select(KeptForm).where(
            KeptForm.key_hash == digest(key), KeptForm.made_at > clock.now() - KEPT_FOR
        )
    )


def page_it_stood_on() -> str:
    """Return the page of ours that sent this request; "" where the browser does not say."""
    page = urlsplit(request.headers.get("HX-Current-URL") or request.referrer or "")
    if page.netloc != request.host or not page.path.startswith("/"):
        return ""
    return page.path + (f"?{page.query}" if page.query else "")


def field_word(name: str) -> str:
    """Return a field's name as people may read it: in their language where a screen says it so."""
    known = _SAID.get(name.rpartition("-")[2])
    if known:
        return str(known)
    words = re.sub(r"[-_.\s]+", " ", name).strip()
    plain = words[:1].upper() + words[1:]
    return gettext(plain) if plain.isascii() and "%" not in plain else plain
