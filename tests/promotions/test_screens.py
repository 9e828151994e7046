"""The screens of promotions as people use them: built as a sentence, published, read, refused."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import close_session, transact
from modules import catalog
from modules.catalog import NewVariant
from modules.promotions import operations, queries
from modules.promotions.builder_parts import offered_benefits, offered_conditions
from modules.promotions.engine.registry import benefit_kinds, condition_kinds
from tests.orders.screens import fields, form_to, page, parsed, press, text_of, words
from tests.promotions.cast import TEN_OFF, act, draft, now, published, revise

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("app")]
SignIn = Callable[..., FlaskClient]

# What a person could build, by kind: each setting of the screens stands in one of them.
SHOES = {"categories": ["Shoes"], "least_price_minor": 5_000, "except_skus": ["A-1", "B-2"]}
CONDITIONS: dict[str, dict[str, Any]] = {
    "subtotal_at_least": {"amount_minor": 19_999, "filter": SHOES, "basis": "initial"},
    "quantity_at_least": {"count": 3, "filter": SHOES},
    "quantity_between": {"least": 2, "most": 5},
    "contains": {"filter": {"brands": ["Bazar"], "skus": ["A-1"]}, "count": 2},
    "distinct_products": {"count": 4},
    "delivery_country": {"any_of": ["DE", "PL"]},
    "payment_method": {"any_of": ["transfer"]},
    "shipping_method": {"any_of": ["courier", "locker"]},
    "customer_is": {"stages": ["core"], "segments": ["runners"]},
    "birthday": {"days_before": 3, "days_after": 7},
    "order_number": {"number": 3, "repeats": True},
    "last_order": {"least": 90},
    "any_of": {"conditions": [{"kind": "quantity_at_least", "count": 3, "filter": SHOES}]},
    "none_of": {
        "conditions": [
            {"kind": "customer_is", "segments": ["staff"]},
            {"kind": "birthday", "days_before": 3, "days_after": 7},
        ]
    },
}
BENEFITS: dict[str, dict[str, Any]] = {
    "percent": {"rate_bp": 750, "filter": SHOES, "on_sum": True, "limit_units": 2},
    "amount": {"amount_minor": 1_050, "most_minor": 9_900, "select": "dearest"},
    "fixed_price": {"price_minor": 4_900, "limit_units": 1},
    "buy_get": {"buy_count": 2, "rate_bp": 5_000, "shared": False, "get": SHOES},
    "group_price": {"count": 3, "price_minor": 10_000, "max_applications": 1},
    "group_each": {"count": 2, "amount_minor": 500},
    "nth_unit": {"number": 2, "rate_bp": 5_000, "round": "unit"},
    "tiered_percent": {
        "steps": [{"from": 2, "gives": 500}, {"from": 4, "gives": 1_250}],
        "measure": "quantity",
    },
    "tiered_amount": {"steps": [{"from": 20_000, "gives": 2_000}]},
    "free_delivery": {},
    "free_goods": {"sku": "A-1", "count": 2, "every_count": 3, "filter": SHOES},
    "delivery_amount": {"amount_minor": 500},
    "delivery_price": {"price_minor": 499},
    "delivery_percent": {"rate_bp": 5_000, "basis": "initial"},
}
SCHEDULE = {
    "starts_at": "2026-11-27T07:00:00Z",
    "ends_at": "2027-06-30T21:59:00Z",
    "zone": "Europe/Warsaw",
    "weekdays": [0, 4],
    "hours": [["17:00", "19:30"]],
    "not_on": ["2026-12-24", "2026-12-25"],
}


@pytest.fixture
def manager(client_as: SignIn) -> FlaskClient:
    return client_as("marketing_manager")


def form_of(shown: Any) -> Any:
    return shown.get_element_by_id("pr-builder")


def build(manager: FlaskClient, family: str, kind: str, form: Any) -> Any:
    """Press "add", as a browser without scripts does, and return the builder."""
    answer = manager.post(
        "/promotions/new/parts",
        data=fields(form) | {"parts": f"{family}-add", f"{family}-kind": kind},
    )
    assert answer.status_code == 200
    return form_of(parsed(answer))


def test_a_marketing_manager_builds_publishes_and_ends_a_promotion(manager: FlaskClient) -> None:
    assert "No promotion yet" in text_of(manager.get("/promotions/"))
    form = form_of(page(manager, "/promotions/new"))
    form = build(manager, "conditions", "subtotal_at_least", form)
    form = build(manager, "benefits", "percent", form)
    answer = press(
        manager,
        form,
        name="Autumn tenth",
        code="AUTUMN",
        **{"conditions-0-amount_minor": "200", "benefits-0-rate_bp": "10"},
    )
    assert answer.headers["Location"] == "/promotions/AUTUMN"
    shown = page(manager, "/promotions/AUTUMN")
    said = words(shown)
    assert "goods for 200.00" in said
    assert "10 % off" in said.replace("\u00a0", " ")
    assert queries.get_promotion_by_code("AUTUMN").state == "draft"
    close_session()
    [look] = shown.xpath("//a[contains(., 'Check and publish')]")
    press(manager, form_to(page(manager, look.get("href")), "/publication"))
    shown = page(manager, "/promotions/AUTUMN")
    assert "Version 1 applies." in words(shown)
    press(manager, form_to(shown, "/pause"))
    assert "Paused" in words(page(manager, "/promotions/AUTUMN"))
    press(manager, form_to(page(manager, "/promotions/AUTUMN"), "/resumption"))
    press(manager, form_to(page(manager, "/promotions/AUTUMN"), "/end"))
    press(manager, form_to(page(manager, "/promotions/AUTUMN"), "/archive"))
    assert "No promotion yet" in text_of(manager.get("/promotions/"))
    assert "Autumn tenth" in text_of(manager.get("/promotions/?standing=archived"))


def test_what_was_typed_stays_where_it_is_wrong(manager: FlaskClient) -> None:
    form = build(manager, "benefits", "percent", form_of(page(manager, "/promotions/new")))
    answer = press(
        manager,
        form,
        name="Autumn tenth",
        code="AUTUMN",
        not_on="Christmas",
        **{"benefits-0-rate_bp": "a tenth"},
    )
    assert answer.status_code == 422
    shown = parsed(answer)
    assert fields(form_of(shown))["name"] == "Autumn tenth"
    assert fields(form_of(shown))["benefits-0-rate_bp"] == "a tenth"
    assert "Write a percentage such as 10 or 7,5." in words(shown)
    answer = press(manager, form_of(shown), **{"benefits-0-rate_bp": "10"})
    assert answer.status_code == 422
    shown = parsed(answer)
    assert shown.get_element_by_id("not_on").get("aria-invalid") == "true"
    assert fields(form_of(shown))["not_on"] == "Christmas"
    assert queries.list_promotions() == []


def test_a_fault_of_the_definition_stands_beside_its_field(manager: FlaskClient) -> None:
    form = build(manager, "benefits", "tiered_percent", form_of(page(manager, "/promotions/new")))
    typed = {
        "name": "Steps",
        "code": "STEPS",
        "starts_at": "2026-12-02T08:00",
        "ends_at": "2026-12-01T08:00",
        "benefits-0-steps-0-start": "200",
        "benefits-0-steps-0-given": "110",
    }
    shown = parsed(press(manager, form, **typed))
    assert shown.get_element_by_id("ends_at").get("aria-invalid") == "true"
    assert "At most 10000." in words(shown)
    assert {name: fields(form_of(shown))[name] for name in typed} == typed


def test_a_code_that_is_taken_is_said_beside_the_code(manager: FlaskClient) -> None:
    draft("AUTUMN")
    form = build(manager, "benefits", "percent", form_of(page(manager, "/promotions/new")))
    answer = press(manager, form, name="Another", code="AUTUMN", **{"benefits-0-rate_bp": "10"})
    assert answer.status_code == 422
    assert parsed(answer).get_element_by_id("code").get("aria-invalid") == "true"
    for word in ("new", "by-id"):
        answer = press(manager, form, name="Own", code=word, **{"benefits-0-rate_bp": "10"})
        assert answer.status_code == 422


def test_a_promotion_has_to_give_something(manager: FlaskClient) -> None:
    answer = press(manager, form_of(page(manager, "/promotions/new")), name="Nothing", code="N")
    assert answer.status_code == 422
    assert "Say what the promotion gives." in text_of(answer)


def test_every_kind_that_is_offered_is_tried_here() -> None:
    assert set(offered_conditions()) == set(CONDITIONS)
    assert set(offered_benefits()) == set(BENEFITS)


@pytest.mark.parametrize("kind", [*CONDITIONS, *BENEFITS])
def test_what_is_opened_and_saved_as_it_is_stays_as_it_is(manager: FlaskClient, kind: str) -> None:
    stock_shoes()
    benefit = BENEFITS.get(kind, {"rate_bp": 1_000})
    name = kind if kind in BENEFITS else "percent"
    conditions = [{"kind": kind, **CONDITIONS[kind]}] if kind in CONDITIONS else []
    made = draft(
        phase="line" if "line" in benefit_kinds()[name].phases else "shipping",
        conditions=conditions,
        benefits=[{"kind": name, **benefit}],
        schedule=SCHEDULE,
        scope={"channels": ["web"], "stores": ["MAIN"]},
        priority=3,
        most_minor=12_345,
        exclusive=True,
    )
    definition = queries.list_versions(made.id)[0].definition
    close_session()
    answer = press(manager, form_of(page(manager, "/promotions/AUTUMN/edit")), priority="4")
    assert answer.status_code == 303, text_of(answer)
    close_session()
    kept = queries.list_versions(made.id)[0].definition
    assert kept == definition | {"priority": 4}
    assert page(manager, "/promotions/AUTUMN") is not None


@pytest.mark.parametrize("kind", [*CONDITIONS, *BENEFITS])
def test_a_part_comes_and_goes_without_anything_being_saved(
    manager: FlaskClient, kind: str
) -> None:
    family = "conditions" if kind in condition_kinds() else "benefits"
    form = build(manager, family, kind, form_of(page(manager, "/promotions/new")))
    assert fields(form)[f"{family}-0-kind"] == kind
    answer = manager.post(
        "/promotions/new/parts",
        data=fields(form) | {"drop": f"{family}-0-", "name": "Kept"},
        headers={"HX-Request": "true"},
    )
    left = fields(parsed(answer).get_element_by_id("pr-builder"))
    assert f"{family}-0-kind" not in left
    assert left["name"] == "Kept"
    assert queries.list_promotions() == []


def stock_shoes() -> None:
    def make() -> None:
        for code in ("A", "B"):
            catalog.create_product(
                code=code,
                name=code,
                brand="Bazar",
                category="Shoes",
                tax_rate_bp=2300,
                variants=[NewVariant(sku=f"{code}-1", price_minor=10_000)],
            )

    transact(make)


def test_a_change_of_what_applies_waits_and_can_be_thrown_away(manager: FlaskClient) -> None:
    made = published()
    form = form_of(page(manager, "/promotions/AUTUMN/edit"))
    assert press(manager, form, **{"benefits-0-rate_bp": "20"}).status_code == 303
    shown = page(manager, "/promotions/AUTUMN")
    assert "Not published yet" in words(shown)
    assert now(made).live_number == 1
    close_session()
    press(manager, form_to(shown, "/draft-removal"))
    assert "Not published yet" not in words(page(manager, "/promotions/AUTUMN"))


def test_who_comes_second_is_told_and_keeps_what_he_typed(manager: FlaskClient) -> None:
    made = draft()
    form = form_of(page(manager, "/promotions/AUTUMN/edit"))
    revise(made, name="Theirs")
    answer = press(manager, form, name="Mine")
    assert answer.status_code == 409
    assert fields(form_of(parsed(answer)))["name"] == "Mine"
    step = form_to(page(manager, "/promotions/AUTUMN/publication"), "/publication")
    revise(made, conditions=[])
    assert press(manager, step).status_code == 409
    assert now(made).state == "draft"


def test_what_can_not_be_published_says_why(manager: FlaskClient) -> None:
    draft(scope={"stores": ["NOWHERE"]})
    shown = page(manager, "/promotions/AUTUMN/publication")
    assert "These are not known here: NOWHERE." in words(shown)
    assert not [one for one in shown.forms if (one.get("action") or "").endswith("/publication")]
    answer = manager.post(
        "/promotions/AUTUMN/publication",
        data=fields(form_to(page(manager, "/promotions/AUTUMN"), "/archive")),
    )
    assert answer.status_code == 422
    assert "These are not known here: NOWHERE." in text_of(answer)


def test_a_copy_begins_with_what_the_other_says(manager: FlaskClient) -> None:
    act(operations.end_promotion, published())
    form = form_of(page(manager, "/promotions/new?copy=AUTUMN"))
    assert fields(form)["benefits-0-rate_bp"] == "10"
    assert press(manager, form, code="AUTUMN-2").status_code == 303
    assert queries.get_promotion_by_code("AUTUMN-2").state == "draft"


def test_what_a_program_wrote_is_shown_and_not_spoilt(manager: FlaskClient) -> None:
    group = {"kind": "all_of", "conditions": TEN_OFF["conditions"]}
    deep = {"kind": "any_of", "conditions": [group]}
    draft(conditions=[deep])
    shown = page(manager, "/promotions/AUTUMN")
    assert "A program wrote this promotion" in words(shown)
    assert manager.get("/promotions/AUTUMN/edit").headers["Location"] == "/promotions/AUTUMN"


def test_the_page_tells_who_changed_what(manager: FlaskClient) -> None:
    made = draft()
    revise(made, benefits=[{"kind": "percent", "rate_bp": 2_000}])
    revise(made, schedule=SCHEDULE, scope={"channels": ["web"]}, exclusive=True, conditions=[])
    said = words(page(manager, "/promotions/AUTUMN"))
    assert "Drafted" in said
    plain = said.replace("\u00a0", " ")
    assert "Then: 10 % off → 20 % off" in plain
    assert "When: goods for 200.00 zł or more → for every order" in plain
    assert "Valid: from Fri 27 Nov 2026, 08:00" in said
    assert "Where: Channels: Web store" in said
    assert "Beside others: Goods, line by line → Goods, line by line; Alone" in said
    assert manager.get(f"/history/promotion/{made.id}").status_code == 200


def test_a_store_manager_reads_and_changes_nothing(client_as: SignIn) -> None:
    draft()
    reader = client_as("store_manager")
    shown = page(reader, "/promotions/AUTUMN")
    assert not [form for form in shown.forms if "/promotions/" in (form.get("action") or "")]
    for path in ("/promotions/new", "/promotions/AUTUMN/edit"):
        assert reader.get(path).status_code == 403
    assert reader.post("/promotions/AUTUMN/publication", data={"version": "1"}).status_code == 403
    assert client_as("clerk").get("/promotions/").status_code == 403


def test_who_manages_promotions_in_one_store_alone_changes_none(
    app: Flask, client_as: SignIn
) -> None:
    from modules import organization

    draft()
    close_session()
    local = client_as("marketing_manager", store_id=organization.get_store("MAIN").id)
    assert local.get("/promotions/AUTUMN").status_code == 200
    assert local.get("/promotions/new").status_code == 403


def test_the_list_narrows_and_the_search_finds(manager: FlaskClient) -> None:
    published("AUTUMN", "Autumn tenth")
    draft("SPRING", "Spring fifth")
    said = text_of(manager.get("/promotions/?standing=running"))
    assert "Autumn tenth" in said
    assert "Spring fifth" not in said
    assert "Spring fifth" in text_of(manager.get("/promotions/?q=spri"))
    assert "No promotion is like that." in text_of(manager.get("/promotions/?q=winter"))
    assert "Autumn tenth" in text_of(manager.get("/search?q=autumn"))


def test_a_page_of_the_list_asks_the_same_whatever_its_length(
    manager: FlaskClient, statements: Callable[[], Any]
) -> None:
    counts = []
    for count in (2, 20):
        for at in range(count):
            published(f"P-{count}-{at}", f"Promotion {at}", scope={"channels": ["web"]})
        manager.get("/promotions/")
        with statements() as asked:
            manager.get("/promotions/")
        counts.append(len(asked))
    assert counts[0] == counts[1], counts
