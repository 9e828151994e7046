"""What can be done with many orders at once: begin to pick, ask for labels, hold, release, note."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.actor import current_actor
from app.bulk_given import Ask
from app.i18n import _, lazy, ngettext
from app.lists import Act, Done
from app.reference import Reference
from app.statuses import HOLD as HOLD_WORDS
from modules.orders.card import label_of
from modules.orders.errors import WrongState
from modules.orders.models import HoldKind, Order, ParcelState
from modules.orders.next_action import Label
from modules.orders.operations import fulfilling, holding, noting
from modules.orders.queries import (
    allocations_of,
    check_visible,
    get_order,
    holds_of,
    parcels_of,
)
from modules.orders.views.blueprint import HOLD, WORK
from modules.orders.worklist import IN_WORK
from modules.shipping import shipments_of


def _visible(key: int, permission: str) -> Order:
    order = get_order(key)
    check_visible(order, permission)
    return order


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


def _begin(key: int, _given: Mapping[str, str]) -> Done:
    _visible(key, WORK)
    return Done(count=begin_order(key))


def _label(key: int, _given: Mapping[str, str]) -> Done:
    _visible(key, WORK)
    return Done(count=label_order(key))


def _hold(key: int, given: Mapping[str, str]) -> Done:
    _visible(key, HOLD)
    hold_id = holding.open_hold(
        order_id=key, kind=given["kind"], reason=given["reason"], owner=current_actor().name
    )
    return Done(before={"hold": hold_id})


def _take_hold_back(key: int, before: Mapping[str, Any]) -> None:
    _visible(key, HOLD)
    holding.release_hold(order_id=key, hold_id=before["hold"])


def _release(key: int, _given: Mapping[str, str]) -> Done:
    _visible(key, HOLD)
    holds = holds_of(key)
    if not holds:
        raise WrongState(_("It is not on hold."))
    before = [
        {
            "kind": one.kind.value,
            "reason": one.reason,
            "owner": one.owner,
            "due_at": one.due_at.isoformat() if one.due_at else None,
        }
        for one in holds
    ]
    for one in holds:
        holding.release_hold(order_id=key, hold_id=one.id)
    return Done(before={"holds": before})


def _hold_again(key: int, before: Mapping[str, Any]) -> None:
    _visible(key, HOLD)
    for one in before["holds"]:
        holding.open_hold(
            order_id=key,
            kind=one["kind"],
            reason=one["reason"],
            owner=one["owner"],
            due_at=datetime.fromisoformat(one["due_at"]) if one["due_at"] else None,
        )


def _note(key: int, given: Mapping[str, str]) -> Done:
    _visible(key, WORK)
    noting.add_note(order_id=key, text=given["text"])
    return Done()


def _kinds() -> list[tuple[str, Any]]:
    kinds = sorted(HoldKind, key=lambda kind: kind is not HoldKind.MANUAL)
    return [(kind.value, HOLD_WORDS[kind.value]) for kind in kinds]


ACTS = (
    Act(
        code="picking",
        title=lazy("Start picking"),
        icon="scan",
        key="a",
        permission=WORK,
        work=_begin,
        said=lambda count: ngettext(
            "Picking has begun for %(num)s parcel.", "Picking has begun for %(num)s parcels.", count
        ),
    ),
    Act(
        code="labels",
        title=lazy("Print labels"),
        icon="printer",
        key="l",
        permission=WORK,
        work=_label,
        said=lambda count: ngettext(
            "%(num)s label is being made.", "%(num)s labels are being made.", count
        ),
    ),
    Act(
        code="hold",
        title=lazy("Put the orders on hold"),
        icon="lock",
        permission=HOLD,
        work=_hold,
        undo=_take_hold_back,
        said=lambda count: ngettext(
            "%(num)s order is on hold.", "%(num)s orders are on hold.", count
        ),
        asks=(
            Ask(name="kind", label=lazy("What it waits for"), choices=_kinds),
            Ask(name="reason", label=lazy("Why")),
        ),
    ),
    Act(
        code="release",
        title=lazy("Release the holds"),
        icon="lock-open",
        permission=HOLD,
        work=_release,
        undo=_hold_again,
        said=lambda count: ngettext(
            "%(num)s order is released.", "%(num)s orders are released.", count
        ),
    ),
    Act(
        code="note",
        title=lazy("Write a note"),
        icon="message-2",
        permission=WORK,
        work=_note,
        said=lambda count: ngettext(
            "The note stands on %(num)s order.", "The note stands on %(num)s orders.", count
        ),
        asks=(Ask(name="text", label=lazy("Note"), many_lines=True),),
    ),
)
