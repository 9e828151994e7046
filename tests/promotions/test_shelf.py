"""Promotions that change the price on the shelf: what is charged, told, remembered and on sale."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app import clock, outbox
from app.db import close_session, session, transact
from modules import catalog
from modules.catalog import NewVariant
from modules.catalog.operations.variants import set_price
from modules.orders.models import LineAdjustment
from modules.orders.proving import prove_orders
from modules.pricing import Entry
from modules.pricing.minimums import minimums_version, set_minimums
from modules.pricing.models import PricePeriod
from modules.pricing.proving import prove_periods
from modules.promotions import operations, shelf_history
from modules.promotions.definition.faults import BadDefinition
from modules.promotions.shelf_history import SHELF
from tests.orders.cast import DRESS, SHIRT, place, post, stock_the_shop
from tests.pricing.cast import make_list
from tests.promotions.cast import act, draft, published

SHIRTS = {"skus": [SHIRT]}
CART = {
    "lines": [{"sku": SHIRT, "quantity": 2}, {"sku": DRESS, "quantity": 1}],
    "shipping": {"method": "pickup", "price_minor": 0},
    "payment": None,
}


@pytest.fixture(autouse=True)
def shop(app: Any) -> None:
    stock_the_shop(shirts=20, dresses=20)


def sale(code: str = "SALE", rate_bp: int = 1_500, **changed: Any) -> Any:
    said = {
        "phase": "catalogue",
        "conditions": [],
        "benefits": [{"kind": "percent", "rate_bp": rate_bp, "filter": SHIRTS}],
    }
    return published(code, "Sale", **(said | changed))


def presented(sku: str = SHIRT, where: str = "web") -> list[int | None]:
    """Return the prices that promotions have shown of something somewhere, in their order."""
    close_session()
    row = PricePeriod
    found = session.scalars(
        select(row)
        .where(
            row.variant_id == catalog.get_variant(sku).id,
            row.ref_kind == SHELF.kind,
            row.place == where,
        )
        .order_by(row.id)
    ).all()
    return [one.price_minor if one.valid_to is None else -(one.price_minor or 0) for one in found]


def test_the_price_itself_is_lower_and_rounded_as_a_price(api: FlaskClient) -> None:
    """79.90 less 15 % is 67.915: each piece costs 67.92."""
    sale()
    placed = place(api, **CART)
    assert [one["unit_price_minor"] for one in placed["lines"]] == [6_792, 32_900]
    assert placed["totals"]["discount_minor"] == 0
    assert placed["totals"]["total_minor"] == 2 * 6_792 + 32_900
    close_session()
    [part] = session.scalars(select(LineAdjustment)).all()
    assert (part.sequence, part.amount_minor) == (0, 2 * (7_990 - 6_792))
    assert list(prove_orders()) == []


def test_the_quote_says_that_it_is_in_the_price(api: FlaskClient) -> None:
    sale()
    body = {"channel": "web", "currency": "PLN", "lines": CART["lines"]}
    asked = post(api, "/quotes", body)
    assert asked["applied"] == [
        {
            "promotion": "SALE",
            "version": 1,
            "label": "Sale",
            "amount_minor": 2_396,
            "lines": [0],
            "in_price": True,
        }
    ]
    assert asked["total_minor"] == fetch_total(api)


def fetch_total(api: FlaskClient) -> int:
    close_session()
    total: int = place(api, **CART)["totals"]["total_minor"]
    return total


def test_other_promotions_work_on_the_lower_price_and_may_leave_the_sale_out(
    api: FlaskClient,
) -> None:
    sale()
    tenth = {"kind": "percent", "rate_bp": 1_000}
    made = published("TENTH", conditions=[], benefits=[tenth])
    assert fetch_total(api) == (2 * 6_792 - 1_358) + (32_900 - 3_290)
    act(operations.end_promotion, made)
    published("REST", conditions=[], benefits=[tenth | {"filter": {"not_on_sale": True}}])
    assert fetch_total(api) == 2 * 6_792 + (32_900 - 3_290)


def test_the_dearer_priority_comes_first_and_an_exclusive_one_stands_alone(
    api: FlaskClient,
) -> None:
    off = {"kind": "amount", "amount_minor": 1_000, "each": "unit", "filter": SHIRTS}
    sale("LATE", 1_000)
    sale("EARLY", benefits=[off], priority=5)
    assert fetch_total(api) == 2 * 6_291 + 32_900  # (79.90 - 10.00) less a tenth
    sale("ALONE", 500, exclusive=True)
    assert fetch_total(api) == 2 * 7_591 + 32_900


def test_it_holds_in_its_channels_and_days(api: FlaskClient, freeze: Any) -> None:
    now = clock.now()
    span = {"starts_at": (now + timedelta(days=1)).isoformat()}
    span["ends_at"] = (now + timedelta(days=3)).isoformat()
    sale(scope={"channels": ["web"]}, schedule=span)
    whole = 2 * 7_990 + 32_900
    assert fetch_total(api) == whole
    freeze(now + timedelta(days=2))
    assert fetch_total(api) < whole
    close_session()
    body = {"channel": "pos", "currency": "PLN", "lines": CART["lines"]}
    assert post(api, "/quotes", body)["total_minor"] == whole
    freeze(now + timedelta(days=3))
    assert fetch_total(api) == whole


def test_the_history_of_prices_knows_it_and_the_prior_price_does_not_forget(freeze: Any) -> None:
    made = sale()
    outbox.run_due()
    assert presented() == [6_792]
    assert presented(DRESS) == []
    made = act(operations.pause_promotion, made)
    outbox.run_due()
    assert presented() == [-6_792]
    act(operations.resume_promotion, made)
    outbox.run_due()
    assert presented() == [-6_792, 6_792]
    assert list(prove_periods()) == []


def test_a_new_price_under_a_promotion_is_followed(freeze: Any) -> None:
    now = clock.now()
    sale()
    outbox.run_due()
    transact(lambda: set_price(sku=SHIRT, price_minor=10_000))
    freeze(now + timedelta(minutes=2))
    outbox.run_due()
    assert presented() == [-6_792, 8_500]


def test_a_list_and_a_minimum_under_a_promotion_are_followed(freeze: Any) -> None:
    now = clock.now()
    sale()
    outbox.run_due()
    variant_id = catalog.get_variant(SHIRT).id
    close_session()
    make_list("WEB", Entry(variant_id=variant_id, price_minor=6_000), channels=["web"])
    freeze(now + timedelta(minutes=2))
    outbox.run_due()
    assert presented() == [-6_792, 5_100]
    lowest = {variant_id: 5_500}
    transact(lambda: set_minimums(version=minimums_version(), minimums=lowest))
    freeze(now + timedelta(minutes=4))
    outbox.run_due()
    assert presented() == [-6_792, -5_100, 5_500]


def test_a_sale_of_the_whole_shop_is_written_down_part_by_part_but_not_of_gift_cards(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shelf_history, "_PART", 1)
    given = NewVariant(sku="CARD-50", price_minor=5_000)
    transact(
        lambda: catalog.create_product(
            code="CARD", name="Gift card", variants=[given], is_gift_card=True, gift_card_months=12
        )
    )
    close_session()
    tenth = {"kind": "percent", "rate_bp": 1_000}
    made = sale(benefits=[tenth])
    outbox.run_due()
    assert (presented(), presented(DRESS), presented("CARD-50")) == ([7_191], [29_610], [])
    act(operations.end_promotion, made)
    outbox.run_due()
    assert (presented(), presented(DRESS)) == ([-7_191], [-29_610])


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"conditions": [{"kind": "subtotal_at_least", "amount_minor": 1}]}, "/conditions"),
        ({"scope": {"stages": ["core"]}}, "/scope/stages"),
        ({"schedule": {"weekdays": [1]}}, "/schedule/weekdays"),
        ({"most_minor": 100}, "/most_minor"),
        ({"benefits": [{"kind": "amount", "amount_minor": 100}]}, "/benefits/0/each"),
        ({"benefits": [{"kind": "percent", "rate_bp": 1, "limit_units": 2}]}, "/limit_units"),
    ],
)
def test_what_does_not_hold_for_everybody_is_no_price_on_the_shelf(
    said: dict[str, Any], pointer: str
) -> None:
    plain = {"benefits": [{"kind": "percent", "rate_bp": 1_000}], "conditions": []}
    made = draft("SALE", "Sale", **{"phase": "catalogue", **plain, **said})
    with pytest.raises(BadDefinition) as refused:
        act(operations.publish_promotion, made)
    assert any(one.pointer.endswith(pointer) for one in refused.value.faults)
