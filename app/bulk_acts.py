"""One act on many rows: few at once, many by a job; each row for itself, with its reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

from sqlalchemy import Table, delete, func, select, update

from app import clock
from app.acting_for import acting_for, look_again, spec_of
from app.actor import current_actor
from app.bulk import insert_many
from app.db import session, transact
from app.errors import NotFound, RuleViolation
from app.i18n import _, choose_zone, language, lazy, stored
from app.list_exports import pages_of
from app.list_models import BulkAct, BulkRow, RowState
from app.lists import Act, Asked, Done, ListSpec, Question, question_of
from app.models import Job, JobState
from app.outbox import Permanent, Running, enqueue
from app.web import chosen_store_id

AT_ONCE = 50
"""Up to so many rows the browser waits for; more are a job."""
KIND, KIND_UNDO = "ground.bulk_act", "ground.bulk_undo"
TITLES = {KIND: lazy("Act on many rows"), KIND_UNDO: lazy("Undo of an act on many rows")}
_PART = 500
_TABLE = cast(Table, BulkRow.__table__)


@dataclass(frozen=True)
class Outcome:
    """How an act stands: rows by state, and how many things were done with them."""

    rows: Mapping[RowState, int]
    things: int

    @property
    def total(self) -> int:
        return sum(self.rows.values())

    def of(self, state: str) -> int:
        return self.rows.get(RowState(state), 0)


def keys_that_match(spec: ListSpec, question: Question, *, limit: int) -> list[int]:
    """Return the keys of the first rows that answer a question."""
    asked = Asked(args=question.args, sort=spec.sort_of(question.sort), limit=limit)
    return [spec.key(row) for row in spec.find(asked)]


# --- at once ------------------------------------------------------------------------------------


def act_at_once(
    spec: ListSpec, act: Act, keys: Sequence[int], given: Mapping[str, str], query: str
) -> int:
    """Do it with some rows now, each in a transaction of its own; return the key of the act."""
    act_id = transact(partial(_begin, spec, act, keys, given, query))
    for row in _rows_in(act_id, RowState.WAITING):
        _do_one(spec, act, given, row)
    return act_id


def _begin(
    spec: ListSpec, act: Act, keys: Sequence[int], given: Mapping[str, str], query: str
) -> int:
    made = _new_act(spec, act, given, query)
    made.gathered_at = clock.now()
    session.flush()
    _insert(spec, made.id, keys)
    return made.id


def _new_act(spec: ListSpec, act: Act, given: Mapping[str, str], query: str) -> BulkAct:
    me = current_actor().id
    if me is None:
        raise NotFound(_("There is no such act here."))
    made = BulkAct(
        account_id=me,
        list_code=spec.code,
        act_code=act.code,
        query=query,
        given=dict(given),
        store_id=chosen_store_id(),
        language=language(),
    )
    session.add(made)
    session.flush()
    return made


def _insert(spec: ListSpec, act_id: int, keys: Sequence[int]) -> None:
    labels = spec.labels(keys) if spec.labels else {key: str(key) for key in keys}
    insert_many(
        _TABLE,
        [
            {"bulk_act_id": act_id, "row_id": key, "label": labels[key]}
            for key in dict.fromkeys(keys)
            if key in labels
        ],
    )


def _do_one(
    spec: ListSpec,
    act: Act,
    given: Mapping[str, str],
    row: BulkRow,
    running: Running | None = None,
) -> None:
    try:
        transact(partial(_carry_out, act, given, row, running))
    except (RuleViolation, NotFound) as refusal:
        transact(partial(_mark, row, RowState.REFUSED, str(refusal), running))


def _carry_out(act: Act, given: Mapping[str, str], row: BulkRow, running: Running | None) -> None:
    if running is not None:
        running.go_on()
    taken = session.execute(
        update(BulkRow)
        .where(BulkRow.id == row.id, BulkRow.state == RowState.WAITING)
        .values(state=RowState.DONE)
        .returning(BulkRow.id)
    ).first()
    if taken is None:
        return
    done = act.work(row.row_id, given)
    session.execute(
        update(BulkRow).where(BulkRow.id == row.id).values(count=done.count, before=_kept(done))
    )


def _kept(done: Done) -> dict[str, Any] | None:
    return None if done.before is None else dict(done.before)


def _mark(row: BulkRow, state: RowState, reason: str | None, running: Running | None) -> None:
    if running is not None:
        running.go_on()
    session.execute(update(BulkRow).where(BulkRow.id == row.id).values(state=state, reason=reason))


def _rows_in(act_id: int, state: RowState, *, limit: int = AT_ONCE) -> Sequence[BulkRow]:
    found = select(BulkRow).where(BulkRow.bulk_act_id == act_id, BulkRow.state == state)
    return session.scalars(found.order_by(BulkRow.id).limit(limit)).all()


# --- by a job -----------------------------------------------------------------------------------


def start_act(spec: ListSpec, act: Act, given: Mapping[str, str], question: Question) -> BulkAct:
    """Let a job do it with all rows that answer the question as it stands now."""
    made = _new_act(spec, act, given, str(question))
    made.up_to = spec.newest() if spec.newest else None
    made.job_id = _enqueue(KIND, made, spec, act)
    return made


def _enqueue(kind: str, made: BulkAct, spec: ListSpec, act: Act) -> int | None:
    said = stored("%(list)s: %(act)s") if kind == KIND else stored("Undo of %(list)s: %(act)s")
    return enqueue(
        kind,
        {"act": made.id, "zone": choose_zone()},
        title=said,
        named={"list": str(spec.title), "act": str(act.title)},
        order_key=f"bulk:{made.account_id}",
        max_starts=3,
    )


def run_act(running: Running) -> None:
    """Write down which rows are meant, then do it with one after the other."""
    made = _made(running)
    with _in_the_name(made, running):
        spec = spec_of(made.list_code)
        act = _act_of(spec, made)
        if made.gathered_at is None:
            _gather(running, spec, made)
        total, done, refused = outcome_of(made.id).total, 0, 0
        while rows := _rows_in(made.id, RowState.WAITING):
            for row in rows:
                _do_one(spec, act, made.given, row, running)
            so_far = outcome_of(made.id)
            done, refused = so_far.of("done"), so_far.of("refused")
            with running.step():
                running.note_progress(
                    done=done + refused, total=total, counts={"done": done, "refused": refused}
                )
            look_again(made.account_id)
            act = _act_of(spec_of(made.list_code), made)
        with running.finish({"result_url": f"/lists/acts/{made.id}", "refused": refused}):
            pass


def _gather(running: Running, spec: ListSpec, made: BulkAct) -> None:
    """Freeze the question: what the act itself moves out of the list stays meant."""
    question = question_of(spec, made.query)
    with running.step():
        session.execute(delete(BulkRow).where(BulkRow.bulk_act_id == made.id))
    for rows in pages_of(spec, question, up_to=made.up_to, part=_PART):
        with running.step():
            _insert(spec, made.id, [spec.key(row) for row in rows])
    with running.step():
        session.execute(
            update(BulkAct).where(BulkAct.id == made.id).values(gathered_at=clock.now())
        )


def _made(running: Running) -> BulkAct:
    made = session.get(BulkAct, int(running.payload["act"]), populate_existing=True)
    if made is None:
        raise Permanent("the act is not there any more")
    return made


def _in_the_name(made: BulkAct, running: Running) -> Any:
    return acting_for(
        made.account_id,
        store_id=made.store_id,
        language=made.language,
        time_zone=str(running.payload["zone"]),
    )


def _act_of(spec: ListSpec, made: BulkAct) -> Act:
    try:
        return spec.act_of(made.act_code)
    except NotFound:
        raise Permanent(_("You may not do this any more.")) from None


# --- what came of it, and taking it back ------------------------------------------------------


def get_act(act_id: int) -> BulkAct:
    """
    Return an act of one's own.

    :raises NotFound: it is none of one's own
    """
    made = session.get(BulkAct, act_id, populate_existing=True)
    if made is None or made.account_id != current_actor().id:
        raise NotFound(_("There is no such act here."))
    return made


def outcome_of(act_id: int) -> Outcome:
    """Return how an act stands, in one statement."""
    rows = session.execute(
        select(BulkRow.state, func.count(), func.sum(BulkRow.count))
        .where(BulkRow.bulk_act_id == act_id)
        .group_by(BulkRow.state)
    ).all()
    things = sum(int(row[2] or 0) for row in rows if row[0] is RowState.DONE)
    return Outcome({row[0]: row[1] for row in rows}, things)


def list_rows(
    act_id: int, *, state: RowState, after: int = 0, limit: int = 50
) -> Sequence[BulkRow]:
    """Return the rows of an act that stand like this, in the order in which they were meant."""
    found = select(BulkRow).where(
        BulkRow.bulk_act_id == act_id, BulkRow.state == state, BulkRow.id > after
    )
    return session.scalars(found.order_by(BulkRow.id).limit(limit)).all()


def can_undo(made: BulkAct, act: Act) -> bool:
    """Test whether there is something to take back, and nobody is at it yet."""
    if act.undo is None or made.undone_at is not None:
        return False
    found = select(BulkRow.id).where(
        BulkRow.bulk_act_id == made.id,
        BulkRow.state == RowState.DONE,
        BulkRow.before.is_not(None),
    )
    return session.scalar(found.limit(1)) is not None


def undo(made: BulkAct, spec: ListSpec, act: Act) -> int | None:
    """
    Take an act back; return the job that does it, None where the rows were few.

    :raises RuleViolation: it cannot be taken back, was already, or is still under way
    """
    if not can_undo(made, act):
        raise RuleViolation(_("There is nothing here to take back."))
    job = session.get(Job, made.job_id) if made.job_id else None
    if job is not None and job.state in (JobState.READY, JobState.RUN):
        raise RuleViolation(_("This is still under way; stop it first, then take it back."))
    few = outcome_of(made.id).total <= AT_ONCE

    def begin() -> int | None:
        begun = session.execute(
            update(BulkAct)
            .where(BulkAct.id == made.id, BulkAct.undone_at.is_(None))
            .values(undone_at=clock.now())
            .returning(BulkAct.id)
        ).first()
        if begun is None:
            raise RuleViolation(_("There is nothing here to take back."))
        if few:
            return None
        job_id = _enqueue(KIND_UNDO, made, spec, act)
        session.execute(update(BulkAct).where(BulkAct.id == made.id).values(undo_job_id=job_id))
        return job_id

    job_id = transact(begin)
    if few:
        for row in _to_undo(made.id, after=0):
            _undo_one(act, row)
    return job_id


def _to_undo(act_id: int, *, after: int) -> Sequence[BulkRow]:
    found = select(BulkRow).where(
        BulkRow.bulk_act_id == act_id,
        BulkRow.state == RowState.DONE,
        BulkRow.before.is_not(None),
        BulkRow.id > after,
    )
    return session.scalars(found.order_by(BulkRow.id).limit(AT_ONCE)).all()


def _undo_one(act: Act, row: BulkRow, running: Running | None = None) -> None:
    def work() -> None:
        assert act.undo is not None
        if running is not None:
            running.go_on()
        act.undo(row.row_id, row.before or {})
        _mark(row, RowState.UNDONE, None, None)

    try:
        transact(work)
    except (RuleViolation, NotFound) as refusal:
        transact(partial(_mark, row, RowState.DONE, str(refusal), running))


def run_undo(running: Running) -> None:
    """Take back what was done, row by row; one that has changed since keeps its new state."""
    made = _made(running)
    with _in_the_name(made, running):
        spec = spec_of(made.list_code)
        act = _act_of(spec, made)
        total, after, done = outcome_of(made.id).of("done"), 0, 0
        while rows := _to_undo(made.id, after=after):
            for row in rows:
                _undo_one(act, row, running)
            after, done = rows[-1].id, done + len(rows)
            with running.step():
                undone = outcome_of(made.id).of("undone")
                running.note_progress(
                    done=done,
                    total=max(total, done),
                    counts={"undone": undone, "refused": max(0, done - undone)},
                )
            look_again(made.account_id)
            act = _act_of(spec_of(made.list_code), made)
        with running.finish({"result_url": f"/lists/acts/{made.id}"}):
            pass
