"""
What a cart is made of: its goods with their prices, and what is known of its buyer.

The one place where it is read; `quote` is pure. A basket on a screen, a program's question and an
order that comes in ask here, so that they agree.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from modules import catalog, customers, loyalty, organization, pricing, promotions
from modules.orders.quoting.cart import Cart, CartLine, Facts, Quote
from modules.orders.quoting.composing import quote
from modules.orders.quoting.past import orders_of


class Goods(NamedTuple):
    """So many of one thing; a given price is what the channel agreed with the buyer."""

    sku: str
    quantity: int
    given_price_minor: int | None = None


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is known of a sale before it is priced. Amounts in minor units."""

    channel: organization.IntakeChannel
    goods: Sequence[Goods]
    variants: Mapping[str, catalog.VariantForSale]
    rates: Mapping[int, int]
    """VAT by tax class, in basis points."""
    at: datetime
    currency: str
    store: str = ""
    net: bool = False
    shipping_minor: int = 0
    shipping_rate_bp: int = 0
    discount_minor: int = 0
    shipping_method: str = ""
    payment_method: str = ""
    country: str = "PL"
    customer_id: int | None = None
    """Nobody, where the buyer is not known."""
    coupons: Sequence[str] = ()
    checkout: str = ""
    """The checkout that may have reserved a code."""
    supposed: Mapping[str, Any] = field(default_factory=dict)
    """What somebody supposes of the buyer, by the names of `CustomerFacts`: it wins over what is
    known."""
    asked: Sequence[int] | None = None
    """Promotions that a simulation asks about: it is told of all that did not apply."""

    @property
    def day(self) -> date:
        """The day of the company on which it is sold."""
        return self.at.astimezone(ZoneInfo(self.channel.company_zone)).date()

    @property
    def is_given(self) -> bool:
        """Test whether the channel has agreed the prices: then nothing of ours touches them."""
        return any(one.given_price_minor is not None for one in self.goods)


def price(wanted: Wanted) -> Quote:
    """
    Return what a sale costs now.

    :raises NoPrice: a line has no price in the currency
    :raises TooMuch: a line or all of it costs more than any column of ours holds
    :raises TooMuchOff: more is taken off by hand than the goods cost
    """
    published = None if wanted.is_given else promotions.published()
    return quote(gather(wanted, published), published)


def gather(wanted: Wanted, published: promotions.Published | None) -> Cart:
    """Return the cart with all that pricing may ask of it; `published` says what it asks for."""
    listed = _listed(wanted)
    return Cart(
        currency=wanted.currency,
        list_currency=wanted.channel.company_currency,
        lines=[_line(one, wanted, listed, published) for one in wanted.goods],
        net=wanted.net,
        shipping_minor=wanted.shipping_minor,
        shipping_rate_bp=wanted.shipping_rate_bp,
        discount_minor=wanted.discount_minor,
        facts=Facts(
            moment=wanted.at.astimezone(ZoneInfo(wanted.channel.company_zone)),
            channel=wanted.channel.code,
            store=wanted.store,
            payment_method=wanted.payment_method,
            shipping_method=wanted.shipping_method,
            country=wanted.country,
            buyer=replace(_buyer(wanted, published), **wanted.supposed),
            **_limits(wanted, published),
            asked=wanted.asked or (),
            tells_all=wanted.asked is not None,
        ),
    )


def _listed(wanted: Wanted) -> Mapping[int, pricing.Priced]:
    """Return what price lists say of the goods, by variant."""
    if wanted.is_given:
        return {}
    known = [(one, wanted.variants[one.sku]) for one in wanted.goods if one.sku in wanted.variants]
    buyer = wanted.customer_id
    return pricing.prices_for(
        [
            pricing.Wanted(
                variant_id=variant.id,
                quantity=one.quantity,
                company_minor=variant.price_minor,
                brand=variant.brand,
                category=variant.category,
                cost_minor=variant.cost_minor,
                rate_bp=wanted.rates[variant.tax_class_id],
            )
            for one, variant in known
        ],
        at=wanted.at,
        currency=wanted.currency,
        company_currency=wanted.channel.company_currency,
        channel=wanted.channel.code,
        store=wanted.store,
        groups=lambda: _groups(wanted),
        customer_id=buyer,
    )


def _groups(wanted: Wanted) -> frozenset[str]:
    if "groups" in wanted.supposed:
        return frozenset(wanted.supposed["groups"])
    buyer = wanted.customer_id
    return frozenset() if buyer is None else customers.facts_of(buyer).groups


def _buyer(wanted: Wanted, published: promotions.Published | None) -> promotions.CustomerFacts:
    """Return what is known of the buyer, as far as any promotion asks for it."""
    if wanted.customer_id is None or published is None:
        return promotions.CustomerFacts()
    key, asks = str(wanted.customer_id), published.asks
    facts = customers.facts_of(wanted.customer_id) if asks.facts else customers.BuyerFacts()
    count, days = None, None
    if asks.history:
        count, last = orders_of(wanted.customer_id)
        days = None if last is None else (wanted.at - last).days
    member = loyalty.facts_of(wanted.customer_id) if asks.membership else loyalty.LoyaltyFacts()
    return promotions.CustomerFacts(
        key=key,
        tiers=member.tiers,
        programmes=member.programmes,
        has_card=member.has_card,
        groups=facts.groups,
        segments=facts.segments,
        stage=facts.stage,
        birthday=facts.birthday,
        order_count=count,
        days_since_last_order=days,
    )


def _limits(wanted: Wanted, published: promotions.Published | None) -> dict[str, Any]:
    """Return the typed codes, and what tells how much is left of limits."""
    if published is None:
        return {}
    entered = promotions.look_up(
        wanted.coupons,
        at=wanted.at,
        customer_id=wanted.customer_id,
        checkout=wanted.checkout,
    )
    public = {
        int(key): one.text
        for one in entered.codes
        if one.row is None
        for key in published.book.by_code.get(one.text, ())
    }
    sale = promotions.Sale(on=wanted.day, customer_id=wanted.customer_id, coupons=public)
    return {"entered": entered, "left": promotions.left_for(sale, published.limits)}


def _line(
    goods: Goods,
    wanted: Wanted,
    listed: Mapping[int, pricing.Priced],
    published: promotions.Published | None,
) -> CartLine:
    """Return a line as it is priced; what we do not know is taxed as the dearest is."""
    variant = wanted.variants.get(goods.sku)
    if variant is None:
        return CartLine(
            sku=goods.sku,
            quantity=goods.quantity,
            rate_bp=max(wanted.rates.values()),
            given_price_minor=goods.given_price_minor,
        )
    priced = listed.get(variant.id, pricing.Priced())
    own = priced.unit_price_minor
    listed_minor = variant.price_minor if own is None else own
    shelved = promotions.Shelved(listed_minor)
    if published and published.shelf and not variant.is_gift_card:
        shelved = published.shelf.price(
            promotions.CartLine(
                key=goods.sku,
                sku=goods.sku,
                unit_price_minor=listed_minor,
                quantity=goods.quantity,
                brand=variant.brand or "",
                categories=frozenset({variant.category} if variant.category else ()),
                floor_minor=priced.floor_minor,
            ),
            at=wanted.at,
            channel=wanted.channel.code,
            store=wanted.store,
            only_rates=wanted.currency != wanted.channel.company_currency,
        )
    return CartLine(
        sku=goods.sku,
        quantity=goods.quantity,
        is_gift_card=variant.is_gift_card,
        rate_bp=0 if variant.is_gift_card else wanted.rates[variant.tax_class_id],
        list_price_minor=shelved.price_minor,
        cuts=shelved.cuts,
        given_price_minor=goods.given_price_minor,
        per=variant.per,
        brand=variant.brand,
        category=variant.category,
        cost_minor=variant.cost_minor,
        price_list=priced.price_list,
        floor_minor=priced.floor_minor,
    )
