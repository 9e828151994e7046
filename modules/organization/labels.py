"""The words that people read for what the tables hold."""

from typing import Any

from app.i18n import _, lazy
from app.look import percent
from modules.organization.models import (
    ChannelKind,
    LocationKind,
    OnShortage,
    PaymentKind,
    PriceBasis,
    ShippingKind,
    StoreKind,
    TaxKind,
)

STORE_KIND: dict[StoreKind, Any] = {
    StoreKind.SHOP: lazy("Shop"),
    StoreKind.WAREHOUSE: lazy("Warehouse"),
    StoreKind.WEB: lazy("Web store"),
}
LOCATION_KIND: dict[LocationKind, Any] = {
    LocationKind.FLOOR: lazy("Sales floor"),
    LocationKind.BACK_ROOM: lazy("Back room"),
    LocationKind.WAREHOUSE: lazy("Warehouse"),
    LocationKind.DAMAGED: lazy("Damaged goods"),
    LocationKind.TRANSIT: lazy("In transit"),
}
CHANNEL_KIND: dict[ChannelKind, Any] = {
    ChannelKind.WEB: lazy("Web store"),
    ChannelKind.POS: lazy("Shop counter"),
    ChannelKind.MARKETPLACE: lazy("Marketplace"),
    ChannelKind.B2B: lazy("Companies"),
    ChannelKind.PHONE: lazy("Telephone"),
    ChannelKind.PAPER: lazy("Paper shop"),
}
PRICE_BASIS: dict[PriceBasis, Any] = {
    PriceBasis.GROSS: lazy("With VAT"),
    PriceBasis.NET: lazy("Without VAT"),
}
ON_SHORTAGE: dict[OnShortage, Any] = {
    OnShortage.REFUSE: lazy("Refuse the order"),
    OnShortage.BACKORDER: lazy("Take it and backorder"),
}
TAX_KIND: dict[TaxKind, Any] = {
    TaxKind.STANDARD: lazy("With a rate"),
    TaxKind.ZERO: lazy("Zero-rated"),
    TaxKind.EXEMPT: lazy("VAT exempt"),
    TaxKind.OUTSIDE: lazy("Outside VAT"),
    TaxKind.REVERSE_CHARGE: lazy("Reverse charge"),
}
SHIPPING_KIND: dict[ShippingKind, Any] = {
    ShippingKind.COURIER: lazy("To an address"),
    ShippingKind.LOCKER: lazy("To a locker or point"),
    ShippingKind.PICKUP: lazy("Picked up in a store"),
}
PAYMENT_KIND: dict[PaymentKind, Any] = {
    PaymentKind.COD: lazy("Cash on delivery"),
    PaymentKind.TRANSFER: lazy("Bank transfer"),
    PaymentKind.CARD: lazy("Card at the counter"),
    PaymentKind.CASH: lazy("Cash at the counter"),
    PaymentKind.GATEWAY: lazy("Online, by a gateway"),
}
DAY: dict[str, Any] = {
    "mon": lazy("Monday"),
    "tue": lazy("Tuesday"),
    "wed": lazy("Wednesday"),
    "thu": lazy("Thursday"),
    "fri": lazy("Friday"),
    "sat": lazy("Saturday"),
    "sun": lazy("Sunday"),
}
FIELD: dict[str, Any] = {
    "active": lazy("In use"),
    "badge": lazy("Badge"),
    "bank_account": lazy("Bank account"),
    "carrier": lazy("Carrier"),
    "channels": lazy("Channels served"),
    "city": lazy("Town"),
    "code": lazy("Code"),
    "country": lazy("Country"),
    "currency": lazy("Currency"),
    "email": lazy("E-mail"),
    "gateway": lazy("Gateway"),
    "gln": lazy("GLN"),
    "kind": lazy("Kind"),
    "locations": lazy("Locations that serve it"),
    "name": lazy("Name"),
    "needs_address": lazy("Needs an address"),
    "needs_point": lazy("Needs a pickup point"),
    "note": lazy("Legal note"),
    "on_shortage": lazy("When goods are short"),
    "opening_hours": lazy("Opening hours"),
    "permissions": lazy("What it may do"),
    "limits": lazy("Limits"),
    "phone": lazy("Telephone"),
    "postal_code": lazy("Postal code"),
    "price_basis": lazy("Prices"),
    "rate_bp": lazy("Rate"),
    "role": lazy("Role"),
    "sellable": lazy("Goods may be sold"),
    "store": lazy("Store"),
    "store_id": lazy("Store"),
    "street": lazy("Street and number"),
    "time_zone": lazy("Time zone"),
    "valid_from": lazy("From"),
    "vat_id": lazy("VAT id"),
}
ACTION: dict[str, Any] = {
    "made": lazy("Made"),
    "changed": lazy("Changed"),
    "let in": lazy("Let in"),
    "role given": lazy("Role given"),
    "role taken": lazy("Role taken"),
    "new password": lazy("New password set"),
    "account closed": lazy("Account closed"),
    "signed out": lazy("Signed out everywhere"),
    "second factor on": lazy("Second factor set up"),
    "second factor off": lazy("Second factor turned off"),
    "second factor taken off": lazy("Second factor taken off"),
    "new recovery codes": lazy("New recovery codes made"),
    "recovery code used": lazy("Recovery code used"),
    "account opened": lazy("Account opened"),
    "rate added": lazy("Rate added"),
    "rate withdrawn": lazy("Rate withdrawn"),
    "revoked": lazy("Revoked"),
    "removed": lazy("Removed"),
}


def field_word(name: str) -> str:
    return str(FIELD.get(name, name))


def rate_word(rate_bp: int) -> str:
    """Return "23 %" or "5,5 %" of basis points."""
    return percent(rate_bp / 10_000, 0 if rate_bp % 100 == 0 else 1 if rate_bp % 10 == 0 else 2)


def value_word(name: str, value: Any) -> str:
    """Return what a person reads for one value of a record."""
    if value is None or value in ("", [], {}):
        return "–"
    if value is True or value is False:
        return str(_("yes") if value else _("no"))
    if name == "rate_bp":
        return rate_word(value)
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    if isinstance(value, dict):
        return ", ".join(f"{DAY.get(key, key)} {one}" for key, one in value.items())
    return str(value)
