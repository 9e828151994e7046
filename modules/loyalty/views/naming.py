"""How programmes and members are named and found from elsewhere."""

from collections.abc import Iterator, Mapping, Sequence

from flask import url_for

from app.actor import current_actor
from app.i18n import _
from app.module import Found
from modules.loyalty import finding
from modules.loyalty.finding import Wanted
from modules.loyalty.member_list import name_in, names_of, wanted
from modules.loyalty.models import Member, Program
from modules.loyalty.queries import list_programs
from modules.loyalty.rights import VIEW


def program_names(keys: Sequence[int]) -> Mapping[int, Found]:
    if not current_actor().may(VIEW):
        return {}
    return {one.id: _program(one) for one in list_programs() if one.id in keys}


def member_names(keys: Sequence[int]) -> Mapping[int, Found]:
    if not current_actor().may(VIEW):
        return {}
    found = finding.members_by_key(keys)
    return {one.id: hit for one, hit in _members([*found.values()])}


def find(text: str) -> Iterator[Found]:
    """Find members by card, and programmes by name, for the search over everything."""
    text = text.strip()
    if not text or not current_actor().may(VIEW):
        return
    by_card = finding.find_members(wanted=Wanted(text=text), limit=5)
    # Not as what alone is meant: a scanned card opens its customer, who shows the points too.
    for _member, hit in _members(by_card):
        yield hit
    for one in list_programs():
        if text.casefold() in one.name.casefold() or text.casefold() == one.code.casefold():
            yield _program(one, exact=text.casefold() == one.code.casefold())


def members_meant(program: str, text: str) -> Sequence[Member]:
    """Return whom a person means by a card, a name or a number: at most two of them."""
    asked = wanted({"q": text, "program": program, "standing": "active"})
    return finding.find_members(wanted=asked, limit=2)


def _members(rows: Sequence[Member]) -> Iterator[tuple[Member, Found]]:
    names = names_of(rows)
    programs = {one.id: one.name for one in list_programs()} if rows else {}
    for one in rows:
        yield (
            one,
            Found(
                kind=_("Loyalty members"),
                title=name_in(names, one),
                detail=programs.get(one.program_id, ""),
                url=url_for("loyalty.member", member_id=one.id),
                icon="award",
            ),
        )


def _program(one: Program, *, exact: bool = False) -> Found:
    return Found(
        kind=_("Loyalty programmes"),
        title=one.name,
        detail=one.code,
        url=url_for("loyalty.program", code=one.code),
        icon="award",
        exact=exact,
    )
