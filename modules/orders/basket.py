"""The basket of an order that is being written down: found by scan, priced by the one quote."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from app import clock
from app.errors import NotFound, RuleViolation
from app.i18n import _
from modules import catalog, organization, promotions, stock
from modules.orders.card import colour_and_size
from modules.orders.judging import tell_why
from modules.orders.quoting import Gift, Goods, Wanted, price


@dataclass(kw_only=True)
class BasketLine:
    sku: str
    quantity: int
    name: str = ""
    colour: str = ""
    size: str = ""
    photo: str | None = None
    price_minor: int | None = None
    total_minor: int | None = None
    discount_minor: int = 0
    available: int | None = None
    problem: str = ""


@dataclass(kw_only=True)
class Basket:
    """What is in it and what it costs; `problem` says why there is no sum."""

    currency: str = "PLN"
    lines: list[BasketLine] = field(default_factory=list)
    goods_minor: int = 0
    discount_minor: int = 0
    shipping_minor: int = 0
    tax_minor: int = 0
    total_minor: int = 0
    problem: str = ""
    promotions: list[tuple[str, int]] = field(default_factory=list)
    """What each promotion that applies takes off, the delivery included."""
    coupons: list[tuple[str, str]] = field(default_factory=list)
    """Each typed code, and why it gives nothing."""

    gifts: list[BasketLine] = field(default_factory=list)
    """What promotions give with it, as far as it is there when the order is placed."""
    unknown_coupons: int = 0

    @property
    def units(self) -> int:
        return sum(line.quantity for line in self.lines)


def merge(wanted: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    """Return SKUs with their counts, each once, in the order in which they came; zeros go."""
    counts: dict[str, int] = {}
    for sku, quantity in wanted:
        counts[sku] = counts.get(sku, 0) + quantity
    return [(sku, count) for sku, count in counts.items() if count > 0]


def sku_of(code: str) -> str:
    """
    Return the SKU that a typed or scanned code means.

    :raises NotFound: nothing that is sold carries it
    """
    variant = catalog.find_by_scan(code)
    if variant is not None:
        return str(variant.sku)
    found = catalog.find_variants(code, limit=2)
    if len(found) == 1:
        return found[0].sku
    if found:
        raise NotFound(
            _("“%(code)s” means more than one thing. Type the whole SKU or scan it.", code=code)
        )
    raise NotFound(_("Nothing that we sell is called “%(code)s”.", code=code))


def fill(
    *,
    channel: str,
    wanted: Sequence[tuple[str, int]],
    shipping_minor: int = 0,
    discount_minor: int = 0,
    shipping_method: str = "",
    payment_method: str = "",
    country: str = "",
    customer_id: int | None = None,
    coupons: Sequence[str] = (),
) -> Basket:
    """Return the basket with names, pictures, prices and what can be sold now."""
    try:
        intake = organization.channel_for_intake(channel)
    except NotFound as missing:
        return Basket(problem=str(missing))
    basket = Basket(
        currency=intake.currency, shipping_minor=shipping_minor, discount_minor=discount_minor
    )
    known = catalog.variants_for_sale([sku for sku, _count in wanted])
    photos = catalog.photo_urls([one.id for one in known.values()])
    places = [place.id for place in intake.locations]
    free: dict[int, int] = {}
    if known and places:
        for level in stock.available_for(sorted(one.id for one in known.values()), places):
            free[level.variant_id] = free.get(level.variant_id, 0) + max(0, level.available)
    today = organization.today()
    rates, delivery_rate_bp = organization.rates_on(today), organization.delivery_rate_on(today)
    goods: list[Goods] = []
    for sku, quantity in wanted:
        variant = known.get(sku)
        if variant is None:
            problem = _("There is no SKU %(sku)s.", sku=sku)
            basket.lines.append(BasketLine(sku=sku, quantity=quantity, problem=problem))
            basket.problem = problem
            continue
        colour, size = colour_and_size(variant.label)
        basket.lines.append(
            BasketLine(
                sku=sku,
                quantity=quantity,
                name=variant.name,
                colour=colour,
                size=size,
                photo=photos.get(variant.id),
                available=free.get(variant.id, 0),
            )
        )
        goods.append(Goods(sku, quantity))
    wanted_now = Wanted(
        channel=intake,
        goods=goods,
        variants=known,
        rates=rates,
        at=clock.now(),
        currency=basket.currency,
        store=intake.store_code,
        shipping_minor=shipping_minor,
        shipping_rate_bp=delivery_rate_bp,
        discount_minor=discount_minor,
        shipping_method=shipping_method,
        payment_method=payment_method,
        country=country or "PL",
        customer_id=customer_id,
        coupons=coupons,
    )
    _price(basket, wanted_now)
    return basket


def _price(basket: Basket, wanted: Wanted) -> None:
    if not wanted.goods:
        basket.total_minor = basket.shipping_minor
        return
    try:
        priced = price(wanted)
    except RuleViolation as refusal:
        basket.problem = str(refusal)
        return
    by_sku = {one.sku: one for one in priced.lines}
    for line in basket.lines:
        if line.sku in by_sku:
            line.price_minor = by_sku[line.sku].unit_price_minor
            line.total_minor = by_sku[line.sku].total_minor
            line.discount_minor = by_sku[line.sku].discount_minor
    basket.goods_minor = priced.goods_minor
    basket.total_minor = priced.total_minor
    basket.tax_minor = sum(tax.tax_minor for tax in priced.taxes)
    for one in priced.judged:
        if one.applied and not one.in_price and (one.amount_minor or not one.free_units):
            off = [part for part in priced.adjustments if part.promotion_id == one.promotion_id]
            basket.promotions.append((one.name, sum(part.amount_minor for part in off)))
        if one.coupon:
            why = tell_why(one, basket.currency)
            basket.coupons.append((one.coupon, why))
            basket.unknown_coupons += one.reason == promotions.Reason.CODE_UNKNOWN
    basket.gifts = _gifts(priced.gifts, wanted)


def _gifts(given: Sequence[Gift], wanted: Wanted) -> list[BasketLine]:
    """Return what comes for nothing, and how much of it is there beside what is bought."""
    if not given:
        return []
    known = catalog.variants_for_sale(sorted({one.sku for one in given}))
    keys = sorted(one.id for one in known.values())
    photos = catalog.photo_urls(keys)
    free: dict[int, int] = {}
    for level in stock.available_for(keys, [place.id for place in wanted.channel.locations]):
        free[level.variant_id] = free.get(level.variant_id, 0) + max(0, level.available)
    for goods in wanted.goods:
        if goods.sku in known:
            free[known[goods.sku].id] = free.get(known[goods.sku].id, 0) - goods.quantity
    lines = []
    for one in given:
        variant = known.get(one.sku)
        there = max(0, free.get(variant.id, 0)) if variant else 0
        colour, size = colour_and_size(variant.label) if variant else ("", "")
        if variant:
            free[variant.id] = there - one.quantity
        lines.append(
            BasketLine(
                sku=one.sku,
                quantity=one.quantity,
                name=variant.name if variant else "",
                colour=colour,
                size=size,
                photo=photos.get(variant.id) if variant else None,
                available=there,
            )
        )
    return lines


def channel_choices(stores: frozenset[int] | None) -> list[organization.Channel]:
    """Return the channels in whose name somebody of these stores writes orders down."""
    rank = {"phone": 0, "pos": 1, "b2b": 2, "web": 3}
    open_ones = [
        one
        for one in organization.list_channels()
        if one.active and str(one.kind) in rank and (stores is None or one.store_id in stores)
    ]
    return sorted(open_ones, key=lambda one: (rank[str(one.kind)], one.id))
