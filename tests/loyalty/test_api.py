"""Loyalty as programs see it: set up, enrolled, adjusted, claimed, read by card."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from app.db import close_session
from tests.loyalty.cast import customer
from tests.orders.cast import fetch, post

CLUB: dict[str, Any] = {
    "code": "club",
    "name": "Club",
    "pending_days": 14,
    "validity": "end_of_year",
    "valid_for": 1,
    "step_points": 1_000,
    "step_minor": 10_00,
    "wallets": [{"code": "stamps", "name": "Stamps", "kind": "stamps"}],
    "tiers": [
        {"code": "base", "name": "Base", "threshold": 0},
        {"code": "silver", "name": "Silver", "threshold": 2_000_00, "multiplier_bp": 15_000},
    ],
    "rules": [
        {"name": "Welcome", "kind": "event", "event": "registration", "points": 100},
        {"name": "Socks", "kind": "fixed", "wallet": "stamps", "category": "Socks", "points": 1},
    ],
    "rewards": [
        {"code": "ten", "name": "Ten", "kind": "store_credit", "points": 1_000,
         "amount_minor": 10_00}
    ],
}  # fmt: skip


@pytest.fixture
def club(api: FlaskClient) -> dict[str, Any]:
    return post(api, "/loyalty/programs", CLUB, status=201)


def enrolled(api: FlaskClient, **more: Any) -> dict[str, Any]:
    body = {"customer": str(customer()), **more}
    close_session()
    return post(api, "/loyalty/programs/club/members", body, status=201)


def test_a_programme_is_set_up_whole_and_read_back(api: FlaskClient, club: dict[str, Any]) -> None:
    assert (club["state"], club["terms"]["pending_days"]) == ("active", 14)
    assert [one["code"] for one in club["tiers"]] == ["base", "silver"]
    assert [one["wallet"] for one in club["rules"]] == [None, "stamps"]
    assert fetch(api, "/loyalty/programs/club") == club
    assert fetch(api, "/loyalty/programs")["items"] == [club]
    again = api.post("/api/v1/loyalty/programs", json=CLUB)
    assert again.status_code == 409


def test_a_change_names_the_version_that_it_has_seen_and_keeps_the_rest(
    api: FlaskClient, club: dict[str, Any]
) -> None:
    url = "/api/v1/loyalty/programs/club"
    mark = {"If-Match": f'"{club["version"]}"'}
    answer = api.patch(url, json={"pending_days": 7, "state": "closed"}, headers=mark)
    assert answer.status_code == 200, answer.json
    assert answer.json is not None
    assert answer.json["terms"] == club["terms"] | {"pending_days": 7}
    assert answer.json["state"] == "closed"
    assert api.patch(url, json={"pending_days": 9}, headers=mark).status_code == 412
    assert api.patch(url, json={"pending_days": 9}).status_code == 428


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"step_minor": 0}, "/step_minor"),
        ({"validity": "days", "valid_for": 0}, "/valid_for"),
        ({"rewards": [CLUB["rewards"][0] | {"amount_minor": None}]}, "/amount_minor"),
        ({"rules": [CLUB["rules"][1] | {"wallet": "none"}]}, "/rules/0/wallet"),
        ({"tiers": [CLUB["tiers"][0], CLUB["tiers"][0]]}, "/tiers/1/code"),
    ],
)
def test_a_term_that_cannot_be_is_refused_at_its_place(
    api: FlaskClient, changes: dict[str, Any], pointer: str
) -> None:
    answer = api.post("/api/v1/loyalty/programs", json=CLUB | changes)
    assert answer.status_code == 422, answer.json
    assert answer.json is not None
    assert [one["pointer"] for one in answer.json["errors"]] == [pointer]
    assert fetch(api, "/loyalty/programs")["items"] == []


@pytest.mark.usefixtures("club")
def test_who_is_enrolled_has_a_card_and_what_joining_gives(api: FlaskClient) -> None:
    member = enrolled(api)
    card = member["cards"][0]["number"]
    assert (len(card), member["tier"]) == (13, "base")
    points, stamps = member["wallets"]
    assert (points["active"], stamps["active"]) == (100, 0)
    assert [one["points"] for one in points["expiring"]] == [100]
    assert [one["kind"] for one in member["entries"]] == ["activate", "earn_pending"]
    assert fetch(api, f"/loyalty/members/{card}") == member
    assert fetch(api, f"/customers/{member['customer']}/loyalty")["items"] == [member]
    friend = enrolled(api, referred_by=member["referral_code"], card="CLUB-0001")
    assert friend["cards"][0]["number"] == "CLUB0001"
    assert api.get("/api/v1/loyalty/members/4006381333931").status_code == 404


@pytest.mark.usefixtures("club")
def test_points_by_hand_pay_for_a_reward_once(api: FlaskClient) -> None:
    url = f"/loyalty/members/{enrolled(api)['cards'][0]['number']}"
    given = {"points": 1_400, "reason": "sorry", "store": "MAIN", "client_id": "a"}
    for _time in range(2):
        told = post(api, f"{url}/adjustments", given, status=201)
        assert told["wallets"][0]["active"] == 1_500
    claimed = {"reward": "ten", "store": "MAIN", "client_id": "c"}
    first = post(api, f"{url}/claims", claimed, status=201)
    assert post(api, f"{url}/claims", claimed, status=201)["id"] == first["id"]
    short = post(api, f"{url}/claims", claimed | {"client_id": "d"}, status=409)
    assert short["errors"][0]["have"] == 500
    taken = {"points": -501, "reason": "mistake", "store": "MAIN"}
    assert post(api, f"{url}/adjustments", taken, status=409)["code"] == "not_enough_points"
