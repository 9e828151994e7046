"""Tax classes and their dated rates."""

from flask import url_for
from flask.typing import ResponseReturnValue

from app.access import requires
from app.db import transact
from app.history_page import last_changes
from app.i18n import _
from app.look import toast
from app.web import go_to, render
from modules.organization import labels, operations, queries
from modules.organization.forms import TaxClassForm, TaxRateForm
from modules.organization.models import TaxClass, TaxKind, TaxRate
from modules.organization.views.blueprint import EDIT, VIEW, blueprint, check_edit, may_edit


@blueprint.get("/taxes")
@requires(VIEW)
def taxes() -> ResponseReturnValue:
    return _show_all(TaxClassForm())


@blueprint.post("/taxes")
@requires(EDIT)
def create_tax_class() -> ResponseReturnValue:
    check_edit()
    form = TaxClassForm()
    if form.carry_out(operations.create_tax_class):
        toast(_("%(name)s can be chosen now.", name=form.done.name))
        return go_to(url_for(".taxes"))
    return _show_all(form, status=422)


@blueprint.get("/taxes/<code>")
@requires(VIEW)
def tax_class(code: str) -> ResponseReturnValue:
    return _show(queries.get_tax_class(code), TaxRateForm())


@blueprint.post("/taxes/<code>/rates")
@requires(EDIT)
def add_tax_rate(code: str) -> ResponseReturnValue:
    check_edit()
    found = queries.get_tax_class(code)
    form = TaxRateForm()
    if form.carry_out(operations.add_tax_rate, tax_class_id=found.id):
        toast(_("The rate is added."))
        return go_to(url_for(".tax_class", code=code))
    return _show(found, form, status=422)


@blueprint.post("/tax-rates/<int:rate_id>/withdrawal")
@requires(EDIT)
def withdraw_tax_rate(rate_id: int) -> ResponseReturnValue:
    check_edit()
    transact(lambda: operations.withdraw_tax_rate(rate_id=rate_id))
    toast(_("The rate will not begin."))
    return go_to(url_for(".taxes"))


def _rates() -> dict[int, list[TaxRate]]:
    found: dict[int, list[TaxRate]] = {}
    for rate in queries.list_tax_rates():
        found.setdefault(rate.tax_class_id, []).append(rate)
    return found


def _show_all(form: TaxClassForm, *, status: int = 200) -> ResponseReturnValue:
    today = queries.today()
    return render(
        "organization/taxes.html",
        status=status,
        form=form,
        open_form=status != 200,
        classes=queries.list_tax_classes(),
        rates=_rates(),
        now_rates=queries.rates_on(today),
        today=today,
        labels=labels,
        may_edit=may_edit(),
    )


def _show(found: TaxClass, form: TaxRateForm, *, status: int = 200) -> ResponseReturnValue:
    return render(
        "organization/tax_class.html",
        status=status,
        form=form,
        tax_class=found,
        rates=_rates().get(found.id, []),
        has_rates=found.kind is TaxKind.STANDARD,
        now_rate=queries.rate_on(found.id, queries.today()),
        today=queries.today(),
        labels=labels,
        may_edit=may_edit(),
        changes=last_changes("tax_class", found.id),
    )
