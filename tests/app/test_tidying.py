"""What the house throws away by itself, and what it keeps."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import outbox, tidying
from app.db import session, transact
from app.models import Job

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.mark.usefixtures("app")
def test_jobs_long_done_go_and_those_that_people_see_stay(
    app: Flask, freeze: Callable[[datetime], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.extensions["tasks"], "a test", lambda _running: None)
    freeze(NOON - timedelta(days=4))
    transact(lambda: outbox.enqueue("a test"))
    transact(lambda: outbox.enqueue("a test", title="An import"))
    outbox.run_due()
    freeze(NOON)
    transact(lambda: outbox.enqueue("a test"))

    transact(lambda: outbox.enqueue(tidying.KIND))
    outbox.run_due()

    left = session.scalar(select(func.count()).where(Job.kind == "a test"))
    assert left == 2
