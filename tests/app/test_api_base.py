"""The REST base: safe repeats, problems that programs can read, and what stands on every answer."""

import gzip
import json
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Annotated, Any

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app import accounts, sessions, tokens
from app.access import public, scope
from app.api import (
    BASE,
    BIGGEST_ID,
    Code,
    In,
    ListIn,
    Minor,
    Out,
    Words,
    api_blueprint,
    asks,
    etag,
    expected_version,
    is_plain,
    pack_cursor,
    parse_id,
    unpack_cursor,
    writes,
)
from app.db import close_session, session, transact
from app.errors import InvalidInput, NotFound, RuleViolation, StaleEdit
from app.factory import create_app
from app.headers import POLICY
from app.models import Account, IdempotencyKey, Setting
from app.module import Module
from tests.databases import Databases
from wsgi import PARTS

probes = api_blueprint("probe", __name__, title="Probes")


class NotYet(RuleViolation):
    code = "not_yet"


class ProbeIn(In):
    code: Code
    amount_minor: Minor = 0
    note: Words = ""
    pages: Annotated[list[Annotated[int, Field(ge=1)]], Field(max_length=3)] = []


class ProbeOut(Out):
    code: str
    note: str


_may_begin = threading.Event()


@probes.post("/probes")
@probes.input(ProbeIn, arg_name="body")
@probes.output(ProbeOut, status_code=201)
@scope("probe:write")
@writes
def make(body: ProbeIn) -> Any:
    session.add(Setting(key=f"probe.{body.code}", value={"note": body.note}))
    session.flush()
    if body.code == "refused" and not _may_begin.is_set():
        raise NotYet("Not before noon.", details=[{"have": 1, "needed": 2}])
    if body.code == "broken":
        raise ZeroDivisionError
    return {"code": body.code, "note": body.note}, 201, etag(1) | {"Retry-After": "1"}


@probes.post("/guesses")
@probes.input(ProbeIn, arg_name="body")
@scope("probe:read")
@asks
def guess(body: ProbeIn) -> Any:
    return {"code": body.code}


@probes.post("/pictures")
@scope("probe:write")
@writes
def keep_picture() -> Any:
    session.add(Setting(key="probe.picture", value={}))
    return {"bytes": len(next(iter(request.files.values())).read())}, 201


@probes.patch("/probes/<code>")
@scope("probe:write")
@writes
def change(code: str) -> Any:
    if expected_version() != 1:
        raise StaleEdit("Somebody else changed it.")
    return {"code": code}


@probes.get("/probes/<code>")
@scope("probe:read")
def show(code: str) -> Any:
    raise NotFound(f"There is no probe {code}.")


@probes.get("/probes")
@probes.input(ListIn, location="query", arg_name="query")
@scope("probe:read")
def many(query: ListIn) -> Any:
    return {"items": ["x" * 30] * query.limit, "next_cursor": None}


@probes.get("/crash")
@public
def crash() -> Any:
    raise ZeroDivisionError


PROBE = Module(
    name="probe",
    title="Probe",
    api=probes,
    scopes={"probe:read": "Look", "probe:write": "Make"},
)


@pytest.fixture(scope="module")
def house(databases: Databases) -> Iterator[Flask]:
    """A house with one more room, on a database of its own, where a commit is a commit."""
    url = databases.new_database()
    house = create_app(
        [*PARTS, PROBE],
        {
            "TESTING": True,
            "WTF_CSRF_ENABLED": False,
            "DATABASE_URL": url,
            "DATA_DIR": databases.own_folder(),
            "SECRET_KEY": "only for tests, and long enough for them",
            "BASE_URL": "http://localhost",
            "MAX_CONTENT_LENGTH": 100_000,
        },
    )
    yield house
    house.extensions["database"].engine.dispose()
    databases.drop_database(url)


def token(house: Flask, *scopes: str) -> str:
    with house.app_context():
        known = list(house.extensions["scopes"])
        return transact(
            lambda: tokens.create_token(name="probe", scopes=scopes, known_scopes=known)
        )


@pytest.fixture
def program(house: Flask) -> FlaskClient:
    """A program with a token of its own."""
    client = house.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token(house, 'probe:*')}"
    _may_begin.clear()
    return client


@pytest.fixture(autouse=True)
def _empty(house: Flask) -> Iterator[None]:
    yield

    def sweep() -> None:
        for one in session.scalars(select(Setting).where(Setting.key.startswith("probe."))):
            session.delete(one)

    with house.app_context():
        transact(sweep)


def made(house: Flask) -> int:
    """Return how many probes were ever committed and still are."""
    with house.app_context():
        close_session()
        found = select(func.count()).select_from(Setting).where(Setting.key.startswith("probe."))
        return session.scalar(found) or 0


def problem_of(answer: TestResponse, status: int, code: str) -> dict[str, Any]:
    """Return the problem that an answer tells, of this kind and in the one shape."""
    assert answer.status_code == status, answer.get_data(as_text=True)
    assert answer.mimetype == "application/problem+json"
    body: dict[str, Any] = json.loads(answer.get_data())
    assert {"type", "title", "status", "detail", "errors"} <= body.keys()
    assert (body["status"], body["code"]) == (status, code), body
    assert body["type"] == f"/problems/{code}"
    return body


# --- safe repeats -----------------------------------------------------------------------------


def test_the_same_key_and_body_do_the_work_once(house: Flask, program: FlaskClient) -> None:
    key = {"Idempotency-Key": "order-17"}
    first = program.post(f"{BASE}/probes", json={"code": "a", "note": "Łódź"}, headers=key)
    again = program.post(f"{BASE}/probes", json={"code": "a", "note": "Łódź"}, headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.get_data() == again.get_data()
    assert again.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["ETag"] == first.headers["ETag"] == '"1"'
    assert again.headers["Retry-After"] == first.headers["Retry-After"] == "1"
    assert made(house) == 1


@pytest.mark.parametrize("other", [{"code": "b"}, {"code": "a", "note": "x"}])
def test_the_same_key_for_another_body_is_refused(
    house: Flask, program: FlaskClient, other: dict[str, str]
) -> None:
    key = {"Idempotency-Key": "order-17"}
    program.post(f"{BASE}/probes", json={"code": "a"}, headers=key)
    answer = program.post(f"{BASE}/probes", json=other, headers=key)
    problem_of(answer, 422, "idempotency_mismatch")
    assert made(house) == 1


def test_a_refusal_leaves_no_key_so_that_a_repeat_does_the_work(
    house: Flask, program: FlaskClient
) -> None:
    key = {"Idempotency-Key": "early"}
    for code, status, word in (("refused", 409, "not_yet"), ("broken", 500, "broken")):
        answer = program.post(f"{BASE}/probes", json={"code": code}, headers=key)
        problem_of(answer, status, word)
        assert made(house) == 0
    _may_begin.set()
    answer = program.post(f"{BASE}/probes", json={"code": "refused"}, headers=key)
    assert (answer.status_code, answer.headers.get("Idempotent-Replayed")) == (201, None)
    assert made(house) == 1


def test_a_question_with_a_key_is_answered_once_and_for_all(program: FlaskClient) -> None:
    key = {"Idempotency-Key": "question-1"}
    first = program.post(f"{BASE}/guesses", json={"code": "a"}, headers=key)
    again = program.post(f"{BASE}/guesses", json={"code": "a"}, headers=key)
    assert (first.status_code, again.headers["Idempotent-Replayed"]) == (200, "true")
    other = program.post(f"{BASE}/guesses", json={"code": "b"}, headers=key)
    problem_of(other, 422, "idempotency_mismatch")
    assert program.post(f"{BASE}/guesses", json={"code": "b"}).status_code == 200


def test_the_same_picture_is_the_same_body_whatever_marks_its_borders(
    house: Flask, program: FlaskClient
) -> None:
    key = {"Idempotency-Key": "picture-1"}

    def send(picture: bytes, border: str, colour: str = "Sky") -> TestResponse:
        part = f'--{border}\r\nContent-Disposition: form-data; name="{{}}"{{}}\r\n\r\n'
        body = part.format("colour", "").encode() + colour.encode() + b"\r\n"
        body += part.format("file", '; filename="a.png"').encode() + picture + b"\r\n"
        body += f"--{border}--\r\n".encode()
        kind = f"multipart/form-data; boundary={border}"
        return program.post(f"{BASE}/pictures", data=body, content_type=kind, headers=key)

    assert send(b"sea", "one").status_code == 201
    assert send(b"sea", "other").headers["Idempotent-Replayed"] == "true"
    problem_of(send(b"sun", "one"), 422, "idempotency_mismatch")
    problem_of(send(b"sea", "one", colour="Red"), 422, "idempotency_mismatch")
    assert made(house) == 1


def test_keys_are_those_of_one_token(house: Flask, program: FlaskClient) -> None:
    key = {"Idempotency-Key": "order-17"}
    program.post(f"{BASE}/probes", json={"code": "a"}, headers=key)
    bearer = {"Authorization": f"Bearer {token(house, 'probe:write')}"}
    answer = house.test_client().post(
        f"{BASE}/probes", json={"code": "b"}, headers={**key, **bearer}
    )
    assert answer.status_code == 201
    assert made(house) == 2


def test_eight_at_once_with_one_key_are_one(house: Flask, program: FlaskClient) -> None:
    bearer = program.environ_base["HTTP_AUTHORIZATION"]
    headers = {"Idempotency-Key": "at once", "Authorization": bearer}
    answers: list[TestResponse] = []
    begin = threading.Barrier(8)

    def send() -> None:
        client = house.test_client()
        begin.wait()
        answers.append(client.post(f"{BASE}/probes", json={"code": "a"}, headers=headers))

    threads = [threading.Thread(target=send) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [201] * 8
    assert sum("Idempotent-Replayed" in answer.headers for answer in answers) == 7
    assert len({answer.get_data() for answer in answers}) == 1
    assert made(house) == 1


@pytest.mark.parametrize("key", ["", "x" * 256])
def test_a_key_has_a_length(program: FlaskClient, key: str) -> None:
    answer = program.post(f"{BASE}/probes", json={"code": "a"}, headers={"Idempotency-Key": key})
    problem_of(answer, 422, "invalid")


def test_a_key_is_committed_with_its_answer(house: Flask, program: FlaskClient) -> None:
    program.post(f"{BASE}/probes", json={"code": "a"}, headers={"Idempotency-Key": "kept"})
    with house.app_context():
        kept = session.scalars(select(IdempotencyKey).where(IdempotencyKey.key == "kept")).one()
        assert kept.status == 201
        assert json.loads(kept.body or "")["code"] == "a"


# --- problems ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sent", [None, "Bearer", "Bearer ", "Bearer vrt_nobody", "Basic b2xhOm9sYQ==", "vrt_x"]
)
def test_without_a_token_there_is_nothing(house: Flask, sent: str | None) -> None:
    headers = {"Authorization": sent} if sent is not None else {}
    answer = house.test_client().get(f"{BASE}/probes", headers=headers)
    problem_of(answer, 401, "no_token")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_scope_that_is_missing_is_named(house: Flask) -> None:
    bearer = {"Authorization": f"Bearer {token(house, 'probe:read')}"}
    answer = house.test_client().post(f"{BASE}/probes", json={"code": "a"}, headers=bearer)
    problem = problem_of(answer, 403, "not_allowed")
    assert "probe:write" in problem["detail"]
    assert "manager" not in problem["detail"]
    assert problem["errors"][0]["scope"] == "probe:write"


def test_what_is_not_there_is_told_alike_for_records_and_addresses(program: FlaskClient) -> None:
    assert "17" in problem_of(program.get(f"{BASE}/probes/17"), 404, "not_found")["detail"]
    problem_of(program.get(f"{BASE}/nowhere"), 404, "not_found")


def test_a_method_that_does_not_exist_says_which_do(program: FlaskClient) -> None:
    answer = program.delete(f"{BASE}/probes")
    problem_of(answer, 405, "not_possible_here")
    assert {"GET", "POST"} <= set(answer.headers["Allow"].split(", "))


def test_a_body_of_another_kind_is_not_read(house: Flask, program: FlaskClient) -> None:
    answer = program.post(f"{BASE}/probes", data="code=a", content_type="text/plain")
    problem_of(answer, 415, "another_format_is_needed")
    assert made(house) == 0


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/code"),
        ({"code": ""}, "/code"),
        ({"code": "a", "amount_minor": 1.5}, "/amount_minor"),
        ({"code": "a", "amount_minor": "100"}, "/amount_minor"),
        ({"code": "a", "amount_minor": -1}, "/amount_minor"),
        ({"code": "a", "amount_minor": 10**30}, "/amount_minor"),
        ({"code": "a", "colour": "red"}, "/colour"),
        ({"code": "a", "pages": [1, 0]}, "/pages/1"),
    ],
)
def test_a_wrong_shape_is_pointed_at(
    house: Flask, program: FlaskClient, body: dict[str, Any], pointer: str
) -> None:
    answer = program.post(f"{BASE}/probes", json=body)
    problem = problem_of(answer, 422, "invalid")
    assert [one["pointer"] for one in problem["errors"]] == [pointer]
    assert made(house) == 0


@pytest.mark.parametrize("note", ["a\x00b", "\ud800"])
def test_what_no_column_can_hold_is_refused(house: Flask, program: FlaskClient, note: str) -> None:
    answer = program.post(
        f"{BASE}/probes",
        data=json.dumps({"code": "a", "note": note}),
        content_type="application/json",
    )
    problem_of(answer, 422, "invalid")
    assert made(house) == 0


@pytest.mark.parametrize("body", ["", "{", "[]", "null", '"a"', "{'code': 'a'}"])
def test_what_is_no_object_is_told_so(house: Flask, program: FlaskClient, body: str) -> None:
    answer = program.post(f"{BASE}/probes", data=body, content_type="application/json")
    assert answer.status_code in (400, 422)
    assert answer.mimetype == "application/problem+json"
    assert made(house) == 0


def test_too_much_is_not_read(house: Flask, program: FlaskClient) -> None:
    answer = program.post(f"{BASE}/probes", json={"code": "a", "note": "x" * 200_000})
    problem_of(answer, 413, "too_large")
    assert made(house) == 0


def test_a_change_names_the_version_that_was_read(program: FlaskClient) -> None:
    problem_of(program.patch(f"{BASE}/probes/a"), 428, "if_match_missing")
    for wrong in ("", "*", "abc", '"1", "2"', "9" * 30, "\u0661"):
        header = {"If-Match": wrong.encode().decode("latin-1")}
        answer = program.patch(f"{BASE}/probes/a", headers=header)
        problem_of(answer, 428, "if_match_missing")
    stale = program.patch(f"{BASE}/probes/a", headers={"If-Match": '"7"'})
    problem_of(stale, 412, "stale")
    for right in ('"1"', "1", 'W/"1"'):
        answer = program.patch(f"{BASE}/probes/a", headers={"If-Match": right})
        assert answer.status_code == 200


def test_what_was_read_is_known_again_by_its_tag(program: FlaskClient) -> None:
    first = program.get(f"{BASE}/probes?limit=2")
    tag = first.headers["ETag"]
    again = program.get(f"{BASE}/probes?limit=2", headers={"If-None-Match": tag})
    assert (again.status_code, again.get_data(), again.headers["ETag"]) == (304, b"", tag)
    other = program.get(f"{BASE}/probes?limit=3", headers={"If-None-Match": tag})
    assert (other.status_code, other.headers["ETag"] != tag) == (200, True)
    assert "ETag" not in program.get(f"{BASE}/nowhere").headers


def test_a_refusal_carries_its_numbers(program: FlaskClient) -> None:
    answer = program.post(f"{BASE}/probes", json={"code": "refused"})
    problem = problem_of(answer, 409, "not_yet")
    assert problem["detail"] == "Not before noon."
    assert problem["errors"] == [
        {"pointer": "", "code": "not_yet", "message": "Not before noon.", "have": 1, "needed": 2}
    ]


def test_a_bug_tells_nothing_of_itself(
    program: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    answer = program.get(f"{BASE}/crash")
    problem_of(answer, 500, "broken")
    assert "ZeroDivision" not in answer.get_data(as_text=True)
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=x", "typo=1", "limit=1%00"])
def test_a_question_of_a_wrong_shape_is_refused(program: FlaskClient, query: str) -> None:
    answer = program.get(f"{BASE}/probes?{query}")
    assert answer.status_code in (400, 422)
    assert answer.mimetype == "application/problem+json"


# --- what stands on every answer --------------------------------------------------------------


def _answers(house: Flask, program: FlaskClient) -> Iterator[tuple[str, TestResponse]]:
    browser = house.test_client()
    yield "a page", browser.get("/sign-in")
    yield "a redirect", browser.get("/profile")
    yield "a page that is not there", browser.get("/nowhere")
    yield "a method that is not there", browser.delete("/sign-in")
    yield "an address that cannot be kept", browser.get("/sign-in?next=%00")
    yield "a foreign host", browser.get("/sign-in", headers={"Host": "evil.test"})
    static = browser.get("/static/verso.css")
    yield "a file", static
    yield (
        "a file that is known",
        browser.get("/static/verso.css", headers={"If-None-Match": static.headers["ETag"]}),
    )
    yield "a part of a file", browser.get("/static/verso.css", headers={"Range": "bytes=0-9"})
    yield "a file that is not there", browser.get("/static/nowhere.css")
    yield "a file outside", browser.get("/static/../../wsgi.py")
    yield "the head of a page", browser.head("/sign-in")
    yield "a sign of life", browser.get("/healthz")
    yield "a list", program.get(f"{BASE}/probes")
    yield "a write", program.post(f"{BASE}/probes", json={"code": "headers"})
    yield "no token", browser.get(f"{BASE}/probes")
    yield "a bug", browser.get(f"{BASE}/crash")
    yield "the document of the API", browser.get(f"{BASE}/openapi.json")


def test_every_answer_carries_the_policy(house: Flask, program: FlaskClient) -> None:
    seen = set()
    for what, answer in _answers(house, program):
        seen.add(answer.status_code)
        answer.close()
        headers = answer.headers
        assert headers["Content-Security-Policy"] == POLICY, what
        assert headers["X-Content-Type-Options"] == "nosniff", what
        assert headers["Referrer-Policy"] == "same-origin", what
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin", what
        assert len(headers["X-Request-Id"]) == 32, what
        assert "Server" not in headers, what
        kept = headers["Cache-Control"]
        named = what in ("a file", "a file that is known", "a part of a file")
        assert kept.startswith("public" if named else "no-store"), (what, kept)
    assert {200, 201, 206, 302, 304, 400, 401, 404, 405, 500} <= seen


def test_the_policy_lets_no_script_in_from_elsewhere() -> None:
    rules = dict(part.strip().partition(" ")[::2] for part in POLICY.split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == rules["connect-src"] == "'self'"
    assert rules["frame-ancestors"] == rules["base-uri"] == rules["object-src"] == "'none'"
    assert "unsafe" not in POLICY


def test_the_number_of_a_request_is_kept_where_it_is_sane(house: Flask) -> None:
    client = house.test_client()
    sent = {"X-Request-Id": "till-4.shift_17"}
    assert client.get("/healthz", headers=sent).headers["X-Request-Id"] == sent["X-Request-Id"]
    for bad in ("short", "x" * 65, "a b c d e f g", "<script>alert(1)</script>"):
        answer = client.get("/healthz", headers={"X-Request-Id": bad})
        assert answer.headers["X-Request-Id"] != bad


def test_large_answers_are_packed_for_who_takes_them_so(program: FlaskClient) -> None:
    plain = program.get(f"{BASE}/probes?limit=200")
    packed = program.get(f"{BASE}/probes?limit=200", headers={"Accept-Encoding": "gzip, br"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert gzip.decompress(packed.get_data()) == plain.get_data()
    assert int(packed.headers["Content-Length"]) == len(packed.get_data()) < 1000
    small = program.get(f"{BASE}/probes?limit=1", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in small.headers
    refused = program.get(
        f"{BASE}/probes?limit=200", headers={"Accept-Encoding": "gzip;q=0, identity"}
    )
    assert "Content-Encoding" not in refused.headers


def test_files_are_packed_beforehand_and_keep_their_mark(house: Flask) -> None:
    client = house.test_client()
    plain = client.get("/static/verso.css", buffered=True)
    packed = client.get("/static/verso.css", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.get_data()) == plain.get_data()
    assert packed.headers["ETag"] != plain.headers["ETag"]
    assert packed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
    again = client.get(
        "/static/verso.css",
        headers={"Accept-Encoding": "gzip", "If-None-Match": packed.headers["ETag"]},
    )
    assert (again.status_code, again.get_data()) == (304, b"")
    with client.get("/static/verso.css?v=abc") as named:
        assert "immutable" in named.headers["Cache-Control"]


@pytest.mark.parametrize(
    "name", ["../wsgi.py", "..%2fwsgi.py", "%2e%2e/wsgi.py", "/etc/passwd", "..\\wsgi.py", "vendor"]
)
def test_no_file_outside_of_the_folder_is_given(house: Flask, name: str) -> None:
    answer = house.test_client().get(f"/static/{name}")
    assert answer.status_code in (301, 308, 404)
    assert b"PARTS" not in answer.get_data()


def test_a_programs_key_opens_no_page_and_a_persons_cookie_no_api(
    house: Flask, program: FlaskClient
) -> None:
    assert program.get("/profile").status_code == 302

    def make() -> str:
        account = Account(email="ola@example.test", name="Ola")
        session.add(account)
        session.flush()
        accounts.grant_role(account_id=account.id, role="administrator")
        return sessions.open_session(account.id, ip="127.0.0.1", agent="test")

    with house.app_context():
        secret = transact(make)
    browser = house.test_client()
    with browser.session_transaction() as cookie:
        cookie.update(_user_id=secret, _fresh=True)
    assert browser.get("/profile").status_code == 200
    problem_of(browser.get(f"{BASE}/probes"), 401, "no_token")


def test_the_document_tells_scopes_problems_and_safe_repeats(house: Flask) -> None:
    document = house.test_client().get(f"{BASE}/openapi.json").json or {}
    assert document["openapi"].startswith("3.1")
    post = document["paths"][f"{BASE}/probes"]["post"]
    assert post["security"] == [{"token": []}]
    assert "probe:write" in post["description"]
    assert {"401", "403", "409", "422"} <= post["responses"].keys()
    assert "Idempotency-Key" in [one["name"] for one in post["parameters"]]


# --- opaque texts -----------------------------------------------------------------------------


@given(
    st.integers(-BIGGEST_ID, BIGGEST_ID),
    st.text().filter(is_plain),
)
def test_a_cursor_is_read_back(key: int, text: str) -> None:
    assert unpack_cursor(pack_cursor(key, text), int, str) == (key, text)


@given(st.text(max_size=60))
def test_a_cursor_that_is_not_ours_is_refused_and_never_a_bug(cursor: str) -> None:
    with suppress(InvalidInput):
        assert isinstance(unpack_cursor(cursor, int)[0], int)


@pytest.mark.parametrize(
    "place", [(True,), (1.5,), (None,), (BIGGEST_ID + 1,), ("1",), (1, 2), ([1],)]
)
def test_a_cursor_holds_what_was_put_there(place: tuple[Any, ...]) -> None:
    with pytest.raises(InvalidInput):
        unpack_cursor(pack_cursor(*place), int)


@pytest.mark.parametrize("text", ["", "-1", "1.0", "x", "٣", str(BIGGEST_ID + 1), "9" * 5000])
def test_an_id_that_is_none_of_ours_is_not_there(text: str) -> None:
    with pytest.raises(NotFound):
        parse_id(text)


def test_an_id_is_read_to_its_last_bit() -> None:
    assert parse_id(str(BIGGEST_ID)) == BIGGEST_ID
