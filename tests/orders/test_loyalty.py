"""Orders of members: points earned, spent as a rebate, and moved back with the goods."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from app.db import close_session
from modules import loyalty, organization
from modules.loyalty import queries
from modules.loyalty.models import CountsFrom
from modules.loyalty.operations import block_card, earn
from modules.loyalty.proving import prove_points
from tests.loyalty.cast import act, customer, program
from tests.orders.cast import DRESS, SHIRT, order_body, place, post, read, ship_all, stock_the_shop
from tests.promotions.cast import published

NO_DELIVERY = {"method": "courier", "price_minor": 0}


class Club:
    """A programme that counts at once, and its member with a card."""

    def __init__(self, **terms: Any) -> None:
        self.program = program(**{"counts_from": CountsFrom.PLACED} | terms)
        self.customer = customer("Ola Nowak")
        self.member = act(
            lambda: loyalty.enrol(program_id=self.program.id, customer_id=self.customer)
        )
        self.card = act(lambda: loyalty.issue_card(member_id=self.member.id)).number

    def give(self, points: int) -> None:
        wallet = queries.points_wallet(self.program.id).id
        today = organization.today()
        act(
            lambda: earn(
                member=queries.get_member(self.member.id),
                wallet_id=wallet,
                points=points,
                key=f"gift {points}",
                on=today,
            )
        )

    @property
    def points(self) -> tuple[int, int]:
        close_session()
        held = queries.holdings_of(self.member.id, on=organization.today())[0]
        close_session()
        return held.active, held.pending


@pytest.fixture(autouse=True)
def shelf(app: Any) -> None:
    stock_the_shop()


def shirts(count: int = 2, **changes: Any) -> dict[str, Any]:
    return {
        "lines": [{"sku": SHIRT, "quantity": count}],
        "shipping": NO_DELIVERY,
        "payment": {"method": "paper_card", "amount_minor": 1_000_00},
        "customer": None,
    } | changes


def test_a_members_order_earns_what_its_quote_said(api: FlaskClient) -> None:
    club = Club()
    body = {"channel": "web", "currency": "PLN", "card": club.card}
    asked = post(api, "/quotes", body | {"lines": [{"sku": SHIRT, "quantity": 2}]})
    order = place(api, **shirts(card=club.card))
    whole = order["totals"]["goods_minor"] // 100
    assert asked["points_earned"] == whole > 0
    assert order["customer"]["id"] == str(club.customer)
    assert club.points == (whole, 0)
    assert "points_earned" in kinds(api, order)


def test_points_count_once_the_last_of_the_goods_has_left(api: FlaskClient) -> None:
    club = Club(counts_from=CountsFrom.SHIPPED)
    order = place(api, **shirts(card=club.card))
    earned = order["totals"]["goods_minor"] // 100
    assert club.points == (0, earned)
    ship_all(api, order)
    assert club.points == (earned, 0)


def test_points_of_what_is_not_paid_wait_for_the_money(api: FlaskClient) -> None:
    club = Club()
    order = place(api, **shirts(card=club.card, payment=None))
    earned = order["totals"]["goods_minor"] // 100
    assert club.points == (0, earned)
    paid = {"method": "paper_card", "amount_minor": order["totals"]["total_minor"]}
    post(api, f"/orders/{order['id']}/payments", paid, status=201)
    assert club.points == (earned, 0)


def test_points_make_an_order_cheaper_before_its_vat_and_earn_nothing(api: FlaskClient) -> None:
    club = Club()
    club.give(1_000)
    body = {"channel": "web", "currency": "PLN", "card": club.card, "points": 1_000}
    lines = [{"sku": SHIRT, "quantity": 2}]
    asked = post(api, "/quotes", body | {"lines": lines, "shipping": NO_DELIVERY})
    order = place(api, **shirts(card=club.card, points=1_000))
    totals = order["totals"]
    assert totals["discount_minor"] == 10_00
    assert totals["total_minor"] == totals["goods_minor"] - 10_00 == asked["total_minor"]
    assert sum(tax["gross_minor"] for tax in order["taxes"]) == totals["total_minor"]
    assert club.points == (totals["total_minor"] // 100, 0)
    assert list(prove_points()) == []


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"points": 300}, 422, "invalid"),
        ({"points": 2_000}, 409, "not_enough_points"),
        ({"points": 500, "card": None}, 422, "invalid"),
        ({"card": "4006381333931"}, 422, "invalid"),
    ],
)
def test_points_that_cannot_be_spent_are_refused_and_nothing_is_placed(
    api: FlaskClient, changes: dict[str, Any], status: int, code: str
) -> None:
    club = Club()
    club.give(1_000)
    body = order_body(**{**shirts(card=club.card), **changes})
    answer = api.post("/api/v1/orders", json=body)
    assert answer.status_code == status, answer.json
    assert answer.json is not None
    assert {one["code"] for one in answer.json["errors"]} == {code}
    assert club.points == (1_000, 0)


def test_a_card_that_was_lost_names_nobody(api: FlaskClient) -> None:
    club = Club()
    act(lambda: block_card(number=club.card, reason="lost"))
    answer = api.post("/api/v1/orders", json=order_body(**shirts(card=club.card)))
    assert answer.status_code == 409, answer.json


def test_what_is_cancelled_takes_its_points_along_and_gives_back_those_that_paid(
    api: FlaskClient,
) -> None:
    club = Club()
    club.give(1_000)
    order = place(api, **shirts(card=club.card, points=1_000))
    one = [{"line": order["lines"][0]["id"], "quantity": 1}]
    post(api, f"/orders/{order['id']}/cancellation", {"reason": "one is enough", "lines": one})
    rest = read(api, order)["totals"]["total_minor"]
    assert club.points == (500 + rest // 100, 0)
    post(api, f"/orders/{order['id']}/cancellation", {"reason": "none at all"})
    assert club.points == (1_000, 0)
    assert "points_returned" in kinds(api, order)
    assert list(prove_points()) == []


def test_a_returned_pair_takes_back_exactly_its_points(api: FlaskClient) -> None:
    club = Club()
    club.give(500)
    body: dict[str, Any] = {
        "lines": [{"sku": SHIRT, "quantity": 2}, {"sku": DRESS, "quantity": 1}],
        "payment": {"method": "paper_card", "amount_minor": 2_000_00},
    }
    order = place(api, **shirts(2, **{"card": club.card, "points": 500} | body))
    ship_all(api, order)
    earned = order["totals"]["total_minor"] // 100
    assert club.points == (earned, 0)
    for place_of_line, back in ((0, 2), (1, 1)):
        line = order["lines"][place_of_line]["id"]
        asked = [{"line": line, "quantity": back, "reason": "size"}]
        wanted = post(api, f"/orders/{order['id']}/returns", {"lines": asked}, status=201)
        got = [{"line": line, "quantity": back, "verdict": "sellable"}]
        post(api, f"/returns/{wanted['id']}/receipt", {"lines": got})
        if not place_of_line:
            kept = order["lines"][1]["total_minor"]
            whole = order["totals"]["total_minor"]
            assert club.points == (kept // 100 + 500 - -(-500 * kept // whole), 0)
    assert club.points == (500, 0)
    assert list(prove_points()) == []


def test_a_promotion_for_members_of_a_tier_knows_them_by_their_card(api: FlaskClient) -> None:
    club = Club()
    silver = loyalty.TierData(code="silver", name="Silver", threshold=0)
    act(lambda: loyalty.set_tiers(program_id=club.program.id, tiers=[silver]))
    asks = {"kind": "customer_is", "tiers": ["silver"]}
    published(conditions=[asks], scope={"needs_card": True, "programmes": ["club"]})
    lines = [{"sku": SHIRT, "quantity": 2}]
    body = {"channel": "web", "currency": "PLN", "lines": lines}
    assert post(api, "/quotes", body)["applied"] == []
    # Who joined before there were tiers is in none.
    assert post(api, "/quotes", body | {"card": club.card})["applied"] == []
    new = customer()
    someone = act(lambda: loyalty.enrol(program_id=club.program.id, customer_id=new))
    assert post(api, "/quotes", body | {"customer": {"id": str(new)}})["applied"] == []
    act(lambda: loyalty.issue_card(member_id=someone.id))
    told = post(api, "/quotes", body | {"customer": {"id": str(new)}})
    assert [one["promotion"] for one in told["applied"]] == ["AUTUMN"]


def kinds(api: FlaskClient, order: dict[str, Any]) -> list[str]:
    answer = api.get(f"/api/v1/orders/{order['id']}/events").json
    assert answer is not None
    return [one["kind"] for one in answer["items"]]
