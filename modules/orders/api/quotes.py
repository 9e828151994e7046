"""Quotes for programs: what a cart would cost now. Pure: nothing is stored."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, TypeVar
from zoneinfo import ZoneInfo

from pydantic import Field

from app import clock
from app.access import scope
from app.api import Code, Country, Currency, In, Minor, Moment, Quantity, asks
from app.errors import InvalidInput, NotFound
from app.i18n import _
from modules import catalog, customers, loyalty, organization
from modules.orders.api.base import READ, api, buyer_id, customer_id, store_for
from modules.orders.api.coupons import guards_coupons
from modules.orders.errors import UnknownCode
from modules.orders.operations.earning import bought_of
from modules.orders.quoting import Goods, Judged, Quote, Wanted, price
from modules.orders.shapes import MAX_LINES, BuyerIn, Coupons, ExternalId, Points

Found = TypeVar("Found")


class QuoteLineIn(In):
    sku: Code
    quantity: Quantity


class QuoteShippingIn(In):
    method: Code
    price_minor: Minor = 0


class QuoteIn(In):
    channel: Code
    store: Code | None = None
    currency: Currency
    at: Moment | None = None
    customer: BuyerIn | None = None
    card: Code | None = None
    """The loyalty card that was shown: it names the customer."""
    points: Points = 0
    coupons: Coupons = Field(default_factory=list)
    external_id: ExternalId | None = None
    """What the order of this checkout will be called: codes that it has reserved are its own."""
    lines: Annotated[list[QuoteLineIn], Field(min_length=1, max_length=MAX_LINES)]
    shipping: QuoteShippingIn | None = None
    payment_method: Code | None = None
    country: Country = "PL"
    """Where the goods would go. Like the way to pay, a promotion may ask for it."""


@api.post("/quotes")
@api.input(QuoteIn, arg_name="body")
@scope(READ)
@guards_coupons
@asks
def make_quote(body: QuoteIn) -> dict[str, Any]:
    """Return what a cart costs in a channel; nothing is stored or reserved."""
    store = store_for(body.store, READ)
    if store is not None:
        _known(organization.get_store, store, pointer="/store")
    wanted = wanted_of(body, store)
    found = price(wanted)
    return body_of(found) | {"points_earned": _points_for(wanted, found)}


def _points_for(wanted: Wanted, found: Quote) -> int:
    """Return what an order like this would earn the member who asks."""
    if wanted.customer_id is None:
        return 0
    would_be = bought_of(
        found,
        wanted.variants,
        order_id=0,
        keys=range(len(found.lines)),
        customer_id=wanted.customer_id,
        channel=wanted.channel.code,
        store=wanted.store,
        currency=wanted.currency,
        on=wanted.day,
    )
    return loyalty.preview(would_be)


def quote_lines(body: QuoteIn, store: str | None = None) -> Quote:
    """
    Return the quote of a cart of SKUs, less what promotions give.

    :raises UnknownCode: a channel, shipping method or SKU is not there
    :raises NoPrice: there is no price in this currency
    :raises TooMuch: a line or all of it costs more than any column of ours holds
    """
    return price(wanted_of(body, store))


def wanted_of(body: QuoteIn, store: str | None = None, **more: Any) -> Wanted:
    """
    Return the sale that a body asks about, with what else is known of it.

    :raises UnknownCode: a channel, shipping method or SKU is not there
    """
    channel = _known(organization.channel_for_intake, body.channel, pointer="/channel")
    at = body.at or clock.now()
    on = at.astimezone(ZoneInfo(channel.company_zone)).date()
    delivery_rate_bp = 0
    if body.shipping is None:
        rates = organization.rates_on(on)
    else:
        method, rates = _known(
            lambda code: organization.terms_for_intake(code, on),
            body.shipping.method,
            pointer="/shipping/method",
        )
        delivery_rate_bp = method.delivery_rate_bp
    variants = catalog.variants_for_sale([line.sku for line in body.lines])
    for place, line in enumerate(body.lines):
        if line.sku not in variants:
            raise UnknownCode(
                _("There is no SKU %(sku)s.", sku=line.sku), pointer=f"/lines/{place}/sku"
            )
    buyer = _buyer(body, channel)
    rebate = None
    if body.points:
        if buyer is None:
            text = _("To spend points, scan the card or choose the customer.")
            raise InvalidInput(text, field="points", pointer="/points")
        rebate = loyalty.points_wanted(
            customer_id=buyer, points=body.points, currency=body.currency, on=on
        )
    return Wanted(
        channel=channel,
        goods=[Goods(line.sku, line.quantity) for line in body.lines],
        variants=variants,
        rates=rates,
        at=at,
        currency=body.currency,
        store=store or channel.store_code,
        shipping_minor=body.shipping.price_minor if body.shipping else 0,
        shipping_rate_bp=delivery_rate_bp,
        shipping_method=body.shipping.method if body.shipping else "",
        payment_method=body.payment_method or "",
        country=body.country,
        customer_id=buyer,
        discount_minor=rebate.amount_minor if rebate else 0,
        coupons=body.coupons,
        checkout=f"{body.channel} {body.external_id}" if body.external_id else "",
        **more,
    )


def _buyer(body: QuoteIn, channel: organization.IntakeChannel) -> int | None:
    """Return whose prices are asked for: by card or id, or as an order of this buyer is matched."""
    given = body.customer
    if body.card is not None:
        return buyer_id(given.id if given else None, body.card)
    if given is None:
        return None
    return customers.find_buyer(
        customers.BuyerKeys(
            customer_id=customer_id(given.id),
            card=given.card,
            channel_id=channel.id,
            email=given.email,
            phone=given.phone,
        )
    )


def _known(find: Callable[[str], Found], code: str, *, pointer: str) -> Found:
    try:
        return find(code)
    except NotFound as missing:
        raise UnknownCode(str(missing), pointer=pointer) from None


def body_of(found: Quote) -> dict[str, Any]:
    lines: Sequence[Any] = found.lines
    codes = {one.promotion_id: one.code for one in found.judged}
    return {
        "lines": [
            {
                "sku": line.sku,
                "quantity": line.quantity,
                "unit_price_minor": line.unit_price_minor,
                "discount_minor": line.discount_minor,
                "total_minor": line.total_minor,
                "tax_rate_bp": line.rate_bp,
                "price_list": line.price_list or None,
            }
            for line in lines
        ],
        "applied": [_applied(one, found) for one in found.judged if one.applied],
        "rejected": [_rejected(one) for one in found.judged if not one.applied],
        "free_goods": [
            {"sku": one.sku, "quantity": one.quantity, "promotion": codes[one.promotion_id]}
            for one in found.gifts
        ],
        "taxes": [tax._asdict() for tax in found.taxes],
        "total_minor": found.total_minor,
        "points_earned": 0,
    }


def _applied(one: Judged, found: Quote) -> dict[str, Any]:
    parts = [part for part in found.adjustments if part.promotion_id == one.promotion_id]
    return {
        "promotion": one.code,
        "version": one.version,
        "label": one.name,
        "amount_minor": sum(part.amount_minor for part in parts),
        "lines": sorted({part.line for part in parts if part.line is not None}),
        **({"coupon": one.coupon} if one.coupon else {}),
        **({"in_price": True} if one.in_price else {}),
    }


def _rejected(one: Judged) -> dict[str, Any]:
    numbers = {"needed": one.needed, "have": one.have, "shortfall": one.shortfall}
    told: dict[str, Any] = {name: value for name, value in numbers.items() if value is not None}
    if one.coupon:
        told["coupon"] = one.coupon
    return {"promotion": one.code or None, "reason": one.reason, **told}
