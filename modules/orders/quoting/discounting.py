"""What published promotions take off a priced cart, and why others do not. Pure, as the engine."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from app.money import half_up
from modules import promotions
from modules.orders.errors import TooMuchOff
from modules.orders.quoting.cart import (
    Adjusted,
    Cart,
    CartLine,
    Facts,
    Gift,
    Judged,
    QuotedLine,
    UnitRange,
)

_BY_HAND = "by_hand"
IN_PRICE = 0
"""The sequence of what made the price on the shelf lower, before anything was taken off it."""
MOST_TOLD = 40
"""So many promotions that did not apply are told of: nobody reads more."""


class Discounted(NamedTuple):
    """The lines and the delivery as promotions leave them."""

    lines: list[QuotedLine]
    shipping_minor: int
    shipping_discount_minor: int
    adjustments: Sequence[Adjusted]
    judged: Sequence[Judged]
    gifts: Sequence[Gift]
    uses: Sequence[promotions.Use]


def discount(
    cart: Cart,
    facts: Facts,
    lines: Sequence[QuotedLine],
    shipping_minor: int,
    published: promotions.Published,
) -> Discounted:
    """
    Return what is left after promotions, and after what a person takes off by hand.

    :raises TooMuchOff: more is taken off by hand than the goods cost then
    """
    found = _evaluate(_as_asked(cart, facts, lines, shipping_minor), facts, published)
    by_hand = sum(one.amount_minor for one in found.adjustments if one.is_rebate)
    if by_hand != cart.discount_minor:
        raise TooMuchOff
    rows = {one.text: one.row for one in facts.entered.codes}
    return Discounted(
        lines=[
            replace(
                line,
                discount_minor=priced.discount_minor,
                total_minor=priced.total_minor,
                units=[
                    UnitRange(
                        first=one.first,
                        last=one.last,
                        gross_minor=one.paid_minor,
                        discount_minor=one.discount_minor,
                    )
                    for one in priced.units
                ],
            )
            for line, priced in zip(lines, found.lines, strict=True)
        ],
        shipping_minor=found.shipping_minor,
        shipping_discount_minor=found.shipping_discount_minor,
        adjustments=[
            *_in_prices(cart.lines),
            *_found(found, rows),
        ],
        judged=[*_shelved(cart.lines, published), *_judged(found, published, facts)],
        gifts=_gifts(found, rows),
        uses=_uses(found.verdicts, published, facts.entered),
    )


def _in_prices(lines: Sequence[CartLine]) -> list[Adjusted]:
    """Return by how much the lines are cheaper already, as the first that was taken off."""
    return [
        Adjusted(
            line=place,
            promotion_id=cut.promotion,
            version=cut.version,
            amount_minor=half_up(cut.amount_minor * line.quantity, line.per),
            sequence=IN_PRICE,
            unit_from=1,
            unit_to=line.quantity if line.per == 1 else 1,
        )
        for place, line in enumerate(lines)
        for cut in line.cuts
    ]


def _shelved(lines: Sequence[CartLine], published: promotions.Published) -> list[Judged]:
    """Return what promotions made of the prices on the shelf, each told once."""
    amounts: dict[tuple[int, int], int] = {}
    for one in _in_prices(lines):
        key = one.promotion_id, one.version
        amounts[key] = amounts.get(key, 0) + one.amount_minor
    return [
        Judged(
            promotion_id=key,
            version=version,
            code=published.labels[key].code,
            name=published.labels[key].name,
            reason="",
            amount_minor=amount,
            in_price=True,
        )
        for (key, version), amount in amounts.items()
    ]


def _found(found: promotions.Result, rows: Mapping[str, int | None]) -> list[Adjusted]:
    return [
        Adjusted(
            line=None if one.line is None else int(one.line),
            promotion_id=int(one.promotion),
            version=one.version,
            amount_minor=one.amount_minor,
            sequence=one.sequence,
            unit_from=one.unit_from,
            unit_to=one.unit_to,
            code_id=rows.get(one.code),
        )
        for one in found.adjustments
        if not one.is_rebate
    ]


def _gifts(found: promotions.Result, rows: Mapping[str, int | None]) -> list[Gift]:
    """Return what comes for nothing, each with the place of its promotion among those applied."""
    applied = [one for one in found.verdicts if one.reason is None]
    places = {one.promotion: place for place, one in enumerate(applied, start=1)}
    codes = {one.promotion: rows.get(one.code) for one in applied}
    return [
        Gift(
            promotion_id=int(one.promotion),
            version=one.version,
            sku=one.sku,
            quantity=one.quantity,
            sequence=places[one.promotion],
            code_id=codes[one.promotion],
        )
        for one in found.free_goods
    ]


_AT_THE_DOOR = ("status", "trigger", "schedule", "scope")
"""What keeps a promotion out before anybody asks what is left of it."""


def _evaluate(
    cart: promotions.Cart, facts: Facts, published: promotions.Published
) -> promotions.Result:
    """Ask what is left of limits only where a promotion that has some would be looked at."""
    found = promotions.evaluate(published.book, cart, asked=facts.asked)
    if facts.left is None or not published.limits:
        return found
    near = {
        one.promotion
        for one in found.verdicts
        if one.promotion in published.limits
        and one.condition_path.partition(".")[0] not in _AT_THE_DOOR
    }
    if not near:
        return found
    left = facts.left([one for one in near if isinstance(one, int)])
    return promotions.evaluate(published.book, cart, remaining=left, asked=facts.asked)


def _uses(
    verdicts: Sequence[promotions.Verdict],
    published: promotions.Published,
    entered: promotions.Entered,
) -> list[promotions.Use]:
    """Return what is counted of the promotions that applied: those by code, and the limited."""
    found = []
    for one in verdicts:
        if one.reason is not None or not isinstance(one.promotion, int):
            continue
        if not one.code and one.promotion not in published.limits:
            continue
        row = entered.known.get(one.code)
        found.append(
            promotions.Use(
                promotion_id=one.promotion,
                version=one.version,
                amount_minor=one.amount_minor,
                coupon=one.code,
                code_id=row.id if row else None,
                batch_id=row.batch_id if row else None,
                batch_uses_per_customer=row.uses_per_customer if row else None,
                limits=published.limits.get(one.promotion, promotions.Limits()),
            )
        )
    return found


def _as_asked(
    cart: Cart, facts: Facts, lines: Sequence[QuotedLine], shipping_minor: int
) -> promotions.Cart:
    """Return the cart as the engine takes it: a line is named by its place."""
    if cart.discount_minor < 0:
        raise TooMuchOff
    return promotions.Cart(
        currency=cart.currency,
        moment=facts.moment,
        lines=[
            promotions.CartLine(
                key=str(place),
                sku=line.sku,
                unit_price_minor=line.unit_price_minor,
                quantity=line.quantity,
                per=asked.per,
                rate_bp=line.rate_bp,
                brand=asked.brand or "",
                categories=frozenset({asked.category} if asked.category else ()),
                cost_minor=asked.cost_minor,
                on_sale=bool(asked.cuts),
                floor_minor=asked.floor_minor,
            )
            for place, (line, asked) in enumerate(zip(lines, cart.lines, strict=True))
        ],
        shipping_minor=shipping_minor,
        shipping_rate_bp=cart.shipping_rate_bp,
        rebates=[promotions.Rebate(key=_BY_HAND, amount_minor=cart.discount_minor)]
        if cart.discount_minor
        else (),
        channel=facts.channel,
        store=facts.store,
        payment_method=facts.payment_method,
        shipping_method=facts.shipping_method,
        country=facts.country,
        customer=facts.buyer,
        codes=facts.entered.codes,
    )


def _judged(
    result: promotions.Result,
    published: promotions.Published,
    facts: Facts,
) -> list[Judged]:
    found = []
    nobody = promotions.Label("", "")
    given: dict[int | str, int] = {}
    for good in result.free_goods:
        given[good.promotion] = given.get(good.promotion, 0) + good.quantity
    for one in result.verdicts:
        key = one.promotion if isinstance(one.promotion, int) else 0
        label = published.labels.get(key, nobody)
        rival = published.labels.get(one.competitor) if isinstance(one.competitor, int) else None
        found.append(
            Judged(
                promotion_id=key,
                version=one.version,
                code=label.code,
                name=label.name,
                reason=one.reason.value if one.reason else "",
                amount_minor=one.amount_minor,
                path=one.condition_path,
                needed=one.needed,
                have=one.have,
                shortfall=one.shortfall,
                rival=rival.name if rival else "",
                free_units=given.get(key, 0) if one.reason is None else 0,
                coupon=one.code,
            )
        )
    told = {one.coupon for one in found}
    # A second code of a promotion that applies by the first.
    idle = promotions.Reason.NO_EFFECT.value
    found += [
        Judged(0, 0, "", "", idle, coupon=one.text)
        for one in facts.entered.codes
        if one.text not in told
    ]
    applied = [one for one in found if one.applied]
    others = sorted((one for one in found if not one.applied), key=lambda one: not one.coupon)
    return [*applied, *(others if facts.tells_all else others[:MOST_TOLD])]
