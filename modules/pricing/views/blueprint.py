"""What the screens of prices share, and how others name price lists."""

from collections.abc import Iterator, Mapping, Sequence

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from app.actor import current_actor
from app.i18n import _
from app.module import Found
from modules.pricing import queries
from modules.pricing.models import PriceList
from modules.pricing.price_list_list import MANAGE, VIEW

blueprint = Blueprint(
    "pricing", "modules.pricing", url_prefix="/pricing", template_folder="templates"
)
Answer = ResponseReturnValue


def may_manage() -> bool:
    """Test whether the caller may change prices: they belong to all stores."""
    actor = current_actor()
    return actor.may(MANAGE) and actor.stores(MANAGE) is None


def names(keys: Sequence[int]) -> Mapping[int, Found]:
    if not current_actor().may(VIEW):
        return {}
    return {key: _found(one) for key, one in queries.price_lists_by_id(keys).items()}


def find(text: str) -> Iterator[Found]:
    """Find price lists by code and name, for the search over everything."""
    if current_actor().may(VIEW):
        for one in queries.list_price_lists(q=text, limit=5):
            yield _found(one, exact=text.strip().casefold() == one.code.casefold())


def _found(one: PriceList, *, exact: bool = False) -> Found:
    return Found(
        kind=_("Price lists"),
        title=one.name,
        detail=one.code,
        url=url_for("pricing.show", code=one.code),
        icon="list-details",
        exact=exact,
    )
