"""Many rows at once: the same on both databases, in the order in which they were given."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from flask import Flask
from sqlalchemy import Table, func, select
from sqlalchemy.exc import StatementError

from app.bulk import insert_keyed, insert_many
from app.db import session, transact
from app.models import Job, JobState

_JOBS = cast(Table, Job.__table__)
_WHEN = datetime(2026, 3, 29, 0, 59, 59, 123456, tzinfo=UTC)


def _job(number: int, **values: object) -> dict[str, object]:
    return {
        "kind": "test.bulk",
        "title": f"Zażółć “{number}” \\ 'x' {{}} %s :rows",
        "payload": {"number": number, "text": "gęślą\n\t\u2028"},
        "queue": "fast",
        "run_at": _WHEN,
        "created_by": "system::bulk",
        **values,
    }


def test_keys_come_back_in_the_order_of_the_rows(app: Flask) -> None:
    numbers = [*range(2_500, 0, -1)]
    keys = transact(lambda: insert_keyed(_JOBS, [_job(number) for number in numbers]))
    found = {job.id: job.payload["number"] for job in session.scalars(select(Job))}
    assert [found[key] for key in keys] == numbers


def test_values_come_back_as_they_were_given(app: Flask) -> None:
    key = transact(lambda: insert_keyed(_JOBS, [_job(7, lease_until=None)]))[0]
    job = session.get_one(Job, key)
    assert job.title == "Zażółć “7” \\ 'x' {} %s :rows"
    assert job.payload == {"number": 7, "text": "gęślą\n\t\u2028"}
    assert job.run_at == _WHEN
    assert job.lease_until is None


def test_what_a_row_leaves_out_has_the_default_of_its_column(app: Flask) -> None:
    keys = transact(
        lambda: (
            insert_keyed(_JOBS, [_job(1), _job(2)])
            + insert_keyed(_JOBS, [_job(3, state=JobState.DONE)])
        )
    )
    states = [session.get_one(Job, key).state for key in keys]
    assert states == [JobState.READY, JobState.READY, JobState.DONE]


def test_no_rows_are_no_statement(app: Flask, statements: Callable[[], Any]) -> None:
    with statements() as asked:
        transact(lambda: insert_many(_JOBS, []))
        assert transact(lambda: insert_keyed(_JOBS, [])) == []
    assert not [text for text in asked if "INSERT" in text]


def test_a_value_that_no_column_can_hold_is_refused(app: Flask) -> None:
    before = session.scalar(select(func.count(Job.id)))
    with pytest.raises((TypeError, StatementError)):
        transact(lambda: insert_many(_JOBS, [_job(1, payload={"thing": object()})]))
    assert session.scalar(select(func.count(Job.id))) == before
