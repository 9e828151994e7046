"""Answers to a browser: a page or the fragment that htmx asked for, lists by key, safe returns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import g, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.api import BIGGEST_ID, unpack_cursor
from app.errors import InvalidInput


def wants_fragment() -> bool:
    """Test whether htmx asks for a piece (a history miss sends its header too, but wants all)."""
    return "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers


def render(
    page: str, *, fragment: str | None = None, status: int = 200, **context: Any
) -> ResponseReturnValue:
    """Return the page, or its fragment where htmx asked for one."""
    wanted = fragment if fragment and wants_fragment() else page
    response = make_response(render_template(wanted, **context), status)
    response.headers.add("Vary", "HX-Request")
    return response


def go_to(url: str) -> ResponseReturnValue:
    """Send the browser on after a write, also when htmx carried the form."""
    if "HX-Request" in request.headers:
        return "", 204, {"HX-Redirect": url}
    return redirect(url, code=303)


def posted_version() -> int:
    """Return the version of the record that a form was opened with; 0 where it brings none."""
    typed = request.form.get("version", "")
    number = int(typed) if len(typed) < 20 and typed.isascii() and typed.isdigit() else 0
    return number if number <= BIGGEST_ID else 0


def safe_return(target: str | None, otherwise: str) -> str:
    """Return `target` if it is a path of ours, else `otherwise`: nobody is sent to another site."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return otherwise
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or any(ord(sign) < 32 for sign in target):
        return otherwise
    return target


@dataclass
class Listing:
    """One page of a list by key: its rows, and the addresses of the neighbours."""

    rows: Sequence[Any]
    next_url: str | None = None
    first_url: str | None = None
    filters: Mapping[str, str] = field(default_factory=dict)


PAGE = 50


def cursor_from_url(*kinds: type) -> tuple[Any, ...] | None:
    """Return the key after which this page begins; None on the first, and for a torn address."""
    text = request.args.get("after", "")
    try:
        return unpack_cursor(text, *kinds) if text else None
    except InvalidInput:
        return None


def url_with(**changes: str | None) -> str:
    """Return the address of this page with some of its questions changed; None drops one."""
    kept = {key: value for key, value in request.args.items() if key not in changes}
    kept |= {key: value for key, value in changes.items() if value}
    return request.path + ("?" + urlencode(kept) if kept else "")


def listing(rows: Sequence[Any], *, limit: int, cursor: str | None) -> Listing:
    """
    Return a page of a list.

    `rows` may hold one row more than `limit`: it is cut off and means that there is a next page,
    which begins after `cursor` (made by `pack_cursor` from the last row shown).
    """
    more = len(rows) > limit
    return Listing(
        rows=rows[:limit],
        next_url=url_with(after=cursor) if more and cursor else None,
        first_url=url_with(after=None) if "after" in request.args else None,
        filters={key: value for key, value in request.args.items() if key != "after"},
    )


def chosen_store_id() -> int | None:
    """Return the store that this person works in now; None means all that he may see."""
    chosen = g.get("chosen_store_id")
    return int(chosen) if chosen is not None else None
