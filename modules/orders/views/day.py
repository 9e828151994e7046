"""What orders say on the page of the day."""

from collections.abc import Iterator
from datetime import timedelta

from flask import g, render_template, url_for
from markupsafe import Markup

from app import clock
from app.actor import current_actor
from app.fields import free_text
from app.i18n import _, language, ngettext
from app.look import number, since
from app.module import Figure, Waiting
from app.money import format_money
from app.statuses import hold_word
from modules import organization
from modules.orders.daily import (
    StoreDay,
    count_overdue,
    count_overpaid,
    holds_by_due_time,
    sold_on,
)
from modules.orders.models import Lane
from modules.orders.views.blueprint import (
    RECEIVE,
    VIEW,
    WORK,
    capped,
    lane_counts,
    reach,
)
from modules.orders.worklist import count_returns

FIGURES = "orders.figures"
_HOLDS = 6


def waiting_for_me() -> Iterator[Waiting]:
    """Yield what waits among the orders of the person's stores, as far as he may act on it."""
    actor = current_actor()
    if not actor.may(VIEW):
        return
    if actor.may("orders.hold"):
        for row in holds_by_due_time(stores=reach(), limit=_HOLDS):
            hold, order = row[0], row[1]
            late = hold.due_at is not None and hold.due_at < clock.now()
            yield Waiting(
                title=f"{order.number} · {hold_word(hold.kind)}",
                detail=" · ".join(
                    free_text(one) for one in (order.buyer.get("name"), hold.reason) if one
                ),
                url=url_for("orders.card", order=order.id),
                icon="lock",
                tone="bad" if late else "wait",
                due=hold.due_at,
                act=_("Open the order"),
            )
    if actor.may("payments.refund"):
        yield from _money_to_give_back()
    if actor.may(WORK):
        yield from _work()
    if actor.may(RECEIVE) and (count := count_returns(reach())):
        yield Waiting(
            title=ngettext("%(num)s return is open", "%(num)s returns are open", count),
            detail=_("Goods are on their way back, or money is due."),
            url=url_for("orders.returns"),
            icon="arrow-back-up",
            tone="back",
            act=_("Look at the returns"),
        )


def _money_to_give_back() -> Iterator[Waiting]:
    # What was cancelled a moment ago gives its money back by itself.
    until = clock.now() - timedelta(hours=1)
    if count := count_overpaid(until=until, stores=reach()):
        yield Waiting(
            title=ngettext(
                "%(shown)s order was paid more than it costs",
                "%(shown)s orders were paid more than they cost",
                count,
                shown=capped(count),
            ),
            detail=_("Give the rest back, or find out what is missing on the order."),
            url=url_for("orders.index", lane="all", payment="overpaid"),
            icon="receipt-2",
            act=_("Look at the orders"),
        )


def _work() -> Iterator[Waiting]:
    counts = lane_counts()
    if count := counts.get(Lane.TO_PICK, 0):
        yield Waiting(
            title=_("To pick: %(count)s", count=capped(count)),
            detail=_("The route goes shelf by shelf."),
            url=url_for("orders.work"),
            icon="barcode",
            tone="run",
            is_work=True,
            act=_("Pick orders"),
        )
    if count := counts.get(Lane.TO_PACK, 0):
        yield Waiting(
            title=_("To pack: %(count)s", count=capped(count)),
            url=url_for("orders.index", lane=Lane.TO_PACK.value),
            icon="package",
            tone="run",
            is_work=True,
            act=_("Pack parcels"),
        )
    if count := counts.get(Lane.TO_SHIP, 0):
        yield Waiting(
            title=_("Ready to ship: %(count)s", count=capped(count)),
            url=url_for("orders.index", lane=Lane.TO_SHIP.value),
            icon="truck-delivery",
            tone="run",
            is_work=True,
            act=_("Hand over parcels"),
        )


def figures_of_yesterday() -> Iterator[Figure]:
    """Yield what was sold yesterday beside a week before, and what is past its time."""
    actor = current_actor()
    if actor.may(FIGURES):
        sold, before = _yesterday(), _day(8)
        for currency in sorted({one.currency for one in sold} or {_currency()}):
            total, then = _total(sold, currency), _total(before, currency)
            yield Figure(
                label=_("Sales yesterday"),
                value=format_money(total, currency, language()),
                detail=_(
                    "%(amount)s a week before", amount=format_money(then, currency, language())
                ),
            )
        count = sum(one.orders for one in sold)
        yield Figure(
            label=_("Orders yesterday"),
            value=number(count),
            detail=_("%(count)s a week before", count=number(sum(one.orders for one in before))),
        )
    if actor.may(VIEW):
        late, oldest = count_overdue(at=clock.now(), stores=reach())
        yield Figure(
            label=_("Orders past due"),
            value=str(capped(late)),
            detail=_("oldest due %(time)s", time=since(oldest))
            if oldest
            else _("Nothing is late."),
            url=url_for("orders.index", lane=Lane.EXCEPTION.value),
            tone="bad" if late else "",
        )


def yesterday_by_store() -> str:
    """Return the card that compares the stores, for those who see more than one."""
    sold = _yesterday() if current_actor().may(FIGURES) else []
    if len({one.store_id for one in sold}) < 2:
        return Markup("")
    names = {one.id: one.name for one in organization.list_stores()}
    return render_template(
        "orders/_yesterday.html",
        rows=[(names[one.store_id], one) for one in sold],
        most=max(one.total_minor for one in sold),
    )


def _yesterday() -> list[StoreDay]:
    if "orders_yesterday" not in g:
        g.orders_yesterday = _day(1)
    found: list[StoreDay] = g.orders_yesterday
    return found


def _day(ago: int) -> list[StoreDay]:
    zone = organization.company_zone()
    day = clock.now().astimezone(zone).date() - timedelta(days=ago)
    return sold_on(day, zone=zone, stores=reach(FIGURES))


def _total(sold: list[StoreDay], currency: str) -> int:
    return sum(one.total_minor for one in sold if one.currency == currency)


def _currency() -> str:
    return organization.get_company().currency
