"""The organization for programs: its stores, locations, channels and methods, to be read."""

from collections.abc import Callable, Iterable
from typing import Annotated, Any

from pydantic import Field

from app.access import any_token
from app.api import In, Out, api_blueprint, pack_cursor, unpack_cursor
from app.tokens import current_token
from modules.organization import queries
from modules.organization.models import (
    ChannelKind,
    LocationKind,
    OnShortage,
    PaymentKind,
    PriceBasis,
    ShippingKind,
    StoreKind,
)

api = api_blueprint("organization", __name__, title="Organization")


class PageIn(In):
    limit: Annotated[int, Field(ge=1, le=200)] = 200
    cursor: str | None = None


class StoreOut(Out):
    code: str
    name: str
    kind: StoreKind
    gln: str | None
    street: str
    postal_code: str
    city: str
    country: str
    time_zone: str


class LocationOut(Out):
    code: str
    name: str
    store: str
    kind: LocationKind
    sellable: bool
    channels: list[str]


class ChannelOut(Out):
    code: str
    name: str
    kind: ChannelKind
    store: str
    currency: str
    prices: PriceBasis
    on_shortage: OnShortage
    active: bool
    locations: list[str]


class ShippingMethodOut(Out):
    code: str
    name: str
    kind: ShippingKind
    carrier: str | None
    needs_address: bool
    needs_point: bool
    active: bool


class PaymentMethodOut(Out):
    code: str
    name: str
    kind: PaymentKind
    gateway: str | None
    active: bool


class StoresOut(Out):
    items: list[StoreOut]
    next_cursor: str | None


class LocationsOut(Out):
    items: list[LocationOut]
    next_cursor: str | None


class ChannelsOut(Out):
    items: list[ChannelOut]
    next_cursor: str | None


class ShippingMethodsOut(Out):
    items: list[ShippingMethodOut]
    next_cursor: str | None


class PaymentMethodsOut(Out):
    items: list[PaymentMethodOut]
    next_cursor: str | None


@api.get("/stores")
@api.input(PageIn, location="query", arg_name="query")
@api.output(StoresOut)
@any_token
def list_stores(query: PageIn) -> dict[str, Any]:
    """List the stores that the token may see."""
    seen = [store for store in queries.list_stores() if _sees(store.id)]
    return _page(seen, query, StoreOut.model_validate)


@api.get("/locations")
@api.input(PageIn, location="query", arg_name="query")
@api.output(LocationsOut)
@any_token
def list_locations(query: PageIn) -> dict[str, Any]:
    """List the locations of the stores that the token may see, with the channels they serve."""
    stores = {store.id: store.code for store in queries.list_stores()}
    channels: dict[int, list[str]] = {}
    served = queries.served_by()
    for channel in queries.list_channels():
        for location_id in served.get(channel.id, ()):
            channels.setdefault(location_id, []).append(channel.code)
    seen = [location for location in queries.list_locations() if _sees(location.store_id)]
    return _page(
        seen,
        query,
        lambda location: LocationOut(
            code=location.code,
            name=location.name,
            store=stores[location.store_id],
            kind=location.kind,
            sellable=location.sellable,
            channels=channels.get(location.id, []),
        ),
    )


@api.get("/channels")
@api.input(PageIn, location="query", arg_name="query")
@api.output(ChannelsOut)
@any_token
def list_channels(query: PageIn) -> dict[str, Any]:
    """List the channels, each with the locations that serve it, the first to be asked first."""
    stores = {store.id: store.code for store in queries.list_stores()}
    codes = {one.id: one.code for one in queries.list_locations() if _sees(one.store_id)}
    served = queries.served_by()
    return _page(
        queries.list_channels(),
        query,
        lambda channel: ChannelOut(
            code=channel.code,
            name=channel.name,
            kind=channel.kind,
            store=stores[channel.store_id],
            currency=channel.currency,
            prices=channel.price_basis,
            on_shortage=channel.on_shortage,
            active=channel.active,
            locations=[codes[one] for one in served.get(channel.id, ()) if one in codes],
        ),
    )


@api.get("/shipping-methods")
@api.input(PageIn, location="query", arg_name="query")
@api.output(ShippingMethodsOut)
@any_token
def list_shipping_methods(query: PageIn) -> dict[str, Any]:
    """List the ways in which goods reach the buyer."""
    return _page(queries.list_shipping_methods(), query, ShippingMethodOut.model_validate)


@api.get("/payment-methods")
@api.input(PageIn, location="query", arg_name="query")
@api.output(PaymentMethodsOut)
@any_token
def list_payment_methods(query: PageIn) -> dict[str, Any]:
    """List the ways in which money comes in."""
    return _page(queries.list_payment_methods(), query, PaymentMethodOut.model_validate)


def _sees(store_id: int) -> bool:
    stores = current_token().store_ids
    return stores is None or store_id in stores


def _page(rows: Iterable[Any], query: PageIn, shown: Callable[[Any], Out]) -> dict[str, Any]:
    """Return one page; these lists are short enough to be read whole and cut here."""
    after = unpack_cursor(query.cursor, int)[0] if query.cursor else 0
    rest = [row for row in sorted(rows, key=lambda row: int(row.id)) if row.id > after]
    page = rest[: query.limit]
    more = len(rest) > query.limit
    return {
        "items": [shown(row) for row in page],
        "next_cursor": pack_cursor(page[-1].id) if more else None,
    }
