"""The acts on orders that a second person may approve: kept as plain values, done by operations."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for

from app.approving import Wanted
from app.i18n import lazy
from app.module import Act
from modules.orders.deriving import reference_of
from modules.orders.limits import GIVES
from modules.orders.numbers import order_number
from modules.orders.operations import cancelling, returning, settling
from modules.orders.operations.returning import ReceivedBack, RefundPart

REFUND, CANCEL, RECEIVE = "orders.refund", "orders.cancel", "orders.receive_return"
DISCOUNT = "orders.give_discount"


def refund_wanted(*, order_id: int, payment_id: int, amount_minor: int, reason: str) -> Wanted:
    arguments = {
        "order_id": order_id,
        "payment_id": payment_id,
        "amount_minor": amount_minor,
        "reason": reason,
    }
    return Wanted(act=REFUND, reference=reference_of(order_id), arguments=arguments, reason=reason)


def cancel_wanted(*, order_id: int, reason: str, lines: Mapping[int, int] | None) -> Wanted:
    # The keys of a JSON object are texts, so the lines go as pairs.
    pairs = None if lines is None else [list(one) for one in sorted(lines.items())]
    arguments = {"order_id": order_id, "reason": reason, "lines": pairs}
    return Wanted(act=CANCEL, reference=reference_of(order_id), arguments=arguments, reason=reason)


def receipt_wanted(
    *,
    order_id: int,
    return_id: int,
    number: str,
    location_id: int | None,
    lines: Sequence[ReceivedBack],
    refunds: Sequence[RefundPart],
) -> Wanted:
    arguments = {
        "return_id": return_id,
        "location_id": location_id,
        "lines": [[one.order_line_id, one.quantity, one.verdict] for one in lines],
        "refunds": [[one.payment_id, one.amount_minor] for one in refunds],
    }
    return Wanted(act=RECEIVE, reference=reference_of(order_id), arguments=arguments, reason=number)


def discount_wanted(*, amount_minor: int, reason: str) -> Wanted:
    """Return what is asked of the second person; the order is known once it is placed."""
    arguments = {"discount_minor": amount_minor, "reason": reason}
    return Wanted(act=DISCOUNT, reference=reference_of(0), arguments=arguments, reason=reason)


def _cancel(*, order_id: int, reason: str, lines: Sequence[Sequence[int]] | None) -> None:
    counts = None if lines is None else {pair[0]: pair[1] for pair in lines}
    cancelling.cancel_order(order_id=order_id, reason=reason, lines=counts)


def _receive(
    *,
    return_id: int,
    location_id: int | None,
    lines: Sequence[Sequence[Any]],
    refunds: Sequence[Sequence[int]],
) -> None:
    returning.receive_return(
        return_id=return_id,
        location_id=location_id,
        lines=[
            ReceivedBack(order_line_id=line, quantity=count, verdict=verdict)
            for line, count, verdict in lines
        ],
        refunds=[
            RefundPart(payment_id=payment, amount_minor=amount) for payment, amount in refunds
        ],
    )


def _named(order_id: int) -> tuple[str, str]:
    return order_number(order_id), url_for("orders.card", order=order_id)


ACTS: Mapping[str, Act] = {
    DISCOUNT: Act(
        title=lazy("Give a discount by hand"),
        permission=GIVES,
        carry_out=None,
        named=_named,
    ),
    REFUND: Act(
        title=lazy("Give money back"),
        permission="payments.refund",
        carry_out=settling.refund_payment,
        named=_named,
    ),
    CANCEL: Act(
        title=lazy("Cancel and give the money back"),
        permission="orders.cancel",
        carry_out=_cancel,
        named=_named,
    ),
    RECEIVE: Act(
        title=lazy("Take goods back and give the money back"),
        permission="returns.receive",
        carry_out=_receive,
        named=_named,
    ),
}
