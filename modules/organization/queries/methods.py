"""The ways in which goods leave and money comes."""

from collections.abc import Sequence

from sqlalchemy import bindparam, select

from app.db import session
from app.errors import NotFound
from app.i18n import _
from modules.organization.models import (
    PaymentMethod,
    ShippingMethod,
)


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


_PAYMENT_METHOD = select(PaymentMethod).where(PaymentMethod.code == bindparam("code"))


def get_payment_method(code: str) -> PaymentMethod:
    """
    Return the payment method with this code.

    :raises NotFound: there is none
    """
    method = session.scalar(_PAYMENT_METHOD, {"code": code})
    if method is None:
        raise NotFound(_("There is no payment method %(code)s.", code=code))
    return method
