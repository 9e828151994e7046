"""The queue of orders as a list: what it can be asked, its columns and orders, and its acts."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for

from app.fields import free_text, personal
from app.i18n import lazy
from app.lists import MOMENT, MONEY, NUMBER, Amount, Asked, Column, ListSpec
from app.statuses import hold_word, look_of
from modules.orders.listing import (
    NEWEST_FIRST,
    OLDEST_FIRST,
    Glance,
    ListedOrder,
    count_queue,
    glances,
    newest_order,
    numbers_of,
    queue,
)
from modules.orders.models import Lane, PaymentStatus
from modules.orders.views.blueprint import EXPORT, VIEW, reach
from modules.orders.views.many import ACTS

LANES = (
    Lane.EXCEPTION,
    Lane.WAITING,
    Lane.TO_PICK,
    Lane.TO_PACK,
    Lane.TO_SHIP,
    Lane.SHIPPED,
)
Glances = Mapping[int, Glance]


def question(args: Mapping[str, str]) -> dict[str, Any]:
    """Return what an address asks for; a word that means nothing asks for nothing."""
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


def _find(asked: Asked) -> Sequence[ListedOrder]:
    return queue(
        stores=reach(),
        order=asked.sort,
        after=asked.after,
        limit=asked.limit,
        up_to=asked.up_to,
        **question(asked.args),
    )


def _count(args: Mapping[str, str], cap: int) -> int:
    return count_queue(stores=reach(), cap=cap, **question(args))


def _beside(rows: Sequence[ListedOrder]) -> Glances:
    return glances([row.order.id for row in rows]) if rows else {}


def _numbers(keys: Sequence[int]) -> Mapping[int, str]:
    return numbers_of(keys, stores=reach())


def address_of(row: ListedOrder) -> Mapping[str, Any]:
    return row.order.shipping_address or row.order.billing_address or {}


def _customer(row: ListedOrder, _glances: Glances) -> str:
    buyer = row.order.buyer
    return free_text(buyer.get("company") or buyer.get("name") or address_of(row).get("name"))


def _attention(row: ListedOrder, found: Glances) -> str:
    return ", ".join(hold_word(one.kind.value) for one in found[row.order.id].holds)


def _money(minor: int, row: ListedOrder) -> Amount:
    return Amount(minor, row.order.currency)


ORDERS = ListSpec(
    code="orders",
    title=lazy("Orders"),
    endpoint="orders.index",
    permission=VIEW,
    export_permission=EXPORT,
    names=("lane", "channel", "store", "payment", "q"),
    sorts=(NEWEST_FIRST, OLDEST_FIRST),
    find=_find,
    key=lambda row: row.order.id,
    beside=_beside,
    count=_count,
    newest=newest_order,
    labels=_numbers,
    url=lambda key, _number: url_for("orders.card", order=key),
    acts=ACTS,
    columns=(
        Column(
            code="number",
            title=lazy("Order"),
            value=lambda row, _found: row.order.number,
            cls="a-no",
            sorts=("newest", "oldest"),
            drawn=True,
            also=(
                Column(
                    code="placed_at",
                    title=lazy("Placed"),
                    value=lambda row, _found: row.order.placed_at,
                    kind=MOMENT,
                ),
                Column(
                    code="channel_name",
                    title=lazy("Channel"),
                    value=lambda row, _found: row.channel_name,
                ),
            ),
        ),
        Column(
            code="customer",
            title=lazy("Customer"),
            value=_customer,
            cls="a-who",
            drawn=True,
            bare=True,
            also=(
                Column(
                    code="city",
                    title=lazy("City"),
                    value=lambda row, _found: address_of(row).get("city"),
                ),
            ),
        ),
        Column(
            code="goods",
            title=lazy("Goods"),
            value=lambda row, _found: row.order.unit_count,
            kind=NUMBER,
            cls="a-goods c-md",
            drawn=True,
            bare=True,
        ),
        Column(
            code="payment",
            title=lazy("Payment"),
            value=lambda row, _found: look_of(row.order.payment_status, "payment").word,
            cls="a-pay",
            drawn=True,
            alike=lambda row, _found: row.order.payment_status,
            bare=True,
        ),
        Column(
            code="state",
            title=lazy("Goods state"),
            value=lambda row, _found: look_of(row.order.fulfilment_status, "fulfilment").word,
            cls="a-ful",
            drawn=True,
            alike=lambda row, _found: row.order.fulfilment_status,
            bare=True,
        ),
        Column(
            code="attention",
            title=lazy("Attention"),
            value=_attention,
            cls="a-att",
            drawn=True,
            alike=lambda row, found: bool(found[row.order.id].holds) and row.order.id,
            bare=True,
        ),
        Column(
            code="delivery",
            title=lazy("Delivery"),
            value=lambda row, _found: row.shipping_method,
            cls="c-lg",
            drawn=True,
            alike=lambda row, _found: (row.shipping_kind, row.shipping_method),
            bare=True,
        ),
        Column(
            code="total",
            title=lazy("Total"),
            value=lambda row, _found: _money(row.order.total_minor, row),
            kind=MONEY,
            cls="a-sum num m",
            bare=True,
            also=(
                Column(
                    code="currency",
                    title=lazy("Currency"),
                    value=lambda row, _found: row.order.currency,
                ),
            ),
        ),
        Column(
            code="placed",
            title=lazy("Placed"),
            value=lambda row, _found: row.order.placed_at,
            kind=MOMENT,
            usual=False,
        ),
        Column(
            code="channel",
            title=lazy("Channel"),
            value=lambda row, _found: row.channel_name,
            usual=False,
        ),
        Column(
            code="store",
            title=lazy("Store"),
            value=lambda row, _found: row.store_name,
            usual=False,
        ),
        Column(
            code="email",
            title=lazy("E-mail"),
            value=lambda row, _found: personal(row.order.buyer.get("email")),
            usual=False,
            cls="wrap",
            permission="customers.view",
        ),
        Column(
            code="phone",
            title=lazy("Telephone"),
            value=lambda row, _found: personal(row.order.buyer.get("phone")),
            usual=False,
            permission="customers.view",
        ),
        Column(
            code="pieces",
            title=lazy("Pieces"),
            value=lambda row, _found: row.order.unit_count,
            kind=NUMBER,
            usual=False,
        ),
        Column(
            code="paid",
            title=lazy("Paid"),
            value=lambda row, _found: _money(row.order.paid_minor - row.order.refunded_minor, row),
            kind=MONEY,
            usual=False,
        ),
        Column(
            code="due",
            title=lazy("Still due"),
            value=lambda row, _found: _money(
                row.order.total_minor - row.order.paid_minor + row.order.refunded_minor, row
            ),
            kind=MONEY,
            usual=False,
        ),
        Column(
            code="external",
            title=lazy("Number in the channel"),
            value=lambda row, _found: row.order.external_id,
            usual=False,
            cls="code",
        ),
    ),
)
