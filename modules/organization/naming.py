"""How the records of the settings are called, to whoever may see them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import url_for
from sqlalchemy import select

from app.actor import current_actor
from app.db import session
from app.i18n import _, lazy
from app.models import Role, RoleGrant
from app.module import Found
from modules.organization.forms import role_word
from modules.organization.models import (
    Channel,
    Company,
    Location,
    PaymentMethod,
    ShippingMethod,
    Staff,
    Store,
    TaxClass,
)
from modules.organization.operations.staff import LETS_IN

_VIEW = "organization.view"
Names = Callable[[Sequence[int]], Mapping[int, Found]]


def _of_the_house(model: Any, kind: Any, endpoint: str, icon: str) -> Names:
    """Return how records are named that all stores share, or (with a store) those of one's own."""

    def names(keys: Sequence[int]) -> Mapping[int, Found]:
        if not current_actor().may(_VIEW):
            return {}
        found = select(model).where(model.id.in_(keys))
        own = current_actor().stores(_VIEW)
        if own is not None and model is Store:
            found = found.where(Store.id.in_(own))
        elif own is not None and model is Location:
            found = found.where(Location.store_id.in_(own))
        return {
            one.id: Found(
                kind=str(kind),
                title=one.name,
                detail=one.code,
                url=url_for(endpoint, code=one.code),
                icon=icon,
            )
            for one in session.scalars(found)
        }

    return names


def _company(keys: Sequence[int]) -> Mapping[int, Found]:
    if not current_actor().may(_VIEW):
        return {}
    rows = session.scalars(select(Company).where(Company.id.in_(keys)))
    return {
        one.id: Found(
            kind=_("My company"),
            title=one.name,
            detail="",
            url=url_for("organization.index"),
            icon="building",
        )
        for one in rows
    }


def _roles(keys: Sequence[int]) -> Mapping[int, Found]:
    actor = current_actor()
    if not actor.may(LETS_IN) or actor.stores(LETS_IN) is not None:
        return {}
    return {
        one.id: Found(
            kind=_("Roles"),
            title=role_word(one),
            detail="",
            url=url_for("organization.role", role_id=one.id),
            icon="users",
        )
        for one in session.scalars(select(Role).where(Role.id.in_(keys)))
    }


def _staff(keys: Sequence[int]) -> Mapping[int, Found]:
    actor = current_actor()
    if not actor.may(LETS_IN):
        return {}
    found = select(Staff).where(Staff.id.in_(keys))
    own = actor.stores(LETS_IN)
    if own is not None:
        found = found.where(
            Staff.id.in_(select(RoleGrant.account_id).where(RoleGrant.store_id.in_(own)))
        )
    return {
        one.id: Found(
            kind=_("Staff"),
            title=one.name,
            detail=one.email,
            url=url_for("organization.person", account_id=one.id),
            icon="user",
        )
        for one in session.scalars(found)
    }


NAMES: Mapping[str, Names] = {
    "company": _company,
    "store": _of_the_house(Store, lazy("Stores"), "organization.store", "building-store"),
    "location": _of_the_house(Location, lazy("Locations"), "organization.location", "map-pin"),
    "channel": _of_the_house(Channel, lazy("Channels"), "organization.channel", "api"),
    "tax_class": _of_the_house(TaxClass, lazy("Taxes"), "organization.tax_class", "receipt-2"),
    "shipping_method": _of_the_house(
        ShippingMethod, lazy("Methods"), "organization.shipping_method", "truck-delivery"
    ),
    "payment_method": _of_the_house(
        PaymentMethod, lazy("Methods"), "organization.payment_method", "receipt-2"
    ),
    "role": _roles,
    "staff": _staff,
}
