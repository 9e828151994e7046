"""The room of stock in the API, and what its calls share."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, TypeVar, cast

from flask import request

from app.access import check_store
from app.actor import current_actor
from app.api import api_blueprint
from app.errors import InvalidInput, NotFound
from app.i18n import _
from modules import catalog, organization
from modules.organization import Location

READ, WRITE = "stock:read", "stock:write"
MOST_LINES = 2_000
View = TypeVar("View", bound=Callable[..., Any])

api = api_blueprint("stock", "modules.stock", title="Stock")


def body_may_be_missing(view: View) -> View:
    """Read a call without a body as one with an empty object."""

    @wraps(view)
    def answer(*args: Any, **kwargs: Any) -> Any:
        if not request.get_data():
            request._cached_json = ({}, {})
        return view(*args, **kwargs)

    return cast(View, answer)


def location_of(code: str, pointer: str) -> Location:
    """
    Return the location of a code.

    :raises InvalidInput: there is none
    """
    try:
        return organization.get_location(code)
    except NotFound as unknown:
        raise InvalidInput(str(unknown), pointer=pointer) from None


def writable(code: str, pointer: str) -> Location:
    """
    Return a location at which this program may write.

    :raises InvalidInput: there is none of that code
    :raises NotFound: it belongs to a store of others
    """
    location = location_of(code, pointer)
    check_store(WRITE, location.store_id)
    return location


def check_writable(location_id: int) -> None:
    check_store(WRITE, organization.location_by_id(location_id).store_id)


def own_locations(needed: str) -> list[int] | None:
    """Return the locations of the token's stores; None = it is bound to none."""
    stores = current_actor().stores(needed)
    if stores is None:
        return None
    return [one.id for one in organization.list_locations() if one.store_id in stores]


def variant_ids(skus: Sequence[str]) -> dict[str, int]:
    """
    Return the keys of variants by SKU.

    :raises InvalidInput: a SKU is unknown; each is pointed at
    """
    known = catalog.variants_for_sale([*dict.fromkeys(skus)])
    unknown = [(place, sku) for place, sku in enumerate(skus) if sku not in known]
    if unknown:
        words = [_("There is no variant %(sku)s.", sku=sku) for _place, sku in unknown]
        refusal = InvalidInput(" ".join(words), pointer=f"/lines/{unknown[0][0]}/sku")
        refusal.details = [
            {"pointer": f"/lines/{place}/sku", "code": refusal.code, "message": word}
            for (place, _sku), word in zip(unknown, words, strict=True)
        ]
        raise refusal
    return {sku: known[sku].id for sku in known}
