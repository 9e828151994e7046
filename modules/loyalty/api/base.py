"""The blueprint of the loyalty API, and what its routes share."""

from app.access import check_store
from app.actor import current_actor
from app.api import api_blueprint
from app.errors import InvalidInput
from app.i18n import _
from modules import organization

READ, WRITE = "loyalty:read", "loyalty:write"

api = api_blueprint("loyalty", __name__, title="Loyalty")


def store_of(code: str | None) -> int:
    """
    Return the store in which it is done: the one that is named, else the only one of the token.

    :raises InvalidInput: none is named, and the token serves several
    :raises NotFound: the store is none of the token's
    """
    if code is not None:
        store_id = int(organization.get_store(code).id)
        check_store(WRITE, store_id)
        return store_id
    own = current_actor().stores(WRITE)
    if own is None:
        own = frozenset(one.id for one in organization.list_stores())
    if len(own) != 1:
        raise InvalidInput(_("Name the store in which it is done."), pointer="/store")
    return next(iter(own))
