"""What nothing makes cheaper: gift cards are left out before promotions look at a cart."""

from collections.abc import Sequence
from dataclasses import replace

from modules import promotions
from modules.orders.quoting import discounting
from modules.orders.quoting.cart import Cart, Facts, QuotedLine
from modules.orders.quoting.discounting import Discounted


def discount(
    cart: Cart,
    facts: Facts,
    lines: Sequence[QuotedLine],
    shipping_minor: int,
    published: promotions.Published,
) -> Discounted:
    """
    Return what promotions leave of a cart, its gift cards untouched and not counted.

    :raises TooMuchOff: more is taken off by hand than the other goods cost then
    """
    places = [place for place, one in enumerate(cart.lines) if not one.is_gift_card]
    if len(places) == len(lines):
        return discounting.discount(cart, facts, lines, shipping_minor, published)
    goods = replace(cart, lines=[cart.lines[place] for place in places])
    found = discounting.discount(
        goods, facts, [lines[place] for place in places], shipping_minor, published
    )
    whole = list(lines)
    for place, line in zip(places, found.lines, strict=True):
        whole[place] = line
    return found._replace(
        lines=whole,
        adjustments=[
            one if one.line is None else one._replace(line=places[one.line])
            for one in found.adjustments
        ],
    )
