"""The same request again and again, at once and later: one order, and one answer for everybody."""

import random
import uuid
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import func, select

from app.db import close_session, session
from modules import orders
from tests.live import LiveShop
from tests.soak.result import Result, size
from tests.trade import Program, Told, make_token, order_of

AT_ONCE = 5


def soak_replays(shop: LiveShop, *, seed: int) -> list[Result]:
    """Send each order five times at once, by its key or its external id, and once more later."""
    rounds, draw = size("REPLAYS", 100), random.Random(seed)
    token = make_token(shop.house)
    before, doubled, other = _count(shop), 0, 0

    def send(asked: tuple[str, str | None]) -> Told:
        with Program(shop.url, token) as program:
            return program.insist("POST", "/orders", order_of(asked[0]), key=asked[1])

    with ThreadPoolExecutor(AT_ONCE) as pool:
        for number in range(rounds):
            name = f"R{seed}-{number}"
            key = str(uuid.UUID(int=draw.getrandbits(128))) if number % 2 else None
            answers = [*pool.map(send, [(name, key)] * AT_ONCE), send((name, key))]
            doubled += len({one.body.get("id") for one in answers}) != 1
            doubled += sum(one.status == 201 and not _replayed(one) for one in answers) != 1
            if key is not None:
                other += send((f"{name}x", key)).status != 422
    made = _count(shop) - before
    good = made == rounds and not doubled and not other
    return [
        Result(
            f"the same order {AT_ONCE + 1} times, {AT_ONCE} of them at once: {rounds} rounds",
            "0 doubled; the same key with another body is refused",
            f"{made} orders, {doubled} rounds with unequal answers, {other} wrong bodies taken",
            good,
        )
    ]


def _replayed(told: Told) -> bool:
    return told.headers.get("idempotent-replayed") == "true"


def _count(shop: LiveShop) -> int:
    with shop.house.app_context():
        count = session.scalar(select(func.count()).select_from(orders.Order)) or 0
        close_session()
    return count
