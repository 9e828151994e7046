"""Changes of VAT rates. A rate is never overwritten: a new one begins on a day."""

from datetime import date

from sqlalchemy import select

from app.audit import record_change
from app.db import session
from app.errors import InvalidInput, NotFound, RuleViolation
from app.i18n import _
from app.reference import Reference
from modules.organization.errors import AlreadyExists
from modules.organization.models import TaxClass, TaxKind, TaxRate
from modules.organization.operations.edits import make
from modules.organization.queries import today


def create_tax_class(
    *, code: str, name: str, kind: TaxKind | str, note: str = "", rate_bp: int | None = None
) -> TaxClass:
    """
    Make a tax class; one of kind standard begins with a rate that holds from today.

    :raises AlreadyExists: the code is taken
    :raises InvalidInput: the kind wants a rate and there is none, or the other way round
    """
    kind = TaxKind(kind)
    if (kind is TaxKind.STANDARD) != (rate_bp is not None):
        raise InvalidInput(
            _("A class of kind standard has a rate, and only such a class."), field="rate_bp"
        )
    tax_class = make(TaxClass(code=code.strip(), name=name.strip(), kind=kind, note=note.strip()))
    if rate_bp is not None:
        session.add(TaxRate(tax_class_id=tax_class.id, rate_bp=rate_bp, valid_from=today()))
        session.flush()
    return tax_class


def add_tax_rate(*, tax_class_id: int, rate_bp: int, valid_from: date) -> TaxRate:
    """
    Let another rate hold from a day on. Orders freeze theirs, so none changes afterwards.

    :raises InvalidInput: the day is over, or the class has no rate by its kind
    :raises AlreadyExists: a rate begins on that day already
    """
    tax_class = session.get(TaxClass, tax_class_id)
    if tax_class is None:
        raise NotFound(_("There is no tax class %(code)s.", code=tax_class_id))
    if tax_class.kind is not TaxKind.STANDARD:
        raise InvalidInput(_("A class of this kind has no rate."), field="rate_bp")
    if not 0 < rate_bp <= 10_000:
        raise InvalidInput(_("A rate lies above 0 and up to 100 percent."), field="rate_bp")
    if valid_from < today():
        raise InvalidInput(_("That day is over. A rate begins today or later."), field="valid_from")
    same_day = select(TaxRate.id).where(
        TaxRate.tax_class_id == tax_class_id, TaxRate.valid_from == valid_from
    )
    if session.scalar(same_day) is not None:
        raise AlreadyExists(
            _("A rate of this class begins on that day already."), field="valid_from"
        )
    rate = TaxRate(tax_class_id=tax_class_id, rate_bp=rate_bp, valid_from=valid_from)
    session.add(rate)
    session.flush()
    record_change(
        Reference("tax_class", tax_class_id),
        "rate added",
        new={"rate_bp": rate_bp, "valid_from": valid_from},
    )
    return rate


def withdraw_tax_rate(*, rate_id: int) -> None:
    """
    Take back a rate that has not begun.

    :raises RuleViolation: it holds already
    """
    rate = session.get(TaxRate, rate_id)
    if rate is None:
        raise NotFound(_("There is no such record here."))
    if rate.valid_from <= today():
        raise RuleViolation(_("This rate holds already. Add another one that follows it."))
    record_change(
        Reference("tax_class", rate.tax_class_id),
        "rate withdrawn",
        old={"rate_bp": rate.rate_bp, "valid_from": rate.valid_from},
    )
    session.delete(rate)
    session.flush()
