"""Programs that trade with a running shop and insist when it falls; and what they were told."""

import http.client
import json
import random
import threading
import time
import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from sqlalchemy import func, select

from app import proving, tokens
from app.api import BASE
from app.db import close_session, session, transact
from app.models import Job, JobState
from app.reference import Reference
from integrations.paper.client import PaperCourier, PaperGateway
from integrations.paper.partners import reach
from modules import invoicing, orders, payments, shipping
from tests.machine import allowed
from tests.orders.cast import ADDRESS, DRESS, SHIRT

SHIRT_PRICE, DRESS_PRICE = 7_990, 32_900
TOTAL = SHIRT_PRICE + 2 * DRESS_PRICE + 1_490


def _patience() -> float:
    """Return the seconds in which every call must get its answer at last."""
    return 60 + allowed(20)


def make_token(house: Flask) -> str:
    """Return the text of a token that may do everything."""
    with house.app_context():
        known = list(house.extensions["scopes"])
        return transact(
            lambda: tokens.create_token(name="a program", scopes=["admin"], known_scopes=known)
        )


@dataclass(frozen=True)
class Told:
    status: int
    body: Any
    headers: Mapping[str, str]
    seconds: float = 0.0


class Program:
    """A program with a token. One connection a thread, opened again when it breaks."""

    def __init__(self, url: str, token: str, timeout: float = 20.0) -> None:
        address = urlsplit(url)
        self._place = (address.hostname or "", address.port or 80)
        self._token, self._timeout = token, timeout
        self._connection: http.client.HTTPConnection | None = None

    def call(self, method: str, path: str, body: Any = None, *, key: str | None = None) -> Told:
        """
        Send one request.

        :raises OSError, http.client.HTTPException: nobody knows whether it was heard
        """
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        if key:
            headers["Idempotency-Key"] = key
        sent = None if body is None else json.dumps(body)
        began = time.perf_counter()
        if self._connection is None:
            self._connection = http.client.HTTPConnection(*self._place, timeout=self._timeout)
        try:
            self._connection.request(method, BASE + path, sent, headers)
            answer = self._connection.getresponse()
            text = answer.read()
        except BaseException:
            self.hang_up()
            raise
        seconds = time.perf_counter() - began
        told = {name.lower(): value for name, value in answer.getheaders()}
        shown = json.loads(text) if "json" in told.get("content-type", "") else None
        return Told(answer.status, shown, told, seconds)

    def insist(self, method: str, path: str, body: Any = None, *, key: str | None = None) -> Told:
        """Send until there is an answer; a broken line and "still running" are no answers."""
        end = time.monotonic() + _patience()
        while True:
            try:
                told = self.call(method, path, body, key=key)
            except (OSError, http.client.HTTPException):
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)
                continue
            busy = told.status == 409 and told.body["code"] == "still_running"
            if not busy or time.monotonic() > end:
                return told
            time.sleep(0.1)

    def __enter__(self) -> "Program":
        return self

    def __exit__(self, *_error: object) -> None:
        self.hang_up()

    def hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


@dataclass
class Sale:
    """What one sale was told, step by step."""

    name: str
    order: dict[str, Any] = field(default_factory=dict)
    parcel: dict[str, Any] = field(default_factory=dict)
    tracking_number: str = ""
    shipped: bool = False
    wanted: dict[str, Any] = field(default_factory=dict)
    received: dict[str, Any] = field(default_factory=dict)


class Trader(threading.Thread):
    """Plays the whole flow again and again until told to stop; what is begun is finished."""

    def __init__(self, url: str, token: str, *, seed: int, log: "Log") -> None:
        super().__init__(daemon=True)
        self._program = Program(url, token)
        self._draw, self._log = random.Random(seed), log

    def run(self) -> None:
        try:
            while not self._log.stopping.is_set():
                self._play()
        except BaseException as error:
            self._log.faults.append(f"{type(error).__name__}: {error}")
        finally:
            self._program.hang_up()

    def _play(self) -> None:
        sale = Sale(f"K{self._draw.randrange(10**12)}")
        self._log.sales.append(sale)
        sale.order = self._do("/orders", order_of(sale.name), 201)
        kind = self._draw.random()
        if kind < 0.2:
            return
        lines = [line["id"] for line in sale.order["lines"]]
        sale.parcel = self._do(f"/orders/{sale.order['id']}/parcels", {}, 201)
        parcel = f"/parcels/{sale.parcel['id']}"
        self._do(f"{parcel}/pick", {}, 200)
        self._do(f"{parcel}/pack", {}, 200)
        self._do(f"{parcel}/label", {}, 200, 202)
        sale.tracking_number = self._await_label(parcel)
        self._do(f"{parcel}/ship", {}, 200)
        sale.shipped = True
        if kind < 0.4:
            return
        sale.wanted = self._do(
            f"/orders/{sale.order['id']}/returns",
            {"lines": [{"line": lines[1], "quantity": 1, "reason": "too long"}]},
            201,
        )
        payment = self._program.insist("GET", f"/orders/{sale.order['id']}").body["payments"][0]
        sale.received = self._do(
            f"/returns/{sale.wanted['id']}/receipt",
            {
                "lines": [{"line": lines[1], "quantity": 1, "verdict": "sellable"}],
                "refund": [{"payment": payment["id"], "amount_minor": DRESS_PRICE}],
            },
            200,
        )

    def _do(self, path: str, body: dict[str, Any], *good: int) -> dict[str, Any]:
        told = self._program.insist("POST", path, body, key=str(uuid.UUID(int=self._key())))
        self._log.answers[told.status] += 1
        if told.status not in good:
            raise AssertionError(f"POST {path}: {told.status} {told.body}")
        found: dict[str, Any] = told.body
        return found

    def _key(self) -> int:
        return self._draw.getrandbits(128)

    def _await_label(self, parcel: str) -> str:
        end = time.monotonic() + _patience()
        while time.monotonic() < end:
            shown = self._program.insist("GET", parcel).body
            if shown["tracking_number"]:
                return str(shown["tracking_number"])
            time.sleep(0.1)
        raise AssertionError(f"no label for {parcel} in time: {shown}")


@dataclass
class Log:
    """What all traders were told."""

    sales: list[Sale] = field(default_factory=list)
    answers: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)


def order_of(external_id: str) -> dict[str, Any]:
    return {
        "channel": "web",
        "external_id": external_id,
        "currency": "PLN",
        "customer": {"email": f"{external_id[-2:]}@poczta.example", "name": "Agnieszka Wiśniewska"},
        "shipping_address": ADDRESS,
        "shipping": {"method": "courier", "price_minor": 1_490},
        "lines": [{"sku": SHIRT, "quantity": 1}, {"sku": DRESS, "quantity": 2}],
        "payment": {"method": "paper_card", "amount_minor": TOTAL},
    }


# --- afterwards -------------------------------------------------------------------------------


def await_drained(house: Flask, *, seconds: float = 60.0) -> float:
    """Return how long it took until no job waited any more; the periodic ones do not count."""
    began = time.monotonic()
    waiting = select(Job.kind, Job.state, Job.last_error, Job.run_at).where(
        Job.state.in_((JobState.READY, JobState.RUN, JobState.DEAD)),
        (Job.dedupe.is_(None)) | (Job.dedupe.not_like("schedule:%")),
    )
    while True:
        with house.app_context():
            left = session.execute(waiting).all()
        if not left:
            return time.monotonic() - began
        if time.monotonic() - began > seconds:
            raise AssertionError(f"jobs that are not done after {seconds:.0f} s: {left[:5]}")
        time.sleep(0.1)


def differences(house: Flask, log: Log) -> list[str]:
    """Return what was acknowledged and is not there exactly once, and what no ledger explains."""
    with house.app_context():
        found = [*log.faults]
        found += [str(one) for result in proving.prove() for one in result.differences]
        kept = dict(session.execute(select(orders.Order.external_id, orders.Order.id)).all())
        sales = [sale for sale in log.sales if sale.order]
        if len(kept) != len(sales):
            found.append(f"{len(sales)} orders were acknowledged, {len(kept)} are there")
        for sale in sales:
            if str(kept.get(sale.name)) != sale.order["id"]:
                found.append(f"order {sale.name}: told {sale.order['id']}")
            else:
                found += _differences(sale, int(sale.order["id"]))
        found += _partners(sales)
        close_session()
        return found


def _differences(sale: Sale, order_id: int) -> list[str]:
    found = []
    parcels = orders.parcels_of(order_id)
    states = [parcel.state.value for parcel in parcels]
    expected = ["shipped"] if sale.shipped else ["open"] if sale.parcel else []
    if [state.replace("delivered", "shipped") for state in states] != expected:
        found.append(f"parcels of {sale.name}: {states}, told {expected}")
    if sale.shipped and parcels[0].tracking_number != sale.tracking_number:
        found.append(f"label of {sale.name}: {parcels[0].tracking_number}")
    kinds = Counter(
        one.kind.value
        for one in invoicing.documents_of(
            Reference("order", order_id), *[Reference("parcel", parcel.id) for parcel in parcels]
        )
    )
    papers = {"invoice": 1, "packing_slip": 1, "label": 1} if sale.shipped else {}
    if sale.received:
        papers["correction"] = 1
    if dict(kinds) != papers:
        found.append(f"documents of {sale.name}: {dict(kinds)}, told {papers}")
    back = [view.wanted.credit_minor for view in orders.returns_of(order_id)]
    if back != ([DRESS_PRICE] if sale.received else [0] if sale.wanted else []):
        found.append(f"returns of {sale.name}: {back}")
    paid = [
        (one.captured_minor, one.refunded_minor)
        for one in payments.list_payments(Reference("order", order_id))
    ]
    if paid != [(TOTAL, DRESS_PRICE if sale.received else 0)]:
        found.append(f"money of {sale.name}: {paid}")
    return found


def _partners(sales: list[Sale]) -> list[str]:
    """The partners' own books: each label and each refund was asked for once."""
    parcels = reach(PaperCourier).books().get("parcels", {})
    refunds = reach(PaperGateway).acts("refund")
    made = session.scalar(select(func.count()).select_from(shipping.Shipment)) or 0
    told = {
        "parcels at the courier": (len([one for one in sales if one.shipped]), len(parcels)),
        "shipments": (len([one for one in sales if one.shipped]), made),
        "refunds at the gateway": (len([one for one in sales if one.received]), len(refunds)),
    }
    return [f"{what}: told {a}, found {b}" for what, (a, b) in told.items() if a != b]
