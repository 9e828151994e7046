"""A promotion is written down as JSON and read back word for word; what cannot be is refused."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given

from modules.promotions.definition import read_promotion, schema_of_promotion, write_promotion
from modules.promotions.definition.faults import BadDefinition
from modules.promotions.engine.benefits.percent import Percent
from modules.promotions.engine.conditions.subtotal_at_least import SubtotalAtLeast
from modules.promotions.engine.filters import Filter
from modules.promotions.engine.offers import Phase
from modules.promotions.engine.promotion import Promotion, Schedule
from modules.promotions.engine.registry import benefit_kinds, condition_kinds
from modules.promotions.engine.settings import settings_of
from tests.promotions.definitions import promotions

PLAIN: dict[str, Any] = {
    "phase": "line",
    "conditions": [{"kind": "subtotal_at_least", "amount_minor": 20_000}],
    "benefits": [{"kind": "percent", "rate_bp": 1_000}],
}


@given(promotion=promotions())
def test_what_is_written_is_read_back_word_for_word(promotion: Promotion) -> None:
    definition = json.loads(json.dumps(write_promotion(promotion)))
    again = read_promotion(definition, key=7, version=3)
    assert again == promotion
    assert write_promotion(again) == definition


def test_only_what_differs_from_the_usual_is_written() -> None:
    promotion = Promotion(
        id=1,
        phase=Phase.LINE,
        benefits=(Percent(rate_bp=1_000, filter=Filter(brands=frozenset({"Ma", "Bo"}))),),
        conditions=(SubtotalAtLeast(amount_minor=20_000),),
        schedule=Schedule(weekdays=frozenset({0, 4})),
    )
    assert write_promotion(promotion) == {
        "phase": "line",
        "conditions": [{"kind": "subtotal_at_least", "amount_minor": 20_000}],
        "benefits": [{"kind": "percent", "rate_bp": 1_000, "filter": {"brands": ["Bo", "Ma"]}}],
        "schedule": {"weekdays": [0, 4]},
    }


def faults(**changed: Any) -> dict[str, str]:
    definition = {**copy.deepcopy(PLAIN), **changed}
    with pytest.raises(BadDefinition) as refused:
        read_promotion(definition, key=1, at="/definition")
    return {one.pointer.removeprefix("/definition"): one.message for one in refused.value.faults}


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"phase": "payday"}, "/phase"),
        ({"colour": "red"}, "/colour"),
        ({"benefits": []}, "/benefits"),
        ({"benefits": "many"}, "/benefits"),
        ({"benefits": [{"kind": "percent"}]}, "/benefits/0/rate_bp"),
        ({"benefits": [{"kind": "percent", "rate_bp": 10_001}]}, "/benefits/0/rate_bp"),
        ({"benefits": [{"kind": "percent", "rate_bp": True}]}, "/benefits/0/rate_bp"),
        ({"benefits": [{"kind": "percent", "rate_bp": 10.0}]}, "/benefits/0/rate_bp"),
        ({"benefits": [{"kind": "magic"}]}, "/benefits/0/kind"),
        ({"benefits": [{"kind": "free_delivery"}]}, "/benefits/0"),
        (
            {"benefits": [{"kind": "percent", "rate_bp": 1, "filter": {"sku": []}}]},
            "/benefits/0/filter/sku",
        ),
        ({"benefits": [{"kind": "tiered_percent", "steps": []}]}, "/benefits/0/steps"),
        (
            {"benefits": [{"kind": "tiered_percent", "steps": [{"from": 1, "gives": 10_001}]}]},
            "/benefits/0/steps/0/gives",
        ),
        (
            {
                "benefits": [
                    {"kind": "tiered_amount", "steps": [{"from": 5, "gives": 1}] * 2},
                ]
            },
            "/benefits/0/steps",
        ),
        ({"conditions": [{"kind": "quantity_at_least", "count": 0}]}, "/conditions/0/count"),
        ({"conditions": [{"kind": "store_is", "any_of": []}]}, "/conditions/0/any_of"),
        ({"conditions": [{"kind": "store_is", "any_of": [" "]}]}, "/conditions/0/any_of/0"),
        (
            {"conditions": [{"kind": "any_of", "conditions": [{"kind": "contains"}]}]},
            "/conditions/0/conditions/0/filter",
        ),
        ({"schedule": {"starts_at": "2026-11-27"}}, "/schedule/starts_at"),
        ({"schedule": {"zone": "Poland/Pcim"}}, "/schedule/zone"),
        ({"schedule": {"weekdays": [7]}}, "/schedule/weekdays/0"),
        ({"schedule": {"hours": [["17:00"]]}}, "/schedule/hours/0"),
        ({"schedule": {"hours": [["17:00", "late"]]}}, "/schedule/hours/0/1"),
        ({"scope": {"channels": "web"}}, "/scope/channels"),
        ({"priority": "first"}, "/priority"),
    ],
)
def test_a_value_that_cannot_be_is_refused_where_it_stands(
    changed: dict[str, Any], pointer: str
) -> None:
    assert list(faults(**changed)) == [pointer]


def test_an_offer_that_ends_before_it_begins_is_refused() -> None:
    said = faults(
        schedule={"starts_at": "2026-11-27T08:00:00Z", "ends_at": "2026-11-27T09:00:00+01:00"}
    )
    assert list(said) == ["/schedule/ends_at"]


def test_all_faults_are_told_at_once() -> None:
    said = faults(phase="payday", priority=None, conditions=[{"kind": "x"}, {"kind": "y"}])
    assert set(said) == {"/phase", "/priority", "/conditions/0/kind", "/conditions/1/kind"}


def test_conditions_within_conditions_have_a_depth() -> None:
    deep: dict[str, Any] = {"kind": "store_is", "any_of": ["MAIN"]}
    for _level in range(40):
        deep = {"kind": "none_of", "conditions": [deep]}
    [pointer] = faults(conditions=[deep])
    assert pointer == "/conditions/0" + "/conditions/0" * 5


@pytest.mark.parametrize("given_", [None, [], "10 %", 7])
def test_what_is_no_definition_at_all_is_refused(given_: Any) -> None:
    with pytest.raises(BadDefinition):
        read_promotion(given_, key=1)


def test_the_schema_names_every_kind_and_every_setting() -> None:
    schema = schema_of_promotion()["properties"]
    for part, kinds in (("conditions", condition_kinds()), ("benefits", benefit_kinds())):
        spelt = {one["title"]: one for one in schema[part]["items"]["oneOf"]}
        assert set(spelt) == set(kinds)
        for kind, thing in kinds.items():
            assert set(spelt[kind]["properties"]) == {
                "kind",
                *(one.name for one in settings_of(thing)),
            }
