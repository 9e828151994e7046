"""The queue: orders by lane, with filters in the address, and what is done with the ticked ones."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from flask import request, session, url_for
from flask.typing import ResponseReturnValue

from app.access import requires
from app.actor import current_actor
from app.api import pack_cursor
from app.db import transact
from app.errors import NotFound, RuleViolation
from app.i18n import _, ngettext
from app.look import Choice, Filter, toast
from app.reference import Reference
from app.statuses import look_of
from app.web import PAGE, cursor_from_url, go_to, listing, render, url_with
from modules import catalog, organization
from modules.orders.card import label_of
from modules.orders.listing import ListedOrder, count_queue, glances, queue
from modules.orders.models import Lane, ParcelState, PaymentStatus
from modules.orders.next_action import Label
from modules.orders.operations import fulfilling
from modules.orders.queries import allocations_of, check_visible, get_order, parcels_of
from modules.orders.views.blueprint import VIEW, WORK, blueprint, capped, lane_counts, reach
from modules.orders.worklist import IN_WORK, MOST, pick_list
from modules.shipping import shipments_of

LANES = (
    Lane.EXCEPTION,
    Lane.WAITING,
    Lane.TO_PICK,
    Lane.TO_PACK,
    Lane.TO_SHIP,
    Lane.SHIPPED,
)
ALL = "all"
DELIVERY_ICON = {"courier": "truck-delivery", "locker": "map-pin", "pickup": "building-store"}
_REFUSED = "orders_refused"
_MOST_REFUSED = 12  # a cookie holds 4 kB


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


def _asked() -> dict[str, Any]:
    """Return what the address asks for; a word that means nothing asks for nothing."""
    args = request.args
    lane = args.get("lane", Lane.TO_PICK.value)
    payment = args.get("payment") or None
    if payment not in {one.value for one in PaymentStatus}:
        payment = None
    return {
        "lane": Lane(lane) if lane in LANES else None,
        "channel": args.get("channel") or None,
        "store": args.get("store") or None,
        "payment": payment,
        "text": (args.get("q") or "").strip()[:100] or None,
    }


def _place() -> tuple[datetime, int] | None:
    place = cursor_from_url(str, int)
    if place is None:
        return None
    try:
        at = datetime.fromisoformat(place[0])
    except ValueError:
        at = None
    return (at, place[1]) if at is not None and at.tzinfo is not None else None


@blueprint.get("/")
@requires(VIEW)
def index() -> ResponseReturnValue:
    asked = _asked()
    found = queue(stores=reach(), after=_place(), limit=PAGE + 1, **asked)
    cursor = None
    if len(found) > PAGE:
        last = found[PAGE - 1].order
        cursor = pack_cursor(last.placed_at.isoformat(), last.id)
    page = listing(found, limit=PAGE, cursor=cursor)
    orders = [row.order for row in page.rows]
    glance = glances([order.id for order in orders]) if orders else {}
    variants = {variant for one in glance.values() for variant in one.variants}
    narrowed = any(asked[name] for name in ("channel", "store", "payment", "text"))
    counts = lane_counts()
    total = counts.get(asked["lane"]) if asked["lane"] and not narrowed else None
    if total is None:
        total = len(orders)
        if page.next_url or page.first_url:
            total = count_queue(stores=reach(), **asked)
    return render(
        "orders/index.html",
        rows=page.rows,
        listing=page,
        glance=glance,
        photos=catalog.photo_urls(variants),
        lanes_shown=_lanes(asked["lane"], counts),
        lane=asked["lane"].value if asked["lane"] else ALL,
        lane_word=lane_words()[asked["lane"].value if asked["lane"] else ALL],
        filters=_filters(asked),
        narrowed=narrowed,
        hidden={
            name: value
            for name in ("lane", "channel", "store", "payment")
            if (value := request.args.get(name))
        },
        delivery_icon=DELIVERY_ICON,
        nothing_here=_nothing(asked["lane"]),
        summary=ngettext("%(shown)s order", "%(shown)s orders", total, shown=capped(total)),
        text=asked["text"],
        total=total,
        counts=counts,
        refused=session.pop(_REFUSED, ()),
        query="?" + request.query_string.decode() if request.query_string else "",
        bare=not (orders or narrowed or any(counts.values()) or count_queue(stores=reach())),
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
        _filter(_("Channel"), "channel", channels, asked["channel"]),
        _filter(_("Payment"), "payment", payments, asked["payment"]),
    ]
    own = current_actor().stores(VIEW)
    stores = {
        one.code: one.name for one in organization.list_stores() if own is None or one.id in own
    }
    if len(stores) > 1:
        found.insert(1, _filter(_("Store"), "store", stores, asked["store"]))
    return found


def _filter(title: str, name: str, words: dict[str, str], chosen: str | None) -> Filter:
    return Filter(
        title=title,
        choices=[
            Choice(title=word, href=url_with(**{name: code, "after": None}), current=code == chosen)
            for code, word in words.items()
        ],
        chosen=words.get(chosen or "", ""),
        clear=url_with(**{name: None, "after": None}),
    )


# --- what is done with the ticked ones --------------------------------------------------------


def _ticked() -> list[int]:
    """Return the keys of the ticked orders, or of all that match the list's own question."""
    if request.form.get("all"):
        return [row.order.id for row in _matching()]
    keys = [text for text in request.form.getlist("ids") if text.isascii() and text.isdigit()]
    return [int(text) for text in dict.fromkeys(keys)][:MOST]


def _matching() -> list[ListedOrder]:
    return queue(stores=reach(), limit=MOST, **_asked())


def _each(keys: Sequence[int], work: Callable[[int], int]) -> tuple[int, list[tuple[str, str]]]:
    """Do something with each order in a transaction of its own; return what went and what not."""
    done, refused = 0, []
    for key in keys:
        try:
            order = get_order(key)
            check_visible(order, WORK)
        except NotFound:
            continue
        try:
            done += transact(partial(work, key))
        except RuleViolation as refusal:
            refused.append((order.number, str(refusal)))
    return done, refused


def _answer(done: str, refused: Sequence[tuple[str, str]]) -> ResponseReturnValue:
    """Go back to the list; what was refused is said there once, with its reason."""
    toast(done)
    if refused:
        session[_REFUSED] = [list(one) for one in refused[:_MOST_REFUSED]]
    query = request.query_string.decode()
    return go_to(url_for(".index") + (f"?{query}" if query else ""))


@blueprint.post("/picking")
@requires(WORK)
def start_many() -> ResponseReturnValue:
    """Open parcels for the ticked orders and begin to pick them."""
    count, refused = _each(_ticked(), begin_order)
    done = ngettext(
        "Picking has begun for %(num)s parcel.", "Picking has begun for %(num)s parcels.", count
    )
    return _answer(done, refused)


def begin_order(order_id: int) -> int:
    """Open a parcel for all that is reserved, begin to pick what is open; return the count."""
    open_all(order_id)
    count = 0
    for parcel in parcels_of(order_id):
        if parcel.state is ParcelState.OPEN:
            fulfilling.start_picking(parcel_id=parcel.id)
            count += 1
    return count


def open_all(order_id: int) -> None:
    """Open a parcel at each location where something of the order lies in no parcel yet."""
    places = {
        one.location_id
        for one in allocations_of(order_id)
        if one.state.value == "reserved" and one.parcel_id is None
    }
    for place in sorted(place for place in places if place is not None):
        fulfilling.open_parcel(order_id=order_id, location_id=place)


@blueprint.post("/labels")
@requires(WORK)
def label_many() -> ResponseReturnValue:
    """Ask for the labels that the ticked orders' parcels lack; each is a job."""
    count, refused = _each(_ticked(), label_order)
    done = ngettext("%(num)s label is being made.", "%(num)s labels are being made.", count)
    return _answer(done, refused)


def label_order(order_id: int) -> int:
    """Ask for a label for each parcel without one, opened where there is none yet."""
    open_all(order_id)
    parcels = [parcel for parcel in parcels_of(order_id) if parcel.state in IN_WORK]
    shipments = shipments_of(Reference("parcel", parcel.id) for parcel in parcels)
    count = 0
    for parcel in parcels:
        label, _failure = label_of(shipments.get(Reference("parcel", parcel.id)))
        if label in (Label.NONE, Label.FAILED):
            fulfilling.ask_for_label(parcel_id=parcel.id)
            count += 1
    return count


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
