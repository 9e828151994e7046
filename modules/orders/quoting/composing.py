"""`quote`: a cart in, prices and VAT out. Pure, so that a test, a till and an order agree."""

from app.money import half_up, taxes_of_gross
from modules.orders.errors import NoPrice
from modules.orders.quoting.cart import Cart, CartLine, Quote, QuotedLine, UnitRange


def quote(cart: Cart) -> Quote:
    """
    Return what the cart costs.

    :raises NoPrice: a line has no price in the cart's currency
    """
    lines = [_quote_line(line, cart) for line in cart.lines]
    goods_minor = sum(line.total_minor + line.discount_minor for line in lines)
    discount_minor = sum(line.discount_minor for line in lines)
    shipping_rate_bp = _rate_of_delivery(lines)
    by_rate = [(line.rate_bp, line.total_minor) for line in lines]
    if cart.shipping_minor:
        by_rate.append((shipping_rate_bp, cart.shipping_minor))
    return Quote(
        lines=lines,
        shipping_minor=cart.shipping_minor,
        shipping_rate_bp=shipping_rate_bp,
        goods_minor=goods_minor,
        discount_minor=discount_minor,
        total_minor=goods_minor - discount_minor + cart.shipping_minor,
        taxes=taxes_of_gross(by_rate),
    )


def _quote_line(line: CartLine, cart: Cart) -> QuotedLine:
    price = line.given_price_minor
    if price is None:
        if cart.currency != cart.list_currency or line.list_price_minor is None:
            raise NoPrice(line.sku, cart.currency)
        price = line.list_price_minor
    amount = half_up(price * line.quantity, line.per)
    if cart.net and line.given_price_minor is not None:
        # VAT comes on the line's net amount, not on the piece: else a grosz is lost per piece.
        amount += half_up(amount * line.rate_bp, 10_000)
        price += half_up(price * line.rate_bp, 10_000)
    return QuotedLine(
        sku=line.sku,
        quantity=line.quantity,
        unit_price_minor=price,
        discount_minor=0,
        total_minor=amount,
        rate_bp=line.rate_bp,
    )


def _rate_of_delivery(lines: list[QuotedLine]) -> int:
    # Delivery shares the VAT of what is delivered; with several rates, that of the dearest part.
    worth: dict[int, int] = {}
    for line in lines:
        worth[line.rate_bp] = worth.get(line.rate_bp, 0) + line.total_minor
    return max(worth, key=lambda rate: (worth[rate], rate), default=0)


def split_into_units(
    *, quantity: int, per: int, gross_minor: int, discount_minor: int
) -> list[UnitRange]:
    """
    Return the ranges of equal units whose sums are the line's amounts to the last grosz.

    Goods sold by measure are one unit, whatever their quantity.
    """
    count = 1 if per > 1 else quantity
    # Equal units differ by one minor unit at most: two cuts, not a list of every piece.
    gross, discount = _even(gross_minor, count), _even(discount_minor, count)
    cuts = sorted({0, gross[1], discount[1], count})
    ranges = []
    for before, until in zip(cuts, cuts[1:], strict=False):
        ranges.append(
            UnitRange(
                first=before + 1,
                last=until,
                gross_minor=gross[0] + (1 if before < gross[1] else 0),
                discount_minor=discount[0] + (1 if before < discount[1] else 0),
            )
        )
    return ranges


def _even(total: int, count: int) -> tuple[int, int]:
    """Return the smaller share and how many units carry one more (as `allocate` would give)."""
    share, more = divmod(total, count)
    return share, more
