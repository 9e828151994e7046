"""What promotions did to real orders: uses, sales, what they took off and what was earned on it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Select, Subquery, and_, case, desc, func, select

from app.db import session
from modules.orders.daily import bounds_of
from modules.orders.models import LineAdjustment, Order, OrderLine, OrderStatus, SoldUnit

DAYS = 31
"""So many days are told one by one."""
MOST_PRODUCTS = 20
_EARLIER = -1
_IS_GOODS = OrderLine.id.is_not(None)
"""What it is not is the delivery."""
_SOLD = Order.status.not_in((OrderStatus.CANCELLED, OrderStatus.DRAFT))


class Figures(NamedTuple):
    """Amounts in minor units, as the orders were placed; what was cancelled whole is left out."""

    orders: int = 0
    orders_minor: int = 0
    """What these orders cost in all."""
    units: int = 0
    sales_minor: int = 0
    """The goods that were made cheaper, with VAT, after what was taken off."""
    off_minor: int = 0
    """By this promotion alone, off the delivery too."""
    net_minor: int = 0
    """The same sales without VAT, of goods whose cost is known."""
    cost_minor: int = 0
    unknown: int = 0
    """Lines without a known cost."""

    @property
    def margin_minor(self) -> int:
        return self.net_minor - self.cost_minor

    def plus(self, other: "Figures") -> "Figures":
        return Figures(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


class SoldProduct(NamedTuple):
    sku: str
    name: str
    currency: str
    figures: Figures


@dataclass(kw_only=True)
class Results:
    """What became of one promotion; sums by currency, since amounts of two never add up."""

    totals: dict[str, Figures] = field(default_factory=dict)
    days: list[tuple[date, str, Figures]] = field(default_factory=list)
    """The newest first; days without a use are left out."""
    products: list[SoldProduct] = field(default_factory=list)
    more_products: int = 0

    @property
    def most_off(self) -> int:
        return max((figures.off_minor for _day, _currency, figures in self.days), default=0)


def results_of(
    promotion_id: int, *, zone: ZoneInfo, stores: Iterable[int] | None = None
) -> Results:
    """Return what a promotion did, in a constant number of statements."""
    asked = _Asked(promotion_id, stores)
    _first, last = asked.span()
    results = Results()
    if last is None:
        return results
    days = _days_until(last.astimezone(zone).date(), DAYS)
    by_day = asked.by_day(days, zone)
    for (_bucket, currency), figures in by_day.items():
        results.totals[currency] = results.totals.get(currency, Figures()).plus(figures)
    results.days = sorted(
        (
            (days[bucket], currency, figures)
            for (bucket, currency), figures in by_day.items()
            if bucket != _EARLIER
        ),
        key=lambda one: (one[0], one[1]),
        reverse=True,
    )
    products = asked.products()
    results.products = products[:MOST_PRODUCTS]
    results.more_products = asked.count_products() - len(results.products)
    return results


class Row(NamedTuple):
    """One product on one day."""

    day: date
    product: SoldProduct


def rows_of(
    promotion_id: int, *, zone: ZoneInfo, stores: Iterable[int] | None = None
) -> Iterator[Row]:
    """Yield what a promotion did by day and product, a month in one statement."""
    asked = _Asked(promotion_id, stores)
    first, last = asked.span()
    if first is None or last is None:
        return
    day, until = first.astimezone(zone).date(), last.astimezone(zone).date()
    while day <= until:
        days = [day + timedelta(days=ahead) for ahead in range(DAYS)]
        yield from asked.by_day_and_product(days, zone)
        day += timedelta(days=DAYS)


def _days_until(last: date, count: int) -> list[date]:
    return [last - timedelta(days=ago) for ago in range(count)]


class _Asked:
    """The questions about one promotion, as far as somebody of these stores may ask them."""

    def __init__(self, promotion_id: int, stores: Iterable[int] | None) -> None:
        self.of_it = LineAdjustment.promotion_id == promotion_id
        self.seen = (_SOLD,) if stores is None else (_SOLD, Order.store_id.in_(sorted(stores)))

    def span(self) -> tuple[datetime | None, datetime | None]:
        """Return the moments of its first and last use."""
        used = (
            select(LineAdjustment.id).where(self.of_it, LineAdjustment.order_id == Order.id)
        ).exists()
        found = select(func.min(Order.placed_at), func.max(Order.placed_at))
        first, last = session.execute(found.where(used, *self.seen)).one()
        return first, last

    def by_day(self, days: Sequence[date], zone: ZoneInfo) -> dict[tuple[int, str], Figures]:
        """Return the figures by the place of the day in `days`, all other days together."""
        bucket = _bucket_of(days, zone)
        orders: Any = (
            select(LineAdjustment.order_id).where(self.of_it).group_by(LineAdjustment.order_id)
        ).subquery()
        counted = (
            select(bucket, Order.currency, func.count(), func.sum(Order.total_minor))
            .join(orders, orders.c.order_id == Order.id)
            .where(*self.seen)
            .group_by("bucket", Order.currency)
        )
        found = {
            (place, currency): Figures(orders=count, orders_minor=int(total))
            for place, currency, count, total in session.execute(counted)
        }
        lines = self._lines(bucket, Order.currency).group_by("bucket", Order.currency)
        for place, currency, *sums in session.execute(lines):
            key = (place, currency)
            found[key] = found[key].plus(_figures(0, sums))
        return found

    def products(self) -> list[SoldProduct]:
        """Return the products of which most was taken off."""
        by = (OrderLine.sku, Order.currency)
        found = self._lines(*by, func.max(OrderLine.name), _ORDERS).group_by(*by)
        found = found.where(_IS_GOODS).order_by(desc("taken"), *by)
        rows = session.execute(found.limit(MOST_PRODUCTS))
        return [
            SoldProduct(sku, name, currency, _figures(orders, sums))
            for sku, currency, name, orders, *sums in rows
        ]

    def count_products(self) -> int:
        by = (OrderLine.sku, Order.currency)
        found = self._lines(*by).where(_IS_GOODS).group_by(*by).subquery()
        return session.scalar(select(func.count()).select_from(found)) or 0

    def by_day_and_product(self, days: Sequence[date], zone: ZoneInfo) -> Iterator[Row]:
        since, _end = bounds_of(days[0], zone)
        _begin, until = bounds_of(days[-1], zone)
        bucket = _bucket_of(days, zone)
        by = (OrderLine.sku, Order.currency)
        found = self._lines(bucket, *by, func.max(OrderLine.name), _ORDERS)
        found = found.group_by("bucket", *by)
        found = found.where(Order.placed_at >= since, Order.placed_at < until)
        for place, sku, currency, name, orders, *sums in session.execute(
            found.order_by("bucket", *by)
        ):
            product = SoldProduct(sku or "", name or "", currency, _figures(orders, sums))
            yield Row(days[place], product)

    def _lines(self, *by: Any) -> Select[Any]:
        """Return the sums over the lines that it made cheaper, once each, by something."""
        off = (
            select(
                LineAdjustment.order_id,
                LineAdjustment.order_line_id,
                func.sum(LineAdjustment.amount_minor).label("off"),
            )
            .where(self.of_it)
            .group_by(LineAdjustment.order_id, LineAdjustment.order_line_id)
        ).subquery()
        cost = _cost_of(off)
        rate = 10_000 + OrderLine.rate_bp
        net = (OrderLine.gross_minor * 20_000 + rate) // (2 * rate)
        is_known = cost.c.unknown == 0
        return (
            select(
                *by,
                func.sum(case((OrderLine.per == 1, OrderLine.quantity), (_IS_GOODS, 1), else_=0)),
                func.sum(OrderLine.gross_minor),
                func.sum(off.c.off).label("taken"),
                func.sum(case((is_known, net), else_=0)),
                func.sum(case((is_known, cost.c.cost), else_=0)),
                func.sum(case((cost.c.unknown > 0, 1), else_=0)),
            )
            .select_from(off)
            .join(Order, Order.id == off.c.order_id)
            .outerjoin(OrderLine, OrderLine.id == off.c.order_line_id)
            .outerjoin(cost, cost.c.order_line_id == off.c.order_line_id)
            .where(*self.seen)
        )


_ORDERS = func.count(Order.id.distinct())


def _cost_of(off: Subquery) -> Subquery:
    """Return what the goods of each of these lines cost us, and whether that is not known."""
    pieces = SoldUnit.last - SoldUnit.first + 1
    # The cost of goods by measure is that of a thousand of it, and such a line is one unit.
    measured = SoldUnit.cost_minor * OrderLine.quantity // OrderLine.per
    cost = case((OrderLine.per == 1, pieces * SoldUnit.cost_minor), else_=measured)
    return (
        select(
            SoldUnit.order_line_id,
            func.sum(cost).label("cost"),
            func.sum(case((SoldUnit.cost_minor.is_(None), 1), else_=0)).label("unknown"),
        )
        .join(OrderLine, OrderLine.id == SoldUnit.order_line_id)
        .where(SoldUnit.order_line_id.in_(select(off.c.order_line_id)))
        .group_by(SoldUnit.order_line_id)
    ).subquery()


def _figures(orders: int, sums: Sequence[Any]) -> Figures:
    units, sales, off, net, cost, unknown = (int(one or 0) for one in sums)
    return Figures(
        orders=orders,
        units=units,
        sales_minor=sales,
        off_minor=off,
        net_minor=net,
        cost_minor=cost,
        unknown=unknown,
    )


def _bucket_of(days: Sequence[date], zone: ZoneInfo) -> Any:
    """Return the place of the day on which an order was placed; a day has 23 to 25 hours."""
    return case(
        *(
            (and_(Order.placed_at >= begin, Order.placed_at < end), place)
            for place, (begin, end) in enumerate(bounds_of(day, zone) for day in days)
        ),
        else_=_EARLIER,
    ).label("bucket")
