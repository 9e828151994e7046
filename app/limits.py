"""How much somebody does alone: what goes beyond it needs a second person."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from flask import current_app

from app import fields
from app.actor import Actor, current_actor
from app.errors import RuleViolation
from app.i18n import _, language, ngettext
from app.money import format_money


@dataclass(frozen=True, kw_only=True)
class Limit:
    """How much of something a person does alone; what goes beyond needs a second person."""

    code: str
    title: Any
    permission: str
    """Who does it at all. A role without it has no limit of this kind."""
    unit: str  # "money" (minor units), "pieces" or "points"
    roles: Mapping[str, int] = field(default_factory=dict)
    """Role -> the most that it does alone when the house is set up; others have no limit."""
    seen_with: str = ""
    """Who may read the amounts; without one, everybody."""
    people: bool = True
    """Whether a person can do it at all; a role has no such limit where none can."""
    programs: bool = True
    """Whether a program can do it at all; a token has no such limit where none can."""
    of_day: Callable[..., tuple[int, int]] | None = None
    """
    Where small acts add up to a large one: `(by=, about=, store_id=, until=)` says how much
    somebody ("staff:7") did within the day before a moment about one record, and in all there.
    """


class NeedsSecondPerson(RuleViolation):
    """The act goes beyond what the caller does alone; `amounts` says which limits, and how far."""

    code = "needs_second_person"

    def __init__(
        self, amounts: Mapping[str, int], *, store_id: int, currency: str | None, why: str = ""
    ) -> None:
        self.amounts, self.store_id, self.currency = dict(amounts), store_id, currency
        actor = current_actor()
        parts = [
            _(
                "%(limit)s: %(amount)s, and your role goes up to %(most)s.",
                limit=known()[code].title,
                amount=amount_words(code, amount, currency),
                most=amount_words(code, most_of(actor, code, store_id) or 0, currency),
            )
            if reads(code)
            else _("%(limit)s: more than your role goes up to.", limit=known()[code].title)
            for code, amount in amounts.items()
        ]
        said = [*parts, why, _("A second person has to approve it.")]
        super().__init__(" ".join(one for one in said if one))


def known() -> Mapping[str, Limit]:
    """Return every limit that a role may have, by its code."""
    return cast(Mapping[str, Limit], current_app.extensions["limits"])


def of_people() -> Mapping[str, Limit]:
    """Return every limit that a role may have, by its code."""
    return {code: limit for code, limit in known().items() if limit.people}


def of_programs() -> Mapping[str, Limit]:
    """Return every limit that a token may have, by its code."""
    return {code: limit for code, limit in known().items() if limit.programs}


def check(
    amounts: Mapping[str, int], *, store_id: int, currency: str | None = None, why: str = ""
) -> None:
    """
    Make sure that an act stays within what the caller, or his second person, does alone.

    `why` says what else was counted, where it is more than the act itself.

    :raises NeedsSecondPerson: it takes more of something
    """
    actor = current_actor()
    persons = [actor] if actor.second is None else [actor, actor.second]
    beyond = {
        code: amount
        for code, amount in amounts.items()
        if not any(reaches(one, code, amount, store_id) for one in persons)
    }
    if beyond:
        raise NeedsSecondPerson(beyond, store_id=store_id, currency=currency, why=why)


def reaches(actor: Actor, code: str, amount: int, store_id: int) -> bool:
    """Test whether somebody does as much as that alone in a store."""
    most = most_of(actor, code, store_id)
    return most is None or amount <= most


def most_of(actor: Actor, code: str, store_id: int) -> int | None:
    """Return the most that somebody does alone in a store; None: as much as he likes."""
    if actor.all_powerful:
        return None
    own = actor.limits.get(code, {})
    if actor.kind == "token":
        return own.get(None)
    if not actor.may(known()[code].permission, store_id=store_id):
        return 0
    said = [own[place] for place in (None, store_id) if place in own]
    return None if not said or None in said else max(cast(list[int], said))


def most_in(actor: Actor, code: str, store_id: int | None) -> int | None:
    """Return the most that somebody does alone in a store, or (None) in every one of them."""
    if store_id is not None:
        return most_of(actor, code, store_id)
    said = [most for most in actor.limits.get(code, {}).values() if most is not None]
    return None if actor.all_powerful or not said else min(said)


def is_limited(code: str, store_id: int) -> bool:
    """Test whether there is a limit at all: what it takes need not be worked out otherwise."""
    return most_of(current_actor(), code, store_id) is not None


def of_roles(
    rows: Iterable[tuple[int | None, Iterable[str], Mapping[str, Any] | None]],
) -> dict[str, dict[int | None, int | None]]:
    """
    Return per limit and store (None: all of them) the most that roles allow; the widest counts.

    A role without the permission says nothing of it, and one that names no amount sets no limit.
    """
    found: dict[str, dict[int | None, int | None]] = {}
    for store_id, permissions, limits in rows:
        for code, limit in known().items():
            if limit.permission not in permissions:
                continue
            most = (limits or {}).get(code)
            own = found.setdefault(code, {})
            before = own.get(store_id, 0)
            own[store_id] = None if most is None or before is None else max(before, most)
    return found


def reads(code: str) -> bool:
    """Test whether whoever acts now may read amounts of this kind."""
    seen_with = known()[code].seen_with
    return not seen_with or fields.sees(seen_with)


def amount_words(code: str, amount: int, currency: str | None) -> str:
    """Return "600,00 zł" or "30 pieces"; dots to whoever may not read such amounts."""
    limit = known()[code]
    if limit.unit == "money":
        return fields.shown_to(
            limit.seen_with, lambda: format_money(amount, currency or "PLN", language())
        )
    if limit.unit == "points":
        return ngettext("%(num)s point", "%(num)s points", amount)
    return ngettext("%(num)s piece", "%(num)s pieces", amount)
