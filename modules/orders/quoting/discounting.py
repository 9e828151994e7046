"""What published promotions take off a priced cart, and why others do not. Pure, as the engine."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from modules import promotions
from modules.orders.errors import TooMuchOff
from modules.orders.quoting.cart import Adjusted, Cart, Facts, Judged, QuotedLine, UnitRange

_BY_HAND = "by_hand"
MOST_TOLD = 40
"""So many promotions that did not apply are told of: nobody reads more."""


class Discounted(NamedTuple):
    """The lines and the delivery as promotions leave them."""

    lines: list[QuotedLine]
    shipping_minor: int
    shipping_discount_minor: int
    adjustments: Sequence[Adjusted]
    judged: Sequence[Judged]


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
    found = promotions.evaluate(published.book, _as_asked(cart, facts, lines, shipping_minor))
    by_hand = sum(one.amount_minor for one in found.adjustments if one.is_rebate)
    if by_hand != cart.discount_minor:
        raise TooMuchOff
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
            Adjusted(
                line=None if one.line is None else int(one.line),
                promotion_id=int(one.promotion),
                version=one.version,
                amount_minor=one.amount_minor,
                sequence=one.sequence,
                unit_from=one.unit_from,
                unit_to=one.unit_to,
            )
            for one in found.adjustments
            if not one.is_rebate
        ],
        judged=_judged(found.verdicts, published),
    )


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
    )


def _judged(
    verdicts: Sequence[promotions.Verdict], published: promotions.Published
) -> list[Judged]:
    found = []
    for one in verdicts:
        if not isinstance(one.promotion, int):
            continue
        label = published.labels[one.promotion]
        rival = published.labels.get(one.competitor) if isinstance(one.competitor, int) else None
        found.append(
            Judged(
                promotion_id=one.promotion,
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
            )
        )
    applied = [one for one in found if one.applied]
    return [*applied, *[one for one in found if not one.applied][:MOST_TOLD]]
