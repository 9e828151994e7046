"""
The way in of one order: who bought, at what price, from where, how it is paid, and then inserts.

What many orders want at once, the stock and what is left of limits, is asked without a lock and
taken as the last things: so the others wait for a few milliseconds only. Who took too late is run
again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert

from app import clock
from app.db import session
from app.errors import InvalidInput
from app.events import publish
from app.i18n import _, stored
from app.search import fold
from modules import catalog, customers, loyalty, organization, payments
from modules.orders import timeline
from modules.orders.deriving import as_money, reference_of
from modules.orders.errors import ShortOfStock, UnknownCode
from modules.orders.events import OrderPlaced
from modules.orders.given import OrderedLine, PlaceOrder
from modules.orders.limits import check_discount
from modules.orders.models import (
    Allocation,
    Hold,
    HoldKind,
    Order,
    OrderLine,
    OrderStatus,
)
from modules.orders.operations import earning, gift_cards, paying, pricing, sourcing, storing
from modules.orders.operations.serving import Served, known
from modules.orders.quoting import Goods, Quote, Wanted, price
from modules.orders.routing import Portion
from modules.orders.statuses import Money, Units, fulfilment_status, lane, payment_status

_ORDERS: Any = Order.__table__
_INSERT_ORDER = insert(_ORDERS).returning(_ORDERS.c.id)


@dataclass(frozen=True, kw_only=True)
class Placed:
    """What came of it. Of an order that was there already only the key is told."""

    order_id: int
    is_new: bool
    order: Order | None = None
    lines: Sequence[OrderLine] = ()
    holds: Sequence[Hold] = ()
    allocations: Sequence[Allocation] = ()
    location_codes: Mapping[int, str] = field(default_factory=dict)
    channel_code: str = ""
    store_code: str = ""
    payment: payments.Payment | None = None


class Intake:
    """One order on its way in: each method is a step, and the count of statements is fixed."""

    def __init__(self, given: PlaceOrder, *, from_connector: bool) -> None:
        self.given = given
        self.from_connector = from_connector
        self.channel = known(organization.channel_for_intake, given.channel, pointer="/channel")
        self.locations = Served.choose(self.channel, given.store)
        self.store_id = self.locations.store_id
        self.now = clock.now()
        zone = ZoneInfo(self.channel.company_zone)
        today = self.now.astimezone(zone).date()
        self.placed_on = (given.placed_at or self.now).astimezone(zone).date()
        self.points: loyalty.PointsWanted | None = None
        self.ordered: Sequence[OrderedLine] = given.lines
        self.method, self.rates = known(
            lambda code: organization.terms_for_intake(code, today),
            given.shipping_method,
            pointer="/shipping/method",
        )
        self.currency = given.currency or self.channel.currency
        self.way: paying.WayToPay | None = None
        if paid := given.payment:
            self.way = paying.way_of_order(paid)

    def place(self) -> Placed:
        given = self.given
        skus = [line.sku for line in given.lines]
        variants: sourcing.Variants = catalog.variants_for_sale(skus)
        self._refuse_unknown(variants)
        self._refuse_mixed_prices()
        customer_id = customers.match_or_create(self._keys())
        self.points = earning.points_of(
            given, customer_id, currency=self.currency, on=self.placed_on
        )
        prices = self._quote(variants, customer_id)
        pricing.refuse_coupons(given.coupons, prices)
        if given.discount_minor:
            check_discount(
                given.discount_minor,
                given.discount_reason,
                store_id=self.store_id,
                currency=self.currency,
            )
        may_wait = self._may_backorder()
        sourced = sourcing.source(
            given.lines, prices, variants, self.locations.ids, rates=self.rates, may_wait=may_wait
        )
        if sourced.shortages and not may_wait:
            raise ShortOfStock(sourced.shortages)
        self.ordered, portions = sourced.ordered, sourced.portions
        prices, variants = sourced.quote, sourced.variants

        holds = self._holds(variants, sourced.waits)
        units = self._units(portions)
        payment = self._payment()
        money = self._money(prices, payment)
        values = self._order_values(prices, customer_id, units, money, bool(holds))
        order = Order(id=session.execute(_INSERT_ORDER, values).scalar_one(), **values)
        lines = storing.insert_lines(order.id, self.ordered, prices, variants, portions)
        storing.insert_units(lines, variants, prices)
        pricing.keep_discounts(order.id, lines, prices)
        if payment:
            self._keep_payment(order, payment)
        if any(line.is_gift_card for line in lines):
            gift_cards.issue_when_paid(order)
        opened = storing.open_holds(order.id, holds)
        told = earning.award(
            order,
            lines,
            prices,
            variants,
            self.points,
            channel=self.channel.code,
            store=self.locations.store_code,
            on=self.placed_on,
        )
        timeline.record_many([*self._story(order, prices, portions, opened), *told])
        allocations = storing.reserve(order.id, lines, portions)
        # After the stock, as whoever cancels or takes back does: nobody waits in a circle.
        pricing.count_uses(prices, order, zone=self.channel.company_zone, checkout=given.checkout)
        self._announce(order)
        return Placed(
            order_id=order.id,
            is_new=True,
            order=order,
            lines=lines,
            holds=opened,
            allocations=allocations,
            location_codes={place.id: place.code for place in self.channel.locations},
            channel_code=self.channel.code,
            store_code=self.locations.store_code,
            payment=payment,
        )

    # --- who and what -----------------------------------------------------------------------

    def _refuse_unknown(self, variants: Mapping[str, Any]) -> None:
        if self.from_connector:
            return
        for place, line in enumerate(self.given.lines):
            if line.sku not in variants:
                raise UnknownCode(
                    _("There is no SKU %(sku)s.", sku=line.sku), pointer=f"/lines/{place}/sku"
                )

    def _refuse_mixed_prices(self) -> None:
        given = [line.unit_price_minor is not None for line in self.given.lines]
        if any(given) and not all(given):
            text = _("Give every line its price, or none of them.")
            place = given.index(False)
            raise InvalidInput(text, pointer=f"/lines/{place}/unit_price_minor")

    def _keys(self) -> customers.BuyerKeys:
        buyer = self.given.buyer
        address = self.given.shipping_address or self.given.billing_address or {}
        return customers.BuyerKeys(
            customer_id=buyer.get("customer_id"),
            card=buyer.get("card"),
            marketplace_id=buyer.get("marketplace_id"),
            channel_id=self.channel.id,
            email=buyer.get("email"),
            phone=buyer.get("phone"),
            name=buyer.get("name") or address.get("name") or "",
            country=address.get("country") or "PL",
        )

    # --- prices -----------------------------------------------------------------------------

    def _quote(self, variants: Mapping[str, Any], customer_id: int | None) -> Quote:
        given = self.given
        address = given.shipping_address or given.billing_address or {}
        return price(
            Wanted(
                channel=self.channel,
                goods=[Goods(one.sku, one.quantity, one.unit_price_minor) for one in given.lines],
                variants=variants,
                rates=self.rates,
                at=given.placed_at or self.now,
                currency=self.currency,
                store=self.locations.store_code,
                net=given.net,
                shipping_minor=given.shipping_minor,
                shipping_rate_bp=self.method.delivery_rate_bp,
                discount_minor=given.discount_minor
                + (self.points.amount_minor if self.points else 0),
                shipping_method=given.shipping_method,
                payment_method=given.payment.method if given.payment else "",
                country=address.get("country") or "PL",
                customer_id=customer_id,
                coupons=given.coupons,
                checkout=given.checkout,
            )
        )

    # --- money ------------------------------------------------------------------------------

    def _payment(self) -> payments.Payment | None:
        paid = self.given.payment
        if paid is None or self.way is None:
            return None
        return paying.prepare(
            self.way,
            store_id=self.store_id,
            amount_minor=paid.amount_minor,
            currency=self.currency,
            external_reference=paid.reference,
        )

    def _money(self, prices: Quote, payment: payments.Payment | None) -> Money:
        totals = payments.totals_from(payment) if payment else payments.PaymentTotals()
        return as_money(totals, total_minor=prices.total_minor)

    def _keep_payment(self, order: Order, payment: payments.Payment) -> None:
        if self.given.payment and payment.kind is payments.PaymentKind.GIFT_CARD:
            paying.pay_new_order(order, self.given.payment)
            return
        payments.record_with_thing(payment, reference=reference_of(order.id))
        if self.way and self.way.is_expected:
            paying.open_receivable(order, payment.amount_minor, payment.id)

    # --- goods ------------------------------------------------------------------------------

    def _may_backorder(self) -> bool:
        return self.from_connector or self.channel.on_shortage == "backorder"

    def _units(self, portions: Sequence[Sequence[Portion]]) -> Units:
        flat = [part for parts in portions for part in parts]
        reserved = sum(part.quantity for part in flat if part.location_id is not None)
        quantity = sum(part.quantity for part in flat)
        return Units(quantity=quantity, reserved=reserved, backordered=quantity - reserved)

    def _holds(self, variants: Mapping[str, Any], short: bool) -> list[tuple[HoldKind, str]]:
        holds = []
        if self.method.needs_address and not self.given.shipping_address:
            holds.append((HoldKind.ADDRESS, stored("There is no delivery address.")))
        if self.method.needs_point and not self.given.pickup_point:
            holds.append((HoldKind.ADDRESS, stored("There is no pick-up point.")))
        unknown = [line.sku for line in self.given.lines if line.sku not in variants]
        if unknown:
            holds.append((HoldKind.UNMAPPED, ", ".join(unknown)))
        if short:
            holds.append((HoldKind.STOCK, stored("Not all goods are there.")))
        return holds

    # --- writing ----------------------------------------------------------------------------

    def _order_values(
        self, prices: Quote, customer_id: int | None, units: Units, money: Money, held: bool
    ) -> dict[str, Any]:
        given = self.given
        buyer = {key: value for key, value in given.buyer.items() if value and key in _KEPT}
        address = given.shipping_address or given.billing_address or {}
        return {
            "channel_id": self.channel.id,
            "external_id": given.external_id,
            "store_id": self.store_id,
            "customer_id": customer_id,
            "status": OrderStatus.PLACED,
            "currency": self.currency,
            "placed_at": given.placed_at or self.now,
            "created_at": self.now,
            "updated_at": self.now,
            "closed_at": None,
            "buyer": buyer,
            "billing_address": dict(given.billing_address) if given.billing_address else None,
            "shipping_address": dict(given.shipping_address) if given.shipping_address else None,
            "shipping_method_id": self.method.id,
            "pickup_point": given.pickup_point,
            "language": given.language,
            "note": given.note,
            "imported": False,
            "search": fold(
                given.external_id,
                *(str(buyer[key]) for key in ("name", "company", "email", "phone") if key in buyer),
                *(str(address[key]) for key in ("name", "city") if address.get(key)),
                *(line.sku for line in self.ordered),
            ),
            "goods_minor": prices.goods_minor,
            "discount_minor": prices.discount_minor,
            "shipping_minor": prices.shipping_minor,
            "shipping_rate_bp": prices.shipping_rate_bp,
            "shipping_invoiced": False,
            "returned_minor": 0,
            "total_minor": prices.total_minor,
            "paid_minor": money.paid_minor,
            "refunded_minor": 0,
            "payment_status": payment_status(money),
            "fulfilment_status": fulfilment_status(units),
            "lane": lane(order=OrderStatus.PLACED, money=money, units=units, held=held),
            "line_count": len(self.ordered),
            "unit_count": units.quantity,
        }

    def _story(
        self,
        order: Order,
        prices: Quote,
        portions: Sequence[Sequence[Portion]],
        holds: Sequence[Hold],
    ) -> list[tuple[int, str, dict[str, Any]]]:
        """Return what happened to the order as it came in, for its timeline."""
        codes = {location.id: location.code for location in self.channel.locations}
        from_where = sorted(
            {
                codes.get(part.location_id, str(part.location_id))
                for parts in portions
                for part in parts
                if part.location_id is not None
            }
        )
        events: list[tuple[int, str, dict[str, Any]]] = [
            (
                order.id,
                "placed",
                {
                    "channel": self.channel.code,
                    "total_minor": order.total_minor,
                    "currency": order.currency,
                    "units": order.unit_count,
                },
            )
        ]
        events += [(order.id, *told) for told in pricing.applied_story(prices, order.currency)]
        if self.given.discount_minor:
            given_off = {
                "amount_minor": self.given.discount_minor,
                "currency": order.currency,
                "reason": self.given.discount_reason,
            }
            events.append((order.id, "discount_given", given_off))
        if from_where:
            events.append((order.id, "routed", {"locations": from_where}))
        events += [
            (order.id, "hold_opened", {"hold": hold.kind.value, "reason": hold.reason})
            for hold in holds
        ]
        if self.way and self.given.payment:
            amount_minor = self.given.payment.amount_minor
            events.append((order.id, *paying.told_of(self.way, amount_minor, order.currency)))
        return events

    def _announce(self, order: Order) -> None:
        publish(
            OrderPlaced(
                order_id=order.id,
                channel_id=order.channel_id,
                store_id=order.store_id,
                customer_id=order.customer_id,
                total_minor=order.total_minor,
                currency=order.currency,
                placed_at=order.placed_at,
            )
        )


_KEPT = ("name", "email", "phone", "company", "vat_id")
