"""The channels' part of the demo shop: its marketplace is the paper shop."""

from app.db import transact
from app.demo import DemoContext
from modules import connectors, organization
from modules.channels.offers import offer_everything
from modules.channels.operations import move_link
from modules.channels.queries import list_links

_MARKET = "market"


def demo(context: DemoContext) -> None:
    """Let the paper shop sell for the demo's marketplace, and hear of everything in stock."""

    def wire() -> None:
        if connectors.find_account("paper") is None:
            return
        if all(channel.code != _MARKET for channel in organization.list_channels()):
            return
        for link in list_links(account="paper"):
            move_link(link_id=link.id, channel=_MARKET)
            offer_everything(link_id=link.id)

    transact(wire)
