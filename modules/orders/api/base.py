"""The blueprint of the orders API, and what its routes share."""

from app.api import api_blueprint
from app.errors import InvalidInput, NotFound
from modules import organization

api = api_blueprint("orders", __name__, title="Orders")
READ, WRITE = "orders:read", "orders:write"


def location_id(code: str | None) -> int | None:
    if code is None:
        return None
    try:
        return int(organization.get_location(code).id)
    except NotFound as missing:
        raise InvalidInput(str(missing), pointer="/location") from None
