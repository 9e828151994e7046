"""The tables of the organization: one company, its stores and channels, and who works there."""

from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from app.db import Id, Model
from app.models import Account


class Edited:
    """A record that two people may have open: the second to save sees what the first changed."""

    version: Mapped[int] = mapped_column(default=1)

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}


class StoreKind(StrEnum):
    SHOP = "shop"
    WAREHOUSE = "warehouse"
    WEB = "web"


class LocationKind(StrEnum):
    FLOOR = "floor"
    BACK_ROOM = "back_room"
    WAREHOUSE = "warehouse"
    DAMAGED = "damaged"
    TRANSIT = "transit"


class ChannelKind(StrEnum):
    WEB = "web"
    POS = "pos"
    MARKETPLACE = "marketplace"
    B2B = "b2b"
    PHONE = "phone"
    PAPER = "paper"


class PriceBasis(StrEnum):
    GROSS = "gross"
    NET = "net"


class OnShortage(StrEnum):
    REFUSE = "refuse"
    BACKORDER = "backorder"


class TaxKind(StrEnum):
    STANDARD = "standard"
    ZERO = "zero"
    EXEMPT = "exempt"
    OUTSIDE = "outside"
    REVERSE_CHARGE = "reverse_charge"


class ShippingKind(StrEnum):
    COURIER = "courier"
    LOCKER = "locker"
    PICKUP = "pickup"


class PaymentKind(StrEnum):
    COD = "cod"
    TRANSFER = "transfer"
    CARD = "card"
    CASH = "cash"
    GATEWAY = "gateway"


class Company(Edited, Model):
    """The one company of this house: the seller on every document."""

    __tablename__ = "company"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[Id]
    name: Mapped[str]
    vat_id: Mapped[str | None]
    """With its country, such as PL5260250995."""
    street: Mapped[str] = mapped_column(default="")
    postal_code: Mapped[str] = mapped_column(default="")
    city: Mapped[str] = mapped_column(default="")
    country: Mapped[str] = mapped_column(default="PL")
    email: Mapped[str | None]
    phone: Mapped[str | None]
    bank_account: Mapped[str | None]
    """An IBAN, without spaces."""
    currency: Mapped[str] = mapped_column(default="PLN")
    """Of catalogue, ledgers and reports; set once."""
    time_zone: Mapped[str] = mapped_column(default="Europe/Warsaw")
    """Of days, reports and issue dates."""


class Store(Edited, Model):
    """A shop, a warehouse or a web store: what orders, documents and staff belong to."""

    __tablename__ = "store"

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    kind: Mapped[StoreKind] = mapped_column(default=StoreKind.SHOP)
    gln: Mapped[str | None]
    """Global Location Number of GS1: 13 digits."""
    street: Mapped[str] = mapped_column(default="")
    postal_code: Mapped[str] = mapped_column(default="")
    city: Mapped[str] = mapped_column(default="")
    country: Mapped[str] = mapped_column(default="PL")
    phone: Mapped[str | None]
    email: Mapped[str | None]
    time_zone: Mapped[str] = mapped_column(default="Europe/Warsaw")
    """Of its shifts and promotion hours."""
    opening_hours: Mapped[dict[str, Any] | None]
    """Day of the week ("mon" … "sun") -> "09:00-20:00"; a day that is missing is closed."""


class Location(Edited, Model):
    """A place inside a store where goods are counted."""

    __tablename__ = "location"

    id: Mapped[Id]
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"), index=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    kind: Mapped[LocationKind] = mapped_column(default=LocationKind.FLOOR)
    sellable: Mapped[bool] = mapped_column(default=True)


class Channel(Edited, Model):
    """A place of trade: where orders come from, in which currency, served by which locations."""

    __tablename__ = "channel"

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    kind: Mapped[ChannelKind]
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"), index=True)
    currency: Mapped[str] = mapped_column(default="PLN")
    price_basis: Mapped[PriceBasis] = mapped_column(default=PriceBasis.GROSS)
    on_shortage: Mapped[OnShortage] = mapped_column(default=OnShortage.REFUSE)
    active: Mapped[bool] = mapped_column(default=True)


class ChannelLocation(Model):
    """A location that serves a channel; the lowest rank is asked for goods first."""

    __tablename__ = "channel_location"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - read by SQLAlchemy

    channel_id: Mapped[int] = mapped_column(ForeignKey("channel.id"), primary_key=True)
    location_id: Mapped[int] = mapped_column(
        ForeignKey("location.id"), primary_key=True, index=True
    )
    rank: Mapped[int] = mapped_column(default=1)


class TaxClass(Edited, Model):
    """What VAT falls on some goods; its rate is dated."""

    __tablename__ = "tax_class"

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    kind: Mapped[TaxKind]
    note: Mapped[str] = mapped_column(default="")
    """The legal reason that a document must name where no VAT is charged."""


class TaxRate(Model):
    """The rate of a tax class from a day on, in basis points."""

    __tablename__ = "tax_rate"
    __table_args__ = (
        UniqueConstraint("tax_class_id", "valid_from"),
        CheckConstraint("rate_bp BETWEEN 0 AND 10000", name="possible"),
    )

    id: Mapped[Id]
    tax_class_id: Mapped[int] = mapped_column(ForeignKey("tax_class.id"))
    rate_bp: Mapped[int]
    valid_from: Mapped[date]


class ShippingMethod(Edited, Model):
    """A way in which goods reach the buyer, and what it needs to know for that."""

    __tablename__ = "shipping_method"

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    kind: Mapped[ShippingKind]
    carrier: Mapped[str | None]
    """The code of the connector that makes its labels; none for a pickup."""
    needs_address: Mapped[bool] = mapped_column(default=True)
    needs_point: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)


class PaymentMethod(Edited, Model):
    """A way in which money comes in."""

    __tablename__ = "payment_method"

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    kind: Mapped[PaymentKind]
    gateway: Mapped[str | None]
    """The code of the connector that moves the money; none where people do."""
    active: Mapped[bool] = mapped_column(default=True)


class Staff(Account):
    """Somebody who works here. Stores and permissions come from the roles of the account."""

    __tablename__ = "staff"

    id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    badge: Mapped[str | None] = mapped_column(unique=True)
    """What the scanner reads at the till."""
    pin_hash: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"polymorphic_identity": "staff"}  # noqa: RUF012 - read by SQLAlchemy
