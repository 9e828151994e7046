"""The REST base: shapes, paging, versions, and writes that are safe to repeat."""

import base64
import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import wraps
from typing import Annotated, Any, TypeVar, cast

from apiflask import APIBlueprint
from flask import Response, current_app, request
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)
from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from app.bodies import BASE as BASE
from app.bodies import fingerprint_of_request
from app.db import database, session, transact
from app.errors import InvalidInput, NotFound, RuleViolation
from app.i18n import _
from app.models import IdempotencyKey
from app.money import MOST_MINOR
from app.tokens import current_token

BIGGEST_ID = 2**63 - 1
_BEGINS_WITH_A_DAY = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]")
View = TypeVar("View", bound=Callable[..., Any])


def api_blueprint(name: str, import_name: str, *, title: str) -> APIBlueprint:
    """Return the API room of a module; its routes stand under `/api/v1`."""
    return APIBlueprint(f"{name}_api", import_name, url_prefix=BASE, tag=title)


# --- shapes ---------------------------------------------------------------------------------

Minor = Annotated[int, Field(ge=0, le=MOST_MINOR, strict=True)]
Amount = Annotated[int, Field(ge=1, le=MOST_MINOR, strict=True)]
SignedMinor = Annotated[int, Field(ge=-MOST_MINOR, le=MOST_MINOR, strict=True)]
Quantity = Annotated[int, Field(ge=1, le=10**9, strict=True)]
Count = Annotated[int, Field(ge=0, le=10**9, strict=True)]
Code = Annotated[str, StringConstraints(min_length=1, max_length=64, strip_whitespace=True)]
Line = Annotated[str, StringConstraints(min_length=1, max_length=250, strip_whitespace=True)]
Words = Annotated[str, StringConstraints(max_length=4000)]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]


def _text_of_a_moment(value: Any) -> Any:
    # Else a number (1e-5 is one too) is read as seconds or milliseconds, whichever it looks like.
    if isinstance(value, str) and _BEGINS_WITH_A_DAY.match(value):
        return value
    raise ValueError("a moment is written as RFC 3339 says: 2026-11-21T14:05:00Z")


def _in_utc(value: datetime) -> datetime:
    if value.tzinfo is None or not 1900 <= value.year <= 2900:
        raise ValueError("a moment has a zone and lies between the years 1900 and 2900")
    return value.astimezone(UTC)


Moment = Annotated[AwareDatetime, BeforeValidator(_text_of_a_moment), AfterValidator(_in_utc)]
AnyId = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,19}$")]


class In(BaseModel):
    """What a program sends. A field that is not known is refused, so that no typo is lost."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _plain_text_only(cls, values: Any) -> Any:
        if isinstance(values, Mapping):
            for name, value in values.items():
                if not (is_plain(str(name)) and _can_be_stored(value)):
                    raise ValueError(f"{ascii(name)[:60]}: NUL and lone surrogates are no text")
        return values


class Out(BaseModel):
    """What a program gets."""

    model_config = ConfigDict(from_attributes=True)


class AddressIn(In):
    name: Line
    company: Line | None = None
    street: Line
    street2: Line | None = None
    postal_code: Annotated[str, StringConstraints(max_length=20)]
    city: Line
    region: Line | None = None
    country: Country
    phone: Annotated[str, StringConstraints(max_length=40)] | None = None
    email: Annotated[str, StringConstraints(max_length=254)] | None = None


class PageIn(In):
    """The query of a list that only grows, or never changes: page by page."""

    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: str | None = None


class ListIn(PageIn):
    """The query of every other list."""

    updated_after: Moment | None = None


def _can_be_stored(value: Any) -> bool:
    # A list of what is left to see, not a call within a call: the sender decides how deep it is.
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Mapping):
            waiting += one.keys()
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
        elif isinstance(one, str) and not is_plain(one):
            return False
    return True


def is_plain(value: str) -> bool:
    """Test whether every database can store the text."""
    return "\x00" not in value and not any("\ud800" <= sign <= "\udfff" for sign in value)


def parse_id(value: str) -> int:
    """
    Return the key behind an opaque id.

    :raises NotFound: it is none of ours
    """
    if _is_number(value) and int(value) <= BIGGEST_ID:
        return int(value)
    raise NotFound(_("There is no record %(value)s.", value=value[:40]))


def _is_number(text: str) -> bool:
    # Its length first: Python refuses to read thousands of digits, and rightly.
    return len(text) <= 19 and text.isascii() and text.isdigit()


# --- lists ----------------------------------------------------------------------------------


def pack_cursor(*place: Any) -> str:
    """Return the place after which the next page begins, as opaque text."""
    place = tuple(one.isoformat() if isinstance(one, datetime) else one for one in place)
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def unpack_cursor(cursor: str, *kinds: type) -> tuple[Any, ...]:
    """
    Return the place that `pack_cursor` was given: `unpack_cursor(text, datetime, int)`.

    :raises InvalidInput: the text was not made by it
    """
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        place = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
        if not isinstance(place, list) or len(place) != len(kinds):
            raise ValueError
        return tuple(_unpack(value, kind) for value, kind in zip(place, kinds, strict=True))
    except (ValueError, RecursionError):
        raise InvalidInput(_("This cursor is not one of ours."), pointer="/cursor") from None


def _unpack(value: Any, kind: type) -> Any:
    if kind is datetime and isinstance(value, str):
        return _in_utc(datetime.fromisoformat(value))
    if type(value) is not kind:
        raise ValueError(value)
    if isinstance(value, int) and abs(value) > BIGGEST_ID:
        raise ValueError(value)
    if isinstance(value, str) and not is_plain(value):
        raise ValueError(value)
    return value


# --- versions -------------------------------------------------------------------------------


class PreconditionMissing(RuleViolation):
    code = "if_match_missing"


def expected_version() -> int:
    """
    Return the version that the caller has seen, from `If-Match`.

    :raises PreconditionMissing: the header is missing or is no version: 428
    """
    value = request.headers.get("If-Match", "").strip().removeprefix("W/").strip('"')
    if not _is_number(value) or int(value) > BIGGEST_ID:
        raise PreconditionMissing("Send If-Match with the version that you have read (ETag).")
    return int(value)


def etag(version: int) -> dict[str, str]:
    return {"ETag": f'"{version}"'}


# --- writes ---------------------------------------------------------------------------------


_KEPT = ("ETag", "Location", "Retry-After")


class KeyMismatch(RuleViolation):
    code = "idempotency_mismatch"


def writes(view: View) -> View:
    """
    Run the view in one unit of work, and give a repeated `Idempotency-Key` its first answer.

    Key and work are committed together: a failure leaves no key, so that a retry does the work.
    The view returns a body, `(body, status)` or `(body, status, headers)`.
    """

    @wraps(view)
    def answer(*args: Any, **kwargs: Any) -> Response:
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return transact(lambda: _render(view(*args, **kwargs)))
        if not 1 <= len(key) <= 255 or not is_plain(key):
            raise InvalidInput(_("An Idempotency-Key has 1 to 255 characters."), pointer="")
        fingerprint = fingerprint_of_request()

        def work() -> Response:
            if (stored := _claim(key, fingerprint)) is not None:
                return stored
            response = _render(view(*args, **kwargs))
            _store(key, response)
            return response

        return transact(work)

    return cast(View, answer)


def keyless(view: View) -> View:
    """Say of a POST whose answer must be kept nowhere that it reads no `Idempotency-Key`."""
    view.keyless = True  # type: ignore[attr-defined]
    return view


def asks(view: View) -> View:
    """As `writes`, for a POST that changes nothing: work is opened only to keep a key's answer."""
    kept = writes(view)

    @wraps(view)
    def answer(*args: Any, **kwargs: Any) -> Response:
        if "Idempotency-Key" in request.headers:
            return cast(Response, kept(*args, **kwargs))
        return _render(view(*args, **kwargs))

    return cast(View, answer)


def answers(*statuses: int) -> Callable[[View], View]:
    """Say in the document of the API with which statuses a route tells that it went well."""

    def mark(view: View) -> View:
        view.statuses = statuses  # type: ignore[attr-defined]
        return view

    return mark


def _claim(key: str, fingerprint: str) -> Response | None:
    on_postgres = database().dialect == "postgresql"
    insert: Any = pg_insert if on_postgres else sqlite_insert
    token_id = current_token().id
    if on_postgres:
        # Another request with this key may be at work: its commit is worth waiting for.
        session.execute(text("SET LOCAL lock_timeout = '10s'"))
    claimed = session.execute(
        insert(IdempotencyKey)
        .values(token_id=token_id, key=key, fingerprint=fingerprint)
        .on_conflict_do_nothing()
        .returning(IdempotencyKey.key)
    ).first()
    if on_postgres:
        session.execute(text("SET LOCAL lock_timeout = '5s'"))
    if claimed:
        return None
    stored = session.execute(
        select(
            IdempotencyKey.fingerprint,
            IdempotencyKey.status,
            IdempotencyKey.body,
            IdempotencyKey.headers,
        ).where(IdempotencyKey.token_id == token_id, IdempotencyKey.key == key)
    ).one()
    if stored.fingerprint != fingerprint:
        raise KeyMismatch("This Idempotency-Key was used for another request.")
    response = _json(stored.body or "", stored.status or 200, stored.headers or {})
    response.headers["Idempotent-Replayed"] = "true"
    return response


def _store(key: str, response: Response) -> None:
    kept = {name: response.headers[name] for name in _KEPT if name in response.headers}
    session.execute(
        update(IdempotencyKey)
        .where(IdempotencyKey.token_id == current_token().id, IdempotencyKey.key == key)
        .values(status=response.status_code, body=response.get_data(as_text=True), headers=kept)
    )


def _render(answer: Any) -> Response:
    body, status = answer, 200
    headers: Mapping[str, str] = {}
    if isinstance(answer, tuple):
        body, status, *rest = answer
        headers = rest[0] if rest else {}
    assert 200 <= status < 300, "a refusal is raised, so that nothing of it is committed"
    return _json(render_json(body), status, headers)


def render_json(body: Any) -> str:
    if isinstance(body, BaseModel):
        return body.model_dump_json()
    return current_app.json.dumps(body)


def _json(body: str, status: int, headers: Mapping[str, str]) -> Response:
    response = Response(body, status=status, mimetype="application/json")
    response.headers.update(dict(headers))
    return response


def problem(
    status: int,
    title: str,
    *,
    code: str,
    detail: str = "",
    errors: Sequence[Mapping[str, Any]] = (),
) -> Response:
    """Return an error as RFC 9457 wants it; `code` is the stable word for programs."""
    body = {
        "type": f"/problems/{code}",
        "title": title,
        "status": status,
        "code": code,
        "detail": detail or title,
        "errors": list(errors),
    }
    response = _json(current_app.json.dumps(body), status, {})
    response.mimetype = "application/problem+json"
    return response
