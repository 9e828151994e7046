"""The catalogue as programs see it."""

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from app.api import pack_cursor
from app.db import close_session, transact
from modules import catalog
from modules.catalog import NewVariant
from tests.catalog.cast import EAN, OTHER_EAN, halina

BASE = "/api/v1"


def body(**more: Any) -> dict[str, Any]:
    return {
        "code": "KS-HALINA",
        "name": "Halina merino jumper",
        "brand": "Nowak",
        "tax_rate_bp": 2300,
        "options": [
            {"name": "colour", "values": ["Burgundy", "Navy"]},
            {"name": "size", "values": ["S", "M"]},
        ],
        "variants": [
            {
                "sku": "HAL-BUR-S",
                "gtins": [EAN],
                "options": {"colour": "Burgundy", "size": "S"},
                "price_minor": 34900,
                "weight_grams": 310,
            },
            {
                "sku": "HAL-NAV-M",
                "options": {"colour": "Navy", "size": "M"},
                "price_minor": 35900,
            },
        ],
        **more,
    }


def test_a_program_makes_a_product_and_reads_it_back(api: FlaskClient) -> None:
    made = api.post(f"{BASE}/products", json=body())
    assert made.status_code == 201, made.json
    assert made.headers["Location"] == f"{BASE}/products/KS-HALINA"
    read = api.get(f"{BASE}/products/KS-HALINA")
    assert read.json == made.json
    assert read.headers["ETag"] == made.headers["ETag"] == '"1"'
    found = read.json
    assert found is not None
    assert (found["status"], found["tax_class"], found["tax_rate_bp"], found["currency"]) == (
        "active",
        "standard",
        2300,
        "PLN",
    )
    assert found["options"] == body()["options"]
    assert found["variants"][0] == {
        "id": found["variants"][0]["id"],
        "sku": "HAL-BUR-S",
        "gtins": [EAN],
        "barcodes": [EAN],
        "options": {"colour": "Burgundy", "size": "S"},
        "label": "Burgundy · S",
        "price_minor": 34900,
        "lowest_30_days_minor": 34_900,
        "cost_minor": None,
        "weight_grams": 310,
        "photos": [],
    }
    assert isinstance(found["id"], str)


def test_the_same_key_makes_one_product(api: FlaskClient) -> None:
    headers = {"Idempotency-Key": "one"}
    first = api.post(f"{BASE}/products", json=body(), headers=headers)
    again = api.post(f"{BASE}/products", json=body(), headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.json == first.json
    other = api.post(f"{BASE}/products", json=body(code="X"), headers=headers)
    assert other.status_code == 422


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({}, 409, "already_exists"),
        ({"code": "OTHER"}, 409, "already_exists"),
    ],
)
def test_a_taken_code_or_sku_is_409(
    api: FlaskClient, change: dict[str, Any], status: int, code: str
) -> None:
    api.post(f"{BASE}/products", json=body())
    answer = api.post(f"{BASE}/products", json=body(**change))
    assert (answer.status_code, answer.json and answer.json["code"]) == (status, code)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"tax_rate_bp": 1234}, None),
        ({"tax_rate_bp": None, "tax_class": "none"}, "/tax_class"),
        ({"code": "a/b"}, "/code"),
        ({"name": ""}, None),
        ({"typo": 1}, None),
        ({"options": [{"name": "size", "values": ["S"]}]}, "/variants/0/options"),
        (
            {
                "variants": [
                    {"sku": "A", "price_minor": 1, "options": {"colour": "Pink", "size": "S"}}
                ]
            },
            "/variants/0/options/colour",
        ),
        ({"options": [], "variants": [{"sku": "A", "price_minor": -1}]}, None),
        ({"options": [], "variants": [{"sku": "A", "price_minor": 1.5}]}, None),
        (
            {
                "options": [],
                "variants": [{"sku": "A", "price_minor": 1, "gtins": ["4006381333932"]}],
            },
            "/variants/0/gtins/0",
        ),
    ],
)
def test_a_wrong_shape_is_422_with_a_pointer(
    api: FlaskClient, change: dict[str, Any], pointer: str | None
) -> None:
    answer = api.post(f"{BASE}/products", json=body(**change))
    assert answer.status_code == 422, answer.json
    assert answer.json is not None
    assert answer.json["errors"]
    if pointer:
        assert answer.json["errors"][0]["pointer"] == pointer
    assert api.get(f"{BASE}/products/KS-HALINA").status_code == 404


def test_products_are_listed_searched_and_paged(api: FlaskClient) -> None:
    for number in range(5):
        halina(
            code=f"P{number}",
            name=f"Żaneta {number}",
            options=[],
            variants=[NewVariant(sku=f"P{number}", price_minor=1)],
        )
    close_session()
    found = api.get(f"{BASE}/products?q=zaneta+3").json
    assert found is not None
    assert [one["code"] for one in found["items"]] == ["P3"]
    seen: list[str] = []
    cursor = ""
    for _page in range(3):
        answer = api.get(f"{BASE}/products?limit=2{cursor}").json
        assert answer is not None
        seen += [one["code"] for one in answer["items"]]
        cursor = f"&cursor={answer['next_cursor']}"
    assert seen == [f"P{number}" for number in range(5)]
    assert cursor == "&cursor=None"
    assert api.get(f"{BASE}/products?cursor=x").status_code == 422
    assert api.get(f"{BASE}/products?limit=201").status_code == 422


def test_who_reads_changes_is_told_of_archived_products_too(
    api: FlaskClient, freeze: Callable[[datetime], None]
) -> None:
    noon = datetime(2026, 11, 21, 12, tzinfo=UTC)
    for hour, code in enumerate(("A", "B", "C")):
        freeze(noon + timedelta(hours=hour))
        halina(code=code, options=[], variants=[])
    freeze(noon + timedelta(hours=5))
    transact(lambda: catalog.archive_product(code="A"))
    close_session()
    answer = api.get(f"{BASE}/products?updated_after=2026-11-21T12:30:00Z&limit=2").json
    assert answer is not None
    assert [one["code"] for one in answer["items"]] == ["B", "C"]
    more = api.get(
        f"{BASE}/products?updated_after=2026-11-21T12:30:00Z&cursor={answer['next_cursor']}"
    ).json
    assert more is not None
    assert [(one["code"], one["status"]) for one in more["items"]] == [("A", "archived")]
    plain = api.get(f"{BASE}/products").json
    assert plain is not None
    assert [one["code"] for one in plain["items"]] == ["B", "C"]


def test_variants_are_found_by_sku_by_barcode_and_by_fragments(api: FlaskClient) -> None:
    api.post(f"{BASE}/products", json=body())
    for query, skus in [
        ("sku=HAL-BUR-S", ["HAL-BUR-S"]),
        ("sku=HAL-BUR-S&sku=HAL-NAV-M", ["HAL-BUR-S", "HAL-NAV-M"]),
        (f"gtin={EAN}", ["HAL-BUR-S"]),
        (f"gtin=0{EAN}", ["HAL-BUR-S"]),
        ("q=halina+navy", ["HAL-NAV-M"]),
        ("sku=NONE", []),
        (f"gtin={OTHER_EAN}", []),
    ]:
        answer = api.get(f"{BASE}/variants?{query}").json
        assert answer is not None
        assert [one["sku"] for one in answer["items"]] == skus, query
    one = api.get(f"{BASE}/variants?sku=HAL-BUR-S").json
    assert one is not None
    assert (one["items"][0]["product"], one["items"][0]["name"]) == (
        "KS-HALINA",
        "Halina merino jumper",
    )


def test_who_reads_changes_of_variants_is_told_of_each_once(
    api: FlaskClient, freeze: Callable[[datetime], None]
) -> None:
    noon = datetime(2026, 11, 21, 12, tzinfo=UTC)
    freeze(noon)
    api.post(f"{BASE}/products", json=body())
    other = body(code="KS-OTHER", options=[], variants=[{"sku": "OTHER", "price_minor": 1}])
    api.post(f"{BASE}/products", json=other)

    def changed(since: datetime) -> list[str]:
        asked = f"{BASE}/variants?limit=1&updated_after={since.isoformat().replace('+', '%2B')}"
        seen: list[str] = []
        cursor = ""
        while True:
            answer = api.get(asked + (f"&cursor={cursor}" if cursor else "")).json
            assert answer is not None
            seen += [one["sku"] for one in answer["items"]]
            cursor = answer["next_cursor"]
            if cursor is None:
                return seen

    assert changed(noon - timedelta(minutes=1)) == ["HAL-BUR-S", "HAL-NAV-M", "OTHER"]
    assert changed(noon) == []
    halina_ones = ["HAL-BUR-S", "HAL-NAV-M"]
    changes: list[Callable[[], Any]] = [
        lambda: catalog.set_price(sku="HAL-BUR-S", price_minor=1),
        lambda: catalog.update_product(
            code="KS-HALINA", version=catalog.get_product("KS-HALINA").version, name="Halina"
        ),
        lambda: catalog.add_barcode(sku="HAL-NAV-M", barcode="4711"),
        lambda: catalog.add_photo(code="KS-HALINA", file="goods/tee-sky.svg"),
    ]
    for hour, change in enumerate(changes, start=1):
        freeze(noon + timedelta(hours=hour))
        transact(change)
        assert set(changed(noon + timedelta(hours=hour - 1))) == set(halina_ones), hour
    assert api.get(f"{BASE}/variants?cursor={pack_cursor('A')}").status_code == 200
    wrong = f"{BASE}/variants?updated_after=2026-11-21T12:00:00Z&cursor={pack_cursor('A')}"
    assert api.get(wrong).status_code == 422


def test_the_price_of_an_unknown_sku_is_pointed_at_where_it_stands(api: FlaskClient) -> None:
    api.post(f"{BASE}/products", json=body())
    wanted = [{"sku": "HAL-BUR-S", "price_minor": 1}, {"sku": "nope", "price_minor": 1}]
    answer = api.patch(
        f"{BASE}/products/KS-HALINA", json={"variants": wanted}, headers={"If-Match": '"1"'}
    )
    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["errors"][0]["pointer"] == "/variants/1/sku"
    found = api.get(f"{BASE}/variants?sku=HAL-BUR-S").json
    assert found is not None
    assert found["items"][0]["price_minor"] == 34900


def test_a_product_is_changed_only_by_who_has_seen_it(api: FlaskClient) -> None:
    api.post(f"{BASE}/products", json=body())
    url = f"{BASE}/products/KS-HALINA"
    change = {
        "name": "Halina jumper",
        "brand": "",
        "variants": [{"sku": "HAL-BUR-S", "price_minor": 29900, "cost_minor": 11840}],
    }
    assert api.patch(url, json=change).status_code == 428
    assert api.patch(url, json=change, headers={"If-Match": '"7"'}).status_code == 412
    done = api.patch(url, json=change, headers={"If-Match": '"1"'})
    assert done.status_code == 200, done.json
    assert done.json is not None
    assert (done.json["name"], done.json["brand"]) == ("Halina jumper", None)
    assert done.json["variants"][0]["price_minor"] == 29900
    assert done.headers["ETag"] == api.get(url).headers["ETag"] == f'"{done.json["version"]}"'
    assert api.patch(url, json=change, headers={"If-Match": '"1"'}).status_code == 412
    unknown = {"variants": [{"sku": "NONE", "price_minor": 1}]}
    assert api.patch(url, json=unknown, headers=done.headers).status_code in (422, 428)


def picture() -> io.BytesIO:
    target = io.BytesIO()
    Image.new("RGB", (600, 720), "#77293b").save(target, "PNG")
    target.seek(0)
    return target


def test_a_picture_is_sent_and_stands_with_the_variants_of_its_colour(
    api: FlaskClient, client: FlaskClient
) -> None:
    api.post(f"{BASE}/products", json=body())
    url = f"{BASE}/products/KS-HALINA/photos"
    made = api.post(url, data={"file": (picture(), "a.png"), "colour": "Navy"})
    assert made.status_code == 201, made.json
    assert made.json is not None
    assert (made.json["colour"], made.json["width"], made.json["height"]) == ("Navy", 600, 720)
    with client.get(made.json["url"]) as shown:
        assert (shown.status_code, shown.mimetype) == (200, "image/webp")
    variants = api.get(f"{BASE}/products/KS-HALINA").json["variants"]  # type: ignore[index]
    assert [len(one["photos"]) for one in variants] == [0, 1]


def test_a_key_is_bound_to_the_picture_that_was_sent_with_it(api: FlaskClient) -> None:
    api.post(f"{BASE}/products", json=body())
    url = f"{BASE}/products/KS-HALINA/photos"

    def send(colour: str) -> Any:
        raw = (
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
            + picture().getvalue()
            + b'\r\n--x\r\nContent-Disposition: form-data; name="colour"\r\n\r\n'
            + colour.encode()
            + b"\r\n--x--\r\n"
        )
        return api.post(
            url,
            data=raw,
            content_type="multipart/form-data; boundary=x",
            headers={"Idempotency-Key": "k"},
        )

    first, again, other = send("Navy"), send("Navy"), send("Burgundy")
    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 422)
    assert again.json == first.json


def test_what_is_no_picture_is_refused(api: FlaskClient) -> None:
    api.post(f"{BASE}/products", json=body())
    url = f"{BASE}/products/KS-HALINA/photos"
    assert api.post(url, data={}).status_code == 422
    bad = api.post(url, data={"file": (io.BytesIO(b"<svg/>"), "a.png")})
    assert (bad.status_code, bad.json and bad.json["code"]) == (409, "bad_picture")
    colour = api.post(url, data={"file": (picture(), "a.png"), "colour": "Pink"})
    assert colour.status_code == 422
    missing = api.post(f"{BASE}/products/NONE/photos", data={"file": (picture(), "a.png")})
    assert missing.status_code == 404


@pytest.mark.parametrize(
    ("method", "url", "scope"),
    [
        ("get", "/products", "catalog:read"),
        ("get", "/products/KS-HALINA", "catalog:read"),
        ("get", "/variants", "catalog:read"),
        ("post", "/products", "catalog:write"),
        ("patch", "/products/KS-HALINA", "catalog:write"),
        ("post", "/products/KS-HALINA/photos", "catalog:write"),
    ],
)
def test_each_call_asks_for_its_scope(
    app: Flask, token_for: Callable[..., str], method: str, url: str, scope: str
) -> None:
    other = "catalog:write" if scope == "catalog:read" else "catalog:read"
    client = app.test_client()
    call = getattr(client, method)
    headers = {"Authorization": f"Bearer {token_for(other)}"}
    assert call(f"{BASE}{url}", headers=headers, json={}).status_code == 403
    assert call(f"{BASE}{url}", json={}).status_code == 401


def test_a_list_asks_the_same_for_2_and_for_20_products(
    api: FlaskClient, statements: Callable[[], Any]
) -> None:
    def asked_with(numbers: range) -> int:
        for number in numbers:
            halina(
                code=f"P{number:02}",
                options=[],
                variants=[NewVariant(sku=f"P{number:02}", price_minor=1)],
            )
        close_session()
        with statements() as asked:
            assert api.get(f"{BASE}/products").status_code == 200
        return len(asked)

    asked_with(range(1))
    assert asked_with(range(1, 3)) == asked_with(range(3, 20))
