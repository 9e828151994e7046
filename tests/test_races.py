"""Many at once at a running shop: one last piece, one key, two workers, two schedulers."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import outbox, schedule
from app.db import session, transact, unit_of_work
from app.models import Job, JobState, Schedule
from tests.live import LiveShop
from tests.machine import allowed
from tests.orders.cast import DRESS, SHIRT, on_shelf, stock_the_shop
from tests.soak.standing import soak_slow_clients
from tests.trade import Program, Told, make_token


def _at_once(count: int, act: Callable[[int], Any]) -> list[Any]:
    """Return what `count` threads got that began in one moment."""
    line = Barrier(count)

    def begin(number: int) -> Any:
        line.wait(60)
        return act(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(begin, range(count)))


def _order(sku: str, **more: Any) -> dict[str, Any]:
    return {
        "channel": "web",
        "currency": "PLN",
        "shipping": {"method": "pickup"},
        "lines": [{"sku": sku, "quantity": 1}],
    } | more


@pytest.mark.slow
def test_of_sixty_four_who_want_the_last_piece_one_gets_it(own_live_server: LiveShop) -> None:
    shop, token = own_live_server, make_token(own_live_server.house)
    with shop.house.app_context():
        stock_the_shop(shirts=1)

    def want(_number: int) -> Told:
        with Program(shop.url, token, timeout=120) as program:
            return program.call("POST", "/orders", _order(SHIRT))

    answers = _at_once(64, want)

    assert Counter(one.status for one in answers) == {201: 1, 409: 63}
    refused = [one.body for one in answers if one.status == 409]
    assert {body["code"] for body in refused} == {"not_enough_stock"}
    assert {(error["have"], error["needed"]) for body in refused for error in body["errors"]} == {
        (0, 1)
    }
    with shop.house.app_context():
        assert on_shelf(SHIRT) == (1, 1)


@pytest.mark.slow
def test_one_key_is_one_order_and_its_answer_for_everybody(own_live_server: LiveShop) -> None:
    shop, token = own_live_server, make_token(own_live_server.house)
    with shop.house.app_context():
        stock_the_shop()

    def send(_number: int) -> Told:
        with Program(shop.url, token, timeout=120) as program:
            return program.insist("POST", "/orders", _order(DRESS), key="one key")

    answers = _at_once(30, send)
    with Program(shop.url, token) as program:
        other = program.call("POST", "/orders", _order(SHIRT), key="one key")

    assert {one.status for one in answers} == {201}
    assert len({one.body["id"] for one in answers}) == 1
    replayed = [one for one in answers if one.headers.get("idempotent-replayed") == "true"]
    assert len(replayed) == 29
    assert (other.status, other.body["code"]) == (422, "idempotency_mismatch")
    with shop.house.app_context():
        assert (on_shelf(DRESS), on_shelf(SHIRT)) == ((10, 1), (10, 0))


@pytest.mark.slow
def test_many_who_fall_silent_in_mid_sentence_keep_nobody_waiting(
    own_live_server: LiveShop,
) -> None:
    [found] = soak_slow_clients(own_live_server)

    assert found.seconds <= allowed(1), found


@pytest.mark.slow
def test_two_workers_do_every_job_once(real_house: Flask) -> None:
    done: list[int] = []

    def note(job: outbox.Running) -> None:
        with job.finish():
            done.append(job.payload["number"])

    real_house.extensions["tasks"]["test.note"] = note
    jobs = 40
    with real_house.app_context():
        transact(
            lambda: [outbox.enqueue("test.note", {"number": number}) for number in range(jobs)]
        )

    def work(number: int) -> int:
        with real_house.app_context():
            return outbox.run_due(owner=f"worker {number}")

    shares = _at_once(2, work)

    assert sum(shares) == jobs
    assert sorted(done) == list(range(jobs))
    with real_house.app_context():
        states = session.execute(
            select(Job.state, Job.starts, func.count())
            .where(Job.kind == "test.note")
            .group_by(Job.state, Job.starts)
        )
        assert [tuple(row) for row in states] == [(JobState.DONE, 1, jobs)]


@pytest.mark.slow
def test_a_worker_whose_lease_ran_out_changes_nothing_more(real_house: Flask) -> None:
    """Two have the job, one after the other; only the later one's effect is kept."""
    done: list[str] = []

    def slow(job: outbox.Running) -> None:
        if job.owner == "first":
            with real_house.app_context():
                with unit_of_work():
                    session.get_one(Job, job.id).lease_until = None
                    session.get_one(Job, job.id).state = JobState.READY
                assert outbox.run_due(owner="second") == 1
        with job.finish():
            done.append(job.owner)

    real_house.extensions["tasks"]["test.slow"] = slow
    with real_house.app_context():
        transact(lambda: outbox.enqueue("test.slow"))
        outbox.run_due(owner="first")

        assert done == ["second"]
        assert session.scalar(select(Job.owner).where(Job.kind == "test.slow")) == "second"


@pytest.mark.slow
def test_two_schedulers_fill_each_slot_once(real_house: Flask) -> None:
    with real_house.app_context():
        schedule.ring_due()  # the first sight of a plan only writes down when it is due

        def make_due() -> None:
            for row in session.scalars(select(Schedule)):
                row.next_run_at = row.next_run_at.replace(year=row.next_run_at.year - 1)

        plans = len(real_house.extensions["schedule"])
        for plan in real_house.extensions["schedule"]:
            object.__setattr__(plan, "catch_up", True)
        transact(make_due)

    def ring(_number: int) -> int:
        with real_house.app_context():
            return schedule.ring_due()

    assert sum(_at_once(4, ring)) == plans
    with real_house.app_context():
        made = session.execute(select(Job.dedupe, func.count()).group_by(Job.dedupe)).all()
    assert len(made) == plans
    assert {count for _slot, count in made} == {1}
