"""What tries the API from outside knows a name for each place in its addresses."""

import re

from flask import Flask

from tests.dast.__main__ import NAMED
from tests.dast.world import KINDS, kind_of


def test_each_place_in_an_address_of_the_api_has_names_to_try(app: Flask) -> None:
    paths = app.spec["paths"]  # type: ignore[attr-defined]
    places = {place for path in paths for place in re.findall(r"\{(\w+)\}", path)}
    assert "promotion" in places
    assert {place for place in places if kind_of(place) not in KINDS} == set()
    assert {place for place in places if not {place, f"path.{place}"} & NAMED.keys()} == set()
    assert set(NAMED.values()) <= KINDS


def test_a_call_that_keeps_no_answer_offers_no_key_for_it(app: Flask) -> None:
    paths = app.spec["paths"]  # type: ignore[attr-defined]

    def headers(path: str) -> set[str]:
        return {one["name"] for one in paths[path]["post"]["parameters"] if one["in"] == "header"}

    assert "Idempotency-Key" not in headers("/api/v1/gift-cards/{card_id}/code")
    assert "Idempotency-Key" in headers("/api/v1/gift-cards/{card_id}/blocks")
