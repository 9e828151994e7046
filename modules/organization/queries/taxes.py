"""Tax classes and the rates that hold on a day."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import and_, bindparam, func, select

from app.db import session
from app.errors import InvalidInput, NotFound
from app.i18n import _
from modules.organization.models import (
    TaxClass,
    TaxKind,
    TaxRate,
)

DELIVERY_CLASS = "standard"


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
SINCE = (
    select(TaxRate.tax_class_id, func.max(TaxRate.valid_from).label("valid_from"))
    .where(TaxRate.valid_from <= bindparam("on"))
    .group_by(TaxRate.tax_class_id)
    .subquery()
)
IN_FORCE = and_(
    TaxRate.tax_class_id == SINCE.c.tax_class_id, TaxRate.valid_from == SINCE.c.valid_from
)
_RATES = select(TaxClass.id, func.coalesce(TaxRate.rate_bp, 0)).outerjoin(
    TaxRate.__table__.join(SINCE, IN_FORCE), TaxRate.tax_class_id == TaxClass.id
)
_CLASS_FOR_RATE = (
    select(TaxClass)
    .join(TaxRate, TaxRate.tax_class_id == TaxClass.id)
    .join(SINCE, IN_FORCE)
    .where(TaxClass.kind == TaxKind.STANDARD, TaxRate.rate_bp == bindparam("rate_bp"))
    .order_by(TaxClass.id)
    .limit(1)
)
_ZERO_CLASS = select(TaxClass).where(TaxClass.kind == TaxKind.ZERO).order_by(TaxClass.id).limit(1)


def rates_on(on: date) -> dict[int, int]:
    """Return the rate of each tax class on a day, in basis points; 0 where none is charged."""
    return dict(session.execute(_RATES, {"on": on}).all())


def delivery_rate_on(on: date) -> int:
    """Return the rate in basis points at which delivery is taxed on a day."""
    return rate_on(get_tax_class(DELIVERY_CLASS).id, on)


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
