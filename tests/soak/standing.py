"""Load for minutes, slow clients, and a stop in the middle of it."""

import contextlib
import http.client
import signal
import socket
import threading
import time
from collections import Counter
from urllib.parse import urlsplit

import psutil
from sqlalchemy import func, select

from app import proving
from app.db import close_session, session
from app.models import Job, JobState
from modules import orders, stock
from tests.crew import Doors
from tests.live import LiveShop
from tests.orders.cast import DRESS, SHIRT
from tests.soak.result import Result, minutes
from tests.trade import Program, make_token

TILLS = 8
_HALF_SENT, _IDLE = 200, 50


class Till(threading.Thread):
    """Sells at its own pace, whatever the answers take."""

    def __init__(
        self, program: Program | Doors, *, name: str, every: float, twice: bool = False
    ) -> None:
        super().__init__(daemon=True)
        self._program, self._times = program, 2 if twice else 1
        self._name, self._every = name, every
        self.stopping = threading.Event()
        self.waits: list[float] = []
        self.answers: Counter[str] = Counter()
        self.unanswered: list[str] = []
        self.sold: list[str] = []

    def run(self) -> None:
        number, due = 0, time.monotonic()
        while not self.stopping.is_set():
            for _time in range(self._times):
                self._sell(f"{self._name}-{number}")
            number += 1
            due += self._every
            self.stopping.wait(max(0.0, due - time.monotonic()))
        self._program.hang_up()

    def _sell(self, external_id: str) -> None:
        try:
            told = self._program.call("POST", "/orders", sale(external_id))
        except (OSError, http.client.HTTPException):
            self.unanswered.append(external_id)
            time.sleep(0.05)
            return
        self.waits.append(told.seconds * 1000)
        code = "" if told.status < 300 else f" {(told.body or {}).get('code')}"
        self.answers[f"{told.status}{code}"] += 1
        if told.status == 201:
            self.sold.append(external_id)


def sale(external_id: str) -> dict[str, object]:
    """Return a sale over the counter of three pieces, paid at once."""
    return {
        "channel": "pos",
        "external_id": external_id,
        "currency": "PLN",
        "shipping": {"method": "pickup"},
        "lines": [
            {"sku": SHIRT, "quantity": 2, "unit_price_minor": 7_990},
            {"sku": DRESS, "quantity": 1, "unit_price_minor": 32_900},
        ],
        "payment": {"method": "paper_card", "amount_minor": 48_880},
    }


def soak_load(shop: LiveShop, *, per_second: int, p99_ms: float, max_ms: float) -> list[Result]:
    """Sell at a steady rate for minutes; all sales are of the same two hot SKUs."""
    token, seconds = make_token(shop.house), minutes() * 60
    tills = [
        Till(Program(shop.url, token, timeout=30), name=f"L{number}", every=TILLS / per_second)
        for number in range(TILLS)
    ]
    promised = _promised(shop)
    for number, till in enumerate(tills):
        if number:
            time.sleep(1 / per_second)
        till.start()
    time.sleep(seconds)
    for till in tills:
        till.stopping.set()
    for till in tills:
        till.join(60)
    waits = sorted(wait for till in tills for wait in till.waits)
    answers = sum((till.answers for till in tills), Counter[str]())
    lost = sum(len(till.unanswered) for till in tills)
    done = answers["201"]
    p50, p99 = waits[len(waits) // 2], waits[int(len(waits) * 0.99)]
    refused = {name: count for name, count in answers.items() if name != "201"}
    pieces = _promised(shop) - promised
    good = (
        done / seconds >= 0.97 * per_second
        and p99 <= p99_ms
        and waits[-1] <= max_ms
        and not refused
        and not lost
        and pieces == 3 * done
    )
    limit = "" if max_ms == float("inf") else f", max <= {max_ms:.0f} ms"
    return [
        Result(
            f"{TILLS} tills and the worker, {minutes():g} minutes, hot SKUs",
            f"{per_second} sales/s, p99 <= {p99_ms:.0f} ms{limit}, 0 errors, 0 oversold",
            f"{done / seconds:.1f} sales/s, p50 {p50:.0f}, p99 {p99:.0f}, max {waits[-1]:.0f} ms, "
            f"errors {refused or 0}, unanswered {lost}, {pieces - 3 * done} pieces too many",
            good,
        )
    ]


def _promised(shop: LiveShop) -> int:
    with shop.house.app_context():
        total = session.scalar(select(func.sum(stock.StockItem.reserved))) or 0
        close_session()
    return int(total)


def soak_slow_clients(shop: LiveShop) -> list[Result]:
    """Two hundred send half a request and fall silent; others must not feel it."""
    token, address = make_token(shop.house), urlsplit(shop.url)
    with contextlib.ExitStack() as held:
        for number in range(_HALF_SENT + _IDLE):
            door = held.enter_context(
                socket.create_connection((address.hostname or "", address.port), timeout=10)
            )
            if number < _HALF_SENT:
                door.sendall(
                    b"POST /api/v1/orders HTTP/1.1\r\nHost: localhost\r\n"
                    b"Content-Length: 5000\r\n\r\n{"
                )
        time.sleep(1)
        waits = []
        with Program(shop.url, token) as program:
            for _time in range(20):
                waits.append(program.call("GET", "/orders?limit=20").seconds)
    return [
        Result(
            f"a page while {_HALF_SENT} clients have sent half a request, {_IDLE} none",
            "< 1 s",
            f"slowest of 20: {max(waits):.2f} s",
            max(waits) < 1,
            max(waits),
        )
    ]


def soak_stop(shop: LiveShop) -> list[Result]:
    """Stop while eight tills sell: what was taken in is answered, no job is lost, none is left."""
    token = make_token(shop.house)
    tills = [
        Till(Program(shop.url, token, timeout=30), name=f"S{number}", every=0.05)
        for number in range(TILLS)
    ]
    for till in tills:
        till.start()
    time.sleep(3)
    assert shop.supervisor is not None
    family = psutil.Process(shop.supervisor.pid).children(recursive=True)
    began = time.monotonic()
    shop.supervisor.send_signal(signal.SIGTERM)
    shop.supervisor.wait(120)
    seconds = time.monotonic() - began
    _gone, orphans = psutil.wait_procs(family, timeout=1)
    shop.supervisor = None
    for till in tills:
        till.stopping.set()
    for till in tills:
        till.join(60)
    with shop.house.app_context():
        asked = [name for till in tills for name in till.unanswered]
        cut = 0
        for start in range(0, len(asked), 500):
            known = select(func.count()).where(
                orders.Order.external_id.in_(asked[start : start + 500])
            )
            cut += session.scalar(known) or 0
        held = session.scalar(select(func.count()).where(Job.state == JobState.RUN)) or 0
        close_session()
    failed = sum(
        count for till in tills for name, count in till.answers.items() if name[:3] >= "500"
    )
    shop.start()
    return [
        Result(
            f"SIGTERM while {TILLS} tills sell",
            "no answer cut, no job left running, <= 20 s, 0 orphans",
            f"{cut} sales done without an answer, {failed} answers 5xx, {held} jobs left running, "
            f"{seconds:.1f} s, {len(orphans)} orphans",
            not cut and not failed and not held and seconds <= 20 and not orphans,
        )
    ]


def soak_ledgers(shop: LiveShop) -> list[Result]:
    """Prove everything once more, at the end."""
    with shop.house.app_context():
        began = time.monotonic()
        results = proving.prove()
        seconds = time.monotonic() - began
        moves = session.scalar(select(func.count()).select_from(stock.StockMovement)) or 0
        placed = session.scalar(select(func.count()).select_from(orders.Order)) or 0
        close_session()
    wrong = [str(one) for result in results for one in result.differences]
    return [
        Result(
            "`ledger prove` after all of it",
            "0 differences",
            f"{len(wrong)} differences over {placed:,} orders and {moves:,} movements, "
            f"{seconds:.1f} s" + "".join(f"; {one}" for one in wrong[:3]),
            not wrong,
        )
    ]
