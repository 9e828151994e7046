"""The goods and the price lists that these tests play with."""

from datetime import UTC, datetime, timedelta
from typing import Any

from app import clock
from app.db import close_session, session, transact
from modules import catalog, pricing
from modules.catalog import NewOption, NewVariant
from modules.pricing import Entry, PriceList
from modules.pricing.entries import put_prices
from modules.pricing.models import PricePeriod
from modules.pricing.operations import create_price_list, update_price_list
from modules.pricing.proving import prove_periods
from modules.pricing.queries import get_price_list

NOON = datetime(2026, 11, 22, 11, tzinfo=UTC)
DAY = timedelta(days=1)


def make_boots(code: str = "BOOT", price_minor: int = 20_000, **more: Any) -> tuple[int, int]:
    """Put boots of two sizes into the catalogue and return the keys of the variants."""
    facts: dict[str, Any] = {"brand": "Bazar", "category": "Shoes", "tax_rate_bp": 2300} | more
    variants = [
        NewVariant(
            sku=f"{code}-{size}",
            price_minor=price_minor,
            options={"size": size},
            cost_minor=8_000,
        )
        for size in ("38", "39")
    ]
    transact(
        lambda: catalog.create_product(
            code=code,
            name=f"Boots {code}",
            options=[NewOption(name="size", values=["38", "39"])],
            variants=variants,
            **facts,
        )
    )
    close_session()
    found = catalog.variants_for_sale([one.sku for one in variants])
    close_session()
    return found[variants[0].sku].id, found[variants[1].sku].id


def make_list(code: str = "WEB", *prices: Entry, **facts: Any) -> PriceList:
    """Make a list in PLN that is switched on, with prices on it."""
    told: dict[str, Any] = {"name": f"List {code}", "currency": "PLN", "active": True} | facts

    def work() -> PriceList:
        made = create_price_list(code=code, **told)
        return put_prices(price_list_id=made.id, entries=prices) if prices else made

    made = transact(work)
    close_session()
    return made


def put(record: PriceList, *prices: Entry, **more: Any) -> PriceList:
    done = transact(lambda: put_prices(price_list_id=record.id, entries=prices, **more))
    close_session()
    return done


def change(record: PriceList, **facts: Any) -> PriceList:
    close_session()
    version = get_price_list(record.id).version
    close_session()
    done = transact(lambda: update_price_list(price_list_id=record.id, version=version, **facts))
    close_session()
    return done


def cost(variant_id: int, quantity: int = 1, **asked: Any) -> tuple[int | None, str]:
    """Return what lists say that so many of a variant cost, and which list it is."""
    close_session()
    variant = catalog.variants_by_id([variant_id])[variant_id]
    wanted = pricing.Wanted(
        variant_id, quantity, variant.price_minor, variant.brand, variant.category
    )
    usual: dict[str, Any] = {
        "at": clock.now(),
        "currency": "PLN",
        "company_currency": "PLN",
        "channel": "web",
    }
    found = pricing.prices_for([wanted], **(usual | asked))[variant_id]
    close_session()
    return found.unit_price_minor, found.price_list


def history(variant_id: int, place: str = "") -> list[tuple[int | None, bool]]:
    """Return the prices presented in a place, oldest first, and whether they still are."""
    close_session()
    rows = (
        session.query(PricePeriod)
        .filter(PricePeriod.variant_id == variant_id, PricePeriod.place == place)
        .order_by(PricePeriod.valid_from, PricePeriod.id)
        .all()
    )
    close_session()
    return [(one.price_minor, one.valid_to is None) for one in rows]


def set_price(sku: str, price_minor: int) -> None:
    transact(lambda: catalog.set_price(sku=sku, price_minor=price_minor))
    close_session()


def differences() -> list[str]:
    close_session()
    found = [str(one) for one in prove_periods()]
    close_session()
    return found
