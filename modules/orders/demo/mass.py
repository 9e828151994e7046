"""The orders of the large demo: a million of the last two years, all over."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any, cast

from sqlalchemy import Table

from app import clock
from app.actor import current_actor
from app.bulk_load import load_rows, moment, next_key, without_indexes
from app.db import transact
from app.demo import DemoContext
from app.search import fold
from modules import organization, payments
from modules.orders.demo.story import DAYS
from modules.orders.models import Order, OrderEvent, OrderLine, SoldUnit

_ORDER, _LINE, _UNIT, _EVENT = (
    cast(Table, model.__table__) for model in (Order, OrderLine, SoldUnit, OrderEvent)
)
_YEARS = timedelta(days=730)
_AT_ONCE = 20_000
_CANCELLED, _RETURNED, _GUEST = 0.035, 0.1, 0.08
_LINES = (0.52, 0.81, 0.94)  # orders with at most one, two, three lines
_WAYS = {"web": ("locker", "courier"), "market": ("locker", "courier"), "pos": ("pickup",)}
_PAID_BY = {"web": ("paper_card", "transfer", "cod"), "market": ("transfer",), "pos": ("card",)}
_ORDER_NAMES = (
    *("id", "channel_id", "external_id", "store_id", "customer_id", "status", "currency"),
    *("placed_at", "created_at", "updated_at", "closed_at", "buyer", "shipping_address"),
    *("shipping_method_id", "language", "imported", "search", "goods_minor"),
    *("discount_minor", "shipping_minor", "shipping_rate_bp", "shipping_invoiced"),
    *("returned_minor", "total_minor", "paid_minor", "refunded_minor", "payment_status"),
    *("fulfilment_status", "lane", "line_count", "unit_count"),
)
_LINE_NAMES = (
    *("id", "order_id", "position", "variant_id", "sku", "name", "label", "quantity", "per"),
    *("unit_price_minor", "gross_minor", "discount_minor", "tax_class_id", "rate_bp"),
    *("cancelled", "backordered", "reserved", "picking", "picked", "packed", "shipped"),
    *("delivered", "return_requested", "returned"),
)
_UNIT_NAMES = (
    *("order_line_id", "first", "last", "gross_minor", "discount_minor", "rate_bp"),
    "cost_minor",
)


@dataclass
class _Batch:
    """The rows of some orders, table by table."""

    orders: list[Any]
    lines: list[Any]
    units: list[Any]
    events: list[Any]
    paid: list[payments.PaidOrder]


class _Maker:
    """Draws one order after the other; they are placed in the order of their keys."""

    def __init__(self, context: DemoContext, *, order_key: int, line_key: int) -> None:
        assert context.mass
        self.count = context.mass.orders
        self._chance = context.random_for("orders mass")
        self._people, self._variants = context.made["mass_people"], context.made["mass_variants"]
        self._first_key, self._line_key = order_key, line_key
        self._opened = context.end - _YEARS
        self._step = (context.end - timedelta(days=DAYS) - self._opened) / self.count
        self._channels = {one.code: one for one in organization.list_channels()}
        self._methods = {one.code: one.id for one in organization.list_shipping_methods()}
        self._kinds = {one.code: str(one.kind) for one in organization.list_payment_methods()}
        shops = (*context.made["house"].shops, *context.made["more_shops"])
        self._stores = [shop.store_id for shop in shops]
        self._tax_class_id = organization.get_tax_class("standard").id
        self._rate_bp = organization.rates_on(organization.today())[self._tax_class_id]
        self._actor, self._now = str(current_actor()), moment(clock.now())
        self._cities: dict[str, str] = {}

    def batch(self, start: int, end: int) -> _Batch:
        made = _Batch([], [], [], [], [])
        for number in range(start, end):
            self._add(number, made)
        return made

    def _add(self, number: int, made: _Batch) -> None:
        draw, key = self._chance.random, self._first_key + number
        placed = self._opened + self._step * number
        at = moment(placed)
        code = "web" if draw() < 0.6 else ("pos" if draw() < 0.7 else "market")
        channel, store_id = self._channels[code], self._channels[code].store_id
        if code == "pos":
            store_id = self._stores[int(draw() * len(self._stores))]
        drawn = draw()
        cancelled = code != "pos" and drawn < _CANCELLED
        returned = not cancelled and drawn < _RETURNED
        skus, goods, pieces = self._lines(key, made, cancelled=cancelled, returned=returned)
        external_id = f"L{code[0].upper()}-{1_000_000 + number}"
        buyer, address, customer_id, search = self._buyer(number, code)
        paid = 0 if cancelled else goods
        if cancelled:
            words = ("cancelled", "voided", "cancelled", "over")
        elif returned:
            words = ("closed", "refunded", "returned", "shipped")
        else:
            words = ("closed", "paid", "delivered", "shipped")
        status, payment, fulfilment, lane = words
        ways = _WAYS[code]
        made.orders.append(
            (key, channel.id, external_id, store_id, customer_id, status, "PLN", at)
            + (self._now, self._now, at, buyer, address)
            + (self._methods[ways[int(draw() * len(ways))]], "pl", True)
            + (f"{external_id.lower()} {search} {skus}", paid, 0, 0, 0, False)
            + (goods if returned else 0, 0 if returned else paid, paid)
            + (paid if returned else 0, payment, fulfilment, lane)
            + (pieces[0], 0 if cancelled else pieces[1])
        )
        made.events.append((key, "imported", self._actor, self._now, _said(fulfilment, paid)))
        if paid:
            methods = _PAID_BY[code]
            method = methods[min(int(draw() * draw() * 6), len(methods) - 1)]
            made.paid.append(
                payments.PaidOrder(
                    key, store_id, method, self._kinds[method], paid, paid if returned else 0, at
                )
            )

    def _lines(
        self, order_id: int, made: _Batch, *, cancelled: bool, returned: bool
    ) -> tuple[str, int, tuple[int, int]]:
        """Add the lines; return SKUs, folded, what they cost, and the counts of lines, pieces."""
        draw, drawn = self._chance.random, self._chance.random()
        chosen = {
            # What sells well sells very well.
            int(draw() ** 2.2 * len(self._variants))
            for _line in range(1 + sum(drawn > share for share in _LINES))
        }
        skus, goods, pieces = [], 0, 0
        for position, place in enumerate(sorted(chosen), 1):
            variant = self._variants[place]
            quantity = 2 if draw() < 0.06 else 1
            price = variant.price_minor
            if draw() < 0.18:
                price = price * 8 // 1000 * 100
            gone, sent = (quantity, 0) if cancelled else (0, quantity)
            made.lines.append(
                (self._line_key, order_id, position, variant.id, variant.sku, variant.name)
                + (variant.label, quantity, 1, price, price * quantity, 0)
                + (self._tax_class_id, self._rate_bp, gone, 0, 0, 0, 0, 0, sent, sent, 0)
                + (sent if returned else 0,)
            )
            made.units.append(
                (self._line_key, 1, quantity, price, 0, self._rate_bp, variant.cost_minor)
            )
            self._line_key += 1
            skus.append(variant.sku.lower())
            goods += price * quantity
            pieces += quantity
        return " ".join(skus), goods, (len(skus), pieces)

    def _buyer(self, number: int, code: str) -> tuple[str, str | None, int | None, str]:
        """Return who bought, where it went, the customer's key, and what one searches by."""
        chance = self._chance
        if code == "pos" and chance.random() < _GUEST * 4:
            return "{}", None, None, ""
        known = int(number / self.count * self._people.count * 0.999)
        one_of = max(1, known)
        # Half of the orders are of a tenth of the people.
        place = (
            int(chance.random() ** 3 * one_of) if chance.random() < 0.5 else _any(chance, one_of)
        )
        person = self._people.person(place)
        buyer = {"name": person.name, "email": person.email}
        if person.phone:
            buyer["phone"] = person.phone
        address = None
        if code != "pos":
            address = json.dumps(
                {
                    "name": person.name,
                    "street": person.street,
                    "postal_code": person.postal_code,
                    "city": person.city,
                    "country": "PL",
                }
            )
        city = self._cities.get(person.city) or self._cities.setdefault(
            person.city, fold(person.city)
        )
        return json.dumps(buyer), address, self._people.first_key + place, f"{person.search} {city}"


def _any(chance: Random, count: int) -> int:
    return int(chance.random() * count)


def _said(status: str, total_minor: int) -> str:
    return f'{{"status": "{status}", "total_minor": {total_minor}}}'


def demo_mass(context: DemoContext) -> None:
    until: datetime = context.end - timedelta(days=DAYS)

    def load() -> int:
        with clock.at(until), without_indexes(_ORDER, _LINE, _UNIT, _EVENT, *payments.TABLES):
            maker = _Maker(context, order_key=next_key(_ORDER), line_key=next_key(_LINE))
            for start in range(0, maker.count, _AT_ONCE):
                _put_in(maker.batch(start, min(start + _AT_ONCE, maker.count)))
            return maker.count

    context.say(f"{transact(load)} orders more")


def _put_in(made: _Batch) -> None:
    load_rows(_ORDER, _ORDER_NAMES, made.orders)
    load_rows(_LINE, _LINE_NAMES, made.lines)
    load_rows(_UNIT, _UNIT_NAMES, made.units)
    load_rows(_EVENT, ("order_id", "kind", "actor", "at", "data"), made.events)
    payments.load_past(made.paid, ref_kind="order", currency="PLN")
