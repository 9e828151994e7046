"""What waits for a second person, who that may be, and what became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from flask import current_app
from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from app import clock, limits
from app.actor import Actor, current_actor
from app.approving.models import Approval, ApprovalState
from app.db import session
from app.errors import NotFound
from app.i18n import _
from app.models import Account, Role, RoleGrant
from app.module import Act
from app.reference import Reference

DECIDE = "approvals.decide"
_NAMED = 5
_Asker, _Decider = aliased(Account), aliased(Account)


@dataclass(frozen=True)
class Asked:
    """An act that was asked for, as it is shown."""

    approval: Approval
    asked_by: str
    decided_by: str | None

    @property
    def act(self) -> Act:
        return act_named(self.approval.act)

    @property
    def amount(self) -> str:
        return amounts_words(self.approval.amounts, self.approval.currency)

    @property
    def record(self) -> tuple[str, str]:
        """Return the words and the address of the record that it is about."""
        return self.act.named(self.approval.ref_id)

    @property
    def decided_at(self) -> datetime | None:
        return self.approval.decided_at


class SumOfDay(NamedTuple):
    """What a request adds up to with what the same person did within a day, in words."""

    asked: str
    about: str
    """For the same record, this request included."""
    in_all: str
    """In the same store, this request included."""


def sums_of_day(asked: Sequence[Asked]) -> dict[int, SumOfDay]:
    """Return, by their keys, what requests add up to whose small acts are counted together."""
    found = {}
    for one in asked:
        request, now = one.approval, clock.now()
        for code, amount in request.amounts.items():
            of_day = limits.known()[code].of_day
            if of_day is None:
                continue
            told = {
                "by": f"staff:{request.asked_by}",
                "about": Reference(request.ref_kind, request.ref_id),
                "store_id": request.store_id,
            }
            # What was counted as it was asked for is no part of what is asked for.
            alone = amount - of_day(until=request.asked_at, **told)[0]
            sums = (alone, *(alone + before for before in of_day(until=now, **told)))
            found[request.id] = SumOfDay(
                *(limits.amount_words(code, it, request.currency) for it in sums)
            )
    return found


def act_named(name: str) -> Act:
    known: Mapping[str, Act] = current_app.extensions["acts"]
    return known[name]


def act_title(name: str) -> str:
    """Return what an act is called; one that no part knows any more, by its name."""
    known: Mapping[str, Act] = current_app.extensions["acts"]
    return str(known[name].title) if name in known else name


def amounts_words(amounts: Mapping[str, int], currency: str | None) -> str:
    """Return "600,00 zł" or "30 pieces · 2 400,00 zł", of what may be read where some of it may."""
    read = {code: it for code, it in amounts.items() if limits.reads(code)} or amounts
    return " · ".join(limits.amount_words(code, it, currency) for code, it in read.items())


def get_approval(approval_id: int) -> Approval:
    """
    Return one act that was asked for.

    :raises NotFound: there is none with that id
    """
    if found := session.get(Approval, approval_id, populate_existing=True):
        return found
    raise NotFound(_("There is no such request."))


def list_waiting() -> list[Asked]:
    """Return what waits and this person may decide, the oldest first."""
    actor = current_actor()
    waiting = _rows().where(Approval.state == ApprovalState.WAITING).order_by(Approval.id)
    return [one for one in _asked(waiting) if may_decide(actor, one.approval)]


def list_own(*, limit: int = 30) -> list[Asked]:
    """Return what this person asked for, the newest first."""
    own = _rows().where(Approval.asked_by == current_actor().id)
    return _asked(own.order_by(Approval.id.desc()).limit(limit))


def list_decided(*, limit: int = 30) -> list[Asked]:
    """Return what was decided of late in the stores where this person decides."""
    stores = current_actor().stores(DECIDE)
    decided = _rows().where(Approval.decided_by.is_not(None))
    if stores is not None:
        decided = decided.where(Approval.store_id.in_(stores))
    return _asked(decided.order_by(Approval.decided_at.desc(), Approval.id.desc()).limit(limit))


def of_record(reference: Reference, *, limit: int = 20) -> list[Asked]:
    """Return what was asked for about a record, the newest first."""
    about = _rows().where(Approval.ref_kind == reference.kind, Approval.ref_id == reference.id)
    return _asked(about.order_by(Approval.id.desc()).limit(limit))


def count_waiting() -> tuple[int, str] | None:
    """Return how many wait for this person, for the menu."""
    actor = current_actor()
    found = sum(may_decide(actor, one) for one in session.scalars(_WAITING))
    return (found, "wait") if found else None


# Asked for the menu of every page.
_WAITING = select(Approval).where(Approval.state == ApprovalState.WAITING)


def may_decide(actor: Actor, approval: Approval) -> bool:
    """Test whether somebody may approve what another asked for: it is within his own limits."""
    return (
        actor.kind == "staff"
        and actor.id != approval.asked_by
        and actor.may(DECIDE, store_id=approval.store_id)
        and all(
            limits.reaches(actor, code, amount, approval.store_id)
            for code, amount in approval.amounts.items()
        )
    )


def who_may_approve(amounts: Mapping[str, int], *, store_id: int) -> Sequence[str]:
    """Return the names of some who may approve as much as that in a store, but the caller."""
    rows = session.execute(
        select(Account.id, Account.name, RoleGrant.store_id, Role.permissions, Role.limits)
        .join(RoleGrant, RoleGrant.account_id == Account.id)
        .join(Role, Role.id == RoleGrant.role_id)
        .where(Account.disabled_at.is_(None), Account.id != (current_actor().id or 0))
        .order_by(Account.name, Account.id)
    ).all()
    of_person: dict[int, list[Any]] = {}
    for row in rows:
        of_person.setdefault(row.id, []).append(row)
    found = []
    for own in of_person.values():
        person = _as_actor(own)
        if person.may(DECIDE, store_id=store_id) and all(
            limits.reaches(person, code, amount, store_id) for code, amount in amounts.items()
        ):
            found.append(person.name)
    return found[:_NAMED]


def _as_actor(rows: Sequence[Any]) -> Actor:
    grants: dict[str, frozenset[int] | None] = {}
    for row in rows:
        for permission in row.permissions:
            before = grants.get(permission, frozenset())
            known = None if row.store_id is None or before is None else before | {row.store_id}
            grants[permission] = known
    return Actor(
        kind="staff",
        id=rows[0].id,
        name=rows[0].name,
        grants=grants,
        limits=limits.of_roles((row.store_id, row.permissions, row.limits) for row in rows),
    )


def _rows() -> Select[Approval, str, str]:
    return (
        select(Approval, _Asker.name, _Decider.name)
        .join(_Asker, _Asker.id == Approval.asked_by)
        .outerjoin(_Decider, _Decider.id == Approval.decided_by)
    )


def _asked(found: Select[Approval, str, str]) -> list[Asked]:
    return [Asked(*row) for row in session.execute(found)]
