"""Old orders with a promotion: what it would have cost, by day and product; orders untouched."""

import csv
from collections.abc import Callable
from datetime import UTC, date, timedelta
from io import StringIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app import clock, outbox
from app.db import close_session, session, transact
from app.models import JobState
from modules.orders import old_orders
from modules.orders.models import LineAdjustment, Order, OrderLine, PromotionReplay
from modules.orders.operations import replaying
from modules.promotions import operations
from tests.orders.cast import DRESS, SHIRT, place, post, stock_the_shop
from tests.orders.screens import form_to, page, press, text_of, words
from tests.promotions.cast import act, draft, published

SignIn = Callable[..., FlaskClient]
pytestmark = pytest.mark.usefixtures("shop")
HALF = [{"kind": "nth_unit", "number": 2, "rate_bp": 5_000}]


@pytest.fixture
def shop(app: Any) -> None:
    stock_the_shop(shirts=200, dresses=200)


def order(api: FlaskClient, *goods: tuple[str, int], **more: Any) -> dict[str, Any]:
    lines = [{"sku": sku, "quantity": count} for sku, count in goods]
    return place(api, **({"payment": None, "lines": lines} | more))


def replayed(promotion: Any, *, since: date | None = None, until: date | None = None) -> Any:
    """Replay today's orders with a promotion, and return what came out."""
    close_session()
    today = clock.now().date()
    days = {"since": since or today - timedelta(days=1), "until": until or today}
    made = transact(lambda: replaying.start_replay(promotion_id=promotion.id, **days))
    close_session()
    outbox.run_due()
    close_session()
    found = replaying.get_replay(made.id)
    assert found.result is not None
    return found.result


def test_what_it_would_have_cost_is_told_by_day_and_product(api: FlaskClient) -> None:
    """Four shirts in two orders: the second of each pair for half, 39.95 each."""
    order(api, (SHIRT, 2), (DRESS, 1))
    order(api, (SHIRT, 3))
    order(api, (DRESS, 1))
    only = [HALF[0] | {"filter": {"skus": [SHIRT]}}]
    found = replayed(draft("PAIR", conditions=[], benefits=only))
    assert (found["orders"], found["changed"], found["gained"], found["lost"]) == (3, 2, 2, 0)
    [(currency, before, after, off, gain)] = found["money"]
    assert (currency, off, gain, before - after) == ("PLN", 7_990, 7_990, 7_990)
    [(_day, _currency, changed, by_day)] = found["days"]
    assert (changed, by_day) == (2, 7_990)
    [(sku, _currency, name, count, by_product)] = found["products"]
    assert (sku, count, by_product) == (SHIRT, 2, 7_990)
    assert "Bazyli" in name
    assert (found["unlike"], found["skipped"]) == (0, 0)
    assert sum(row[-1] for row in found["buyers"]) == 7_990


def test_orders_stay_as_they_are(api: FlaskClient) -> None:
    placed = order(api, (SHIRT, 2))
    close_session()
    before = session.scalars(select(Order.updated_at)).all()
    replayed(draft("PAIR", conditions=[], benefits=HALF))
    assert session.scalars(select(Order.updated_at)).all() == before
    assert session.scalar(select(func.count()).select_from(LineAdjustment)) == 0
    line = session.scalars(select(OrderLine)).one()
    assert (line.gross_minor, placed["totals"]["discount_minor"]) == (15_980, 0)


def test_a_better_offer_of_its_group_costs_only_the_difference(api: FlaskClient) -> None:
    published("TENTH", conditions=[], group="line")
    order(api, (SHIRT, 2))
    third = [{"kind": "percent", "rate_bp": 3_000}]
    found = replayed(draft("THIRD", conditions=[], benefits=third, group="line"))
    assert found["money"] == [["PLN", 14_382 + 1_490, 11_186 + 1_490, 4_794, 3_196]]


def test_what_applied_then_counts_though_it_is_over(api: FlaskClient) -> None:
    """The tenth ended since: the fifth that comes after it takes of what was left."""
    tenth = published("TENTH", conditions=[])
    order(api, (SHIRT, 1))
    act(operations.end_promotion, tenth)
    fifth = [{"kind": "percent", "rate_bp": 2_000}]
    found = replayed(draft("FIFTH", conditions=[], benefits=fifth))
    assert found["unlike"] == 0
    assert found["money"][0][-1] == 1_438  # of 71.91


def test_a_limit_runs_out_as_it_would_have(api: FlaskClient) -> None:
    for _again in range(3):
        order(api, (SHIRT, 2))
    limited = draft("PAIR", conditions=[], benefits=HALF, limits={"uses": 2})
    found = replayed(limited)
    assert (found["used"], found["money"][0][-1]) == (2, 7_990)
    close_session()
    budget = draft("BUDGET", conditions=[], benefits=HALF, limits={"budget_minor": 5_000})
    assert replayed(budget)["used"] == 1


def test_the_first_and_last_day_do_not_matter_and_the_weekdays_do(api: FlaskClient) -> None:
    order(api, (SHIRT, 2))
    later = {"starts_at": "2099-01-01T00:00:00Z", "zone": "Europe/Warsaw"}
    assert replayed(draft("LATER", conditions=[], schedule=later))["used"] == 1
    close_session()
    placed_at = session.scalars(select(Order.placed_at)).one().astimezone(UTC)
    others = sorted({0, 1, 2, 3, 4, 5, 6} - {placed_at.weekday()})
    never = draft("NEVER", conditions=[], schedule={"weekdays": others, "zone": "UTC"})
    assert replayed(never)["used"] == 0


def test_a_code_counts_as_named_by_everybody(api: FlaskClient) -> None:
    order(api, (SHIRT, 1))
    by_code = draft("CODE", conditions=[], trigger="code", codes=["AUTUMN10"])
    assert replayed(by_code)["used"] == 1


def test_what_is_published_gives_back_what_was_stored(api: FlaskClient) -> None:
    """Nothing changed since: each order costs what it cost, whatever it got."""
    published("TENTH", conditions=[], group="line", schedule={"weekdays": list(range(7))})
    published("RICH")
    pair = published("PAIR", conditions=[], benefits=HALF, group="line", priority=5)
    published("SHIP", phase="shipping", benefits=[{"kind": "free_delivery"}])
    for goods in ([(SHIRT, 1)], [(SHIRT, 5), (DRESS, 2)], [(DRESS, 3)]):
        order(api, *goods)
    order(api, (SHIRT, 2), shipping={"method": "pickup", "price_minor": 0})
    gone = order(api, (DRESS, 1))
    post(api, f"/orders/{gone['id']}/cancellation", {"reason": "changed_mind"})
    found = replayed(pair)
    assert (found["orders"], found["changed"], found["unlike"]) == (4, 0, 0)
    assert found["money"][0][-1] == 0
    assert found == replayed(pair)


def test_orders_come_in_parts_and_none_twice(
    api: FlaskClient, monkeypatch: pytest.MonkeyPatch, statements: Callable[[], Any]
) -> None:
    for _again in range(5):
        order(api, (SHIRT, 2))
    made = draft("PAIR", conditions=[], benefits=HALF)
    whole = replayed(made)
    monkeypatch.setattr(old_orders, "PART", 2)
    assert replayed(made) == whole
    assert whole["orders"] == 5
    close_session()


def test_a_part_asks_the_same_few_questions_however_many_orders(
    api: FlaskClient, statements: Callable[[], Any]
) -> None:
    made = draft("PAIR", conditions=[], benefits=HALF)
    asked = []
    for count in (1, 4):
        for _again in range(count):
            order(api, (SHIRT, 2), (DRESS, 1))
        with statements() as heard:
            replayed(made)
        asked.append(len(heard))
    assert asked[1] <= asked[0], asked


def test_a_manager_replays_a_draft_and_reads_the_result(
    api: FlaskClient, client_as: SignIn
) -> None:
    order(api, (SHIRT, 2))
    draft("PAIR", "Second for half", conditions=[], benefits=HALF)
    manager = client_as("marketing_manager")
    today = clock.now().date().isoformat()
    form = form_to(page(manager, "/promotions/PAIR"), "/orders/promotions/PAIR/replays")
    days = {"replay-since": today, "replay-until": today}
    assert press(manager, form, **days).status_code == 303
    shown = page(manager, "/promotions/PAIR").get_element_by_id("replay")
    assert shown.get("hx-get") == "/orders/promotions/PAIR/replay"
    assert press(manager, form, **days).status_code == 303  # the one under way stays
    close_session()
    assert session.scalar(select(func.count()).select_from(PromotionReplay)) == 1
    close_session()
    outbox.run_due()
    shown = page(manager, "/promotions/PAIR").get_element_by_id("replay")
    assert "It would have cost 39.95" in words(shown).replace("\u00a0", " ")
    assert "Agnieszka Wiśniewska" in words(shown)
    assert shown.get("hx-get") is None
    [file] = shown.xpath(".//a[contains(@href, '.csv')]/@href")
    text = manager.get(file).get_data(as_text=True).lstrip("\ufeff")
    rows = list(csv.reader(StringIO(text)))
    assert rows[1] == ["Day", today, "", "PLN", "1", "39.95"]
    assert rows[2][:2] == ["Goods", SHIRT]
    assert rows[2][-1] == "39.95"


def test_it_can_be_stopped_and_begun_again(api: FlaskClient, client_as: SignIn) -> None:
    order(api, (SHIRT, 2))
    made = draft("PAIR", conditions=[], benefits=HALF)
    manager = client_as("marketing_manager")
    form = form_to(page(manager, "/promotions/PAIR"), "/replays")
    assert press(manager, form).status_code == 303
    stop = form_to(page(manager, "/promotions/PAIR"), "/replay/stop")
    assert press(manager, stop).status_code == 303
    close_session()
    last = replaying.last_replay(made.id)
    assert last is not None
    job = replaying.job_of(last)
    assert job is not None
    assert (job.state, last.result) == (JobState.CANCELLED, None)
    assert "The last replay was stopped." in text_of(manager.get("/promotions/PAIR"))
    assert replayed(made)["orders"] == 1


def test_days_that_make_no_sense_are_refused(client_as: SignIn) -> None:
    draft("PAIR", conditions=[], benefits=HALF)
    manager = client_as("marketing_manager")
    form = form_to(page(manager, "/promotions/PAIR"), "/replays")
    for since, until, said in (
        ("2026-02-01", "2026-01-01", "It ends before it begins."),
        ("2020-01-01", "2026-01-01", "At most 366 days."),
        ("2099-01-01", "2099-01-02", "These days have not been yet."),
    ):
        typed = {"replay-since": since, "replay-until": until}
        answer = manager.post(
            form.get("action"), data=dict(form.form_values()) | typed, headers={"HX-Request": "1"}
        )
        assert answer.status_code == 422
        assert said in text_of(answer)


def test_only_who_sees_all_stores_sees_it(client_as: SignIn) -> None:
    draft("PAIR")
    reader = client_as("store_manager")
    reader.get("/promotions/PAIR")
    assert reader.post("/orders/promotions/PAIR/replays").status_code == 403
    assert client_as("clerk").get("/orders/promotions/PAIR/replay").status_code == 403
