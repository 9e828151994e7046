"""The page of the day: for each role what waits for it, and the figures that it may see."""

from collections.abc import Callable
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import text, update

from app import clock, outbox, proof_of_the_day
from app.backups import nightly
from app.db import close_session, database, session, transact
from app.models import Job, JobState, Setting
from app.module import Waiting
from app.today import by_urgency
from modules import organization
from modules.orders.daily import bounds_of, sold_on
from modules.orders.models import Order, PaymentStatus
from tests.access.test_second_person import give_back
from tests.orders.cast import place, post, stock_the_shop
from tests.orders.screens import page, words
from tests.orders.test_screens_queue import _other_store

People = Callable[..., FlaskClient]
_OVERPAID = "SELECT id FROM \"order\" WHERE payment_status = 'overpaid' LIMIT 10"


def hold(api: FlaskClient, *, due: timedelta) -> dict[str, object]:
    order = place(api)
    body = {
        "kind": "address",
        "reason": "No door.",
        "due_at": (clock.now() + due).isoformat().replace("+00:00", "Z"),
    }
    post(api, f"/orders/{order['id']}/holds", body, status=201)
    return order


def waiting(client: FlaskClient) -> list[str]:
    return [words(one) for one in page(client, "/").xpath("//ul[@data-rows]/li")]


def test_an_accountant_sees_the_orders_that_were_paid_too_much_a_while_ago(
    api: FlaskClient, client_as: People
) -> None:
    stock_the_shop()
    paid, other = place(api), place(api)

    def pay_too_much() -> None:
        session.execute(
            update(Order)
            .where(Order.id == int(str(paid["id"])))
            .values(
                payment_status=PaymentStatus.OVERPAID, updated_at=clock.now() - timedelta(hours=2)
            )
        )
        session.execute(
            update(Order)
            .where(Order.id == int(str(other["id"])))
            .values(payment_status=PaymentStatus.OVERPAID, updated_at=clock.now())
        )

    transact(pay_too_much)

    [line] = [one for one in waiting(client_as("accountant")) if "was paid" in one]
    assert line.startswith("1 order was paid more than it costs")
    assert not [one for one in waiting(client_as("clerk")) if "was paid" in one]
    plan = session.execute(
        text("EXPLAIN " + ("QUERY PLAN " if database().dialect == "sqlite" else "") + _OVERPAID)
    ).all()
    if database().dialect == "sqlite":  # PostgreSQL reads so small a table as it lies
        assert "ix_order_overpaid" in str(plan)


def test_a_clerk_sees_the_held_orders_by_due_time_and_then_the_work(
    api: FlaskClient, client_as: People
) -> None:
    stock_the_shop()
    place(api)
    later, late = hold(api, due=timedelta(hours=3)), hold(api, due=-timedelta(hours=2))

    found = waiting(client_as("clerk"))

    assert found[0].startswith(str(late["number"]))
    assert "due 2 hours ago" in found[0]
    assert found[1].startswith(str(later["number"]))
    assert found[2].startswith("To pick: 1")
    [primary] = page(client_as("clerk"), "/").xpath("//a[contains(@class, 'btn-primary')]")
    assert words(primary).startswith("Pick orders")


def test_a_quiet_day_says_so_and_how_to_begin(client_as: People) -> None:
    shown = words(page(client_as("clerk"), "/"))
    assert "Nothing waits for you now." in shown
    assert "Place an order" in shown


def test_a_request_for_a_second_person_is_told_to_those_who_may_decide_it(
    api: FlaskClient, client_as: People
) -> None:
    stock_the_shop()
    order = place(api)
    close_session()
    lead = client_as("shift_lead")
    asked = give_back(lead, order, "600,00", second="later")
    assert asked.status_code == 303
    told = "1 request waits for your approval"
    assert any(told in one for one in waiting(client_as("store_manager")))
    for role in ("shift_lead", "clerk", "integrator"):
        assert not any(told in one for one in waiting(client_as(role)))


def test_a_backup_that_failed_is_told_to_who_can_make_one(client_as: People) -> None:
    def fail() -> None:
        job_id = outbox.enqueue(nightly.KIND)
        job = session.get_one(Job, job_id)
        job.state, job.last_error = JobState.DEAD, "The disk is full."

    transact(fail)
    close_session()
    assert any("The disk is full." in one for one in waiting(client_as("administrator")))
    assert not any("disk" in one for one in waiting(client_as("store_manager")))


@pytest.mark.parametrize("role", ["accountant", "marketing_manager", "integrator"])
def test_who_may_not_act_on_orders_is_told_of_none(
    api: FlaskClient, client_as: People, role: str
) -> None:
    stock_the_shop()
    hold(api, due=timedelta(hours=1))
    place(api)
    assert waiting(client_as(role)) == []


def test_a_clerk_of_another_store_is_told_of_no_foreign_order(
    api: FlaskClient, client_as: People
) -> None:
    stock_the_shop()
    hold(api, due=timedelta(hours=1))
    assert waiting(client_as("clerk", store_id=_other_store())) == []


def yesterday(order_id: object, *, days: int = 1) -> None:
    def move() -> None:
        order = session.get_one(Order, order_id)
        order.placed_at = clock.now() - timedelta(days=days)

    transact(move)


def test_a_manager_sees_what_was_sold_yesterday_beside_a_week_before(
    api: FlaskClient, client_as: People
) -> None:
    stock_the_shop()
    yesterday(int(str(place(api)["id"])))
    yesterday(int(str(place(api)["id"])), days=8)
    place(api)

    shown = words(page(client_as("store_manager"), "/"))

    assert "Sales yesterday 752.80" in shown
    assert "Orders yesterday 1" in shown
    assert "1 a week before" in shown
    assert "Sales yesterday" not in words(page(client_as("clerk"), "/"))


def test_a_cancelled_order_was_not_sold(api: FlaskClient) -> None:
    stock_the_shop()
    order = place(api, payment=None)
    day = organization.today()
    zone = organization.company_zone()
    assert [one.orders for one in sold_on(day, zone=zone)] == [1]
    close_session()
    post(api, f"/orders/{order['id']}/cancellation", {"reason": "Changed her mind."})
    close_session()
    assert sold_on(day, zone=zone) == []


def test_a_day_on_which_the_clocks_change_has_as_many_hours_as_it_has() -> None:
    zone = ZoneInfo("Europe/Warsaw")
    for day, hours in ((date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 5, 1), 24)):
        begin, end = bounds_of(day, zone)
        assert end - begin == timedelta(hours=hours)


def test_what_is_due_stands_before_what_is_not_and_what_is_wrong_before_what_waits() -> None:
    def one(tone: str, due: timedelta | None = None) -> Waiting:
        moment = clock.now() + due if due else None
        return Waiting(title=tone, url="/", icon="x", act="", tone=tone, due=moment)

    found = by_urgency([one("run"), one("wait"), one("bad"), one("idle", timedelta(hours=1))])
    assert [item.tone for item in found] == ["idle", "bad", "wait", "run"]


def test_the_proof_of_the_night_says_whether_the_ledgers_agree(
    app: Flask,
    api: FlaskClient,
    client_as: People,
    run_jobs: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The heads of the trail are told to a file, which no test rolls back with its rows.
    monkeypatch.delitem(app.extensions["proofs"], "audit")
    stock_the_shop()
    place(api)
    transact(lambda: outbox.enqueue(proof_of_the_day.KIND))
    run_jobs()

    manager = client_as("store_manager")
    assert "Ledger proof Agrees" in words(page(manager, "/"))

    def break_it() -> None:
        kept = session.get_one(Setting, "ledger_proof")
        kept.value = kept.value | {"first": "stock: SH-1: expected 1, found 2"}

    transact(break_it)
    shown = words(page(manager, "/"))
    assert "Ledger proof Differs stock: SH-1: expected 1, found 2" in shown
    assert "Ledger proof" not in words(page(client_as("clerk"), "/"))


def test_the_palette_offers_only_what_this_person_may_begin(client_as: People) -> None:
    def commands(role: str) -> list[str]:
        shown: html.HtmlElement = page(client_as(role), "/")
        return [words(one) for one in shown.xpath("//*[@data-command]")]

    assert "Place an order" in commands("clerk")
    assert "Import products" not in commands("clerk")
    assert "Import products" in commands("store_manager")
    assert commands("accountant") == []
