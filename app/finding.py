"""Finding a record by the shortest clue, while one types; and what a person opened last."""

from collections.abc import Sequence

from flask import current_app, redirect, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app import recent
from app.access import signed_in
from app.api import BIGGEST_ID
from app.db import transact
from app.ground import blueprint
from app.module import Found
from app.reference import Reference
from app.web import render

_LONGEST = 100
_FEWEST = 3
"""With fewer signs no index helps, and a million rows would be read at each of them; Enter asks."""
_SHOWN, _FEW = 12, 3
"""So many hits stand under the field while one types; the page lists all of them."""


@blueprint.get("/search")
@signed_in
def search() -> ResponseReturnValue:
    """Ask every part; a scan, or a clue sent by Enter, that means one thing opens it at once."""
    scanned = request.args.get("scan", "").strip()
    words = scanned or request.args.get("q", "").strip()
    found = find(words)
    if scanned or "go" in request.args:
        meant = the_one(found)
        if meant is None and scanned:
            # An order's number stands on its documents too: what bears it as its name is meant.
            named = [one for one in found if one.title.casefold() == words.casefold()]
            meant = named[0] if len(named) == 1 else None
        if meant is not None:
            return redirect(meant.url, code=303)
    groups: dict[str, list[Found]] = {}
    for one in found:
        groups.setdefault(str(one.kind), []).append(one)
    return render(
        "search.html",
        words=words,
        scanned=bool(scanned),
        groups=groups,
        lists={one.kind: one.all_url for one in found if one.all_url},
        opened=[] if words else recent.opened_last(),
    )


@blueprint.get("/search/hits")
@signed_in
def hits() -> ResponseReturnValue:
    """Return what the field and the palette show while one types; what was open last at first."""
    words = request.args.get("q", "").strip()
    short = bool(words) and max(map(len, words.split())) < _FEWEST
    found: Sequence[Found] = []
    if not short:
        found = find(words) if words else recent.opened_last()
    return render(
        "search_hits.html",
        words=words,
        short=short,
        found=(shown := some_of_each(found)),
        more=len(found) > len(shown),
    )


@blueprint.post("/recent")
@signed_in
def opened() -> ResponseReturnValue:
    """Keep that a record was opened; the page tells it, so that reading changes nothing."""
    kind, _colon, key = request.form.get("record", "").partition(":")
    is_key = key.isascii() and key.isdigit() and len(key) < 20 and int(key) <= BIGGEST_ID
    if is_key and kind in recent.kinds():
        account_id = current_user.account.id
        transact(lambda: recent.note(account_id=account_id, record=Reference(kind, int(key))))
    return "", 204


def find(words: str) -> list[Found]:
    """Return what the words mean anywhere, whole numbers and codes before fragments."""
    if not words:
        return []
    found: list[Found] = []
    for part in current_app.extensions["parts"]:
        if part.search:
            found.extend(part.search(words[:_LONGEST]))
    # Digits that end a number are rather that number than a part of some barcode.
    return sorted(found, key=lambda one: (not one.exact, not _ends(one.title, words)))


def _ends(title: str, words: str) -> bool:
    return words.isdigit() and title.endswith(words)


def some_of_each(found: Sequence[Found]) -> list[Found]:
    """Return so many hits as stand under a field, those of one kind together, none crowded out."""
    kinds: dict[str, list[Found]] = {}
    for one in found:
        kinds.setdefault(one.kind, []).append(one)
    most = max(_FEW, _SHOWN // max(1, len(kinds)))
    return [one for hits in kinds.values() for one in hits[:most]][:_SHOWN]


def the_one(found: Sequence[Found]) -> Found | None:
    """Return the record that is meant: the only one whose whole number it is, or the only hit."""
    for meant in ([one for one in found if one.exact], found):
        if len({one.url for one in meant}) == 1:
            return meant[0]
    return None
