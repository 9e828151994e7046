"""Asking for a second person, and deciding: what is approved is carried out in the same breath."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select, update

from app import accounts, clock
from app.actor import Actor, acting_as, current_actor
from app.approving.events import ApprovalMoved
from app.approving.models import Approval, ApprovalState
from app.approving.queries import DECIDE, act_named, amounts_words, get_approval, may_decide
from app.audit import record_change
from app.db import session
from app.errors import NotAllowed, NotFound, RuleViolation
from app.events import publish
from app.i18n import _
from app.limits import NeedsSecondPerson
from app.models import Account
from app.reference import Reference


class NotYours(RuleViolation):
    """This person is not the second one."""

    code = "needs_second_person"
    field = "second_email"


class CodeMissing(NotYours):
    """The second person has not shown a right code of his app."""

    field = "second_code"


class Decided(RuleViolation):
    code = "already_decided"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What somebody wants done: the name of the act, its record and the operation's arguments."""

    act: str
    reference: Reference
    arguments: Mapping[str, Any]
    reason: str


def ask(*, wanted: Wanted, refusal: NeedsSecondPerson) -> int:
    """
    Let an act wait for a second person and return its key; the same one is asked for once.

    :raises NotAllowed: the caller is no person
    """
    print_ = _fingerprint(wanted)
    waits = Approval.fingerprint == print_, Approval.state == ApprovalState.WAITING
    known = session.scalar(select(Approval.id).where(*waits))
    if known is not None:
        return known
    asked = _write(wanted, refusal, print_)
    _tell(asked, "asked")
    return asked.id


def approve(*, approval_id: int) -> None:
    """
    Approve what another asked for, and carry it out in his name.

    :raises Decided: somebody was faster, or it was withdrawn
    :raises RuleViolation: the world has changed; it waits on, and may be refused
    """
    approver = current_actor()
    asked = _decidable(approval_id, approver)
    _end(asked, ApprovalState.APPROVED, by=approver.id)
    act = act_named(asked.act)
    asker = _asker(asked)
    if not asker.may(act.permission, store_id=asked.store_id):
        raise RuleViolation(
            _("%(name)s may no longer do this. Refuse the request.", name=asker.name)
        )
    assert act.carry_out is not None, f"{asked.act} is never left waiting"
    with acting_as(replace(asker, second=approver)):
        act.carry_out(**asked.arguments)


def refuse(*, approval_id: int, note: str) -> None:
    """
    Refuse what another asked for.

    :raises Decided: somebody was faster, or it was withdrawn
    """
    approver = current_actor()
    _end(_decidable(approval_id, approver), ApprovalState.REFUSED, by=approver.id, note=note)


def withdraw(*, approval_id: int) -> None:
    """
    Take back what one asked for oneself.

    :raises NotFound: somebody else asked for it
    :raises Decided: it was decided
    """
    asked = get_approval(approval_id)
    if asked.asked_by != current_actor().id:
        raise NotFound(_("There is no such request."))
    _end(asked, ApprovalState.WITHDRAWN, by=None)


def carry_out_with(
    *,
    approver: Actor,
    wanted: Wanted,
    refusal: NeedsSecondPerson,
    operation: Callable[[], Any],
    made: Callable[[Any], Reference] | None = None,
) -> Any:
    """
    Do at once what a second person, who stands beside, approves; return what it answers.

    `made` tells from the answer which record it was about, where the act has made that one.

    :raises NotYours: it is the same person, or beyond his limits too
    """
    asker = current_actor()
    asked = _write(wanted, refusal, _fingerprint(wanted))
    if not may_decide(approver, asked):
        raise NotYours(
            _("You cannot approve this yourself. A colleague has to.")
            if approver.id == asker.id
            else _("%(name)s may not approve this. Ask somebody else.", name=approver.name)
        )
    with acting_as(replace(asker, second=approver)):
        done = operation()
    if made is not None:
        asked.ref_kind, asked.ref_id = made(done)
        session.flush()
    with acting_as(approver):
        _end(asked, ApprovalState.APPROVED, by=approver.id)
    return done


# --- what the parts above share ---------------------------------------------------------------


def _write(wanted: Wanted, refusal: NeedsSecondPerson, fingerprint: str) -> Approval:
    actor = current_actor()
    if actor.kind != "staff" or actor.id is None:
        raise NotAllowed(act_named(wanted.act).permission)
    asked = Approval(
        act=wanted.act,
        arguments=dict(wanted.arguments),
        fingerprint=fingerprint,
        ref_kind=wanted.reference.kind,
        ref_id=wanted.reference.id,
        store_id=refusal.store_id,
        amounts=refusal.amounts,
        currency=refusal.currency,
        reason=wanted.reason,
        asked_by=actor.id,
    )
    session.add(asked)
    session.flush()
    return asked


def _fingerprint(wanted: Wanted) -> str:
    told = [wanted.act, *wanted.reference, dict(wanted.arguments), current_actor().id]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _decidable(approval_id: int, approver: Actor) -> Approval:
    asked = get_approval(approval_id)
    if not approver.may(DECIDE, store_id=asked.store_id):
        raise NotFound(_("There is no such request."))
    if not may_decide(approver, asked):
        raise RuleViolation(
            _("You asked for this yourself. A colleague has to decide.")
            if approver.id == asked.asked_by
            else _("This is beyond what you may approve. Somebody else has to decide.")
        )
    return asked


def _end(asked: Approval, state: ApprovalState, *, by: int | None, note: str = "") -> None:
    """Decide what waits; of two who decide at once the second is told so."""
    ended = session.execute(
        update(Approval)
        .where(Approval.id == asked.id, Approval.state == ApprovalState.WAITING)
        .values(state=state, decided_by=by, decided_at=clock.now(), note=note.strip())
        .returning(Approval.id)
        .execution_options(synchronize_session=False)
    ).first()
    if ended is None:
        raise Decided(_("This was decided already. Open the list again."))
    session.refresh(asked)
    _tell(asked, state.value)


def _asker(asked: Approval) -> Actor:
    account = session.get_one(Account, asked.asked_by)
    if account.disabled_at:
        raise RuleViolation(
            _("The account of %(name)s is closed. Refuse the request.", name=account.name)
        )
    return accounts.actor_of(account)


def _tell(asked: Approval, state: str) -> None:
    """Write it down in the trail, and tell the room whose record it is."""
    asker = session.get_one(Account, asked.asked_by).name
    record_change(
        Reference("approval", asked.id),
        state,
        new={
            "act": asked.act,
            "record": f"{asked.ref_kind}:{asked.ref_id}",
            "amount": amounts_words(asked.amounts, asked.currency),
            "reason": asked.reason,
            "asked_by": asker,
            "note": asked.note,
        },
    )
    publish(
        ApprovalMoved(
            approval_id=asked.id,
            reference=Reference(asked.ref_kind, asked.ref_id),
            act=asked.act,
            state=state,
            amounts=asked.amounts,
            currency=asked.currency,
            asked_by=asker,
            note=asked.note,
        )
    )
