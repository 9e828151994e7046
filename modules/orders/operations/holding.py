"""Holds: a reason why nobody starts to pick an order or hands it over, with owner and due time."""

from datetime import datetime

from sqlalchemy import select

from app import clock
from app.actor import current_actor
from app.db import session
from app.errors import InvalidInput, NotFound
from app.i18n import _
from modules.orders import timeline
from modules.orders.deriving import derive
from modules.orders.errors import OnHold
from modules.orders.models import Hold, HoldKind
from modules.orders.queries import get_order


def open_hold(
    *,
    order_id: int,
    kind: str,
    reason: str,
    due_at: datetime | None = None,
    owner: str | None = None,
) -> int:
    """
    Open a hold and return its key.

    :raises InvalidInput: there is no such kind
    """
    get_order(order_id, lock=True)
    try:
        known = HoldKind(kind)
    except ValueError:
        raise InvalidInput(
            _("There is no hold of the kind %(kind)s.", kind=kind), pointer="/kind", field="kind"
        ) from None
    hold = Hold(
        order_id=order_id,
        kind=known,
        reason=reason,
        due_at=due_at,
        owner=owner,
        opened_by=str(current_actor()),
    )
    session.add(hold)
    session.flush()
    timeline.record(order_id, "hold_opened", hold=known.value, reason=reason)
    derive(order_id)
    return hold.id


def release_hold(*, order_id: int, hold_id: int) -> None:
    """
    Release a hold; released twice is released once.

    :raises NotFound: the order has no such hold
    """
    get_order(order_id, lock=True)
    hold = session.scalar(select(Hold).where(Hold.id == hold_id, Hold.order_id == order_id))
    if hold is None:
        raise NotFound(_("There is no such hold."))
    if hold.released_at is None:
        hold.released_at, hold.released_by = clock.now(), str(current_actor())
        timeline.record(order_id, "hold_released", hold=hold.kind.value, reason=hold.reason)
        derive(order_id)


def release_holds_of_kind(order_id: int, kind: HoldKind) -> None:
    """Release what the house itself opened, once its reason is gone."""
    open_ones = select(Hold.id).where(
        Hold.order_id == order_id, Hold.kind == kind, Hold.released_at.is_(None)
    )
    for hold_id in session.scalars(open_ones).all():
        release_hold(order_id=order_id, hold_id=hold_id)


def refuse_while_held(order_id: int) -> None:
    """
    Make sure that no hold is open.

    :raises OnHold: there is one
    """
    reasons = session.scalars(
        select(Hold.reason).where(Hold.order_id == order_id, Hold.released_at.is_(None))
    ).all()
    if reasons:
        raise OnHold(
            _("The order is on hold: %(why)s Release the hold first.", why=" ".join(reasons))
        )
