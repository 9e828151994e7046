"""
What goods that come back in part do to promotions that the whole order had.

A promotion says which: what came back gives back what it was paid (nothing is done here), what
stays is priced anew, or all of it comes back together.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import delete, insert, select

from app.db import session
from app.i18n import _
from app.money import allocate
from modules import catalog, promotions
from modules.orders.errors import WrongState
from modules.orders.models import LineAdjustment, Order, OrderLine, SoldUnit
from modules.orders.queries import lines_of, units_of_lines

_MOST_UNITS = 5_000
"""Nobody prices more pieces anew; they give back what they were paid."""
_COPIED = ("order_line_id", "rate_bp", "cost_minor")


class PriceChange(NamedTuple):
    """Units `first` to `last` of a line that cost something else each since others went back."""

    line_id: int
    first: int
    last: int
    before_minor: int
    after_minor: int


@dataclass(kw_only=True)
class _Unit:
    """A unit that stays with the buyer: what it costs, and its part of what is counted anew."""

    line: OrderLine
    number: int
    gross_minor: int
    discount_minor: int
    part_minor: int
    after_minor: int = 0

    @property
    def base_minor(self) -> int:
        return self.gross_minor + self.part_minor


@dataclass(kw_only=True)
class Plan:
    """How the price of what stays changes; `kept_back_minor` is given back the less."""

    units: Sequence[_Unit] = ()
    stale: Sequence[LineAdjustment] = ()
    fresh: list[dict[str, Any]] = field(default_factory=list)
    kept_back_minor: int = 0


def check_together(order_id: int, coming: Sequence[tuple[int, int]]) -> None:
    """
    Make sure that what belongs together comes back together; `coming`: (line, units that return).

    :raises WrongState: a part of it stays
    """
    rows = _adjustments(order_id)
    if not rows:
        return
    known = promotions.promotions_of({(one.promotion_id, one.promotion_version) for one in rows})
    lines = {line.id: line for line in lines_of(order_id)}
    for key, promotion in known.items():
        if promotion.refund_policy is not promotions.RefundPolicy.RETURN_TOGETHER:
            continue
        touched, stays = False, 0
        for row in rows:
            if row.promotion_id != key or row.order_line_id is None:
                continue
            line = lines[row.order_line_id]
            first = max(row.unit_from, line.returned + 1)
            last = min(row.unit_to, line.quantity - line.cancelled)
            back = line.returned + sum(count for line_id, count in coming if line_id == line.id)
            touched = touched or first <= min(last, back)
            stays += max(0, last - max(first - 1, back))
        if touched and stays:
            raise WrongState(
                _(
                    "These goods were sold together and come back together: %(count)s more pieces "
                    "belong to them. Take them back too.",
                    count=stays,
                )
            )


def plan_rest(order: Order, gone: Mapping[int, int], *, most_minor: int) -> Plan:
    """
    Return what the rest of an order costs once `gone` (line -> units) has come back.

    Never more than `most_minor` is kept back: nobody pays for giving goods back.
    """
    rows = _adjustments(order.id)
    known = promotions.promotions_of({(one.promotion_id, one.promotion_version) for one in rows})
    anew = {
        key: one
        for key, one in known.items()
        if one.refund_policy is promotions.RefundPolicy.RECALCULATE
    }
    if not anew:
        return Plan()
    # A gift that stays costs nothing, whatever else comes back: its row of 0 stays too.
    stale = [row for row in rows if row.promotion_id in anew and row.amount_minor]
    units = list(_rest(order, gone, stale))
    if not units or len(units) > _MOST_UNITS:
        return Plan()
    plan = Plan(units=units, stale=stale)
    _price(plan, order, anew)
    plan.kept_back_minor = sum(one.after_minor - one.gross_minor for one in units)
    excess = plan.kept_back_minor - most_minor
    if excess > 0:
        parts = allocate(excess, [one.after_minor for one in units])
        for one, part in zip(units, parts, strict=True):
            one.after_minor -= part
        plan.kept_back_minor = most_minor
    plan.fresh += _outside(stale, units)
    return plan


def carry_out(plan: Plan, order: Order) -> list[PriceChange]:
    """Write down what the rest costs now, and return what became of its prices."""
    if not plan.units:
        return []
    for row in plan.stale:
        session.delete(row)
    session.flush()
    if plan.fresh:
        rows = [{"order_id": order.id, **one} for one in plan.fresh]
        session.execute(insert(LineAdjustment), rows)
    order.discount_minor -= plan.kept_back_minor
    changes: list[PriceChange] = []
    for _key, found in groupby(plan.units, key=lambda one: one.line.id):
        changes += _rewrite(list(found))
    session.flush()
    return changes


# --- what the parts above share ---------------------------------------------------------------


def _adjustments(order_id: int) -> Sequence[LineAdjustment]:
    return session.scalars(
        select(LineAdjustment)
        .where(LineAdjustment.order_id == order_id, LineAdjustment.order_line_id.is_not(None))
        .order_by(LineAdjustment.id)
    ).all()


def _share(row: LineAdjustment, number: int) -> int:
    """Return the part of an adjustment that one unit has: even parts, the larger ones first."""
    if not row.unit_from <= number <= row.unit_to:
        return 0
    part, more = divmod(row.amount_minor, row.unit_to - row.unit_from + 1)
    return part + (number - row.unit_from < more)


def _rest(
    order: Order, gone: Mapping[int, int], stale: Sequence[LineAdjustment]
) -> Iterator[_Unit]:
    lines = [line for line in lines_of(order.id) if line.per == 1 and not line.is_free]
    sold = units_of_lines([line.id for line in lines])
    for line in lines:
        own = [row for row in stale if row.order_line_id == line.id]
        first, last = gone.get(line.id, line.returned) + 1, line.quantity - line.cancelled
        for part in sold[line.id]:
            for number in range(max(first, part.first), min(last, part.last) + 1):
                share = sum(_share(row, number) for row in own)
                yield _Unit(
                    line=line,
                    number=number,
                    gross_minor=part.gross_minor,
                    discount_minor=part.discount_minor,
                    part_minor=min(share, part.discount_minor),
                )


def _price(plan: Plan, order: Order, anew: Mapping[int, promotions.Promotion]) -> None:
    """Fill in what each unit costs anew, and what promotions take off it."""
    variants = catalog.variants_by_id(
        one.line.variant_id for one in plan.units if one.line.variant_id
    )
    groups = [
        list(found)
        for _key, found in groupby(plan.units, key=lambda one: (one.line.id, one.base_minor))
    ]
    found = promotions.apply_again(
        anew.values(),
        [
            promotions.CartLine(
                key=str(place),
                sku=group[0].line.sku,
                unit_price_minor=group[0].base_minor,
                quantity=len(group),
                rate_bp=group[0].line.rate_bp,
                brand=_of(variants, group[0].line, "brand") or "",
                categories=frozenset(filter(None, [_of(variants, group[0].line, "category")])),
                discountable=not group[0].line.is_gift_card,
            )
            for place, group in enumerate(groups)
        ],
        currency=order.currency,
        moment=order.placed_at,
    )
    for priced, group in zip(found.lines, groups, strict=True):
        for part in priced.units:
            for one in group[part.first - 1 : part.last]:
                one.after_minor = part.paid_minor
    codes = {row.promotion_id: row.code_id for row in plan.stale}
    for given in found.adjustments:
        if given.line is None:
            continue
        group = groups[int(given.line)]
        key = int(given.promotion)
        plan.fresh.append(
            {
                "order_line_id": group[0].line.id,
                "promotion_id": key,
                "promotion_version": given.version,
                "code_id": codes.get(key),
                "amount_minor": given.amount_minor,
                "sequence": given.sequence,
                "unit_from": group[0].number + given.unit_from - 1,
                "unit_to": group[0].number + given.unit_to - 1,
            }
        )


def _of(variants: Mapping[int, Any], line: OrderLine, name: str) -> str | None:
    variant = variants.get(line.variant_id or 0)
    return getattr(variant, name) if variant else None


def _outside(stale: Sequence[LineAdjustment], units: Sequence[_Unit]) -> list[dict[str, Any]]:
    """Return what promotions took off units that came back or were cancelled: that stays so."""
    rest = {(one.line.id, one.number) for one in units}
    found = []
    for row in stale:
        numbers = range(row.unit_from, row.unit_to + 1)
        stays = {number: (row.order_line_id, number) in rest for number in numbers}
        for inside, run in groupby(stays, key=stays.__getitem__):
            span = list(run)
            amount = sum(_share(row, number) for number in span)
            if inside or not amount:
                continue
            found.append(
                {
                    "order_line_id": row.order_line_id,
                    "promotion_id": row.promotion_id,
                    "promotion_version": row.promotion_version,
                    "code_id": row.code_id,
                    "amount_minor": amount,
                    "sequence": row.sequence,
                    "unit_from": span[0],
                    "unit_to": span[-1],
                }
            )
    return found


def _rewrite(units: Sequence[_Unit]) -> list[PriceChange]:
    """Freeze what the units of one line cost now; return the ranges whose price changed."""
    line = units[0].line
    change = sum(one.after_minor - one.gross_minor for one in units)
    if all(one.after_minor == one.gross_minor for one in units):
        return []
    line.gross_minor += change
    line.discount_minor -= change
    by_number = {one.number: one for one in units}
    rows, changes = [], []
    for part in units_of_lines([line.id])[line.id]:
        values = {name: getattr(part, name) for name in _COPIED}
        numbers = range(part.first, part.last + 1)
        prices = {
            number: by_number[number].after_minor if number in by_number else part.gross_minor
            for number in numbers
        }
        for price, run in groupby(numbers, key=prices.__getitem__):
            span = list(run)
            less = part.gross_minor + part.discount_minor - price
            own = {"first": span[0], "last": span[-1], "gross_minor": price}
            rows.append({**values, **own, "discount_minor": max(0, less)})
            if price != part.gross_minor:
                changes.append(PriceChange(line.id, span[0], span[-1], part.gross_minor, price))
    session.execute(delete(SoldUnit).where(SoldUnit.order_line_id == line.id))
    session.execute(insert(SoldUnit), rows)
    return changes
