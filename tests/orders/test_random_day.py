"""A random day at the order desk; every ledger agrees all day long."""

import random
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import outbox, proving
from app.db import session, transact
from app.errors import RuleViolation
from modules import orders, payments
from modules.orders.models import Return, ReturnLine, SoldUnit
from tests.orders.cast import ADDRESS, DRESS, SHIRT, stock_the_shop

MOVES = 200
PROVED_EVERY = 10
# Without these an order seldom gets as far as the door and back.
OFTEN = (
    "do_place",
    "do_open_parcel",
    "do_pick",
    "do_pack",
    "do_ship",
    "do_ask_back",
    "do_receive_back",
    "do_capture",
)
VERDICTS = ("sellable", "damaged", "wrong_item", "missing", "kept", "lost")


class Desk:
    """A clerk who does what comes to mind. A refusal is fine; a wrong ledger is not."""

    def __init__(self, seed: int) -> None:
        self.day = random.Random(seed)
        self.refused = 0
        self.done: dict[str, int] = {}

    def play(self, moves: int) -> None:
        names = [name for name in dir(self) if name.startswith("do_")]
        names += [name for name in names if name in OFTEN for _more in range(3)]
        for move in range(moves):
            name = self.day.choice(names)
            try:
                transact(getattr(self, name))
                self.done[name] = self.done.get(name, 0) + 1
            except RuleViolation:
                self.refused += 1
            if move % PROVED_EVERY == 0:
                wrong = [one for result in proving.prove() for one in result.differences]
                assert wrong == [], f"at move {move}, {name}: {wrong[0]}"

    def _one(self, model: Any, *where: Any) -> Any:
        keys = session.scalars(select(model.id).where(*where).order_by(model.id)).all()
        if not keys:
            raise RuleViolation("there is none")
        return self.day.choice(keys)

    def _parcel(self, state: orders.ParcelState) -> int:
        found: int = self._one(orders.Parcel, orders.Parcel.state == state)
        return found

    def do_place(self) -> None:
        lines = [
            orders.OrderedLine(
                sku=self.day.choice((SHIRT, DRESS)),
                quantity=self.day.randint(1, 3),
                unit_price_minor=self.day.choice((3_333, 10_000, 1)),
            )
            for _ in range(self.day.randint(1, 3))
        ]
        delivery = self.day.choice((0, 1_490))
        amount = delivery + sum(line.quantity * (line.unit_price_minor or 0) for line in lines)
        paid = self.day.choice((None, "transfer", "cod", "paper_card", "paper_card"))
        orders.place_order(
            orders.PlaceOrder(
                channel="web",
                currency="PLN",
                buyer={"email": f"buyer{self.day.randint(1, 5)}@example.test", "name": "B"},
                shipping_address=ADDRESS,
                shipping_method=self.day.choice(("courier", "pickup")),
                shipping_minor=delivery,
                lines=lines,
                payment=orders.OrderedPayment(method=paid, amount_minor=amount) if paid else None,
            ),
            from_connector=self.day.random() < 0.3,
        )

    do_place_again = do_place

    def do_receive_goods(self) -> None:
        from modules import catalog, organization, stock

        known = catalog.variants_for_sale([SHIRT, DRESS])
        stock.receive(
            location_id=organization.get_location("MAIN").id,
            reference="WZ",
            lines=[
                stock.ReceiptLine(variant_id=one.id, quantity=self.day.randint(1, 3))
                for one in known.values()
            ],
        )

    def do_open_parcel(self) -> None:
        free = (orders.Lane.TO_PICK, orders.Lane.WAITING)
        orders.open_parcel(order_id=self._one(orders.Order, orders.Order.lane.in_(free)))

    def do_pick(self) -> None:
        state = self.day.choice((orders.ParcelState.OPEN, orders.ParcelState.PICKING))
        orders.pick(parcel_id=self._parcel(state))

    def do_pack(self) -> None:
        orders.pack(parcel_id=self._parcel(orders.ParcelState.PICKING))

    def do_ship(self) -> None:
        why = self.day.choice((None, "a good friend", "an old customer"))
        orders.ship(
            parcel_id=self._parcel(orders.ParcelState.PACKED), tracking_number="T", override=why
        )

    def do_deliver(self) -> None:
        orders.mark_delivered(parcel_id=self._parcel(orders.ParcelState.SHIPPED))

    def do_short_pick(self) -> None:
        parcel_id = self._parcel(orders.ParcelState.OPEN)
        held = session.scalars(
            select(orders.Allocation).where(orders.Allocation.parcel_id == parcel_id)
        ).first()
        if held is not None:
            orders.short_pick(
                parcel_id=parcel_id, lines={held.order_line_id: 1}, reason="Not there."
            )

    def do_take_parcel_apart(self) -> None:
        if self.day.random() < 0.3:
            orders.cancel_parcel(parcel_id=self._parcel(orders.ParcelState.PACKED))

    def do_cancel(self) -> None:
        order_id = self._one(orders.Order)
        lines = None
        if self.day.random() < 0.8:
            line = self.day.choice(list(orders.lines_of(order_id)))
            lines = {line.id: self.day.randint(1, 2)}
        orders.cancel_order(order_id=order_id, reason="No more wanted.", lines=lines)

    def do_hold(self) -> None:
        if self.day.random() < 0.3:
            orders.open_hold(order_id=self._one(orders.Order), kind="manual", reason="Wait.")

    def do_release(self) -> None:
        hold_id = self._one(orders.Hold, orders.Hold.released_at.is_(None))
        hold = session.get_one(orders.Hold, hold_id)
        orders.release_hold(order_id=hold.order_id, hold_id=hold_id)

    def do_ask_back(self) -> None:
        line_id = self._one(orders.OrderLine, orders.OrderLine.shipped > 0)
        line = session.get_one(orders.OrderLine, line_id)
        orders.request_return(
            order_id=line.order_id,
            lines=[orders.WantedBack(order_line_id=line.id, quantity=1, reason="too big")],
        )

    def do_receive_back(self) -> None:
        return_id = self._one(Return, Return.state == orders.ReturnState.REQUESTED)
        line = session.scalars(select(ReturnLine).where(ReturnLine.return_id == return_id)).one()
        orders.receive_return(
            return_id=return_id,
            lines=[
                orders.ReceivedBack(
                    order_line_id=line.order_line_id,
                    quantity=1,
                    verdict=self.day.choice(VERDICTS),
                )
            ],
        )

    def do_refund(self) -> None:
        order = orders.get_order(self._one(orders.Order))
        if order.balance_minor < 0:
            orders.refund_order(order_id=order.id, amount_minor=-order.balance_minor, reason="owed")

    def do_capture(self) -> None:
        order_id = self._one(orders.Order)
        from modules.orders.deriving import reference_of

        for payment in payments.list_payments(reference_of(order_id)):
            if payment.captured_minor < payment.amount_minor:
                payments.capture(
                    payment_id=payment.id,
                    amount_minor=payment.amount_minor - payment.captured_minor,
                )


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.slow)])
def test_ledgers_agree_all_day_long(app: Flask, seed: int) -> None:
    stock_the_shop(shirts=20, dresses=20)
    desk = Desk(seed)

    desk.play(MOVES)
    outbox.run_due()

    wrong = [str(one) for result in proving.prove() for one in result.differences]
    assert wrong == []
    assert {"do_pick", "do_ship"} <= desk.done.keys()


def test_units_of_a_line_add_up_whatever_its_price(app: Flask) -> None:
    stock_the_shop(shirts=50)
    for price in (1, 3_333, 9_999):
        transact(
            lambda price=price: orders.place_order(  # type: ignore[misc]
                orders.PlaceOrder(
                    channel="web",
                    currency="PLN",
                    net=True,
                    shipping_method="pickup",
                    lines=[orders.OrderedLine(sku=SHIRT, quantity=7, unit_price_minor=price)],
                )
            )
        )
    worth = func.sum((SoldUnit.last - SoldUnit.first + 1) * SoldUnit.gross_minor)
    for line_id, gross in session.execute(
        select(orders.OrderLine.id, orders.OrderLine.gross_minor)
    ):
        assert session.scalar(select(worth).where(SoldUnit.order_line_id == line_id)) == gross
