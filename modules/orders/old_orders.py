"""Orders of the past as they were priced, a few hundred at a time in a constant number of asks."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select, tuple_

from app.db import session
from modules import catalog, customers, loyalty, promotions
from modules.orders.daily import bounds_of
from modules.orders.models import LineAdjustment, Order, OrderLine, OrderStatus, PriceTrace
from modules.orders.quoting import CartLine, Facts
from modules.orders.quoting.replaying import OldLine, OldOrder
from modules.organization import Channel, ChannelKind, ShippingMethod, Store
from modules.payments import Payment

PART = 200
Place = tuple[datetime, int]
_COLUMNS = (
    *(Order.id, Order.placed_at, Order.currency, Order.customer_id, Order.shipping_minor),
    *(Order.shipping_rate_bp, Order.shipping_address, Order.billing_address),
    *(Channel.code.label("channel"), Store.code.label("store")),
    ShippingMethod.code.label("shipping_method"),
)


def count_orders(since: date, until: date, zone: ZoneInfo) -> int:
    """Return how many orders of these days can be priced again."""
    return session.scalar(_asked(select(func.count()), since, until, zone)) or 0


def _asked(found: Select[Any], since: date, until: date, zone: ZoneInfo) -> Select[Any]:
    begin, _end = bounds_of(since, zone)
    _begin, end = bounds_of(until, zone)
    return (
        found.select_from(Order)
        .join(Channel, Channel.id == Order.channel_id)
        .join(Store, Store.id == Order.store_id)
        .join(ShippingMethod, ShippingMethod.id == Order.shipping_method_id)
        .where(
            Order.placed_at >= begin,
            Order.placed_at < end,
            Order.status.in_((OrderStatus.PLACED, OrderStatus.CLOSED)),
            # Their prices were agreed elsewhere: no promotion of ours touches them.
            Order.imported.is_(False),
            Channel.kind != ChannelKind.MARKETPLACE,
        )
    )


def read_orders(
    since: date, until: date, zone: ZoneInfo, *, past: promotions.Past, after: Place | None
) -> tuple[list[OldOrder], Place | None]:
    """Return the next orders, the oldest first, and where the last of them stands."""
    found = _asked(select(*_COLUMNS), since, until, zone)
    if after is not None:
        found = found.where(tuple_(Order.placed_at, Order.id) > after)
    rows = session.execute(found.order_by(Order.placed_at, Order.id).limit(PART)).all()
    if not rows:
        return [], None
    beside = _Beside([row.id for row in rows], {row.customer_id for row in rows} - {None}, past)
    orders = [beside.order(row, zone) for row in rows]
    return orders, (rows[-1].placed_at, rows[-1].id)


class _Beside:
    """What belongs to some orders: lines, adjustments, traces, payments, their buyers."""

    def __init__(self, keys: Sequence[int], buyers: Iterable[int], past: promotions.Past) -> None:
        self.lines: dict[int, list[OrderLine]] = defaultdict(list)
        lines = select(OrderLine).where(OrderLine.order_id.in_(keys))
        for line in session.scalars(lines.order_by(OrderLine.order_id, OrderLine.position)):
            session.expunge(line)
            self.lines[line.order_id].append(line)
        self.taken: dict[int, list[LineAdjustment]] = defaultdict(list)
        for part in session.scalars(
            select(LineAdjustment).where(LineAdjustment.order_id.in_(keys))
        ):
            session.expunge(part)
            self.taken[part.order_id].append(part)
        traces = select(PriceTrace.order_id, PriceTrace.judged)
        found = session.execute(traces.where(PriceTrace.order_id.in_(keys)))
        self.traces: dict[int, list[dict[str, Any]]] = dict(found.all())
        self.ways: dict[int, str] = {}
        for key, method in session.execute(
            select(Payment.ref_id, Payment.method)
            .where(Payment.ref_kind == "order", Payment.ref_id.in_(keys))
            .order_by(Payment.id.desc())
        ):
            self.ways[key] = method
        self.variants = catalog.variants_by_id(
            line.variant_id for own in self.lines.values() for line in own if line.variant_id
        )
        wanted = sorted(buyers)
        self.facts = customers.facts_of_many(wanted)
        self.history = _history(wanted)
        past.read(version for key in keys for version in self._versions(key))
        self.members: dict[int, loyalty.LoyaltyFacts] = {}
        if past.asks.membership:  # seldom, so that it may ask for each buyer
            self.members = {one: loyalty.facts_of(one) for one in wanted}

    def order(self, row: Any, zone: ZoneInfo) -> OldOrder:
        taken = self.taken[row.id]
        cheaper = {one.order_line_id for one in taken if one.sequence == 0}
        off = [one for one in taken if one.sequence > 0]
        off_delivery = sum(one.amount_minor for one in off if one.order_line_id is None)
        address: Mapping[str, Any] = row.shipping_address or row.billing_address or {}
        moment = row.placed_at.astimezone(zone)
        return OldOrder(
            id=row.id,
            day=moment.date(),
            currency=row.currency,
            lines=[
                self._line(one, is_cheaper=one.id in cheaper)
                for one in self.lines[row.id]
                if not one.is_free
            ],
            facts=Facts(
                moment=moment,
                channel=row.channel,
                store=row.store,
                payment_method=self.ways.get(row.id, ""),
                shipping_method=row.shipping_method,
                country=address.get("country") or "PL",
                buyer=self._buyer(row.customer_id, row.placed_at),
            ),
            shipping_minor=row.shipping_minor + off_delivery,
            shipping_rate_bp=row.shipping_rate_bp,
            promoted_minor=sum(one.amount_minor for one in off) - off_delivery,
            shipping_discount_minor=off_delivery,
            versions=self._versions(row.id),
        )

    def _versions(self, key: int) -> frozenset[tuple[int, int]]:
        """Return the promotions that could have applied, as the order's trace tells."""
        return frozenset(
            (one["promotion_id"], one["version"])
            for one in self.traces.get(key, ())
            if one.get("promotion_id")
            and not one.get("in_price")
            and promotions.was_in_play(one.get("reason", ""))
        )

    def _line(self, line: OrderLine, *, is_cheaper: bool) -> OldLine:
        variant = self.variants.get(line.variant_id or 0)
        return OldLine(
            line=CartLine(
                sku=line.sku,
                quantity=line.quantity,
                rate_bp=line.rate_bp,
                list_price_minor=line.unit_price_minor,
                per=line.per,
                brand=variant.brand if variant else None,
                category=variant.category if variant else None,
                cost_minor=variant.cost_minor if variant else None,
                is_gift_card=line.is_gift_card,
                # By how much it was cheaper is in its price; that it was on sale is told.
                cuts=(promotions.Cut(0, 0, 0),) if is_cheaper else (),
            ),
            name=f"{line.name} · {line.label}" if line.label else line.name,
            discount_minor=line.discount_minor,
        )

    def _buyer(self, customer_id: int | None, at: datetime) -> promotions.CustomerFacts:
        """Return what is known of the buyer now, and what he had bought then."""
        if customer_id is None:
            return promotions.CustomerFacts()
        facts = self.facts.get(customer_id, customers.BuyerFacts())
        member = self.members.get(customer_id, loyalty.LoyaltyFacts())
        moments = self.history[customer_id]
        before = bisect_left(moments, at)
        return promotions.CustomerFacts(
            key=str(customer_id),
            groups=facts.groups,
            segments=facts.segments,
            stage=facts.stage,
            birthday=facts.birthday,
            tiers=member.tiers,
            programmes=member.programmes,
            has_card=member.has_card,
            order_count=before,
            days_since_last_order=(at - moments[before - 1]).days if before else None,
        )


def _history(buyers: Sequence[int]) -> Mapping[int, list[datetime]]:
    """Return the moments at which each of them has ordered, the oldest first."""
    found: dict[int, list[datetime]] = defaultdict(list)
    rows = session.execute(
        select(Order.customer_id, Order.placed_at)
        .where(
            Order.customer_id.in_(buyers),
            Order.status.in_((OrderStatus.PLACED, OrderStatus.CLOSED)),
        )
        .order_by(Order.placed_at)
    )
    for customer_id, moment in rows:
        if customer_id is not None:
            found[customer_id].append(moment)
    return found
