"""What every installation has from the start: the codes that web shops and scripts rely on."""

from datetime import date
from typing import Any

from sqlalchemy import select

from app.db import session
from modules.organization.models import (
    Channel,
    ChannelKind,
    ChannelLocation,
    Company,
    Location,
    LocationKind,
    PaymentKind,
    PaymentMethod,
    ShippingKind,
    ShippingMethod,
    Store,
    StoreKind,
    TaxClass,
    TaxKind,
    TaxRate,
)

_CHANNELS = (
    {"code": "web", "name": "Web store", "kind": ChannelKind.WEB},
    {"code": "pos", "name": "Shop counter", "kind": ChannelKind.POS},
)
_SHIPPING = (
    {"code": "courier", "name": "Courier", "kind": ShippingKind.COURIER, "carrier": "paper"},
    {
        "code": "locker",
        "name": "Parcel locker",
        "kind": ShippingKind.LOCKER,
        "carrier": "paper",
        "needs_address": False,
        "needs_point": True,
    },
    {
        "code": "pickup",
        "name": "Pick up in store",
        "kind": ShippingKind.PICKUP,
        "needs_address": False,
    },
)
_PAYMENT = (
    {"code": "cod", "name": "Cash on delivery", "kind": PaymentKind.COD},
    {"code": "transfer", "name": "Bank transfer", "kind": PaymentKind.TRANSFER},
    {"code": "paper_card", "name": "Card", "kind": PaymentKind.GATEWAY, "gateway": "paper"},
)
_TAXES = (
    ("standard", "Standard rate", TaxKind.STANDARD, 2300),
    ("reduced", "Reduced rate", TaxKind.STANDARD, 800),
    ("reduced2", "Second reduced rate", TaxKind.STANDARD, 500),
    ("zero", "Zero rate", TaxKind.ZERO, 0),
    ("exempt", "Exempt", TaxKind.EXEMPT, None),
)
# The Polish rates as they have stood since 2011 (VAT act of 2004, art. 146aa and 146ef).
_SINCE = date(2011, 1, 1)


def install() -> None:
    """Put in place what is missing; what somebody renamed or changed since is left alone."""
    if session.scalar(select(Company.id)) is None:
        session.add(Company(id=1, name="My company"))
    main = _missing(Store, code="MAIN", name="Main store", kind=StoreKind.SHOP)
    shelf = _missing(
        Location, code="MAIN", name="Main location", store_id=main.id, kind=LocationKind.FLOOR
    )
    for channel in _CHANNELS:
        if not _known(Channel, channel["code"]):
            made = _missing(Channel, store_id=main.id, **channel)
            session.add(ChannelLocation(channel_id=made.id, location_id=shelf.id, rank=1))
    for shipping in _SHIPPING:
        _missing(ShippingMethod, **shipping)
    for payment in _PAYMENT:
        _missing(PaymentMethod, **payment)
    for code, name, kind, rate in _TAXES:
        if not _known(TaxClass, code):
            tax_class = _missing(TaxClass, code=code, name=name, kind=kind)
            if rate is not None:
                session.add(TaxRate(tax_class_id=tax_class.id, rate_bp=rate, valid_from=_SINCE))
    session.flush()


def _known(model: Any, code: Any) -> bool:
    return session.scalar(select(model.id).where(model.code == code)) is not None


def _missing(model: Any, **values: Any) -> Any:
    """Return the row with this code, made where it is missing."""
    row = session.scalar(select(model).where(model.code == values["code"]))
    if row is None:
        row = model(**values)
        session.add(row)
        session.flush()
    return row
