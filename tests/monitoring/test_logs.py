"""Log lines: one event a line, with request, job and actor, and nobody's name."""

import json
import logging
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import outbox
from app.db import transact
from app.logs import JsonLines


class _Kept(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonLines())
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def kept() -> _Kept:
    return _Kept()


def _heard(kept: _Kept, name: str, work: Callable[[], object]) -> list[dict[str, object]]:
    logger = logging.getLogger(name)
    logger.addHandler(kept)
    # Alembic's settings switch off the loggers that it does not know, in whichever test ran before.
    before = logger.level, logger.disabled
    logger.setLevel(logging.INFO)
    logger.disabled = False
    try:
        work()
    finally:
        logger.removeHandler(kept)
        logger.setLevel(before[0])
        logger.disabled = before[1]
    return [json.loads(line) for line in kept.lines]


def test_a_request_is_one_line_with_its_id_and_the_number_of_who_asked(
    client_as: Callable[..., FlaskClient], kept: _Kept
) -> None:
    client = client_as("clerk")

    [line] = _heard(
        kept, "verso.request", lambda: client.get("/jobs", headers={"X-Request-Id": "abcdefgh1"})
    )

    assert line["request_id"] == "abcdefgh1"
    assert str(line["actor"]).split(":")[-1].isdigit()
    assert "Clerk" not in json.dumps(line)
    assert {"at", "level", "name", "message", "method", "path", "status", "ms"} <= set(line)


@pytest.mark.usefixtures("app")
def test_what_is_logged_inside_a_job_names_the_job(
    app: Flask, kept: _Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    def work(_running: object) -> None:
        logging.getLogger("a.job").info("at work\nwith a second line")

    monkeypatch.setitem(app.extensions["tasks"], "a.test", work)
    job_id = transact(lambda: outbox.enqueue("a.test"))

    [line] = _heard(kept, "a.job", outbox.run_due)

    assert line["job_id"] == job_id
    assert line["actor"] == "system:a.test"
    assert "\n" not in kept.lines[0]
