"""The ways in which goods go out and money comes in."""

from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue

from app.access import requires
from app.history_page import last_changes
from app.i18n import _
from app.look import toast
from app.web import go_to, posted_version, render
from modules.organization import labels, operations, queries
from modules.organization.forms import (
    NewPaymentMethodForm,
    NewShippingMethodForm,
    PaymentMethodForm,
    ShippingMethodForm,
)
from modules.organization.views.blueprint import (
    EDIT,
    VIEW,
    blueprint,
    check_edit,
    may_edit,
    refusal_status,
)


@blueprint.get("/methods")
@requires(VIEW)
def methods() -> ResponseReturnValue:
    return _show_all()


@blueprint.post("/shipping-methods")
@requires(EDIT)
def create_shipping_method() -> ResponseReturnValue:
    check_edit()
    form = NewShippingMethodForm(prefix="shipping-")
    if form.carry_out(operations.create_shipping_method):
        toast(_("%(name)s can be chosen now.", name=form.done.name))
        return go_to(url_for(".methods"))
    return _show_all(status=422, shipping_form=form)


@blueprint.post("/payment-methods")
@requires(EDIT)
def create_payment_method() -> ResponseReturnValue:
    check_edit()
    form = NewPaymentMethodForm(prefix="payment-")
    if form.carry_out(operations.create_payment_method):
        toast(_("%(name)s can be chosen now.", name=form.done.name))
        return go_to(url_for(".methods"))
    return _show_all(status=422, payment_form=form)


@blueprint.get("/shipping-methods/<code>")
@requires(VIEW)
def shipping_method(code: str) -> ResponseReturnValue:
    found = queries.get_shipping_method(code)
    return _show(found, ShippingMethodForm(obj=found), "shipping_method")


@blueprint.post("/shipping-methods/<code>")
@requires(EDIT)
def save_shipping_method(code: str) -> ResponseReturnValue:
    check_edit()
    found = queries.get_shipping_method(code)
    form = ShippingMethodForm()
    if form.carry_out(
        operations.update_shipping_method, method_id=found.id, version=posted_version()
    ):
        toast(_("%(name)s is saved.", name=form.done.name))
        return go_to(url_for(".methods"))
    found = queries.get_shipping_method(code)
    return _show(found, form, "shipping_method", status=refusal_status(found.version))


@blueprint.get("/payment-methods/<code>")
@requires(VIEW)
def payment_method(code: str) -> ResponseReturnValue:
    found = queries.get_payment_method(code)
    return _show(found, PaymentMethodForm(obj=found), "payment_method")


@blueprint.post("/payment-methods/<code>")
@requires(EDIT)
def save_payment_method(code: str) -> ResponseReturnValue:
    check_edit()
    found = queries.get_payment_method(code)
    form = PaymentMethodForm()
    if form.carry_out(
        operations.update_payment_method, method_id=found.id, version=posted_version()
    ):
        toast(_("%(name)s is saved.", name=form.done.name))
        return go_to(url_for(".methods"))
    found = queries.get_payment_method(code)
    return _show(found, form, "payment_method", status=refusal_status(found.version))


def _show_all(
    *,
    status: int = 200,
    shipping_form: NewShippingMethodForm | None = None,
    payment_form: NewPaymentMethodForm | None = None,
) -> ResponseReturnValue:
    # Two forms on one page: each has its own prefix, so that no id stands there twice.
    return render(
        "organization/methods.html",
        status=status,
        shipping_methods=queries.list_shipping_methods(),
        payment_methods=queries.list_payment_methods(),
        shipping_form=shipping_form or NewShippingMethodForm(prefix="shipping-", formdata=None),
        payment_form=payment_form or NewPaymentMethodForm(prefix="payment-", formdata=None),
        shipping_open=shipping_form is not None,
        payment_open=payment_form is not None,
        labels=labels,
        may_edit=may_edit(),
    )


def _show(method: Any, form: Any, kind: str, *, status: int = 200) -> ResponseReturnValue:
    return render(
        "organization/method.html",
        status=status,
        form=form,
        method=method,
        kind=kind,
        labels=labels,
        save_url=url_for(f".save_{kind}", code=method.code),
        may_edit=may_edit(),
        changes=last_changes(kind, method.id),
    )
