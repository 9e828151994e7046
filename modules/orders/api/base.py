"""The blueprint of the orders API, and what its routes share."""

from app.access import check_store
from app.api import api_blueprint
from app.errors import InvalidInput, NotFound
from app.i18n import _
from modules import organization

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
