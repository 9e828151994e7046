"""
The chain over the audit trail: that nothing of it was changed, taken out or cut off.

Each row carries a seal from the start, so that one which is written past the house is known. A job
links the seals to a chain, so that one which is taken out is missed; not in the act itself, where
the last link would be what all writers wait for. The head of the chain is told to the log and kept
in a file beside the database: who cuts off the end of both tables does not reach it.
"""

import json
import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import bindparam, exists, func, select

from app import clock, seals
from app.audit import facts_of, said_in
from app.db import close_session, session
from app.i18n import lazy
from app.models import Audit, AuditLink
from app.module import Difference, Scheduled
from app.outbox import Running

log = logging.getLogger(__name__)

ANCHORS = "audit-heads.jsonl"
KIND = "ground.chain"
TITLE = lazy("Chain the audit trail")
SCHEDULE = Scheduled(kind=KIND, every_seconds=300)
_AT_ONCE = 2_000
# A row that commits late has a smaller key than some that are chained already.
_LATE = 10_000


# Page by page: a proof may be left in the middle, which a cursor in the database would not survive.
_ROWS = select(Audit).where(Audit.id > bindparam("after")).order_by(Audit.id).limit(_AT_ONCE)
_LINKS = (
    select(AuditLink.place, AuditLink.audit_id, AuditLink.hash, Audit.seal)
    .outerjoin(Audit, Audit.id == AuditLink.audit_id)
    .where(AuditLink.place > bindparam("after"))
    .order_by(AuditLink.place)
    .limit(_AT_ONCE)
)


def chain(running: Running) -> None:
    """Link every row that is not linked yet, and tell where the chain ends now."""
    while True:
        with running.step():
            head = extend_chain(limit=_AT_ONCE)
        if head is None:
            return
        _anchor(head)


def extend_chain(*, limit: int) -> AuditLink | None:
    """Link the next rows; return the new head, or None where nothing was to be linked."""
    head = session.scalar(select(AuditLink).order_by(AuditLink.place.desc()).limit(1))
    place, before = (head.place, head.hash) if head else (0, "")
    floor = session.scalar(select(func.coalesce(func.max(AuditLink.audit_id), 0))) or 0
    waiting = (
        select(Audit)
        .where(
            Audit.id > floor - _LATE,
            Audit.seal.is_not(None),
            ~exists().where(AuditLink.audit_id == Audit.id),
        )
        .order_by(Audit.id)
        .limit(limit)
    )
    made = None
    for row in session.scalars(waiting).all():
        place += 1
        before = seals.link(place, str(row.seal), before)
        made = AuditLink(place=place, audit_id=row.id, hash=before)
        session.add(made)
    session.flush()
    return made


def seal_what_was_there() -> None:
    """Seal the rows from before there were seals, once: as they are found when the chain begins."""
    if session.scalar(select(AuditLink.place).limit(1)) is not None:
        return
    for row in session.scalars(select(Audit).where(Audit.seal.is_(None))).all():
        row.seal = seals.make_seal(facts_of(row), said_in(row))
    session.flush()


def prove_trail() -> Iterator[Difference]:
    """Yield each row of the trail that was changed, forged, taken out or cut off."""
    told = read_anchors()
    close_session()  # whatever was told is committed: it is seen by who begins to read now
    yield from _prove_rows()
    yield from _prove_links()
    yield from _prove_anchors(told)


def _prove_rows() -> Iterator[Difference]:
    last = 0
    while rows := session.scalars(_ROWS, {"after": last}).all():
        for row in rows:
            if row.seal is None:
                yield _differs("audit trail", f"row {row.id}", "its seal", "none: it is not ours")
            elif not seals.holds(row.seal, facts_of(row), said_in(row)):
                yield _differs("audit trail", f"row {row.id}", "its seal", "that of another text")
        last = rows[-1].id


def _prove_links() -> Iterator[Difference]:
    place, before = 0, ""
    while rows := session.execute(_LINKS, {"after": place}).all():
        for row in rows:
            place += 1
            if row.place != place:
                yield _differs("audit chain", f"link {place}", "it is there", "taken out")
                return
            if row.seal is None:
                yield _differs("audit chain", f"row {row.audit_id}", "it is there", "taken out")
            elif not seals.is_link(row.hash, place, row.seal, before):
                yield _differs("audit chain", f"link {place}", "that of its row", "another one")
                return
            before = row.hash


def _prove_anchors(told: Sequence[Mapping[str, Any]]) -> Iterator[Difference]:
    for anchor in told:
        kept = session.get(AuditLink, anchor["place"])
        if kept is None or kept.hash != anchor["hash"]:
            found = "cut off" if kept is None else "another one"
            yield _differs("audit chain", f"head {anchor['place']}", "as it was told", found)
            return


def _differs(ledger: str, entry: str, expected: str, found: str) -> Difference:
    return Difference(ledger=ledger, entry=entry, expected=expected, found=found)


def read_anchors() -> list[dict[str, Any]]:
    """Return the heads that were kept beside the database, oldest first."""
    file = _file()
    if not file.exists():
        return []
    return [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]


def _anchor(head: AuditLink) -> None:
    told = {"at": clock.now().isoformat(), "place": head.place, "hash": head.hash}
    log.info("the audit trail's head is link %s, %s", head.place, head.hash)
    with _file().open("a", encoding="utf-8") as file:
        file.write(json.dumps(told) + "\n")
        file.flush()
        os.fsync(file.fileno())


def _file() -> Path:
    return Path(current_app.config["DATA_DIR"]) / ANCHORS
