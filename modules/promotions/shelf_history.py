"""
What promotions make of the prices on the shelf, written into the history of presented prices.

It follows each change of a catalogue promotion, and its beginning and its end, by a job. What an
order is charged does not wait for it: that is worked out when the cart is priced.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from app import clock
from app.db import transact
from app.outbox import Running, enqueue
from app.reference import Reference
from modules import catalog, organization, pricing
from modules.promotions.definition import read_promotion
from modules.promotions.engine.cart import CartLine
from modules.promotions.engine.offers import Phase
from modules.promotions.published import published
from modules.promotions.shelf import Offered

JOB = "promotions.renew_shelf"
SHELF = Reference("shelf", 1)
"""One row of periods in each place: several promotions make one price."""
_MOST = 10**6
_PART = 1_000
_WAIT = timedelta(minutes=1)


def follow(definitions: Iterable[Mapping[str, Any]]) -> None:
    """Let the history follow a change of promotions that say so, and their beginnings and ends."""
    said = [read_promotion(one, key=0) for one in definitions]
    shelved = [one for one in said if one.phase is Phase.CATALOGUE]
    if not shelved:
        return
    now = clock.now()
    moments = {
        moment for one in shelved for moment in (one.schedule.starts_at, one.schedule.ends_at)
    }
    enqueue(JOB, order_key=JOB)
    for moment in sorted(one for one in moments if one is not None and one > now):
        enqueue(JOB, order_key=JOB, run_at=moment)


def on_prices_changed(_event: catalog.PricesChanged | pricing.ListPricesChanged) -> None:
    """Let the history follow prices under a promotion, once for all that change in a minute."""
    if published().shelf:
        now = clock.now()
        enqueue(JOB, order_key=JOB, run_at=now + _WAIT, dedupe=f"{JOB}:{now:%Y%m%d%H%M}")


def renew_shelf(job: Running) -> None:
    """Write down what is presented in each place since now."""
    for place in pricing.list_places():
        now = clock.now()
        prices = _prices_in(place, now)
        keys = sorted({*prices, *pricing.presented_by(reference=SHELF, place=place.name)})
        # Worked out before anything is written, and written part by part: orders need not wait
        # for a sale of the whole shop.
        for start in range(0, len(keys), _PART):
            part = keys[start : start + _PART]
            transact(partial(_present, place, part, prices, now))
    with job.finish():
        pass


def _present(
    place: pricing.Place, keys: Sequence[int], prices: Mapping[int, int], now: datetime
) -> None:
    pricing.present(
        reference=SHELF,
        place=place.name,
        prices={key: prices[key] for key in keys if key in prices},
        currency=place.currency,
        among=keys,
        at=now,
    )


def _prices_in(place: pricing.Place, now: datetime) -> dict[int, int]:
    """Return what promotions make goods cost in a place, by variant."""
    shelf = published().shelf
    here = [
        one for one in shelf.offers if one.holds(at=now, channel=place.channel, store=place.store)
    ]
    company = organization.get_company()
    rates = organization.rates_on(organization.today())
    prices: dict[int, int] = {}
    variants = _meant(here)
    for start in range(0, len(variants), _PART):
        part = variants[start : start + _PART]
        listed = pricing.prices_for(
            [
                pricing.Wanted(
                    variant_id=one.id,
                    quantity=1,
                    company_minor=one.price_minor,
                    brand=one.brand,
                    category=one.category,
                    cost_minor=one.cost_minor,
                    rate_bp=rates[one.tax_class_id],
                )
                for one in part
            ],
            at=now,
            currency=place.currency,
            company_currency=company.currency,
            channel=place.channel,
            store=place.store,
            groups=frozenset,
            customer_id=None,
        )
        for one in part:
            priced = listed.get(one.id, pricing.Priced())
            own = priced.unit_price_minor
            if own is None and place.currency != company.currency:
                continue
            line = CartLine(
                key=one.sku,
                sku=one.sku,
                unit_price_minor=one.price_minor if own is None else own,
                quantity=1,
                brand=one.brand or "",
                categories=frozenset({one.category} if one.category else ()),
                floor_minor=priced.floor_minor,
            )
            shelved = shelf.price(
                line,
                at=now,
                channel=place.channel,
                store=place.store,
                only_rates=place.currency != company.currency,
            )
            if shelved.cuts:
                prices[one.id] = shelved.price_minor
    return prices


def _meant(offers: Iterable[Offered]) -> list[catalog.VariantForSale]:
    """Return the variants that any of these may mean, each once."""
    found: dict[int, catalog.VariantForSale] = {}
    for one in offers:
        named = one.filter
        for variant in catalog.variants_like(
            skus=named.skus, brands=named.brands, categories=named.categories, limit=_MOST
        ):
            if not variant.is_gift_card:
                found[variant.id] = variant
    return [found[key] for key in sorted(found)]
