"""The rehearsal: a backup is taken while the shop sells, and restored where there is nothing."""

import threading
import time
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import holding, outbox, proving
from app.backups.making import back_up
from app.backups.restoring import restore
from app.db import close_session, session, transact
from app.models import Job, JobState, UserSession
from modules import orders
from tests.conftest import open_house
from tests.databases import Databases
from tests.orders.cast import stock_the_shop
from tests.soak.standing import sale
from tests.trade import make_token

SELLERS = 3


class Seller(threading.Thread):
    """Sells as fast as it can, and remembers what the shop has confirmed."""

    def __init__(self, house: Flask, token: str, name: str) -> None:
        super().__init__(daemon=True)
        self._client = house.test_client()
        self._client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        self._name = name
        self.stopping = threading.Event()
        self.confirmed: list[str] = []
        self.refused: list[int] = []

    def run(self) -> None:
        number = 0
        while not self.stopping.is_set():
            body = sale(f"{self._name}-{number}")
            answer = self._client.post("/api/v1/orders", json=body)
            if answer.status_code == 201:
                self.confirmed.append(str(body["external_id"]))
            else:
                self.refused.append(answer.status_code)
            number += 1


@pytest.mark.slow
def test_a_backup_under_load_becomes_the_same_shop_in_another_place(
    real_house: Flask, databases: Databases, tmp_path: Path
) -> None:
    with real_house.app_context():
        stock_the_shop(shirts=100_000, dresses=100_000)
        outbox.run_due()
    photo = real_house.config["DATA_DIR"] / "photos" / "ab" / "abc.webp"
    photo.parent.mkdir(parents=True)
    photo.write_bytes(b"a picture")
    token = make_token(real_house)
    sellers = [Seller(real_house, token, f"S{number}") for number in range(SELLERS)]
    for seller in sellers:
        seller.start()
    _wait_for(lambda: all(len(seller.confirmed) >= 3 for seller in sellers))

    before = [one for seller in sellers for one in seller.confirmed]
    file = tmp_path / "shop.backup"
    with real_house.app_context():
        manifest = back_up(file)
    _wait_for(lambda: sum(len(seller.confirmed) for seller in sellers) > len(before) + SELLERS)
    for seller in sellers:
        seller.stopping.set()
    for seller in sellers:
        seller.join(30)

    assert [seller.refused for seller in sellers] == [[]] * SELLERS
    url = databases.new_empty_database()
    with open_house(databases, url) as another, another.app_context():
        restore(file)

        found = set(session.scalars(select(orders.Order.external_id)))
        assert not set(before) - found, "a confirmed order is missing"
        assert len(found) == manifest.rows[orders.Order.__tablename__]
        assert [str(one) for proof in proving.prove() for one in proof.differences] == []
        assert (another.config["DATA_DIR"] / "photos/ab/abc.webp").read_bytes() == b"a picture"
        # The shop goes on where it was: the next order has the next number.
        client = another.test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        assert client.post("/api/v1/orders", json=sale("after")).status_code == 201
        close_session()
    databases.drop_database(url)


def test_nothing_goes_out_after_a_restore_until_a_person_says_so(
    real_house: Flask, databases: Databases, tmp_path: Path
) -> None:
    file = tmp_path / "shop.backup"
    with real_house.app_context():
        transact(lambda: outbox.enqueue("shipping.make_label", {"parcel_id": 404}))
        back_up(file)
    url = databases.new_empty_database()
    with open_house(databases, url) as another, another.app_context():
        restore(file)
        waiting = select(func.count()).where(
            Job.kind == "shipping.make_label", Job.state == JobState.READY, Job.starts == 0
        )

        outbox.run_due()
        assert session.scalar(waiting) == 1
        assert holding.count_held() == {"shipping.make_label": 1}
        assert session.scalar(select(func.count()).select_from(UserSession)) == 0
        close_session()

        runner = another.test_cli_runner()
        released = runner.invoke(args=["outbox", "release"])
        assert released.exit_code == 0, released.output
        assert "1 jobs go out now" in released.output
        outbox.run_due()
        close_session()
        assert session.scalar(waiting) == 0
        assert runner.invoke(args=["outbox", "release"]).exit_code == 2
        close_session()
    databases.drop_database(url)


def test_each_kind_of_job_is_known_to_go_out_or_to_stay_inside(house: Flask) -> None:
    """Whoever adds a kind of job says whether a restore may let it happen twice."""
    inside = {
        "backups.make",
        "catalog.import",
        "catalog.undo_import",
        "connectors.clean_log",
        "ground.chain",
        "ground.tidy",
        "invoicing.render",
        "orders.fill_backorders",
        "orders.replay_promotion",
        "payments.expire_gift_cards",
        "payments.read_banks",
        "shipping.track",
        "stock.expire",
    }
    outgoing = house.extensions["outgoing"]

    assert outgoing <= set(house.extensions["tasks"])
    unknown = set(house.extensions["tasks"]) - outgoing - inside
    assert not {kind for kind in unknown if kind.split(".")[0] in _PARTNERS}, unknown


_PARTNERS = ("channels", "shipping", "payments", "messaging", "connectors", "orders")


def _wait_for(reached: object, seconds: float = 60) -> None:
    assert callable(reached)
    end = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < end, "it did not come so far"
        time.sleep(0.02)


@pytest.mark.parametrize("again", [False, True])
def test_a_shop_that_is_there_is_not_lost_by_mistake(
    real_house: Flask, databases: Databases, tmp_path: Path, again: bool
) -> None:
    file = tmp_path / "shop.backup"
    with real_house.app_context():
        stock_the_shop()
        back_up(file)
    url = databases.new_database()
    with open_house(databases, url) as another:
        runner = another.test_cli_runner()
        staff = runner.invoke(
            args=["staff", "create", "--email", "x@y.test", "--role", "clerk", "--password-stdin"],
            input="a long walk home",
        )
        assert staff.exit_code == 0, staff.output

        words = ["restore", str(file), *(["--overwrite"] if again else [])]
        told = runner.invoke(args=words)

        if again:
            assert told.exit_code == 0, told.output
            assert "All ledgers agree." in told.output
            with another.app_context():
                assert session.scalar(select(func.count()).select_from(orders.Order)) == 0
                close_session()
        else:
            assert told.exit_code == 2
            assert "There is a shop here already" in told.output
    databases.drop_database(url)
