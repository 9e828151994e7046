"""What codes cost: a hundred thousand of them made, and one looked up among a million."""

import time

from sqlalchemy import select

from app import clock, outbox
from app.db import close_session, session, transact
from modules import promotions
from modules.promotions import coupons, operations
from modules.promotions.coupons.models import PromotionCode
from tests.bench.figures import Figure, Meter
from tests.bench.shop import open_shop

MADE, KEPT = 100_000, 1_000_000
BY_CODE = {
    "phase": "order",
    "trigger": "code",
    "benefits": [{"kind": "percent", "rate_bp": 1_000}],
}


def run(database_url: str) -> list[Figure]:
    with open_shop(database_url) as house:
        record = transact(
            lambda: operations.draft_promotion(code="BENCH", name="Bench", definition=BY_CODE)
        )
        began = time.perf_counter()
        _make(record.id, MADE)
        seconds = time.perf_counter() - began
        while (there := _count()) < KEPT:
            _make(record.id, min(500_000, KEPT - there))
        steps = list(range(1, KEPT, KEPT // 400))
        codes = session.scalars(select(PromotionCode.code).where(PromotionCode.id.in_(steps))).all()
        close_session()
        meter = Meter(house.extensions["database"].engine)

        def look_up(number: int) -> None:
            found = promotions.look_up([codes[number % len(codes)]], at=clock.now())
            assert found.known
            close_session()

        cost = meter.measure(look_up, rounds=300)
    return [
        Figure(
            item=f"{MADE:,} codes made by the job",
            found=f"{seconds:.1f} s",
            goal="<= 20 s",
            good=seconds <= 20,
        ),
        cost.figure(
            f"look a code up among {KEPT:,}",
            goal="<= 5 ms",
            good=cost.total_ms <= 5,
        ),
    ]


def _make(promotion_id: int, count: int) -> None:
    transact(
        lambda: coupons.make_batch(
            promotion_id=promotion_id, name="Bench", pattern="BENCH-##########", count=count
        )
    )
    close_session()
    outbox.run_due(owner="bench")
    close_session()


def _count() -> int:
    newest = session.scalar(select(PromotionCode.id).order_by(PromotionCode.id.desc()).limit(1))
    close_session()
    return newest or 0
