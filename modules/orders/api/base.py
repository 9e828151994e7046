"""The blueprint of the orders API, and what its routes share."""

from collections.abc import Mapping, Sequence

from app.access import check_store
from app.actor import current_actor
from app.api import api_blueprint, parse_id
from app.errors import InvalidInput, NotFound
from app.i18n import _
from modules import customers, loyalty, organization
from modules.orders.queries import lines_of
from modules.orders.shapes import LineCountIn, counts

api = api_blueprint("orders", __name__, title="Orders")
READ, WRITE = "orders:read", "orders:write"


def location_id(code: str | None) -> int | None:
    """
    Return the key of a location where the caller may work.

    :raises InvalidInput: there is none with this code, or it is in a store of others
    """
    if code is None:
        return None
    try:
        place = organization.get_location(code)
        check_store(WRITE, place.store_id)
    except NotFound:
        text = _("There is no location %(code)s.", code=code)
        raise InvalidInput(text, pointer="/location") from None
    return int(place.id)


def store_for(code: str | None, permission: str) -> str | None:
    """
    Return the store that a token sells for: it is bound to it, or it names one of its own.

    :raises InvalidInput: the token is bound to several stores and names none
    :raises NotFound: the store is none of the token's
    """
    stores = current_actor().stores(permission)
    if stores is None:
        return code
    if code is None:
        if len(stores) != 1:
            raise InvalidInput(_("This token serves several stores: name one."), pointer="/store")
        return organization.store_by_id(next(iter(stores))).code
    if organization.get_store(code).id not in stores:
        raise NotFound(_("There is no store %(code)s.", code=code))
    return code


def customer_id(text: str | None) -> int | None:
    """
    Return the key of the customer whose id or number a program sent.

    :raises InvalidInput: there is none
    """
    if text is None:
        return None
    try:
        return int(customers.get_customer(parse_id(text.upper().removeprefix("C-"))).id)
    except NotFound as missing:
        raise InvalidInput(str(missing), pointer="/customer/id") from None


def buyer_id(text: str | None, card: str | None) -> int | None:
    """
    Return the key of the customer whom a program named, by id or by the card that was shown.

    :raises InvalidInput: there is none, or the card is somebody else's
    :raises CardUnusable: the card is blocked or was replaced
    """
    named = customer_id(text)
    if card is None:
        return named
    owner = loyalty.customer_of_card(card) or customers.find_buyer(customers.BuyerKeys(card=card))
    if owner is None:
        raise InvalidInput(_("Nobody has this card."), pointer="/card")
    if named not in (None, owner):
        raise InvalidInput(_("This card belongs to another customer."), pointer="/card")
    return owner


def counted(order_id: int, lines: Sequence[LineCountIn] | None) -> Mapping[int, int] | None:
    """
    Return units by line of an order.

    :raises InvalidInput: a line is none of this order
    """
    if lines:
        own = {line.id for line in lines_of(order_id)}
        for place, one in enumerate(lines):
            if int(one.line) not in own:
                text = _("This is no line of the order.")
                raise InvalidInput(text, pointer=f"/lines/{place}/line")
    return counts(lines)
