"""Goods come back: asked for, received with a verdict per unit, credited at what was paid."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app import clock
from app.actor import current_actor
from app.db import session
from app.errors import InvalidInput
from app.events import publish
from app.i18n import _, speaking
from modules import organization, payments, stock
from modules.orders import timeline
from modules.orders.deriving import OPEN_RETURNS, derive, money_of, reference_of
from modules.orders.errors import TooMany, WrongState
from modules.orders.events import ReturnedLine, UnitsReturned
from modules.orders.invoices import correct_units
from modules.orders.models import (
    Allocation,
    AllocationState,
    Order,
    OrderLine,
    OrderStatus,
    Return,
    ReturnedUnits,
    ReturnLine,
    ReturnState,
    Verdict,
)
from modules.orders.operations import gift_cards, repricing
from modules.orders.operations.earning import take_back_points
from modules.orders.operations.giving_back import give_back_uses
from modules.orders.queries import get_order, get_return, lines_of, units_of_lines
from modules.orders.units import worth

# The customer gets the money back for these, and the units count as given back.
_CREDITED = (Verdict.SELLABLE, Verdict.DAMAGED, Verdict.KEPT, Verdict.LOST)
# Who receives goods: a person, and a program.
_PERMISSION, _SCOPE = "returns.receive", "orders:write"
# These lie in our hands afterwards.
_IN_HANDS = (Verdict.SELLABLE, Verdict.DAMAGED)


@dataclass(frozen=True, kw_only=True)
class WantedBack:
    order_line_id: int
    quantity: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class ReceivedBack:
    order_line_id: int
    quantity: int
    verdict: str


@dataclass(frozen=True, kw_only=True)
class RefundPart:
    """How much of the money goes back over which payment."""

    payment_id: int
    amount_minor: int


def request_return(*, order_id: int, lines: Sequence[WantedBack], note: str | None = None) -> int:
    """
    Note that units shall come back and return the return's key; a closed order is open again.

    :raises TooMany: fewer units were shipped and not yet given back
    """
    order = get_order(order_id, lock=True)
    known = {line.id: line for line in lines_of(order_id)}
    if not lines:
        raise TooMany(_("Name at least one unit that comes back."))
    waiting = [(line.id, line.return_requested) for line in known.values()]
    now = [(asked.order_line_id, asked.quantity) for asked in lines]
    repricing.check_together(order_id, [*waiting, *now])
    wanted = Return(order_id=order_id, store_id=order.store_id, note=note)
    session.add(wanted)
    session.flush()
    for place, asked in enumerate(lines):
        line = _line(known, asked.order_line_id, place)
        free = line.shipped - line.returned - line.return_requested
        if asked.quantity > free:
            raise TooMany(
                _(
                    "Of %(sku)s %(have)s can come back; %(needed)s were asked for.",
                    sku=line.sku,
                    have=free,
                    needed=asked.quantity,
                ),
                details=[
                    {
                        "pointer": f"/lines/{place}/quantity",
                        "code": "too_many",
                        "message": _("Too many units."),
                        "have": free,
                        "needed": asked.quantity,
                    }
                ],
            )
        line.return_requested += asked.quantity
        session.add(
            ReturnLine(
                return_id=wanted.id,
                order_line_id=line.id,
                quantity=asked.quantity,
                reason=asked.reason,
            )
        )
    if order.status is OrderStatus.CLOSED:
        order.status = OrderStatus.PLACED
        timeline.record(order_id, "reopened", reason="return")
    timeline.record(
        order_id,
        "return_requested",
        number=wanted.number,
        units=sum(asked.quantity for asked in lines),
        reason=lines[0].reason,
    )
    derive(order_id)
    return wanted.id


def cancel_return(*, return_id: int) -> None:
    """
    Drop a return of which nothing was received.

    :raises WrongState: units were received already
    """
    order, wanted = _locked(return_id)
    if wanted.state not in OPEN_RETURNS:
        raise WrongState(_("This return is over already."))
    for line in _lines(return_id):
        if line.received:
            raise WrongState(_("Units of this return were received; receive the rest."))
        sold = session.get_one(OrderLine, line.order_line_id)
        sold.return_requested -= line.quantity
    wanted.state = ReturnState.CANCELLED
    timeline.record(order.id, "return_cancelled", number=wanted.number)
    derive(order.id)


def receive_return(
    *,
    return_id: int,
    lines: Sequence[ReceivedBack],
    refunds: Sequence[RefundPart] = (),
    location_id: int | None = None,
) -> None:
    """
    Take units back with a verdict each, credit what was paid for them, and refund if told so.

    Sellable and damaged units lie at `location_id` (default: where they were shipped from), which
    is in a store where the caller works. Without `refunds` the money waits until somebody refunds
    a payment.

    :raises TooMany: more units than this return still expects, or more money than the units'
        worth
    :raises WrongState: the return is over
    :raises InvalidInput: the location is in a store of others
    :raises NeedsSecondPerson: it is more money than the caller gives back alone
    """
    if location_id is not None:
        _check_place(location_id)
    order, wanted = _locked(return_id)
    if wanted.state not in OPEN_RETURNS:
        raise WrongState(_("This return was received or dropped already."))
    known = {line.id: line for line in lines_of(order.id)}
    expected = _lines(return_id)
    credited: list[tuple[int, int, int]] = []
    told: list[ReturnedLine] = []
    back = [(got.order_line_id, got.quantity) for got in lines if got.verdict in _CREDITED]
    repricing.check_together(order.id, back)
    for place, got in enumerate(lines):
        line = _line(known, got.order_line_id, place)
        verdict = _verdict(got.verdict, place)
        for asked, count in _asked_for(expected, line, got.quantity, place):
            told.append(_receive(line, asked, count, verdict, location_id, order, credited))
    worth_back = sum(one.credit_minor for one in told)
    session.flush()
    rest = repricing.plan_rest(order, {}, most_minor=worth_back)
    changes = repricing.carry_out(rest, order)
    credit = worth_back - rest.kept_back_minor
    wanted.credit_minor += credit
    order.returned_minor += worth_back
    order.total_minor -= credit
    if all(line.received == line.quantity for line in expected):
        wanted.state, wanted.received_at = ReturnState.RECEIVED, clock.now()
    elif wanted.state is ReturnState.REQUESTED:
        wanted.state = ReturnState.APPROVED
    session.flush()
    timeline.record(
        order.id,
        "return_received",
        number=wanted.number,
        units=sum(got.quantity for got in lines),
        credit_minor=credit,
    )
    if credited:
        with speaking(order.language):  # the customer reads it, and not who received the goods
            reason = _("Return %(number)s", number=wanted.number)
        correct_units(
            order, credited, reason=reason, reference=reference_of(order.id), changes=changes
        )
    give_back_uses(order.id, lines_of(order.id))
    take_back_points(order)
    _refund(wanted, refunds)
    settle(wanted)
    derive(order.id)
    publish(UnitsReturned(order_id=order.id, return_id=wanted.id, lines=told))


def _asked_for(
    expected: Sequence[ReturnLine], line: OrderLine, quantity: int, place: int
) -> list[tuple[ReturnLine, int]]:
    """Return which rows of the return the units belong to: a line may come back for two reasons."""
    found, left = [], quantity
    for asked in expected:
        part = min(left, asked.quantity - asked.received)
        if asked.order_line_id == line.id and part > 0:
            found.append((asked, part))
            left -= part
    if left:
        raise TooMany(
            _("This return expects fewer units of %(sku)s.", sku=line.sku),
            details=[
                {
                    "pointer": f"/lines/{place}/quantity",
                    "code": "too_many",
                    "message": _("Too many units."),
                    "have": quantity - left,
                    "needed": quantity,
                }
            ],
        )
    return found


def _receive(
    line: OrderLine,
    asked: ReturnLine,
    quantity: int,
    verdict: Verdict,
    location_id: int | None,
    order: Order,
    credited: list[tuple[int, int, int]],
) -> ReturnedLine:
    credit, first, last = 0, None, None
    asked.received += quantity
    line.return_requested -= quantity
    if verdict in _CREDITED:
        gift_cards.take_back(order, line, quantity, reason=order.number)
        first, last = line.returned + 1, line.returned + quantity
        sold = units_of_lines([line.id])[line.id]
        credit = worth(line, sold, first, last)
        line.returned += quantity
        credited.append((line.id, first, last))
    place = location_id or _shipped_from(line.id)
    if verdict in _IN_HANDS and place is not None and place != location_id:
        _check_place(place)
    if verdict in _IN_HANDS and line.variant_id is not None and place is not None:
        stock.take_back(
            variant_id=line.variant_id,
            location_id=place,
            quantity=quantity,
            sellable=verdict is Verdict.SELLABLE,
            reference=reference_of(order.id),
            reason=verdict.value,
        )
    session.add(
        ReturnedUnits(
            return_line_id=asked.id,
            quantity=quantity,
            verdict=verdict,
            first=first,
            last=last,
            credit_minor=credit,
            location_id=place if verdict in _IN_HANDS else None,
        )
    )
    session.flush()
    return ReturnedLine(
        order_line_id=line.id,
        variant_id=line.variant_id,
        quantity=quantity,
        verdict=verdict.value,
        credit_minor=credit,
    )


def _check_place(location_id: int) -> None:
    """Make sure that goods are put on shelves where whoever receives them works."""
    actor = current_actor()
    own = actor.stores(_SCOPE if actor.kind == "token" else _PERMISSION)
    if own is not None and organization.location_by_id(location_id).store_id not in own:
        raise InvalidInput(
            _("Goods come back to a store where you work. Choose a location there."),
            pointer="/location",
            field="location",
        )


def _refund(wanted: Return, refunds: Sequence[RefundPart]) -> None:
    total = sum(part.amount_minor for part in refunds)
    # What was refunded by hand meanwhile is known to the payments alone: nothing goes back twice.
    order = get_order(wanted.order_id)
    money = money_of(order.id, total_minor=order.total_minor)
    owed = -money.balance_minor - money.refunding_minor
    if total > min(wanted.credit_minor - wanted.refunded_minor, max(0, owed)):
        raise TooMany(_("A refund gives back what was paid for the units, and no more."))
    if total:
        payments.check_refund(
            total,
            paid_for=reference_of(order.id),
            store_id=order.store_id,
            currency=order.currency,
        )
    own = {payment.id for payment in payments.list_payments(reference_of(wanted.order_id))}
    for place, part in enumerate(refunds):
        if part.payment_id not in own:
            raise InvalidInput(
                _("This is no payment of the order."), pointer=f"/refund/{place}/payment"
            )
        payments.request_refund(
            payment_id=part.payment_id,
            amount_minor=part.amount_minor,
            reason=wanted.number,
            reference=reference_of(wanted.order_id),
        )
    wanted.refunded_minor += total
    if total:
        timeline.record(
            wanted.order_id,
            "refunded",
            amount_minor=total,
            currency=order.currency,
            reason=wanted.number,
        )


def settle(wanted: Return) -> None:
    """A return whose units and money have both arrived is settled."""
    if wanted.state is ReturnState.RECEIVED and wanted.refunded_minor >= wanted.credit_minor:
        wanted.state, wanted.settled_at = ReturnState.SETTLED, clock.now()
        session.flush()


def settle_with_order(order: Order) -> None:
    """Settle the returns of an order whose money is even again, however it was refunded."""
    if order.balance_minor != 0:
        return
    waiting = select(Return).where(
        Return.order_id == order.id, Return.state == ReturnState.RECEIVED
    )
    for wanted in session.scalars(waiting):
        wanted.refunded_minor = wanted.credit_minor
        settle(wanted)


def _shipped_from(line_id: int) -> int | None:
    return session.scalar(
        select(Allocation.location_id)
        .where(Allocation.order_line_id == line_id, Allocation.state == AllocationState.SHIPPED)
        .order_by(Allocation.id)
        .limit(1)
    )


def _locked(return_id: int) -> tuple[Order, Return]:
    order = get_order(get_return(return_id).order_id, lock=True)
    return order, get_return(return_id, lock=True)


def _lines(return_id: int) -> Sequence[ReturnLine]:
    found = select(ReturnLine).where(ReturnLine.return_id == return_id).order_by(ReturnLine.id)
    return session.scalars(found).all()


def _line(known: dict[int, OrderLine], line_id: int, place: int) -> OrderLine:
    if line := known.get(line_id):
        return line
    raise InvalidInput(_("This is no line of the order."), pointer=f"/lines/{place}/line")


def _verdict(word: str, place: int) -> Verdict:
    try:
        return Verdict(word)
    except ValueError:
        raise InvalidInput(
            _("There is no verdict %(word)s.", word=word), pointer=f"/lines/{place}/verdict"
        ) from None
