"""Questions about the company, its stores, channels, methods and taxes. Each is one statement."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import and_, bindparam, func, select, true

from app import clock
from app.db import session
from app.errors import InvalidInput, NotFound
from app.i18n import _
from app.models import Account, Role, RoleGrant, UserSession
from modules.organization.models import (
    Channel,
    ChannelKind,
    ChannelLocation,
    Company,
    Location,
    OnShortage,
    PaymentMethod,
    PriceBasis,
    ShippingKind,
    ShippingMethod,
    Staff,
    Store,
    StoreKind,
    TaxClass,
    TaxKind,
    TaxRate,
)


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


class ShellStore(NamedTuple):
    """A store as the shell of a page names it."""

    id: int
    code: str
    name: str
    kind: StoreKind


# --- company and days -------------------------------------------------------------------------


def get_company() -> Company:
    return session.scalars(select(Company)).one()


_SHELL = (
    select(Company.name, Company.time_zone, Store.id, Store.code, Store.name, Store.kind)
    .outerjoin(Store, true())
    .order_by(Store.id)
)


def read_shell() -> tuple[str, str, list[ShellStore]]:
    """Return the company's name, its zone and all stores, by one statement."""
    rows = session.execute(_SHELL).all()
    stores = [ShellStore(*row[2:]) for row in rows if row[2] is not None]
    return rows[0][0], rows[0][1], stores


def company_zone() -> ZoneInfo:
    """Return the zone in which the company counts its days."""
    return ZoneInfo(session.scalars(select(Company.time_zone)).one())


def today() -> date:
    """Return the day that it is for the company."""
    return clock.now().astimezone(company_zone()).date()


def day_of(moment: datetime) -> date:
    """Return the day on which a moment falls for the company."""
    return moment.astimezone(company_zone()).date()


# --- stores and locations ---------------------------------------------------------------------


def list_stores() -> Sequence[Store]:
    return session.scalars(select(Store).order_by(Store.id)).all()


def get_store(code: str) -> Store:
    """
    Return the store with this code.

    :raises NotFound: there is none
    """
    store = session.scalar(select(Store).where(Store.code == code))
    if store is None:
        raise NotFound(_("There is no store %(code)s.", code=code))
    return store


def store_by_id(store_id: int) -> Store:
    """
    Return the store with this key.

    :raises NotFound: there is none
    """
    if store := session.get(Store, store_id):
        return store
    raise NotFound(_("There is no store %(code)s.", code=store_id))


def list_locations(store_id: int | None = None) -> Sequence[Location]:
    """Return the locations of one store, or of all of them, store by store."""
    found = select(Location).order_by(Location.store_id, Location.id)
    if store_id is not None:
        found = found.where(Location.store_id == store_id)
    return session.scalars(found).all()


def get_location(code: str) -> Location:
    """
    Return the location with this code.

    :raises NotFound: there is none
    """
    location = session.scalar(select(Location).where(Location.code == code))
    if location is None:
        raise NotFound(_("There is no location %(code)s.", code=code))
    return location


def location_by_id(location_id: int) -> Location:
    """
    Return the location with this key.

    :raises NotFound: there is none
    """
    if location := session.get(Location, location_id):
        return location
    raise NotFound(_("There is no location %(code)s.", code=location_id))


# --- channels ---------------------------------------------------------------------------------


def list_channels() -> Sequence[Channel]:
    return session.scalars(select(Channel).order_by(Channel.id)).all()


def get_channel(code: str) -> Channel:
    """
    Return the channel with this code.

    :raises NotFound: there is none
    """
    channel = session.scalar(select(Channel).where(Channel.code == code))
    if channel is None:
        raise NotFound(_("There is no channel %(code)s.", code=code))
    return channel


def channel_by_id(channel_id: int) -> Channel:
    """
    Return the channel with this key.

    :raises NotFound: there is none
    """
    if channel := session.get(Channel, channel_id):
        return channel
    raise NotFound(_("There is no channel %(code)s.", code=channel_id))


def served_by() -> dict[int, list[int]]:
    """Return for each channel the keys of the locations that serve it, by rank."""
    found: dict[int, list[int]] = {}
    rows = select(ChannelLocation).order_by(
        ChannelLocation.channel_id, ChannelLocation.rank, ChannelLocation.location_id
    )
    for row in session.scalars(rows):
        found.setdefault(row.channel_id, []).append(row.location_id)
    return found


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


# --- shipping and payment ---------------------------------------------------------------------


def list_shipping_methods() -> Sequence[ShippingMethod]:
    return session.scalars(select(ShippingMethod).order_by(ShippingMethod.id)).all()


def get_shipping_method(code: str) -> ShippingMethod:
    """
    Return the shipping method with this code.

    :raises NotFound: there is none
    """
    method = session.scalar(select(ShippingMethod).where(ShippingMethod.code == code))
    if method is None:
        raise NotFound(_("There is no shipping method %(code)s.", code=code))
    return method


def list_payment_methods() -> Sequence[PaymentMethod]:
    return session.scalars(select(PaymentMethod).order_by(PaymentMethod.id)).all()


def get_payment_method(code: str) -> PaymentMethod:
    """
    Return the payment method with this code.

    :raises NotFound: there is none
    """
    method = session.scalar(select(PaymentMethod).where(PaymentMethod.code == code))
    if method is None:
        raise NotFound(_("There is no payment method %(code)s.", code=code))
    return method


# --- taxes ------------------------------------------------------------------------------------


def list_tax_classes() -> Sequence[TaxClass]:
    return session.scalars(select(TaxClass).order_by(TaxClass.id)).all()


def get_tax_class(code: str) -> TaxClass:
    """
    Return the tax class with this code.

    :raises NotFound: there is none
    """
    tax_class = session.scalar(select(TaxClass).where(TaxClass.code == code))
    if tax_class is None:
        raise NotFound(_("There is no tax class %(code)s.", code=code))
    return tax_class


def list_tax_rates() -> Sequence[TaxRate]:
    """Return all dated rates, class by class, the newest first."""
    order = TaxRate.tax_class_id, TaxRate.valid_from.desc()
    return session.scalars(select(TaxRate).order_by(*order)).all()


# The rates that hold on a day: of each class the last that began on it or before.
_SINCE = (
    select(TaxRate.tax_class_id, func.max(TaxRate.valid_from).label("valid_from"))
    .where(TaxRate.valid_from <= bindparam("on"))
    .group_by(TaxRate.tax_class_id)
    .subquery()
)
_IN_FORCE = and_(
    TaxRate.tax_class_id == _SINCE.c.tax_class_id, TaxRate.valid_from == _SINCE.c.valid_from
)
_RATES = select(TaxClass.id, func.coalesce(TaxRate.rate_bp, 0)).outerjoin(
    TaxRate.__table__.join(_SINCE, _IN_FORCE), TaxRate.tax_class_id == TaxClass.id
)
_CLASS_FOR_RATE = (
    select(TaxClass)
    .join(TaxRate, TaxRate.tax_class_id == TaxClass.id)
    .join(_SINCE, _IN_FORCE)
    .where(TaxClass.kind == TaxKind.STANDARD, TaxRate.rate_bp == bindparam("rate_bp"))
    .order_by(TaxClass.id)
    .limit(1)
)
_ZERO_CLASS = select(TaxClass).where(TaxClass.kind == TaxKind.ZERO).order_by(TaxClass.id).limit(1)


def rates_on(on: date) -> dict[int, int]:
    """Return the rate of each tax class on a day, in basis points; 0 where none is charged."""
    return dict(session.execute(_RATES, {"on": on}).all())


class IntakeMethod(NamedTuple):
    """What an order's intake asks about the way in which its goods leave."""

    id: int
    code: str
    name: str
    kind: ShippingKind
    needs_address: bool
    needs_point: bool


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
    )
    .select_from(ShippingMethod)
    .join(TaxClass, true())
    .outerjoin(TaxRate.__table__.join(_SINCE, _IN_FORCE), TaxRate.tax_class_id == TaxClass.id)
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
    return IntakeMethod._make(rows[0][:6]), {row[6]: row[7] for row in rows}


def rate_on(tax_class_id: int, on: date) -> int:
    """
    Return the rate of one tax class on a day, in basis points.

    :raises NotFound: there is no such class
    """
    rate = session.execute(_RATES.where(TaxClass.id == tax_class_id), {"on": on}).first()
    if rate is None:
        raise NotFound(_("There is no tax class %(code)s.", code=tax_class_id))
    return int(rate[1])


def tax_class_for_rate(rate_bp: int, on: date) -> TaxClass:
    """
    Return the class of kind standard that has this rate on a day; for 0 the zero-rated one.

    :raises InvalidInput: no class has this rate then
    """
    if rate_bp == 0:
        found = session.scalar(_ZERO_CLASS)
    else:
        found = session.scalar(_CLASS_FOR_RATE, {"rate_bp": rate_bp, "on": on})
    if found is None:
        raise InvalidInput(
            _("No tax class has a rate of %(rate)s bp on that day.", rate=rate_bp),
            pointer="/tax_rate_bp",
            field="tax_rate_bp",
        )
    return found


# --- people and their keys --------------------------------------------------------------------


class Grant(NamedTuple):
    """One role of a person, in one store or (None) in all of them."""

    id: int
    account_id: int
    role: Role
    store_id: int | None


def list_staff(*, stores: Collection[int] | None = None) -> Sequence[Staff]:
    """Return all who work here by name, or only those with a role in one of these stores."""
    found = select(Staff).order_by(Account.disabled_at.is_not(None), Account.name, Staff.id)
    if stores is not None:
        there = select(RoleGrant.account_id).where(RoleGrant.store_id.in_(stores))
        found = found.where(Staff.id.in_(there))
    return session.scalars(found).all()


def get_staff(account_id: int) -> Staff:
    """
    Return one who works here.

    :raises NotFound: there is nobody with that id
    """
    if staff := session.get(Staff, account_id):
        return staff
    raise NotFound(_("There is no such person here."))


def list_grants(account_id: int | None = None) -> Sequence[Grant]:
    """Return the roles of one person, or of everybody."""
    found = (
        select(RoleGrant.id, RoleGrant.account_id, Role, RoleGrant.store_id)
        .join(Role, Role.id == RoleGrant.role_id)
        .order_by(RoleGrant.account_id, RoleGrant.id)
    )
    if account_id is not None:
        found = found.where(RoleGrant.account_id == account_id)
    return [Grant(*row) for row in session.execute(found)]


def list_roles() -> Sequence[Role]:
    return session.scalars(select(Role).order_by(Role.id)).all()


def last_seen() -> dict[int, datetime]:
    """Return for each account with an open session when it was last used."""
    found = select(UserSession.account_id, func.max(UserSession.last_seen_at))
    rows = session.execute(found.group_by(UserSession.account_id))
    return dict(rows.all())
