"""What the people of these tests find in the running shop."""

import pytest

from modules import catalog
from tests.live import LiveShop
from tests.orders.cast import stock_the_shop


@pytest.fixture(scope="session")
def stocked_shop(live_server: LiveShop) -> LiveShop:
    """The running shop with a tee and a dress that can be sold."""
    with live_server.house.app_context():
        if not catalog.variants_for_sale(["SH-BAZ-WHI-L"]):
            stock_the_shop(shirts=200, dresses=200)
    return live_server
