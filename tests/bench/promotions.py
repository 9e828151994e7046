"""What it costs to price a cart by promotions, with a verdict for every candidate."""

import gc
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random

from modules.promotions.engine.benefit import Benefit
from modules.promotions.engine.benefits.amount import Amount
from modules.promotions.engine.benefits.buy_get import BuyGet
from modules.promotions.engine.benefits.percent import Percent
from modules.promotions.engine.book import Book, compile_book
from modules.promotions.engine.cart import Cart, CartLine, CustomerFacts
from modules.promotions.engine.condition import Condition
from modules.promotions.engine.conditions.subtotal_at_least import SubtotalAtLeast
from modules.promotions.engine.evaluating import evaluate
from modules.promotions.engine.filters import EVERYTHING, Filter
from modules.promotions.engine.offers import Phase
from modules.promotions.engine.promotion import (
    Group,
    GroupMode,
    Promotion,
    Schedule,
    Scope,
    Trigger,
)
from tests.bench.figures import Figure

MOMENT = datetime(2026, 11, 21, 12, tzinfo=UTC)
SKUS, CATEGORIES = 10_000, 400
LINE = Group(id="line", mode=GroupMode.BEST_FOR_CUSTOMER, same_units=True)
ROUNDS = 60


def run(_database_url: str) -> list[Figure]:
    """Measure in this process alone: the engine asks no database."""
    gc.collect()
    return [
        *(_evaluated(lines, count, most) for lines, count, most in GOALS),
        _per_second(),
        _compiled(),
        _grown(),
    ]


GOALS = ((50, 100, None), (50, 1_000, 10.0), (50, 10_000, 60.0), (200, 1_000, 30.0))
"""Lines, promotions, and the longest that 95 of 100 evaluations may take, in ms of CPU."""


def a_book(count: int, random: Random) -> list[Promotion]:
    """Return 55 % promotions of 20 SKUs, 40 % of a category, 5 % of the whole cart."""
    return [a_promotion(key, random) for key in range(count)]


def a_promotion(key: int, random: Random) -> Promotion:
    kind = random.random()
    schedule = Schedule(starts_at=MOMENT - timedelta(days=9), ends_at=MOMENT + timedelta(days=9))
    scope = Scope(channels=frozenset(["WEB", "POS"])) if random.random() < 0.3 else Scope()
    if kind < 0.95:
        if kind < 0.55:
            own = Filter(skus=frozenset(f"S{random.randrange(SKUS)}" for _one in range(20)))
        else:
            own = Filter(categories=frozenset([f"C{random.randrange(CATEGORIES)}"]))
        benefit: Benefit = Percent(rate_bp=random.randrange(500, 3_000), filter=own)
        if random.random() < 0.1:
            benefit = BuyGet(buy_count=2, buy=own, get=own)
        return Promotion(
            id=key,
            phase=Phase.LINE,
            benefits=(benefit,),
            group="line",
            schedule=schedule,
            scope=scope,
            conditions=_conditions(random, own) if random.random() < 0.3 else (),
        )
    # Of those for the whole cart half wait for a code, and most others for a sum.
    has_code = random.random() < 0.5
    return Promotion(
        id=key,
        phase=Phase.ORDER,
        benefits=(
            Percent(rate_bp=random.randrange(100, 1_000), on_sum=True)
            if random.random() < 0.5
            else Amount(amount_minor=random.randrange(100, 2_000)),
        ),
        schedule=schedule,
        scope=scope,
        trigger=Trigger.CODE if has_code else Trigger.AUTO,
        codes=frozenset([f"CODE{key}"] if has_code else ()),
        conditions=_conditions(random, EVERYTHING) if random.random() < 0.8 else (),
    )


def _conditions(random: Random, own: Filter) -> tuple[Condition, ...]:
    return (SubtotalAtLeast(amount_minor=random.randrange(5_000, 5_000_000), filter=own),)


def a_cart(lines: int, random: Random) -> Cart:
    return Cart(
        currency="PLN",
        moment=MOMENT,
        channel="WEB",
        customer=CustomerFacts(groups=frozenset(["retail"]), order_count=3),
        shipping_minor=1_599,
        shipping_rate_bp=2300,
        lines=[
            CartLine(
                key=str(number),
                sku=f"S{random.randrange(SKUS)}",
                unit_price_minor=random.randrange(990, 40_000),
                quantity=random.choice((1, 1, 1, 2, 3)),
                rate_bp=2300,
                categories=frozenset(f"C{random.randrange(CATEGORIES)}" for _one in range(3)),
                brand=f"B{random.randrange(40)}",
                attributes=frozenset([("colour", random.choice("rgb")), ("size", "M")]),
                floor_minor=500 if number % 5 == 0 else 0,
            )
            for number in range(lines)
        ],
    )


def cpu_ms(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return (time.process_time() - began) * 1000


def _times(book: Book, carts: list[Cart]) -> list[float]:
    """Return the CPU of each cart: the least of three, as other work on the machine adds to it."""
    for cart in carts[:3]:
        evaluate(book, cart)

    def price(cart: Cart) -> Callable[[], object]:
        return lambda: evaluate(book, cart)

    return sorted(min(cpu_ms(price(cart)) for _time in range(3)) for cart in carts)


def _evaluated(lines: int, count: int, most_ms: float | None) -> Figure:
    random = Random(count + lines)
    book = compile_book(a_book(count, random), [LINE])
    carts = [a_cart(lines, random) for _one in range(ROUNDS)]
    times = _times(book, carts)
    results = [evaluate(book, cart) for cart in carts]
    verdicts = sum(len(one.verdicts) for one in results) // ROUNDS
    applied = sum(len(one.applied) for one in results) // ROUNDS
    p95 = times[int(len(times) * 0.95)]
    return Figure(
        item=f"evaluate {lines} lines x {count:,} promotions",
        cpu_ms=sum(times) / len(times),
        p50_ms=times[len(times) // 2],
        p99_ms=times[-1],
        found=f"p95 {p95:.1f} ms, {verdicts} verdicts, {applied} applied",
        goal="" if most_ms is None else f"p95 <= {most_ms:.0f} ms",
        good=None if most_ms is None else p95 <= most_ms,
    )


def _per_second() -> Figure:
    random = Random(20)
    book = compile_book(a_book(200, random), [LINE])
    times = _times(book, [a_cart(20, random) for _one in range(ROUNDS * 2)])
    rate = 1000 * len(times) / sum(times)
    return Figure(
        item="evaluate 20 lines x 200 promotions",
        cpu_ms=sum(times) / len(times),
        found=f"{rate:.0f}/s/core",
        goal=">= 200/s/core",
        good=rate >= 200,
    )


def _compiled() -> Figure:
    promotions = a_book(10_000, Random(1))
    took = cpu_ms(lambda: compile_book(promotions, [LINE]))
    return Figure(
        item="compile a book of 10,000 promotions",
        cpu_ms=took,
        found=f"{took / 1000:.2f} s",
        goal="<= 2 s",
        good=took <= 2_000,
    )


def _grown() -> Figure:
    """Double the promotions that do not touch the cart, and compare the same carts."""
    random = Random(2)
    near = a_book(500, random)
    far = [
        Promotion(
            id=f"F{key}",
            phase=Phase.LINE,
            benefits=(Percent(rate_bp=100, filter=Filter(skus=frozenset([f"FAR{key}"]))),),
            group="line",
        )
        for key in range(10_000)
    ]
    carts = [a_cart(50, random) for _one in range(ROUNDS)]
    few = compile_book([*near, *far[:5_000]], [LINE])
    many = compile_book([*near, *far], [LINE])
    # One after the other, several times: what the machine does meanwhile meets both.
    pairs = [(sum(_times(few, carts)), sum(_times(many, carts))) for _round in range(3)]
    growth = 100 * (min(two for _one, two in pairs) / min(one for one, _two in pairs) - 1)
    return Figure(
        item="twice the promotions that do not touch the cart (5,000 -> 10,000)",
        cpu_ms=min(two for _one, two in pairs) / ROUNDS,
        found=f"{growth:+.1f} %",
        goal="< +10 %",
        good=growth < 10,
    )
