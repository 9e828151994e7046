"""What stands on every answer, of every kind: who reads it can do nothing else with it."""

import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from app.headers import POLICY
from modules.catalog.folders import photos_folder
from modules.catalog.photo_files import photo_address, store_photo
from tests.conftest import open_house
from tests.databases import Databases
from tests.hostile.world import doors

pytestmark = pytest.mark.once

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; "
    "media-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "object-src 'none'"
)
PUBLIC_FILES = ("/static/", "/catalog/photos/", "/favicon.ico")


def faults_of(answer: TestResponse) -> Iterator[str]:
    """Yield what is missing on an answer, or should not be there."""
    path, headers = answer.request.path, answer.headers
    wanted = {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Content-Security-Policy": CSP,
    }
    if path.startswith("/loyalty/mine/"):
        wanted["Referrer-Policy"] = "no-referrer"  # the address itself is the secret
    if answer.mimetype == "application/pdf":
        wanted["Content-Security-Policy"] = "frame-ancestors 'none'"
    if path.startswith("/catalog/photos/") and answer.status_code == 200:
        wanted["Content-Security-Policy"] = "default-src 'none'; sandbox"
    if not path.startswith(PUBLIC_FILES):
        wanted["Cache-Control"] = "no-store"
    for name, value in wanted.items():
        if headers.get(name) != value:
            yield f"{name}: {headers.get(name)!r}"
    for name in ("Server", "X-Powered-By", "Access-Control-Allow-Origin"):
        if name in headers:
            yield f"{name} is told"
    if (answer.mimetype or "").startswith("text/") and "charset=utf-8" not in answer.content_type:
        yield f"no charset: {answer.content_type}"


def assert_dressed(answer: TestResponse, status: int) -> None:
    assert answer.status_code == status, answer.data[:200]
    assert list(faults_of(answer)) == []


def test_the_policy_is_the_one_that_was_tried() -> None:
    assert POLICY == CSP


@pytest.mark.slow
def test_every_page_file_and_answer_of_the_house_is_dressed(
    filled: Flask, admin: FlaskClient, api: FlaskClient
) -> None:
    faults, kinds = [], set()
    for door in list(doors(filled)):
        if door.method != "GET":
            continue
        answer = (admin if door.for_people else api).get(door.address)
        assert answer.status_code < 500 or door.address == "/readyz", door  # no worker runs here
        answer.close()
        kinds.add((answer.status_code, answer.mimetype))
        faults += [f"{door.address}: {fault}" for fault in faults_of(answer)]
    assert faults == []
    seen = {kind for _status, kind in kinds}
    assert {"text/html", "application/json", "application/pdf", "text/csv"} <= seen


def _upload(client: FlaskClient) -> TestResponse:
    # Said to be large: nothing of it is read.
    size = {"CONTENT_LENGTH": str(13 * 1024 * 1024)}
    form = "multipart/form-data; boundary=x"
    address = "/catalog/products/TE-BAZ/photos"
    return client.post(address, data=b"--x--", content_type=form, environ_overrides=size)


FAILURES: dict[str, tuple[int, Callable[[FlaskClient], TestResponse]]] = {
    "a redirect of the router": (308, lambda it: it.get("/stock")),
    "an address that is none": (400, lambda it: it.get("/orders/?q=%00")),
    "no such page": (404, lambda it: it.get("/nothing-here")),
    "no such record": (404, lambda it: it.get("/orders/VS-9")),
    "not possible here": (405, lambda it: it.delete("/orders/")),
    "too large": (413, _upload),
    "a form that is wrong": (422, lambda it: it.post("/catalog/products", data={})),
    "a fragment": (200, lambda it: it.get("/orders/", headers={"HX-Request": "true"})),
    "the head of a page": (200, lambda it: it.head("/orders/")),
}


@pytest.mark.parametrize("kind", FAILURES)
def test_failures_and_fragments_are_dressed_like_pages(
    stocked: Flask, client_as: Callable[..., FlaskClient], kind: str
) -> None:
    status, ask = FAILURES[kind]
    answer = ask(client_as("administrator"))
    assert_dressed(answer, status)


PROBLEMS: dict[str, tuple[int, Callable[[FlaskClient], TestResponse]]] = {
    "not understood": (400, lambda it: it.post("/api/v1/orders", data="{", **JSON)),
    "not there": (404, lambda it: it.get("/api/v1/orders/9")),
    "no such call": (404, lambda it: it.get("/api/v1/nothing")),
    "no such method": (405, lambda it: it.delete("/api/v1/orders")),
    "another type": (415, lambda it: it.post("/api/v1/orders", data="x", content_type="text/xml")),
    "wrong shape": (422, lambda it: it.post("/api/v1/orders", json={})),
    "no version": (428, lambda it: it.patch("/api/v1/products/TE-BAZ", json={})),
}
JSON: dict[str, Any] = {"content_type": "application/json"}


@pytest.mark.parametrize("kind", PROBLEMS)
def test_problems_are_dressed(stocked: Flask, api: FlaskClient, kind: str) -> None:
    status, ask = PROBLEMS[kind]
    answer = ask(api)
    assert_dressed(answer, status)
    assert answer.mimetype == "application/problem+json"


def test_a_program_without_a_token_and_a_person_without_a_right_get_dressed_answers(
    filled: Flask, client: FlaskClient, client_as: Callable[..., FlaskClient]
) -> None:
    assert_dressed(client.get("/api/v1/orders"), 401)
    assert_dressed(client.post("/orders/new"), 401)
    assert_dressed(client_as("clerk").get("/organization/tokens"), 403)


def test_a_fault_of_ours_is_dressed_and_tells_nothing(
    filled: Flask, admin: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(**_arguments: Any) -> None:
        raise RuntimeError("the password is hush")

    monkeypatch.setitem(
        filled.view_functions, "customers.index", _declared_like(break_down, filled)
    )
    answer = admin.get("/customers/")
    assert_dressed(answer, 500)
    assert b"hush" not in answer.data
    assert b"Traceback" not in answer.data


def _declared_like(view: Any, app: Flask) -> Any:
    known: Any = app.view_functions["customers.index"]
    view.access = known.access
    return view


def test_an_uploaded_picture_is_shown_and_never_run(filled: Flask, client: FlaskClient) -> None:
    target = io.BytesIO()
    Image.new("RGB", (30, 30), "#77293b").save(target, "PNG")
    target.seek(0)
    stored = store_photo(target, photos_folder())
    address = photo_address(stored.file)
    assert address is not None
    answer = client.get(address)
    assert_dressed(answer, 200)
    assert answer.mimetype == "image/webp"
    answer.close()
    for name in ("../verso.db", "..%2fsecret.key", stored.file, f"{stored.file}-s.webp.html"):
        assert client.get(f"/catalog/photos/{name}").status_code == 404


@pytest.mark.slow
def test_files_that_people_take_home_are_attachments(filled: Flask, admin: FlaskClient) -> None:
    seen = 0
    for door in list(doors(filled)):
        if door.method == "GET" and door.address.endswith(".csv"):
            with admin.get(door.address) as answer:
                if answer.status_code == 200:
                    seen += 1
                    assert answer.headers["Content-Disposition"].startswith("attachment"), door
    assert seen > 1


# -- the address that the browser believes it speaks to ----------------------------------------


@pytest.mark.parametrize("path", ["/sign-in", "/static/verso.js", "/api/v1/orders", "/nothing"])
@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "localhost@evil.example", "localhost:80:1"]
)
def test_a_foreign_host_is_not_answered(client: FlaskClient, path: str, host: str) -> None:
    answer = client.get(path, headers={"Host": host})
    assert answer.status_code == 400
    # It is told what it said, as plain text: no page and no address of ours is built from it.
    assert answer.mimetype == "text/plain"
    assert "evil" not in str(answer.headers)
    assert list(faults_of(answer)) == []


def test_a_host_that_a_client_claims_is_not_believed_without_a_proxy(client: FlaskClient) -> None:
    headers = {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    answer = client.get("/", headers=headers)
    assert answer.status_code == 302
    assert "evil" not in answer.headers["Location"]


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "\\\\evil.example",
        "/\t/evil.example",
        "/%09/evil.example",
        "javascript:alert(1)",
        "http:evil.example",
        " //evil.example",
        "/\n//evil.example",
        "///evil.example",
        "/.//evil.example",
        "https:/evil.example",
    ],
)
def test_nobody_is_sent_on_to_another_house(
    client: FlaskClient, client_as: Callable[..., FlaskClient], target: str
) -> None:
    from tests.conftest import PASSWORD

    client_as("clerk")  # so that the account is there
    form = {"email": "clerk.all@example.test", "password": PASSWORD, "next": target}
    answer = client.post("/sign-in", query_string={"next": target}, data=form)
    assert answer.status_code in (302, 303), answer.status
    location = answer.headers["Location"]
    assert location.startswith("/")
    assert not location.startswith(("//", "/\\", "/\t"))
    assert "\n" not in location


def test_over_https_the_browser_is_told_to_stay_there(databases: Databases) -> None:
    url = databases.new_database()
    with open_house(databases, url, BASE_URL="https://localhost", SESSION_COOKIE_SECURE=True) as it:
        answer = it.test_client().get("/sign-in", base_url="https://localhost")
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
        assert list(faults_of(answer)) == []
        missing = it.test_client().get("/static/none.js", base_url="https://localhost")
        assert "Strict-Transport-Security" in missing.headers
    databases.drop_database(url)
