"""Groups of conditions in the builder: one of several, none of several, said as one sentence."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.db import close_session
from modules.promotions import queries
from modules.promotions.builder_parts import MOST_PARTS
from tests.orders.screens import fields, page, parsed, press, text_of, words
from tests.promotions.cast import TEN_OFF, draft

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("app")]
SignIn = Callable[..., FlaskClient]
INSIDE = "conditions-0-inside"


@pytest.fixture
def manager(client_as: SignIn) -> FlaskClient:
    return client_as("marketing_manager")


def form_of(shown: Any) -> Any:
    return shown.get_element_by_id("pr-builder")


def change(manager: FlaskClient, form: Any, **pressed: str) -> Any:
    """Press a button of the builder that only changes its parts."""
    answer = manager.post("/promotions/new/parts", data=fields(form) | pressed)
    assert answer.status_code == 200
    return form_of(parsed(answer))


def add(manager: FlaskClient, family: str, kind: str, form: Any) -> Any:
    return change(manager, form, **{"parts": f"{family}-add", f"{family}-kind": kind})


def begun(manager: FlaskClient) -> Any:
    form = form_of(page(manager, "/promotions/new"))
    form = add(manager, "benefits", "percent", form)
    form = add(manager, "conditions", "any_of", form)
    form = add(manager, INSIDE, "subtotal_at_least", form)
    return add(manager, INSIDE, "quantity_at_least", form)


FILLED = {
    "name": "Either way",
    "code": "EITHER",
    f"{INSIDE}-0-amount_minor": "200",
    f"{INSIDE}-1-count": "3",
    "benefits-0-rate_bp": "10",
}


def test_a_group_is_built_saved_and_shown_again(manager: FlaskClient) -> None:
    form = begun(manager)
    assert "or" in words(form.get_element_by_id("pr-conditions")).split()
    form = add(manager, "conditions", "none_of", form)
    form = add(manager, "conditions-1-inside", "customer_is", form)
    typed = {**FILLED, "conditions-1-inside-0-segments": "staff"}
    answer = press(manager, form, **typed)
    assert answer.headers["Location"] == "/promotions/EITHER", text_of(answer)
    kept = queries.get_promotion_by_code("EITHER")
    definition = queries.newest_versions([kept.id])[kept.id].definition
    close_session()
    assert definition["conditions"] == [
        {
            "kind": "any_of",
            "conditions": [
                {"kind": "subtotal_at_least", "amount_minor": 20_000},
                {"kind": "quantity_at_least", "count": 3},
            ],
        },
        {"kind": "none_of", "conditions": [{"kind": "customer_is", "segments": ["staff"]}]},
    ]
    again = form_of(page(manager, "/promotions/EITHER/edit"))
    assert press(manager, again).headers["Location"] == "/promotions/EITHER"
    close_session()
    assert queries.newest_versions([kept.id])[kept.id].definition == definition


def test_what_is_wrong_inside_is_told_beside_its_field(manager: FlaskClient) -> None:
    answer = press(manager, begun(manager), **{**FILLED, f"{INSIDE}-1-count": "none"})
    assert answer.status_code == 422
    shown = parsed(answer)
    wrong = shown.get_element_by_id(f"{INSIDE}-1-count")
    assert wrong.get("aria-invalid") == "true"
    assert wrong.get("value") == "none"
    assert shown.xpath(f"//a[@href='#{INSIDE}-1-count']")
    assert shown.get_element_by_id(f"{INSIDE}-0-amount_minor").get("value") == "200"


def test_a_group_without_conditions_is_refused_beside_it(manager: FlaskClient) -> None:
    form = add(manager, "benefits", "percent", form_of(page(manager, "/promotions/new")))
    form = add(manager, "conditions", "any_of", form)
    answer = press(manager, form, name="None", code="NONE", **{"benefits-0-rate_bp": "10"})
    assert answer.status_code == 422
    shown = parsed(answer)
    [choice] = shown.xpath(f"//select[@id='pr-{INSIDE}-kind'][@aria-invalid='true']")
    told = shown.get_element_by_id(choice.get("aria-describedby"))
    assert "Add at least one condition" in words(told)


def test_a_condition_leaves_its_group_and_the_group_the_sentence(manager: FlaskClient) -> None:
    form = change(manager, begun(manager), drop=f"{INSIDE}-0-")
    names = fields(form)
    assert f"{INSIDE}-0-kind" not in names
    assert names[f"{INSIDE}-1-kind"] == "quantity_at_least"
    form = add(manager, INSIDE, "contains", form)
    assert fields(form)[f"{INSIDE}-0-kind"] == "contains"
    gone = fields(change(manager, form, drop="conditions-0-"))
    assert not [name for name in gone if name.startswith("conditions-0")]


def test_a_group_takes_no_group_and_no_more_than_it_has_room_for(manager: FlaskClient) -> None:
    form = begun(manager)
    offered = form.xpath(f"//select[@id='pr-{INSIDE}-kind']/option/@value")
    assert "any_of" not in offered
    assert "none_of" not in offered
    assert fields(add(manager, INSIDE, "none_of", form)) == fields(form)
    for _time in range(MOST_PARTS):
        form = add(manager, INSIDE, "contains", form)
    kinds = [name for name in fields(form) if name.startswith(INSIDE) and name.endswith("-kind")]
    assert len(kinds) == MOST_PARTS
    assert not form.xpath(f"//select[@id='pr-{INSIDE}-kind']")


def test_a_group_in_a_group_is_for_programs_and_read_only(manager: FlaskClient) -> None:
    inner = {"kind": "none_of", "conditions": TEN_OFF["conditions"]}
    draft("DEEP", conditions=[{"kind": "any_of", "conditions": [inner]}])
    close_session()
    answer = manager.get("/promotions/DEEP/edit")
    assert answer.headers["Location"] == "/promotions/DEEP"
