"""The door of the order screens: whose orders one sees, and what waits, counted once a page."""

from flask import Blueprint, g

from app.actor import current_actor
from app.list_pages import capped as capped
from app.web import chosen_store_id
from modules.orders.listing import count_lanes
from modules.orders.models import Lane
from modules.orders.worklist import count_returns

VIEW, PLACE, WORK = "orders.view", "orders.place", "orders.work"
HOLD, CANCEL, OVERRIDE = "orders.hold", "orders.cancel", "orders.override"
RECEIVE, TAKE, GIVE_BACK = "returns.receive", "payments.take", "payments.refund"
EXPORT = "orders.export"

blueprint = Blueprint("orders", "modules.orders", url_prefix="/orders", template_folder="templates")


def reach(permission: str = VIEW) -> frozenset[int] | None:
    """Return the stores whose orders are shown: the chosen one, else all that one may see."""
    own = current_actor().stores(permission)
    chosen = chosen_store_id()
    if chosen is None or (own is not None and chosen not in own):
        return own
    return frozenset({chosen})


def may_in(permission: str, stores: frozenset[int]) -> bool:
    """Test whether the person may do this in one of these stores."""
    own = current_actor().stores(permission)
    return own is None or bool(own & stores)


def lane_counts() -> dict[Lane, int]:
    """Return how many orders wait in each lane; asked once per page, however often shown."""
    if "orders_lanes" not in g:
        g.orders_lanes = count_lanes(reach())
    counts: dict[Lane, int] = g.orders_lanes
    return counts


def waiting_orders() -> tuple[int, str] | None:
    counts = lane_counts()
    return _shown(sum(counts.values()) - counts.get(Lane.WAITING, 0))


def waiting_work() -> tuple[int, str] | None:
    counts = lane_counts()
    return _shown(sum(counts.get(lane, 0) for lane in (Lane.TO_PICK, Lane.TO_PACK, Lane.TO_SHIP)))


def waiting_returns() -> tuple[int, str] | None:
    return _shown(count_returns(reach()))


def _shown(count: int) -> tuple[int, str] | None:
    return (count, "") if count else None


def plain_code(text: str) -> str:
    """Return what a scanner or a person meant to send: printable signs, and not too many."""
    return "".join(sign for sign in text if sign.isprintable()).strip()[:100]
