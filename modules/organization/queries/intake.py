"""All that the way in of an order asks, in two statements."""

from datetime import date
from typing import Any, NamedTuple

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


# These two name tables, not classes: by way of the ORM they cost twice the time.
_CHANNEL: Any = Channel.__table__
_STORE: Any = Store.__table__
_COMPANY: Any = Company.__table__
_LOCATION: Any = Location.__table__
_SERVES: Any = ChannelLocation.__table__
_METHOD: Any = ShippingMethod.__table__
_CLASS: Any = TaxClass.__table__
_RATE: Any = TaxRate.__table__

_INTAKE = (
    select(
        _CHANNEL.c.id,
        _CHANNEL.c.code,
        _CHANNEL.c.name,
        _CHANNEL.c.kind,
        _CHANNEL.c.store_id,
        _STORE.c.code,
        _CHANNEL.c.currency,
        select(_COMPANY.c.currency).scalar_subquery(),
        select(_COMPANY.c.time_zone).scalar_subquery(),
        _CHANNEL.c.price_basis,
        _CHANNEL.c.on_shortage,
        _LOCATION.c.id,
        _LOCATION.c.code,
        _LOCATION.c.store_id,
        _LOCATION.c.sellable,
    )
    .select_from(
        _CHANNEL.join(_STORE, _STORE.c.id == _CHANNEL.c.store_id)
        .outerjoin(_SERVES, _SERVES.c.channel_id == _CHANNEL.c.id)
        .outerjoin(
            _LOCATION,
            and_(_LOCATION.c.id == _SERVES.c.location_id, _LOCATION.c.sellable.is_(True)),
        )
    )
    .where(_CHANNEL.c.code == bindparam("code"), _CHANNEL.c.active.is_(True))
    .order_by(_SERVES.c.rank, _SERVES.c.location_id)
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
        _METHOD.c.id,
        _METHOD.c.code,
        _METHOD.c.name,
        _METHOD.c.kind,
        _METHOD.c.needs_address,
        _METHOD.c.needs_point,
        _CLASS.c.id,
        func.coalesce(_RATE.c.rate_bp, 0),
        _CLASS.c.code,
    )
    .select_from(
        _METHOD.join(_CLASS, true()).outerjoin(
            _RATE.join(SINCE, IN_FORCE), _RATE.c.tax_class_id == _CLASS.c.id
        )
    )
    .where(_METHOD.c.code == bindparam("method"), _METHOD.c.active.is_(True))
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
