"""Several machines at once, in small: no sale is lost or doubled, no slot rings twice."""

from threading import Timer

import pytest

from tests.crew import running_crew
from tests.databases import Databases
from tests.machine import allowed
from tests.orders.cast import stock_the_shop
from tests.soak.crew import soak_crew


@pytest.mark.slow
def test_two_of_each_process_share_one_database_and_nothing_is_lost_or_doubled(
    databases: Databases,
) -> None:
    with running_crew(databases) as crew:
        with crew.house.app_context():
            stock_the_shop(shirts=100_000, dresses=100_000)

        # The doorbell dies in the middle of it: jobs are found by the sweep, and nobody waits.
        fall = Timer(10, crew.broker.kill) if crew.broker else None
        if fall:
            fall.start()

        found = soak_crew(crew, seconds=20, per_second=4, p99_ms=allowed(5_000))

        assert [f"{one.what}: {one.found}" for one in found if not one.good] == [], crew.tail()
        assert set(crew.stop().values()) == {0}
