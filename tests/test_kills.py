"""Kill -9 at random moments of the whole flow: nothing acknowledged is lost, nothing is doubled."""

import os
import random
import time

import pytest

from tests.crashes import kill, kill_supervisor
from tests.live import LiveShop
from tests.machine import allowed
from tests.orders.cast import stock_the_shop
from tests.trade import Log, Trader, await_drained, differences, make_token

KILLS = int(os.environ.get("VERSO_TEST_KILLS", "5"))
TRADERS = 3
BACK = 3.0  # seconds
GONE = 1.0
LEASE = 35.0  # a job in a killed worker's hands waits for its lease to run out


@pytest.mark.slow
def test_what_was_acknowledged_survives_kills_and_is_never_doubled(
    own_live_server: LiveShop,
) -> None:
    shop = own_live_server
    seed = int(os.environ.get("VERSO_TEST_SEED", random.randrange(10**6)))
    draw = random.Random(seed)
    with shop.house.app_context():
        stock_the_shop(shirts=100_000, dresses=100_000)
    token, log = make_token(shop.house), Log()
    traders = [Trader(shop.url, token, seed=seed + n, log=log) for n in range(TRADERS)]
    try:
        for trader in traders:
            trader.start()
        for number in range(KILLS):
            time.sleep(draw.uniform(0.3, 3.0))
            if number == KILLS // 2:
                assert kill_supervisor(shop) <= allowed(GONE)
                shop.start()
                continue
            back = kill(shop, *draw.choice((("web",), ("worker",), ("web", "worker"))))
            assert max(back.values()) <= allowed(BACK), (back, shop.tail())
        time.sleep(2)
        log.stopping.set()
        for trader in traders:
            trader.join(120 + allowed(60))
            assert not trader.is_alive(), f"a program still waits:\n{shop.tail()}"
        await_drained(shop.house, seconds=LEASE + allowed(20))

        assert differences(shop.house, log) == []
        assert sum(sale.shipped for sale in log.sales) > 0
        assert set(log.answers) <= {200, 201, 202}
    except BaseException as error:
        log.stopping.set()
        error.add_note(f"VERSO_TEST_SEED={seed}")
        raise
