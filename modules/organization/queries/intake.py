"""All that the way in of an order asks, in two statements."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import and_, bindparam, func, select, true

from app.db import session
from app.errors import NotFound
from app.i18n import _
from modules.organization.models import (
    Channel,
    ChannelKind,
    ChannelLocation,
    Company,
    Location,
    OnShortage,
    PriceBasis,
    ShippingKind,
    ShippingMethod,
    Store,
    TaxClass,
    TaxRate,
)
from modules.organization.queries.taxes import DELIVERY_CLASS, IN_FORCE, SINCE


class IntakeLocation(NamedTuple):
    """A sellable location that serves a channel."""

    id: int
    code: str
    store_id: int
    sellable: bool


class IntakeChannel(NamedTuple):
    """All that an order's intake asks about its channel, read by one statement."""

    id: int
    code: str
    name: str
    kind: ChannelKind
    store_id: int
    store_code: str
    currency: str
    company_currency: str
    company_zone: str
    price_basis: PriceBasis
    on_shortage: OnShortage
    locations: list[IntakeLocation]
    """The sellable ones that serve it, the first to be asked for goods first."""


_INTAKE = (
    select(
        Channel.id,
        Channel.code,
        Channel.name,
        Channel.kind,
        Channel.store_id,
        Store.code,
        Channel.currency,
        select(Company.currency).scalar_subquery(),
        select(Company.time_zone).scalar_subquery(),
        Channel.price_basis,
        Channel.on_shortage,
        Location.id,
        Location.code,
        Location.store_id,
        Location.sellable,
    )
    .join(Store, Store.id == Channel.store_id)
    .outerjoin(ChannelLocation, ChannelLocation.channel_id == Channel.id)
    .outerjoin(
        Location, and_(Location.id == ChannelLocation.location_id, Location.sellable.is_(True))
    )
    .where(Channel.code == bindparam("code"), Channel.active.is_(True))
    .order_by(ChannelLocation.rank, ChannelLocation.location_id)
)


def channel_for_intake(code: str) -> IntakeChannel:
    """
    Return a channel with its store and the sellable locations that serve it, by rank.

    :raises NotFound: there is no such channel, or it is switched off
    """
    rows = session.execute(_INTAKE, {"code": code}).all()
    if not rows:
        raise NotFound(_("There is no channel %(code)s.", code=code))
    locations = [IntakeLocation(*row[11:]) for row in rows if row[11] is not None]
    return IntakeChannel._make([*rows[0][:11], locations])


class IntakeMethod(NamedTuple):
    """What an order's intake asks about the way in which its goods leave."""

    id: int
    code: str
    name: str
    kind: ShippingKind
    needs_address: bool
    needs_point: bool
    delivery_rate_bp: int


_TERMS = (
    select(
        ShippingMethod.id,
        ShippingMethod.code,
        ShippingMethod.name,
        ShippingMethod.kind,
        ShippingMethod.needs_address,
        ShippingMethod.needs_point,
        TaxClass.id,
        func.coalesce(TaxRate.rate_bp, 0),
        TaxClass.code,
    )
    .select_from(ShippingMethod)
    .join(TaxClass, true())
    .outerjoin(TaxRate.__table__.join(SINCE, IN_FORCE), TaxRate.tax_class_id == TaxClass.id)
    .where(ShippingMethod.code == bindparam("method"), ShippingMethod.active.is_(True))
)


def terms_for_intake(method: str, on: date) -> tuple[IntakeMethod, dict[int, int]]:
    """
    Return a shipping method, and the rate of each tax class on a day: both in one statement.

    :raises NotFound: there is no such method
    """
    rows = session.execute(_TERMS, {"method": method, "on": on}).all()
    if not rows:
        raise NotFound(_("There is no shipping method %(code)s.", code=method))
    rates = {row[6]: row[7] for row in rows}
    delivery = next((row[7] for row in rows if row[8] == DELIVERY_CLASS), 0)
    return IntakeMethod._make([*rows[0][:6], delivery]), rates
