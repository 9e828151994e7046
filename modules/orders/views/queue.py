"""The queue: orders by lane, with filters in the address, and the pick list of the ticked ones."""

from collections.abc import Mapping
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from app.access import requires
from app.actor import current_actor
from app.bulk_acts import keys_that_match
from app.i18n import _, ngettext
from app.list_pages import capped, choice_filter, count_rows, open_list, opening_view
from app.lists import question_of
from app.look import Filter
from app.statuses import look_of
from app.web import go_to, render, url_with
from modules import catalog, organization
from modules.orders.listing import Glance, count_queue
from modules.orders.models import Lane, PaymentStatus
from modules.orders.views.blueprint import VIEW, WORK, blueprint, lane_counts, reach
from modules.orders.views.order_list import LANES, ORDERS, address_of, question
from modules.orders.worklist import MOST, pick_list

ALL = "all"
DELIVERY_ICON = {"courier": "truck-delivery", "locker": "map-pin", "pickup": "building-store"}


def lane_words() -> dict[str, str]:
    return {
        Lane.EXCEPTION.value: _("Exceptions"),
        Lane.WAITING.value: _("Waiting"),
        Lane.TO_PICK.value: _("To pick"),
        Lane.TO_PACK.value: _("To pack"),
        Lane.TO_SHIP.value: _("Ready to ship"),
        Lane.SHIPPED.value: _("Shipped"),
        ALL: _("All"),
    }


@blueprint.get("/")
@requires(VIEW)
def index() -> ResponseReturnValue:
    if (address := opening_view(ORDERS)) is not None:
        return go_to(address)
    page = open_list(ORDERS)
    asked = question(page.question.args)
    glance = page.beside
    narrowed = any(asked[name] for name in ("channel", "store", "payment", "text"))
    counts = lane_counts()
    total = counts.get(asked["lane"]) if asked["lane"] and not narrowed else None
    if total is None:
        total = count_rows(page)
    lane = asked["lane"].value if asked["lane"] else ALL
    may_work = current_actor().may(WORK)
    return render(
        "orders/index.html",
        table=page,
        rows=page.rows,
        listing=page.listing,
        stacks=_stacks(glance),
        lanes_shown=_lanes(asked["lane"], counts),
        lane=lane,
        lane_word=lane_words()[lane],
        filters=[*_filters(asked), *page.sort_filter],
        narrowed=narrowed,
        delivery_icon=DELIVERY_ICON,
        address_of=address_of,
        nothing_here=_nothing(asked["lane"]),
        summary=ngettext("%(shown)s order", "%(shown)s orders", total, shown=capped(total)),
        text=asked["text"],
        total=total,
        ticks={row.order.id: row.order.number for row in page.rows} if may_work else {},
        bare=not (
            page.rows or narrowed or any(counts.values()) or count_queue(stores=reach(), cap=1)
        ),
    )


def _lanes(current: Lane | None, counts: dict[Lane, int]) -> list[tuple[str, str, Any, str, bool]]:
    words = lane_words()
    found: list[tuple[str, str, Any, str, bool]] = []
    for lane in LANES:
        count = counts.get(lane)
        # On the dark ground of the chosen lane a red number could not be read.
        tone = "bad" if lane is Lane.EXCEPTION and count and lane is not current else ""
        href = url_with(lane=lane.value, after=None)
        found.append((words[lane.value], href, capped(count), tone, lane is current))
    found.append((words[ALL], url_with(lane=ALL, after=None), None, "", current is None))
    return found


def _stacks(glance: Mapping[int, Glance]) -> dict[int, tuple[str | None, ...]]:
    """Return the pictures of the goods of each order; a tile without one where nothing is told."""
    photos = catalog.photo_urls({one for seen in glance.values() for one in seen.variants})
    return {
        order_id: tuple(photos.get(one) for one in seen.variants[:3]) or (None,)
        for order_id, seen in glance.items()
    }


def _nothing(lane: Lane | None) -> str:
    words: dict[Lane | None, str] = {
        Lane.EXCEPTION: _("Nothing is held up."),
        Lane.WAITING: _("Nothing waits for money or goods."),
        Lane.TO_PICK: _("Nothing waits to be picked."),
        Lane.TO_PACK: _("Nothing waits to be packed."),
        Lane.TO_SHIP: _("Nothing waits for the courier."),
        Lane.SHIPPED: _("Nothing has been shipped yet."),
        None: _("There is no order yet."),
    }
    return words[lane]


def _filters(asked: dict[str, Any]) -> list[Filter]:
    channels = {one.code: one.name for one in organization.list_channels()}
    payments = {one.value: str(look_of(one.value, "payment").word) for one in PaymentStatus}
    found = [
        choice_filter(_("Channel"), "channel", channels, asked["channel"]),
        choice_filter(_("Payment"), "payment", payments, asked["payment"]),
    ]
    own = current_actor().stores(VIEW)
    stores = {
        one.code: one.name for one in organization.list_stores() if own is None or one.id in own
    }
    if len(stores) > 1:
        found.insert(1, choice_filter(_("Store"), "store", stores, asked["store"]))
    return found


# --- the pick list of the ticked ones -----------------------------------------------------------


def _ticked() -> list[int]:
    """Return the keys of the ticked orders, or of all that match the list's own question."""
    if request.form.get("all"):
        asked = question_of(ORDERS, request.query_string.decode())
        return keys_that_match(ORDERS, asked, limit=MOST)
    keys = [text for text in request.form.getlist("ids") if text.isascii() and text.isdigit()]
    return [int(text) for text in dict.fromkeys(keys)][:MOST]


@blueprint.post("/pick-list")
@requires(WORK)
def choose_pick_list() -> ResponseReturnValue:
    """Go to the printable list of the ticked orders: an address, so that it can be kept."""
    return go_to(url_for(".show_pick_list", ids=",".join(str(key) for key in _ticked())))


@blueprint.get("/pick-list")
@requires(WORK)
def show_pick_list() -> ResponseReturnValue:
    keys = [
        int(text)
        for text in request.args.get("ids", "").split(",")[:MOST]
        if text.isascii() and text.isdigit() and len(text) < 19
    ]
    picks = pick_list(keys, reach(WORK)) if keys else []
    photos = catalog.photo_urls([one.variant_id for one in picks if one.variant_id])
    return render(
        "orders/pick_list.html",
        picks=picks,
        photos=photos,
        units=sum(one.quantity for one in picks),
        order_count=len({number for one in picks for number in one.orders}),
    )
