"""`quote`: a cart in, prices and VAT out. Pure, so that a test, a till and an order agree."""

from collections.abc import Sequence
from dataclasses import replace

from app.i18n import _
from app.money import MOST_MINOR, allocate, half_up, taxes_of_gross
from modules import promotions
from modules.orders.errors import NoPrice, TooMuch, TooMuchOff
from modules.orders.quoting.cart import Cart, CartLine, Quote, QuotedLine, UnitRange
from modules.orders.quoting.sparing import discount


def quote(cart: Cart, published: promotions.Published | None = None) -> Quote:
    """
    Return what the cart costs; `published` is what may make it cheaper.

    A price that was given is what the channel agreed with the buyer: no promotion touches it.

    :raises NoPrice: a line has no price in the cart's currency
    :raises TooMuch: a line or all of it costs more than any column of ours holds
    :raises TooMuchOff: more is taken off than the goods cost
    """
    lines = [_quote_line(line, cart) for line in cart.lines]
    shipping_minor = cart.shipping_minor
    if cart.net:
        lines, shipping_minor = _add_tax(lines, cart)
    _refuse_too_much(lines, shipping_minor)
    cheaper = None
    asks = published is not None and cart.facts and (published or cart.facts.entered.codes)
    if (
        published is not None
        and cart.facts
        and asks
        and all(one.given_price_minor is None for one in cart.lines)
    ):
        cheaper = discount(cart, cart.facts, lines, shipping_minor, published)
        lines, shipping_minor = cheaper.lines, cheaper.shipping_minor
    else:
        lines = _take_off(lines, cart)
    goods_minor = sum(line.total_minor + line.discount_minor for line in lines)
    discount_minor = sum(line.discount_minor for line in lines)
    by_rate = [
        (line.rate_bp, line.total_minor)
        for line, asked in zip(lines, cart.lines, strict=True)
        if not asked.is_gift_card
    ]
    if shipping_minor:
        by_rate.append((cart.shipping_rate_bp, shipping_minor))
    return Quote(
        lines=lines,
        shipping_minor=shipping_minor,
        shipping_rate_bp=cart.shipping_rate_bp,
        goods_minor=goods_minor,
        discount_minor=discount_minor,
        total_minor=goods_minor - discount_minor + shipping_minor,
        taxes=taxes_of_gross(by_rate),
        shipping_discount_minor=cheaper.shipping_discount_minor if cheaper else 0,
        adjustments=cheaper.adjustments if cheaper else (),
        judged=cheaper.judged if cheaper else (),
        gifts=cheaper.gifts if cheaper else (),
        uses=cheaper.uses if cheaper else (),
    )


def _refuse_too_much(lines: Sequence[QuotedLine], shipping_minor: int) -> None:
    for place, line in enumerate(lines):
        if line.total_minor > MOST_MINOR or line.unit_price_minor > MOST_MINOR:
            raise TooMuch(
                _("This line costs more than we can write down. Check quantity and price."),
                pointer=f"/lines/{place}/quantity",
            )
    if sum(line.total_minor for line in lines) + shipping_minor > MOST_MINOR:
        raise TooMuch(
            _("This order costs more than we can write down. Check quantities and prices."),
            pointer="/lines",
        )


def _quote_line(line: CartLine, cart: Cart) -> QuotedLine:
    price = line.given_price_minor
    if price is None:
        is_priced = line.price_list or cart.currency == cart.list_currency
        if line.list_price_minor is None or not is_priced:
            raise NoPrice(line.sku, cart.currency)
        price = line.list_price_minor
    return QuotedLine(
        sku=line.sku,
        quantity=line.quantity,
        unit_price_minor=price,
        discount_minor=0,
        total_minor=half_up(price * line.quantity, line.per),
        rate_bp=line.rate_bp,
        price_list=line.price_list if line.given_price_minor is None else "",
    )


def _add_tax(lines: list[QuotedLine], cart: Cart) -> tuple[list[QuotedLine], int]:
    """
    Return the lines and the delivery with VAT, where they were given without.

    VAT comes once on the net sum of a rate and is then shared out: by the line or by the piece a
    grosz is made or lost.
    """
    net = [
        (line.rate_bp, line.total_minor)
        for line, asked in zip(lines, cart.lines, strict=True)
        if asked.given_price_minor is not None
    ]
    is_given = len(net) == len(lines)  # all lines have a price of their own, or none has
    parts = [*(net if is_given else ()), (cart.shipping_rate_bp, cart.shipping_minor)]
    gross = [amount for _rate, amount in parts]
    for rate in {rate for rate, _amount in parts}:
        places = [place for place, (own, _amount) in enumerate(parts) if own == rate]
        total = sum(parts[place][1] for place in places)
        total += half_up(total * rate, 10_000)
        shares = allocate(total, [parts[place][1] for place in places])
        for place, share in zip(places, shares, strict=True):
            gross[place] = share
    shipping_minor = gross.pop()
    if not is_given:
        return lines, shipping_minor
    return [
        replace(
            line,
            total_minor=amount,
            unit_price_minor=line.unit_price_minor
            + half_up(line.unit_price_minor * line.rate_bp, 10_000),
        )
        for line, amount in zip(lines, gross, strict=True)
    ], shipping_minor


def _take_off(lines: list[QuotedLine], cart: Cart) -> list[QuotedLine]:
    """Return the lines with a discount on the whole, shared out by what each of them costs."""
    discount_minor = cart.discount_minor
    if not discount_minor:
        return lines
    totals = [
        0 if asked.is_gift_card else line.total_minor
        for line, asked in zip(lines, cart.lines, strict=True)
    ]
    if not 0 <= discount_minor <= sum(totals):
        raise TooMuchOff
    return [
        replace(line, total_minor=line.total_minor - part, discount_minor=part)
        for line, part in zip(lines, allocate(discount_minor, totals), strict=True)
    ]


def split_into_units(
    *, quantity: int, per: int, gross_minor: int, discount_minor: int
) -> list[UnitRange]:
    """
    Return the ranges of equal units whose sums are the line's amounts to the last grosz.

    Goods sold by measure are one unit, whatever their quantity.
    """
    count = 1 if per > 1 else quantity
    # Equal units differ by one minor unit at most: two cuts, not a list of every piece. What they
    # cost before and after the discount is shared out: a unit costs its price less its part.
    whole, gross = _even(gross_minor + discount_minor, count), _even(gross_minor, count)
    cuts = sorted({0, whole[1], gross[1], count})
    ranges = []
    for before, until in zip(cuts, cuts[1:], strict=False):
        paid = gross[0] + (1 if before < gross[1] else 0)
        price = whole[0] + (1 if before < whole[1] else 0)
        ranges.append(
            UnitRange(first=before + 1, last=until, gross_minor=paid, discount_minor=price - paid)
        )
    return ranges


def _even(total: int, count: int) -> tuple[int, int]:
    """Return the smaller share and how many units carry one more (as `allocate` would give)."""
    share, more = divmod(total, count)
    return share, more
