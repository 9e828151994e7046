"""One event is one line, whatever somebody calls himself: nobody writes into our log."""

import json
import logging
from collections.abc import Iterator
from io import StringIO

import pytest
from flask.testing import FlaskClient

from app.logs import JsonLines

FORGED = 'x\r\n{"level": "error", "message": "forged"}\n\x1b[2J\x1b[31m\u2028\u2029\x85\x0b'


@pytest.fixture
def log() -> Iterator[StringIO]:
    """What the processes would write to stderr."""
    written = StringIO()
    stream = logging.StreamHandler(written)
    stream.setFormatter(JsonLines())
    root = logging.getLogger()
    level = root.level
    root.addHandler(stream)
    root.setLevel(logging.INFO)
    try:
        yield written
    finally:
        root.removeHandler(stream)
        root.setLevel(level)


def _events(log: StringIO) -> list[dict[str, object]]:
    text = log.getvalue()
    assert text.isascii()
    assert "\x1b" not in text
    assert "\r" not in text
    return [json.loads(line) for line in text.splitlines()]


def test_a_name_and_a_browser_that_hold_line_ends_make_one_line_each(
    client: FlaskClient, log: StringIO
) -> None:
    agent = FORGED.replace("\r", "").replace("\n", "")  # more cannot travel in a header
    for number in range(5):
        form = {"email": f"{FORGED}{number}@example.test", "password": FORGED}
        headers = {"User-Agent": agent, "X-Request-Id": agent[:40]}
        client.post("/sign-in", data=form, headers=headers)
        client.get(f"/nothing/%0d%0a{number}%1b[31m", headers=headers)
    events = _events(log)
    requests = [one for one in events if one["message"] == "request"]
    assert len(requests) == 10
    assert all(one["message"] != "forged" for one in events)
    assert all("[" not in str(one["request_id"]) for one in requests)


def test_a_failure_that_quotes_what_was_sent_is_one_line(log: StringIO) -> None:
    try:
        raise ValueError(FORGED)
    except ValueError:
        logging.getLogger("test").exception("it failed for %s", FORGED)
    [event] = _events(log)
    assert "forged" in str(event["trace"])


def test_no_password_and_no_token_is_written_down(
    client: FlaskClient, api: FlaskClient, log: StringIO
) -> None:
    client.post("/sign-in", data={"email": "ola@example.test", "password": "hush-hush-9"})
    api.get("/api/v1/orders", headers={"X-Note": "x"})
    token = api.environ_base["HTTP_AUTHORIZATION"].split()[1]
    assert "hush-hush-9" not in log.getvalue()
    assert token not in log.getvalue()
