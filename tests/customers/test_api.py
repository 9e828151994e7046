"""Customers as programs make, read and change them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import transact
from modules.customers import Customer, CustomerRow, import_customers
from tests.customers.cast import known, rumoured, suggestions

BODY: dict[str, Any] = {
    "kind": "person",
    "name": "Magdalena Szczęsna",
    "emails": ["M.Szczesna@poczta.example"],
    "phones": ["502 118 764"],
    "cards": ["2900 0418 7735"],
    "addresses": [
        {
            "name": "Magdalena Szczęsna",
            "street": "ul. Długa 5",
            "postal_code": "80-001",
            "city": "Gdańsk",
            "country": "PL",
        }
    ],
    "consents": [
        {
            "purpose": "offers",
            "channel": "email",
            "given": True,
            "wording": "Zgadzam się",
            "at": "2026-03-14T10:00:00Z",
        }
    ],
    "vat_id": "PL 526-025-09-95",
}


def body_of(answer: Any) -> Any:
    """Return the JSON of an answer, which there must be."""
    assert answer.is_json
    return answer.json


def post(api: FlaskClient, **changes: Any) -> Any:
    return api.post("/api/v1/customers", json={**BODY, **changes})


def test_a_customer_is_made_and_read_back(api: FlaskClient) -> None:
    made = post(api)
    assert made.status_code == 201
    body = made.json
    assert body["emails"] == ["m.szczesna@poczta.example"]
    assert body["phones"] == ["+48502118764"]
    assert body["cards"] == ["290004187735"]
    assert body["vat_id"] == "PL5260250995"
    assert body["consents"][0]["at"] == "2026-03-14T10:00:00Z"
    assert all(one["verified"] for one in body["identities"])
    read = api.get(f"/api/v1/customers/{body['id']}")
    assert read.json == body
    assert read.headers["ETag"] == f'"{body["version"]}"' == made.headers["ETag"]
    assert body_of(api.get(f"/api/v1/customers/{body['number']}"))["id"] == body["id"]


def test_the_least_is_a_name(api: FlaskClient) -> None:
    assert api.post("/api/v1/customers", json={"name": "Jan"}).status_code == 201


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"emails": ["not an address"]}, "/emails/0"),
        ({"phones": ["502 118 764", "12345"]}, "/phones/1"),
        ({"vat_id": "x" * 25}, "/vat_id"),
    ],
)
def test_what_is_no_contact_is_refused_at_its_place(
    api: FlaskClient, change: dict[str, Any], pointer: str
) -> None:
    answer = post(api, **change)
    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == pointer


@pytest.mark.parametrize(
    "change",
    [
        {"name": ""},
        {"name": "a\x00b"},
        {"kind": "robot"},
        {"emails": "one"},
        {"surprise": 1},
        {"addresses": [{"name": "x"}]},
        {"consents": [{"purpose": "offers"}]},
        {"phones": ["1"] * 60},
    ],
)
def test_a_wrong_shape_is_a_422(api: FlaskClient, change: dict[str, Any]) -> None:
    assert post(api, **change).status_code == 422


@pytest.mark.parametrize("field", ["emails", "phones", "cards", "vat_id"])
def test_a_verified_identity_of_another_customer_is_refused(api: FlaskClient, field: str) -> None:
    post(api)
    same = {"emails": [], "phones": [], "cards": [], "vat_id": None} | {field: BODY[field]}
    answer = post(api, **same)
    assert answer.status_code == 409
    assert answer.json["code"] == "already_exists"
    assert answer.json["errors"][0]["pointer"].startswith(f"/{field}")


def test_an_unverified_identity_of_another_opens_a_suggestion(api: FlaskClient) -> None:
    other = rumoured(email="m.szczesna@poczta.example")
    made = int(post(api).json["id"])
    assert suggestions() == {(other, made, "email")}


def test_a_repeated_post_with_a_key_makes_one(api: FlaskClient) -> None:
    headers = {"Idempotency-Key": "customer-1"}
    first = api.post("/api/v1/customers", json=BODY, headers=headers)
    again = api.post("/api/v1/customers", json=BODY, headers=headers)
    assert again.json == first.json
    assert again.headers["Idempotent-Replayed"] == "true"


# --- changing ---------------------------------------------------------------------------------


def patch(api: FlaskClient, made: Any, version: int | None = None, **changes: Any) -> Any:
    seen = version if version is not None else made["version"]
    return api.patch(
        f"/api/v1/customers/{made['id']}", json=changes, headers={"If-Match": f'"{seen}"'}
    )


def test_a_change_needs_the_version_that_was_read(api: FlaskClient) -> None:
    made = post(api).json
    without = api.patch(f"/api/v1/customers/{made['id']}", json={"name": "Magda"})
    assert without.status_code == 428
    assert patch(api, made, version=made["version"] + 7, name="Magda").status_code == 412
    changed = patch(api, made, name="Magda Szczęsna", note="Woli SMS")
    assert changed.status_code == 200
    assert (changed.json["name"], changed.json["note"]) == ("Magda Szczęsna", "Woli SMS")
    assert changed.json["version"] > made["version"]
    assert patch(api, made, name="Too late").status_code == 412


def test_only_what_is_sent_is_changed(api: FlaskClient) -> None:
    made = post(api).json
    changed = patch(api, made, warning="Zalega z zapłatą", sales_blocked=True).json
    kept = ("name", "emails", "phones", "cards", "addresses", "vat_id", "consents")
    assert {name: changed[name] for name in kept} == {name: made[name] for name in kept}
    assert changed["sales_blocked"] is True


def test_addresses_and_contacts_are_replaced_as_a_whole(api: FlaskClient) -> None:
    made = post(api).json
    moved = [{**BODY["addresses"][0], "street": "ul. Krótka 1"}]
    changed = patch(api, made, addresses=moved, emails=["nowa@poczta.example"], vat_id="").json
    assert [one["street"] for one in changed["addresses"]] == ["ul. Krótka 1"]
    assert changed["emails"] == ["nowa@poczta.example"]
    assert changed["vat_id"] is None
    assert changed["phones"] == made["phones"]
    # The old address is free for somebody else now.
    assert post(api, phones=[], cards=[], vat_id=None).status_code == 201


def test_a_change_cannot_take_what_is_anothers(api: FlaskClient) -> None:
    known("Jan Nowak", email="jan@poczta.example")
    made = post(api).json
    answer = patch(api, made, emails=["m.szczesna@poczta.example", "JAN@poczta.example"])
    assert answer.status_code == 409
    assert answer.json["errors"][0]["pointer"] == "/emails/1"


def test_a_withdrawn_consent_holds_and_the_given_one_stays_as_evidence(api: FlaskClient) -> None:
    made = post(api).json
    withdrawn = {"purpose": "offers", "channel": "email", "given": False, "wording": "Link"}
    changed = patch(api, made, consents=[withdrawn]).json
    assert [one["given"] for one in changed["consents"]] == [False]


# --- finding ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "question",
    [
        "q=szczesna",
        "q=SZCZĘSNA magda",
        "q=118 764",
        "q=502-118-764",
        "q=szczesna@pocz",
        "q=0418 7735",
        "email=M.Szczesna@POCZTA.example",
        "phone=502118764",
        "phone=%2B48 502 118 764",
        "card=290004187735",
    ],
)
def test_a_customer_is_found_by_fragments_and_by_exact_keys(
    api: FlaskClient, question: str
) -> None:
    made = post(api).json
    known("Jan Nowak", email="jan@poczta.example", phone="+48601000111")
    found = body_of(api.get(f"/api/v1/customers?{question}"))["items"]
    assert [one["id"] for one in found] == [made["id"]]


@pytest.mark.parametrize(
    "question", ["email=nobody", "phone=12", "card=", "q=100%25", "q=C-999999"]
)
def test_what_nobody_has_finds_nobody(api: FlaskClient, question: str) -> None:
    post(api)
    answer = api.get(f"/api/v1/customers?{question}")
    assert answer.status_code == 200
    assert body_of(answer)["items"] == []


def test_a_customer_is_found_by_number(api: FlaskClient) -> None:
    made = post(api).json
    found = body_of(api.get(f"/api/v1/customers?q={made['number']}"))["items"]
    assert [one["id"] for one in found] == [made["id"]]


def test_reading_on_by_cursor_misses_nobody_and_repeats_nobody(api: FlaskClient) -> None:
    keys = transact(lambda: import_customers([CustomerRow(name=f"Nr {n}") for n in range(25)]))
    seen: list[int] = []
    cursor = None
    while True:
        page = body_of(api.get("/api/v1/customers", query_string={"limit": 10, "cursor": cursor}))
        seen += [int(one["id"]) for one in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == keys


def test_only_what_changed_after_a_moment_is_read(
    api: FlaskClient, freeze: Callable[[datetime], None]
) -> None:
    noon = datetime(2026, 11, 21, 12, tzinfo=UTC)
    freeze(noon)
    made = post(api).json
    freeze(noon + timedelta(hours=1))
    later = known("Jan Nowak")
    asked = {"updated_after": (noon + timedelta(minutes=1)).isoformat()}
    found = body_of(api.get("/api/v1/customers", query_string=asked))["items"]
    assert [one["id"] for one in found] == [str(later)]
    freeze(noon + timedelta(hours=2))
    patch(api, made, note="changed")
    found = body_of(api.get("/api/v1/customers", query_string=asked))["items"]
    assert [one["id"] for one in found] == [str(later), made["id"]]


def test_a_list_asks_the_same_number_of_questions_for_5_and_50(
    api: FlaskClient, statements: Callable[[], Any]
) -> None:
    transact(lambda: import_customers(_crowd(5)))
    api.get("/api/v1/customers")  # the first call notes the use of the token
    with statements() as few:
        api.get("/api/v1/customers?limit=200")
    transact(lambda: import_customers(_crowd(50, first=5)))
    with statements() as many:
        page = body_of(api.get("/api/v1/customers?limit=200"))
    assert len(page["items"]) == 55
    assert len(many) == len(few)


def _crowd(count: int, first: int = 0) -> list[CustomerRow]:
    return [
        CustomerRow(name=f"Nr {n}", email=f"nr{n}@poczta.example", phone=f"+48 502 100 {n:03d}")
        for n in range(first, first + count)
    ]


@pytest.mark.parametrize("wrong", ["999999999", "abc", "C-", "C-" + "9" * 30])
def test_who_is_not_there_is_a_404(api: FlaskClient, wrong: str) -> None:
    assert api.get(f"/api/v1/customers/{wrong}").status_code == 404


@pytest.mark.parametrize("cursor", ["x", "bm90", "WyIyMDI2IiwxXQ", "WzEsMV0"])
def test_a_cursor_that_is_not_ours_is_a_422(api: FlaskClient, cursor: str) -> None:
    assert api.get(f"/api/v1/customers?cursor={cursor}").status_code == 422


def test_reading_and_writing_need_their_scopes(app: Flask, token_for: Callable[..., str]) -> None:
    client = app.test_client()
    reads = {"Authorization": f"Bearer {token_for('customers:read')}"}
    assert client.get("/api/v1/customers", headers=reads).status_code == 200
    assert client.post("/api/v1/customers", json=BODY, headers=reads).status_code == 403
    other = {"Authorization": f"Bearer {token_for('catalog:read')}"}
    assert client.get("/api/v1/customers", headers=other).status_code == 403


def test_three_thousand_customers_come_in_quickly(app: Flask) -> None:
    import time

    rows = [
        CustomerRow(
            name=f"Klient {n}",
            email=f"klient{n}@poczta.example",
            phone=f"+48 5{n // 1000 + 10} {100 + n % 900:03d} {n % 1000:03d}",
            card=f"2900{n:08d}",
        )
        for n in range(3000)
    ]
    began = time.process_time()
    keys = transact(lambda: import_customers(rows))
    assert time.process_time() - began < 2
    assert len(set(keys)) == 3000
    assert isinstance(keys[0], int)
    assert Customer.__tablename__ == "customer"
