"""The demo's last fortnight: orders come in each day, and the people do what there is to do."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from app import clock
from app.actor import Actor
from app.demo import DemoContext
from modules import payments
from modules.orders.demo import warehouse
from modules.orders.demo.counter import Counter
from modules.orders.demo.tastes import Range, Shopper
from modules.orders.deriving import reference_of
from modules.orders.models import (
    FulfilmentStatus,
    Lane,
    OrderStatus,
    PaymentStatus,
    Verdict,
)
from modules.orders.operations.cancelling import cancel_order
from modules.orders.operations.holding import open_hold, release_hold
from modules.orders.operations.noting import add_note
from modules.orders.operations.paying import refund_order
from modules.orders.operations.returning import (
    ReceivedBack,
    WantedBack,
    receive_return,
    request_return,
)
from modules.orders.operations.shipping_out import mark_delivered
from modules.orders.queries import get_order, get_return, holds_of, lines_of

DAYS = 14
_ONLINE = (5, 8)  # orders of a day in the web store and by telephone
_BY_HOUR = (2, 3, 5, 6, 7, 8, 8, 7, 7, 7, 8, 9, 10, 11, 12, 10, 7)  # from five to nine in UTC
_COUNTER = (0, 2)  # sales of a day in each shop
_WEB = Actor(kind="system", name="Web store", all_powerful=True)
_REASONS = ("too small", "too large", "colour differs", "changed my mind", "damaged on arrival")
_HOLDS = (
    ("payment_review", "The card is from another country than the address."),
    ("customer_request", "Wait: she may add a belt."),
    ("fraud", "Three cards were tried for this order."),
    ("address", "The street is not in this town. Ask by telephone."),
    ("manual", "Check the hem before sending."),
)


class Fortnight:
    """All that is planned for the last days, by day and hour in UTC."""

    def __init__(self, context: DemoContext, shoppers: Sequence[Shopper], goods: Range) -> None:
        self._context, self._shoppers = context, shoppers
        self._chance = context.random_for("fortnight")
        self._counter = Counter(context.made["variants"], goods, self._chance)
        self._house = context.made["house"]
        self._midnight = context.end.replace(hour=0, minute=0, second=0, microsecond=0)
        self._people: dict[str, Actor] = self._house.people
        self._holds = 0
        self._unpaid: list[int] = context.made.setdefault("unpaid_transfers", [])

    def plan(self) -> None:
        last = self._last_working_day()
        for days_ago in range(DAYS, -1, -1):
            self._plan_demand(days_ago)
            if self._works(days_ago):
                self._plan_work(days_ago, is_last=days_ago == last)
        self._plan_this_morning()

    # --- time ---------------------------------------------------------------------------------

    def _on(self, days_ago: int, hour: int, minute: int = 0) -> datetime:
        return self._midnight - timedelta(days=days_ago) + timedelta(hours=hour, minutes=minute)

    def _works(self, days_ago: int) -> bool:
        return days_ago > 0 and self._on(days_ago, 12).weekday() < 5

    def _last_working_day(self) -> int:
        return next(days_ago for days_ago in range(1, 5) if self._works(days_ago))

    def _at(
        self, moment: datetime, do: Callable[[], Any], who: str, *, units: bool = False
    ) -> None:
        self._context.plan(moment, do, by=self._people[who], opens_units=units)

    def _later(self, moment: datetime, days: float, hour: int) -> datetime:
        """Return a moment some days later, in an hour in which people work."""
        day = moment + timedelta(days=days)
        return day.replace(hour=hour, minute=self._chance.randrange(60))

    # --- who comes ----------------------------------------------------------------------------

    def _plan_demand(self, days_ago: int) -> None:
        more = 3 if self._on(days_ago, 12).weekday() >= 5 else 0
        if 0 < days_ago <= self._last_working_day():
            more += 12  # a campaign, so that there is work to do
        for _order in range(self._chance.randint(*_ONLINE) + more):
            hour = self._chance.choices(range(5, 22), _BY_HOUR)[0]
            moment = self._on(days_ago, hour, self._chance.randrange(60))
            self._context.plan(moment, partial(self._buy_online, moment), by=_WEB)
        for hour, minute in ((0, 12), (2, 40), (4, 5), (5, 2)) if days_ago == 0 else ():
            moment = self._on(0, hour, minute)
            self._context.plan(moment, partial(self._buy_online, moment), by=_WEB)
        for shop in self._house.shops:
            clerk = "clerk.krakow" if shop.code == "KRA" else "clerk"
            for _sale in range(self._chance.randint(*_COUNTER) if days_ago else 0):
                moment = self._on(days_ago, self._chance.randint(8, 17), self._chance.randrange(60))
                self._at(moment, partial(self._buy_in_shop, moment, shop), clerk)

    def _shopper(self) -> Shopper:
        # Those who come often are met often.
        few = self._chance.sample(range(len(self._shoppers)), 6)
        return max((self._shoppers[at] for at in few), key=lambda one: one.a_year)

    def _buy_online(self, moment: datetime) -> None:
        channel = "phone" if self._chance.random() < 0.09 else "web"
        days_left = (self._context.end - moment).days
        careless = channel == "web" and days_left in (1, 6) and self._chance.random() < 0.09
        order_id = self._counter.sell_online(
            moment, self._shopper(), channel=channel, street=not careless
        )
        if order_id is not None:
            self._plan_fate(order_id, moment)

    def _buy_in_shop(self, moment: datetime, shop: Any) -> None:
        order_id = self._counter.sell_over_counter(moment, self._shopper(), shop)
        if order_id is None:
            return
        for parcel_id in warehouse.hand_over_at_once(order_id):
            mark_delivered(parcel_id=parcel_id)
        if self._chance.random() < 0.07:
            self._plan_return(order_id, self._later(moment, self._chance.randint(2, 5), 11))

    # --- what becomes of an order -------------------------------------------------------------

    def _plan_fate(self, order_id: int, moment: datetime) -> None:
        drawn = self._chance.random()
        soon = moment + timedelta(minutes=self._chance.randint(15, 50))
        if drawn < 0.035:
            self._at(soon, partial(self._cancel, order_id, whole=True), "manager")
        elif drawn < 0.065:
            self._at(soon, partial(self._cancel, order_id, whole=False), "manager")
        elif drawn < 0.115:
            self._at(soon, partial(self._hold, order_id, soon), "clerk")
        elif drawn < 0.29:
            back = self._later(moment, self._chance.uniform(4, 7), self._chance.randint(7, 15))
            self._plan_return(order_id, back)
        elif drawn < 0.32:
            text = self._chance.choice(
                ("She called: the parcel may wait until Friday.", "Gift wrap is paid for.")
            )
            self._at(soon, partial(add_note, order_id=order_id, text=text), "clerk")
        self._plan_money(order_id, moment)

    def _cancel(self, order_id: int, *, whole: bool) -> None:
        lines = lines_of(order_id)
        order = get_order(order_id)
        if order.status is not OrderStatus.PLACED or order.lane not in (Lane.TO_PICK, Lane.WAITING):
            return
        if whole or len(lines) == 1:
            cancel_order(order_id=order_id, reason="The customer changed her mind.")
        else:
            reason = "One piece too many."
            cancel_order(order_id=order_id, reason=reason, lines={lines[-1].id: 1})
            if (owed := -get_order(order_id).balance_minor) > 0:
                refund_order(order_id=order_id, amount_minor=owed, reason=reason)

    def _hold(self, order_id: int, moment: datetime) -> None:
        if get_order(order_id).lane not in (Lane.TO_PICK, Lane.WAITING):
            return
        kind, reason = _HOLDS[self._holds % len(_HOLDS)]
        self._holds += 1
        due = moment + timedelta(hours=self._chance.choice((8, 30, 50)))
        hold_id = open_hold(
            order_id=order_id, kind=kind, reason=reason, due_at=due, owner="Agnieszka Król"
        )
        if self._chance.random() < 0.75:
            over = self._later(moment, self._chance.uniform(0.8, 1.6), 7)
            self._at(over, partial(release_hold, order_id=order_id, hold_id=hold_id), "shift.lead")

    def _plan_money(self, order_id: int, moment: datetime) -> None:
        """Transfers come in after a day or two, if they come; couriers pay what they took."""
        for payment in payments.list_payments(reference_of(order_id)):
            if payment.method == "transfer":
                paid = self._later(moment, self._chance.uniform(0.7, 2.2), 8)
                if self._chance.random() < 0.75:
                    self._at(paid, partial(self._take, order_id), "accountant")
                else:
                    self._unpaid.append(order_id)
            elif payment.method == "cod":
                paid = self._later(moment, self._chance.uniform(4, 6), 9)
                self._at(paid, partial(self._take, order_id, delivered=True), "accountant")

    def _take(self, order_id: int, *, delivered: bool = False) -> None:
        order = get_order(order_id)
        arrived = order.fulfilment_status is FulfilmentStatus.DELIVERED
        if order.status is OrderStatus.CANCELLED or (delivered and not arrived):
            return
        for payment in payments.list_payments(reference_of(order_id)):
            # A piece may have been cancelled since: what is due is what is paid.
            if order.payment_status is not PaymentStatus.PAID and order.balance_minor > 0:
                payments.capture(payment_id=payment.id, amount_minor=order.balance_minor)

    # --- what comes back ----------------------------------------------------------------------

    def _plan_return(self, order_id: int, moment: datetime) -> None:
        self._at(moment, partial(self._ask_back, order_id, moment), "clerk")

    def _ask_back(self, order_id: int, moment: datetime) -> None:
        gone = [line for line in lines_of(order_id) if line.shipped > line.returned]
        if not gone:
            return
        chosen = gone if self._chance.random() < 0.3 else [self._chance.choice(gone)]
        return_id = request_return(
            order_id=order_id,
            lines=[
                WantedBack(order_line_id=line.id, quantity=1, reason=self._chance.choice(_REASONS))
                for line in chosen
            ],
        )
        if self._chance.random() < 0.8:
            came = self._later(moment, self._chance.uniform(1, 3), 10)
            self._at(came, partial(self._take_back, return_id, order_id), "packer")

    def _take_back(self, return_id: int, order_id: int) -> None:
        asked = [line for line in lines_of(order_id) if line.return_requested]
        verdicts = [
            self._chance.choices((Verdict.SELLABLE, Verdict.DAMAGED), (85, 15))[0]
            for _line in asked
        ]
        receive_return(
            return_id=return_id,
            lines=[
                ReceivedBack(
                    order_line_id=line.id, quantity=line.return_requested, verdict=verdict.value
                )
                for line, verdict in zip(asked, verdicts, strict=True)
            ],
        )
        if self._chance.random() < 0.7:
            self._at(
                self._later(clock.now(), 0.9, 12),
                partial(self._give_back, return_id, order_id),
                "manager",
            )

    def _give_back(self, return_id: int, order_id: int) -> None:
        wanted = get_return(return_id)
        left = wanted.credit_minor - wanted.refunded_minor
        for payment in payments.list_payments(reference_of(order_id)):
            part = min(left, payment.captured_minor - payment.refunded_minor)
            if part > 0:
                payments.request_refund(
                    payment_id=payment.id,
                    amount_minor=part,
                    reason=f"Return {wanted.number}",
                    reference=reference_of(order_id),
                )
                left -= part

    # --- the people's day ---------------------------------------------------------------------

    def _plan_work(self, days_ago: int, *, is_last: bool) -> None:
        """Plan a working day; on the last one a part of each step is left for this morning."""
        on, jobs = partial(self._on, days_ago), self._context.run_jobs
        work = partial(self._at, who="packer", units=True)
        work(on(6), partial(warehouse.follow_parcels, jobs))
        self._at(on(12, 45), warehouse.hand_to_buyers, "clerk")
        self._at(on(6, 40), self._take_promised, "accountant")
        work(on(7, 30), warehouse.pick_waiting)
        work(on(9, 10), partial(warehouse.pack_waiting, jobs, leave=2 if is_last else 0))
        work(on(10, 30), partial(warehouse.pick_waiting, leave=1 if is_last else 0))
        work(on(12), partial(warehouse.pack_waiting, jobs, leave=5 if is_last else 0))
        work(on(14), partial(warehouse.send_waiting, jobs, leave=6 if is_last else 0))
        if is_last or days_ago == 5:
            self._at(on(15, 10), self._miss_a_piece, "packer")
        if is_last:
            work(on(14, 40), partial(warehouse.pick_waiting, most=5))
            self._at(on(14, 20), self._ask_questions, "clerk")

    def _take_promised(self) -> None:
        """Take the money that was promised for what has left."""
        for order_id in warehouse.waiting(Lane.SHIPPED):
            order = get_order(order_id)
            if order.payment_status is PaymentStatus.AUTHORIZED:
                for payment in payments.list_payments(reference_of(order_id)):
                    payments.capture(payment_id=payment.id, amount_minor=order.balance_minor)

    def _ask_questions(self) -> None:
        """Hold some orders that nobody may pick before somebody has asked."""
        now = clock.now()
        free = [one for one in warehouse.waiting(Lane.TO_PICK) if not holds_of(one)]
        for order_id, (kind, reason), hours in zip(
            free[1::2], _HOLDS, (14, 26, 31, 46, 70), strict=False
        ):
            open_hold(
                order_id=order_id,
                kind=kind,
                reason=reason,
                due_at=now + timedelta(hours=hours),
                owner="Agnieszka Król",
            )

    def _miss_a_piece(self) -> None:
        for order_id in warehouse.waiting(Lane.TO_PICK)[:1]:
            if not holds_of(order_id):
                warehouse.find_nothing(order_id)

    def _plan_this_morning(self) -> None:
        self._at(self._on(0, 5, 10), partial(warehouse.begin_picking, 3), "packer", units=True)
