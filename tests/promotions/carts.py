"""Carts and promotions as the cases write them -> values of the engine."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Any

from modules.promotions.engine.benefit import Benefit
from modules.promotions.engine.benefits.amount import Amount, Each
from modules.promotions.engine.benefits.bundle_price import BundlePrice
from modules.promotions.engine.benefits.buy_get import BuyGet
from modules.promotions.engine.benefits.delivery_amount import DeliveryAmount, DeliveryPrice
from modules.promotions.engine.benefits.delivery_percent import DeliveryPercent
from modules.promotions.engine.benefits.fixed_price import FixedPrice
from modules.promotions.engine.benefits.free_delivery import FreeDelivery
from modules.promotions.engine.benefits.free_goods import FreeGoods
from modules.promotions.engine.benefits.group_each import GroupEach
from modules.promotions.engine.benefits.group_price import GroupPrice
from modules.promotions.engine.benefits.nth_unit import NthUnit
from modules.promotions.engine.benefits.percent import Percent
from modules.promotions.engine.benefits.tiered import Measure, TieredAmount, TieredPercent
from modules.promotions.engine.book import compile_book
from modules.promotions.engine.cart import Cart, CartLine, CustomerFacts, EnteredCode
from modules.promotions.engine.condition import Condition
from modules.promotions.engine.conditions.all_of import AllOf
from modules.promotions.engine.conditions.any_of import AnyOf
from modules.promotions.engine.conditions.birthday import Birthday
from modules.promotions.engine.conditions.cart_attribute import CartAttribute
from modules.promotions.engine.conditions.channel_is import ChannelIs
from modules.promotions.engine.conditions.contains import Contains
from modules.promotions.engine.conditions.covers import Covers
from modules.promotions.engine.conditions.customer_is import CustomerIs
from modules.promotions.engine.conditions.delivery_country import DeliveryCountry
from modules.promotions.engine.conditions.distinct_products import DistinctProducts
from modules.promotions.engine.conditions.last_order import LastOrder
from modules.promotions.engine.conditions.none_of import NoneOf
from modules.promotions.engine.conditions.order_number import OrderNumber
from modules.promotions.engine.conditions.payment_method import PaymentMethod
from modules.promotions.engine.conditions.quantity_at_least import QuantityAtLeast
from modules.promotions.engine.conditions.quantity_between import QuantityBetween
from modules.promotions.engine.conditions.shipping_method import ShippingMethod
from modules.promotions.engine.conditions.store_is import StoreIs
from modules.promotions.engine.conditions.subtotal_at_least import SubtotalAtLeast
from modules.promotions.engine.evaluating import evaluate
from modules.promotions.engine.filters import EVERYTHING, Filter
from modules.promotions.engine.grouping import Part
from modules.promotions.engine.offers import Basis, Phase, Round, Select
from modules.promotions.engine.promotion import (
    Group,
    GroupMode,
    Promotion,
    Remaining,
    Schedule,
    Trigger,
)
from modules.promotions.engine.results import Result

Json = Mapping[str, Any]
NOON = "2026-11-21T12:00:00+01:00"
SELECTS = {"cheapest": Select.CHEAPEST, "most_expensive": Select.DEAREST}


def price(given: Json) -> Result:
    """Price the cart of a case, asking for a verdict on each of its promotions."""
    promotions = [read_promotion(one) for one in given["promotions"]]
    groups: dict[str, Group] = {}
    for place, one in enumerate(promotions):
        if one.group and (one.group not in groups or one.priority > groups[one.group].priority):
            groups[one.group] = Group(
                id=one.group,
                mode=GroupMode.BEST_FOR_CUSTOMER,
                priority=one.priority,
                place=place,
            )
    book = compile_book(promotions, groups.values())
    return evaluate(
        book,
        read_cart(given),
        remaining={one["id"]: read_remaining(one) for one in given["promotions"]},
        asked=[one.id for one in promotions],
    )


def read_cart(given: Json) -> Cart:
    cart = given["cart"]
    return Cart(
        currency=given.get("currency", "PLN"),
        moment=datetime.fromisoformat(given.get("now", NOON)),
        net=not given.get("prices_include_tax", True),
        lines=[read_line(one) for one in cart["lines"]],
        shipping_minor=cart.get("shipping", 0),
        shipping_rate_bp=_rate(cart.get("shipping_vat", 23)),
        codes=[EnteredCode(text=code) for code in cart.get("codes", ())],
        channel=cart.get("channel", ""),
        store=cart.get("store", ""),
        payment_method=cart.get("payment_method", ""),
        shipping_method=cart.get("shipping_method", ""),
        country=cart.get("country", ""),
        attributes=frozenset(cart.get("attributes", {}).items()),
        customer=read_customer(cart.get("customer")),
    )


def read_line(line: Json) -> CartLine:
    return CartLine(
        key=line["id"],
        sku=line.get("sku", line["id"]),
        unit_price_minor=line["unit"],
        quantity=line["qty"],
        pack=line.get("uom_factor", 1),
        rate_bp=_rate(line.get("vat", 23)),
        categories=frozenset(line.get("cats", ())),
        brand=line.get("brand", ""),
        attributes=frozenset(line.get("attrs", {}).items()),
        tags=frozenset(line.get("tags", ())),
        discountable=line.get("discountable", True),
        floor_minor=line.get("min_unit", 0),
        cost_minor=line.get("cost"),
        on_sale=line.get("on_sale", False),
    )


def _rate(per_cent: float) -> int:
    return round(per_cent * 100)


def read_customer(customer: Json | None) -> CustomerFacts:
    if customer is None:
        return CustomerFacts()
    birthday = customer.get("birthday")
    return CustomerFacts(
        key=customer.get("id", ""),
        groups=frozenset(customer.get("groups", ())),
        segments=frozenset(customer.get("segments", ())),
        stage=customer.get("stage", ""),
        tiers=frozenset([customer["tier"]] if customer.get("tier") else ()),
        order_count=customer.get("orders", 0),
        days_since_last_order=customer.get("days_since_last_order"),
        birthday=(int(birthday[-5:-3]), int(birthday[-2:])) if birthday else None,
    )


def read_promotion(one: Json) -> Promotion:
    conditions = one.get("conditions", ())
    return Promotion(
        id=one["id"],
        phase=Phase(one["phase"]),
        priority=one.get("priority", 0),
        benefits=tuple(read_benefit(action) for action in one.get("actions") or [one["action"]]),
        conditions=tuple(
            read_condition(each) for each in conditions if each["t"] not in OUTSIDE_THE_TREE
        ),
        trigger=Trigger.CODE if one.get("code") else Trigger.AUTO,
        codes=frozenset([one["code"]] if one.get("code") else ()),
        schedule=read_schedule(conditions),
        group=one.get("best_of") or "",
        exclusive=one.get("exclusive", False),
        tags=frozenset(one.get("tags", ())),
        deny_tags=frozenset(one.get("deny_tags", ())),
        allow_tags=frozenset(one["allow_tags"]) if "allow_tags" in one else None,
        most_minor=one.get("max_amount"),
    )


OUTSIDE_THE_TREE = ("date", "usage", "usage_customer", "budget", "hours")
"""What a case writes as a condition and the engine takes as schedule and limits."""


def read_schedule(conditions: Sequence[Json]) -> Schedule:
    dates = [one for one in conditions if one["t"] == "date"]
    hours = [one for one in conditions if one["t"] == "hours"]
    start = max((one["from"] for one in dates if one.get("from")), default=None)
    end = min((one["to"] for one in dates if one.get("to")), default=None)
    return Schedule(
        starts_at=datetime.fromisoformat(start) if start else None,
        ends_at=datetime.fromisoformat(end) if end else None,
        zone="Europe/Warsaw",
        weekdays=frozenset(day for one in hours for day in one.get("weekdays", ())),
        hours=tuple(
            (time.fromisoformat(one["from"]), time.fromisoformat(one["to"]))
            for one in hours
            if "from" in one
        ),
    )


def read_remaining(one: Json) -> Remaining:
    left = {
        each["t"]: each["limit"] - each.get("used", 0)
        for each in one.get("conditions", ())
        if each["t"] in ("usage", "usage_customer", "budget")
    }
    return Remaining(
        uses=left.get("usage"),
        uses_of_customer=left.get("usage_customer"),
        budget_minor=left.get("budget"),
    )


def read_filter(given: Json | None) -> Filter:
    if not given:
        return EVERYTHING
    return Filter(
        skus=frozenset(given.get("skus", ())),
        categories=frozenset(given.get("cats", ())),
        brands=frozenset(given.get("brands", ())),
        attributes=frozenset(given.get("attrs", {}).items()),
        tags=frozenset(given.get("tags", ())),
        least_price_minor=given.get("unit_min"),
        most_price_minor=given.get("unit_max"),
        not_on_sale=given.get("not_on_sale", False),
        except_skus=frozenset(given.get("not_skus", ())),
        except_categories=frozenset(given.get("not_cats", ())),
    )


def read_condition(given: Json) -> Condition:
    """Return the condition that a case means by its short name."""
    name, own = given["t"], read_filter(given.get("filter"))
    basis = Basis(given.get("basis", "current"))
    words = frozenset(given.get("any", ()))
    inner = tuple(read_condition(one) for one in given.get("of", ()))
    readers: dict[str, Any] = {
        "all": lambda: AllOf(conditions=inner),
        "any": lambda: AnyOf(conditions=inner),
        "not": lambda: NoneOf(conditions=inner),
        "subtotal_min": lambda: SubtotalAtLeast(amount_minor=given["v"], filter=own, basis=basis),
        "qty_min": lambda: QuantityAtLeast(count=given["v"], filter=own),
        "qty_range": lambda: QuantityBetween(
            least=given.get("min", 0), most=given.get("max"), filter=own
        ),
        "contains": lambda: Contains(
            filter=own, count=given.get("n", given.get("v", given.get("qty", 1)))
        ),
        "distinct_min": lambda: DistinctProducts(count=given["v"], filter=own),
        "coverage": lambda: Covers(filters=tuple(map(read_filter, given["filters"]))),
        "order_number": lambda: OrderNumber(number=given["n"], repeats=given.get("repeats", False)),
        "days_since_last_order": lambda: LastOrder(
            least=given.get("min", 0), most=given.get("max")
        ),
        "birthday": lambda: Birthday(
            days_before=given.get("before", 0), days_after=given.get("after", 0)
        ),
        "channel": lambda: ChannelIs(any_of=words),
        "store": lambda: StoreIs(any_of=words),
        "customer_group": lambda: CustomerIs(groups=words),
        "segment": lambda: CustomerIs(segments=words),
        "lifecycle_stage": lambda: CustomerIs(stages=words),
        "tier": lambda: CustomerIs(tiers=words),
        "payment_method": lambda: PaymentMethod(any_of=words),
        "shipping_method": lambda: ShippingMethod(any_of=words),
        "shipping_country": lambda: DeliveryCountry(any_of=words),
        "attribute": lambda: CartAttribute(name=given["name"], any_of=words),
    }
    condition: Condition = readers[name]()
    return condition


def read_benefit(given: Json) -> Benefit:
    """Return the benefit that a case means by its short name."""
    name, own = given["t"], read_filter(given.get("filter"))
    most, times = given.get("max_amount"), given.get("max_apps")
    basis, rounding = Basis(given.get("basis", "current")), Round(given.get("round", "line"))
    on_sum = given.get("spread") == "order"
    select = SELECTS.get(given.get("select", ""), Select.AS_IN_CART)
    picked: dict[str, Any] = {"select": select} if "select" in given else {}
    some: dict[str, Any] = {"filter": own, "most_minor": most}
    measure = Measure.QUANTITY if given.get("by") == "qty" else Measure.AMOUNT
    steps = tuple((step[0], step[1]) for step in given.get("tiers", ()))
    each = {"unit": Each.UNIT, "line": Each.LINE}.get(str(given.get("spread")), Each.ONCE)
    readers: dict[str, Any] = {
        "percent": lambda: Percent(
            rate_bp=given["bp"],
            on_sum=on_sum,
            basis=basis,
            round=rounding,
            limit_units=given.get("limit_units"),
            **picked,
            **some,
        ),
        "amount": lambda: Amount(
            amount_minor=given["v"],
            each=each,
            limit_units=given.get("limit_units"),
            **picked,
            **some,
        ),
        "fixed_price": lambda: FixedPrice(
            price_minor=given.get("price", given.get("v")),
            filter=own,
            limit_units=given.get("limit_units"),
        ),
        "buy_get": lambda: BuyGet(
            buy_count=given["buy"]["n"],
            get_count=given["get"]["n"],
            buy=read_filter(given["buy"].get("filter")),
            get=read_filter(given["get"].get("filter")),
            rate_bp=given["get"].get("bp", given.get("bp", 10_000)),
            shared=bool(given.get("spread", False)),
            round=rounding,
            max_applications=times,
            most_minor=most,
            **picked,
        ),
        "group_price": lambda: GroupPrice(
            count=given["n"], price_minor=given["price"], max_applications=times, **picked, **some
        ),
        "bundle": lambda: BundlePrice(
            parts=tuple(
                Part(filter=read_filter(part.get("filter")), count=part.get("n", 1))
                for part in given["parts"]
            ),
            price_minor=given["price"],
            max_applications=times,
            most_minor=most,
        ),
        "group_each": lambda: GroupEach(
            count=given["n"],
            amount_minor=given.get("v", 0),
            rate_bp=given.get("bp", 0),
            max_applications=times,
            **picked,
            **some,
        ),
        "nth_item": lambda: NthUnit(
            number=given["n"],
            rate_bp=given["bp"],
            round=rounding,
            max_applications=times,
            **picked,
            **some,
        ),
        "tier_percent": lambda: TieredPercent(
            steps=steps, measure=measure, on_sum=on_sum, basis=basis, round=rounding, **some
        ),
        "tier_amount": lambda: TieredAmount(steps=steps, measure=measure, basis=basis, filter=own),
        "gift": lambda: FreeGoods(sku=given["sku"], count=given.get("n", 1), filter=own),
        "free_shipping": FreeDelivery,
        "shipping_percent": lambda: DeliveryPercent(rate_bp=given["bp"], most_minor=most),
        "shipping_amount": lambda: DeliveryAmount(amount_minor=given["v"]),
        "shipping_price": lambda: DeliveryPrice(price_minor=given.get("v", given.get("price"))),
    }
    benefit: Benefit = readers[name]()
    return benefit
