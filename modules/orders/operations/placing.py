"""Take an order in, once: the same (channel, external id) answers with the order as it is."""

from sqlalchemy import bindparam, select
from sqlalchemy.exc import IntegrityError

from app.db import LostRace, session
from modules import organization, stock
from modules.orders.given import PlaceOrder
from modules.orders.models import Order
from modules.orders.operations.intake import Intake, Placed

_FIND = (
    select(Order.id)
    .join_from(Order, organization.Channel, organization.Channel.id == Order.channel_id)
    .where(
        organization.Channel.code == bindparam("channel"),
        Order.external_id == bindparam("external_id"),
    )
)


def place_order(given: PlaceOrder, *, from_connector: bool = False) -> Placed:
    """
    Store an order once: the same (channel, external id) answers with the order as it is.

    From a connector nothing is refused that was sold already: what is unknown or short is kept
    and held for a person.

    :raises UnknownCode: a SKU, channel, store or method is not there (not from a connector)
    :raises NoPrice: a line has no price in the order's currency
    :raises NotAllowed, NeedsSecondPerson: the caller may not take as much off by hand
    :raises ShortOfStock: there is too little, and the channel refuses rather than backorders
    """
    if given.external_id is not None and (known := find_order(given.channel, given.external_id)):
        return Placed(order_id=known, is_new=False)
    try:
        return Intake(given, from_connector=from_connector).place()
    except IntegrityError as error:
        if given.external_id is None:
            raise
        # The same order came twice at once, and the other one is in: it is found the next time.
        raise LostRace from error
    except stock.NotEnoughStock as error:
        # Somebody took what had been seen: the next try sees what is left.
        raise LostRace from error


def find_order(channel: str, external_id: str) -> int | None:
    """Return the key of the order that a channel knows by this id."""
    return session.scalar(_FIND, {"channel": channel, "external_id": external_id})
