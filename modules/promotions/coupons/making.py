"""Making codes in bulk: written down at once, carried out by a job that says how far it is."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import TextClause, text

from app import audit, clock
from app.actor import current_actor
from app.db import database, session
from app.errors import InvalidInput
from app.i18n import _, stored
from app.outbox import Permanent, Running, enqueue
from app.reference import Reference
from modules.promotions.coupons.models import CodeBatch
from modules.promotions.coupons.patterns import codes_like, plain_pattern
from modules.promotions.errors import NotInThisState
from modules.promotions.models import PromotionState
from modules.promotions.queries import get_promotion

TASK = "promotions.make_codes"
BATCH = "code_batch"
MOST = 500_000
"""Codes of one batch; who needs more makes another one."""
_AT_ONCE = 10_000
_TRIES = 20


def make_batch(
    *,
    promotion_id: int,
    name: str,
    pattern: str,
    count: int,
    has_check: bool = False,
    uses_per_code: int = 1,
    uses_per_customer: int | None = None,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
) -> CodeBatch:
    """
    Write a batch down; a job makes its codes.

    :raises NotInThisState: the promotion has ended, or asks for no code
    :raises InvalidInput: the pattern is none, codes could be guessed, or it ends before it begins
    :raises TooManyCodes: the pattern does not give so many codes
    """
    record = get_promotion(promotion_id)
    if record.state in (PromotionState.ENDED, PromotionState.ARCHIVED):
        raise NotInThisState(_("It has ended for good: nobody could use its codes."))
    if not 1 <= count <= MOST:
        raise _refused(_("A batch has 1 to %(most)s codes.", most=MOST), "count")
    for field, number in (
        ("uses_per_code", uses_per_code),
        ("uses_per_customer", uses_per_customer),
    ):
        if number is not None and not 1 <= number <= 10**6:
            raise _refused(_("At least one use, and a million at most."), field)
    if starts_at is not None and ends_at is not None and starts_at >= ends_at:
        raise _refused(_("It ends before it begins."), "ends_at")
    if ends_at is not None and ends_at <= clock.now():
        raise _refused(_("It would be over before it began. Move the end."), "ends_at")
    batch = CodeBatch(
        promotion_id=record.id,
        name=" ".join(name.split())[:120] or pattern.strip()[:120],
        pattern=plain_pattern(pattern, has_check=has_check, count=count),
        has_check=has_check,
        wanted=count,
        uses_per_code=uses_per_code,
        uses_per_customer=uses_per_customer,
        starts_at=starts_at,
        ends_at=ends_at,
        created_by=str(current_actor()),
    )
    session.add(batch)
    session.flush()
    batch.job_id = enqueue(
        TASK,
        {"batch": batch.id},
        title=stored("Codes of %(name)s"),
        named={"name": record.name},
        order_key=f"codes:{batch.id}",
        max_starts=5,
    )
    session.flush()
    audit.record_change(
        Reference("promotion", record.id),
        "codes_made",
        new={"name": batch.name, "count": count},
    )
    return batch


def make_codes(running: Running) -> None:
    """Make the codes of one batch, part by part; what was made before a crash counts."""
    batch = session.get(CodeBatch, int(running.payload["batch"]))
    if batch is None:
        raise Permanent("the batch is not there any more")
    made, wanted, idle = batch.made, batch.wanted, 0
    while made < wanted:
        part = codes_like(
            batch.pattern, has_check=batch.has_check, count=min(_AT_ONCE, wanted - made)
        )
        with running.step():
            fresh = _insert(batch, part)
            made += fresh
            session.get_one(CodeBatch, batch.id).made = made
            running.note_progress(done=made, total=wanted, counts={"done": made})
        idle = 0 if fresh else idle + 1
        if idle >= _TRIES:
            raise Permanent("no new codes are left of this pattern")
    with running.finish({"codes": made, "result_url": f"/promotions/codes?batch={batch.id}"}):
        pass


_WORDS = (
    "INSERT INTO promotion_code (batch_id, code, uses, used) "
    "SELECT :batch, given.value, :uses, 0 FROM {source} WHERE true "
    "ON CONFLICT (code) DO NOTHING"
)
_STATEMENTS: dict[str, TextClause] = {
    "sqlite": text(_WORDS.format(source="json_each(:codes) AS given")),
    "postgresql": text(
        _WORDS.format(source="json_array_elements_text(CAST(:codes AS json)) AS given(value)")
    ),
}


def _insert(batch: CodeBatch, codes: list[str]) -> int:
    """Write codes in one statement and return how many of them nobody had yet."""
    done: Any = session.execute(
        _STATEMENTS[database().dialect],
        {"batch": batch.id, "uses": batch.uses_per_code, "codes": json.dumps(codes)},
    )
    return int(done.rowcount)


def _refused(text_: str, field: str) -> InvalidInput:
    return InvalidInput(text_, pointer=f"/{field}", field=field)
