"""The list of people who work here: what it can be asked, its columns and orders."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from flask import url_for

from app.actor import current_actor
from app.i18n import _, lazy
from app.lists import MOMENT, Asked, Column, ListSpec
from app.statuses import look_of
from modules.organization import queries
from modules.organization.forms import role_word
from modules.organization.models import Staff
from modules.organization.operations.staff import LETS_IN

EXPORT = "staff.export"


class BesideStaff(NamedTuple):
    """What the list shows of people beside themselves."""

    roles: Mapping[int, Sequence[tuple[str, str | None]]]
    """Account -> each role, and the store or (None) all of them."""
    seen: Mapping[int, datetime]


def state_words() -> dict[str, str]:
    return {code: str(look_of(code).word) for code in ("active", "disabled")}


def _question(args: Mapping[str, str]) -> dict[str, Any]:
    return {
        "stores": current_actor().stores(LETS_IN),
        "q": args.get("q", "").strip(),
        "state": args.get("state", ""),
    }


def _find(asked: Asked) -> Sequence[Staff]:
    return queries.list_staff(
        order=asked.sort,
        after=asked.after,
        limit=asked.limit,
        up_to=asked.up_to,
        **_question(asked.args),
    )


def _count(args: Mapping[str, str], cap: int) -> int:
    return queries.count_staff(cap=cap, **_question(args))


def _beside(people: Sequence[Staff]) -> BesideStaff:
    keys = [one.id for one in people]
    stores = {store.id: store.name for store in queries.list_stores()}
    roles: dict[int, list[tuple[str, str | None]]] = {}
    for grant in queries.list_grants(*keys):
        where = stores.get(grant.store_id) if grant.store_id is not None else None
        roles.setdefault(grant.account_id, []).append((role_word(grant.role), where))
    return BesideStaff(roles=roles, seen=queries.last_seen(keys))


def _roles(row: Staff, beside: BesideStaff) -> str:
    given = beside.roles.get(row.id, ())
    return ", ".join(f"{role} ({store or _('all stores')})" for role, store in given)


STAFF = ListSpec(
    code="staff",
    title=lazy("Staff"),
    endpoint="organization.staff",
    permission=LETS_IN,
    export_permission=EXPORT,
    names=("q", "state"),
    sorts=(queries.BY_NAME, queries.NEWEST_FIRST),
    find=_find,
    key=lambda row: row.id,
    beside=_beside,
    count=_count,
    url=lambda key, _name: url_for("organization.person", account_id=key),
    columns=(
        Column(
            code="person",
            title=lazy("Person"),
            value=lambda row, _beside: row.name,
            drawn=True,
            also=(
                Column(code="email", title=lazy("E-mail"), value=lambda row, _beside: row.email),
            ),
        ),
        Column(code="roles", title=lazy("Roles"), value=_roles, drawn=True),
        Column(
            code="account",
            title=lazy("Account"),
            value=lambda row, _beside: look_of("disabled" if row.disabled_at else "active").word,
            drawn=True,
        ),
        Column(
            code="seen",
            title=lazy("Signed in"),
            value=lambda row, beside: beside.seen.get(row.id),
            kind=MOMENT,
            drawn=True,
        ),
        Column(
            code="since",
            title=lazy("Since"),
            value=lambda row, _beside: row.created_at,
            kind=MOMENT,
            usual=False,
        ),
        Column(
            code="language",
            title=lazy("Language"),
            value=lambda row, _beside: row.language,
            usual=False,
        ),
    ),
)
