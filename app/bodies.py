"""How the body and the question of a request are read: to the letter, nothing is guessed."""

import hashlib
from collections.abc import Callable, Iterator
from typing import Any, NoReturn, TypeVar

from flask import Request, abort, current_app, request
from flask.json.provider import DefaultJSONProvider
from werkzeug.exceptions import BadRequest

from app.errors import InvalidInput
from app.i18n import _

BASE = "/api/v1"
# What is read into memory as a whole; files go to the disk piece by piece.
BIGGEST = {
    "application/json": 4 * 1024 * 1024,
    "application/x-www-form-urlencoded": 2 * 1024 * 1024,
}
View = TypeVar("View", bound=Callable[..., Any])


class StrictJson(DefaultJSONProvider):
    """JSON that means one thing only, whoever reads it."""

    sort_keys = False

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """
        Return what a text means.

        :raises ValueError: it is no JSON in UTF-8, says a name twice, holds a number that is none,
            or is nested deeper than any document of ours
        """
        if isinstance(s, bytes):
            s = s.decode("utf-8")  # the library would try other alphabets
        try:
            return super().loads(
                s, object_pairs_hook=_each_name_once, parse_constant=_no_number, **kwargs
            )
        except RecursionError:
            raise ValueError("It is nested too deeply.") from None


def _each_name_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            # Two readers would see two different documents in it.
            raise ValueError(f"It says {ascii(name)[:60]} twice.")
        found[name] = value
    return found


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number of JSON.")


class ApiRequest(Request):
    """A request that may say all in its address, and is told what is wrong with its body."""

    @property
    def max_content_length(self) -> int | None:
        """Return how many bytes a body of this kind may have."""
        most, given = BIGGEST.get(self.mimetype), super().max_content_length
        return most if given is None else min(given, most or given)

    @max_content_length.setter
    def max_content_length(self, value: int | None) -> None:
        self._max_content_length = value

    def get_json(self, force: bool = False, silent: bool = False, cache: bool = True) -> Any:
        """Return the document that was sent; nothing at all is one without fields."""
        if not self.get_data(cache=cache):
            return {}
        return super().get_json(force=force, silent=silent, cache=cache)

    def on_json_loading_failed(self, e: ValueError | None) -> NoReturn:
        raise BadRequest(f"The body is no JSON that we can read. {e}")


def may_repeat(name: str) -> Callable[[View], View]:
    """Let the question of a route say a name more than once."""

    def mark(view: View) -> View:
        view.repeatable = name  # type: ignore[attr-defined]
        return view

    return mark


def refuse_what_is_ambiguous() -> None:
    """
    Let in only bodies that say what they are, and questions that say each thing once.

    :raises InvalidInput: a name stands twice in the address
    """
    if request.endpoint is None or not request.path.startswith(BASE + "/"):
        return
    # The library would read any body as JSON, whatever it says of itself.
    known = request.is_json or request.mimetype == "multipart/form-data"
    if request.content_length and not known:
        abort(415)
    repeatable = getattr(current_app.view_functions[request.endpoint], "repeatable", None)
    for name, values in request.args.lists():
        if len(values) > 1 and name != repeatable:
            raise InvalidInput(_("Say %(name)s once.", name=name[:40]), pointer=f"/{name[:40]}")


def fingerprint_of_request() -> str:
    """Return what tells this request from every other: its method, address and body."""
    seen = hashlib.sha256()
    for part in (request.method.encode(), request.full_path.encode(), *_parts_of_body()):
        seen.update(len(part).to_bytes(8, "big") + part)
    return seen.hexdigest()


def _parts_of_body() -> Iterator[bytes]:
    """Yield what a body says, without the words that a sender makes up each time anew."""
    if request.mimetype != "multipart/form-data":
        yield request.get_data()
        return
    for name, value in sorted(request.form.items(multi=True)):
        yield from (b"field", name.encode(), value.encode())
    for name, file in request.files.items(multi=True):
        file.seek(0)  # it was looked at when the picture was stored
        yield from (b"file", name.encode(), hashlib.sha256(file.read()).digest())
        file.seek(0)
