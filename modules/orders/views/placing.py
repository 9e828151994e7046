"""A new order, written down by a clerk: who, what, how it travels, how it is paid."""

from collections.abc import Mapping
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from app.access import requires
from app.actor import current_actor
from app.db import transact
from app.errors import NotFound, RuleViolation
from app.fields import PERSONAL, free_text, sees
from app.i18n import _, language
from app.look import toast
from app.web import go_to, render, wants_fragment
from modules import customers, organization, promotions
from modules.orders import forms
from modules.orders.acts import discount_wanted
from modules.orders.basket import Basket, channel_choices, fill, merge, sku_of
from modules.orders.deriving import reference_of
from modules.orders.given import OrderedLine, OrderedPayment, PlaceOrder
from modules.orders.limits import GIVES
from modules.orders.operations import seen as seeing
from modules.orders.operations.intake import Placed
from modules.orders.operations.placing import place_order
from modules.orders.views.blueprint import PLACE, blueprint, plain_code
from modules.orders.views.showing import card_url

_AT_ONCE = ("cash", "card")  # money that is here when the order is written down
_TO_COME = ("cod", "transfer")


@blueprint.get("/new")
@requires(PLACE)
def new_order() -> ResponseReturnValue:
    form = _form(sent=False)
    number = request.args.get("customer", "")
    if number and current_actor().may("customers.view"):
        _know(form, customers.get_customer_by_number(number))
    return _show(form, _basket(form))


@blueprint.post("/new")
@requires(PLACE)
def place() -> ResponseReturnValue:
    form = _form(sent=True)
    basket = _basket(form)
    if not basket.lines:
        form.form_errors.append(_("Add at least one item."))
        form.validate()
        return _show(form, basket, status=422)
    if form.validate_on_submit() and form.refuse_half_an_address():
        return _show(form, basket, status=422)
    if form.carry_out_within_limits(
        lambda **_typed: _place(form, basket),
        wanted=lambda: discount_wanted(
            amount_minor=basket.discount_minor, reason=_discount_reason(form)
        ),
    ):
        toast(_("Order %(number)s is placed.", number=form.done.order.number))
        return go_to(card_url(form.done.order_id))
    return _show(form, basket, status=422)


@blueprint.post("/new/basket")
@requires(PLACE)
def change_basket() -> ResponseReturnValue:
    """Return the basket after a change: something scanned, counted or taken out."""
    form = _form(sent=True)
    refusal, code = "", plain_code(request.form.get("add", ""))
    extra: list[tuple[str, int]] = []
    if code:
        try:
            extra = [(sku_of(code), 1)]
        except NotFound as unknown:
            refusal = str(unknown)
    gone = request.form.get("remove", "")
    kept = [(sku, count) for sku, count in form.wanted() if sku != gone]
    basket = _fill(form, merge([*kept, *extra]))
    if not wants_fragment():
        # Sent again by hand, after the session had ended in the middle of the order.
        form.form_errors += [refusal] if refusal else []
        return _show(form, basket, status=422 if refusal else 200)
    return render(
        "orders/_basket.html",
        status=422 if refusal else 200,
        basket=basket,
        form=form,
        refusal=refusal,
        typed=code if refusal else "",
    )


@blueprint.get("/new/customers")
@requires(PLACE)
def find_customer() -> ResponseReturnValue:
    """Return the customers that a name, phone, e-mail or card means, as a list to choose from."""
    text = plain_code(request.args.get("who", ""))
    found: list[dict[str, Any]] = []
    if len(text) >= 2 and current_actor().may("customers.view") and sees(PERSONAL):
        found = [_card(row.id) for row in customers.list_customers(q=text, limit=6)]
    return render("orders/_customers.html", found=found, text=text)


def _card(customer_id: int) -> dict[str, Any]:
    """Return what choosing a customer fills in."""
    customer = customers.get_customer(customer_id)
    address = next(iter(customers.list_addresses(customer_id)), None)
    names = ("street", "postal_code", "city", "country", "company")
    return {
        "customer": customer.number,
        "name": customer.name,
        "email": customer.email or "",
        "phone": customer.phone or "",
        "vat_id": customer.vat_id or "",
        "warning": customer.warning,
        "is_blocked": customer.sales_blocked,
        **{name: (getattr(address, name) or "") if address else "" for name in names},
    }


def _know(form: forms.NewOrderForm, customer: customers.Customer) -> None:
    known = _card(customer.id)
    if not sees(PERSONAL):
        # The order finds the customer by the number; how to reach him is filled in by nobody.
        known = {"customer": known["customer"]}
    for name, value in known.items():
        if name in form:
            form[name].data = value


def _form(*, sent: bool) -> forms.NewOrderForm:
    form = forms.NewOrderForm() if sent else forms.NewOrderForm(formdata=None)
    form.made = lambda placed: reference_of(placed.order_id)
    if not current_actor().may(GIVES):
        del form.discount_minor, form.discount_reason
    channels = channel_choices(current_actor().stores(PLACE))
    form.channel.choices = forms.choices([(one.code, one.name) for one in channels])
    methods = [one for one in organization.list_shipping_methods() if one.active]
    form.shipping_method.choices = forms.choices([(one.code, one.name) for one in methods])
    payment = [
        (one.code, one.name)
        for one in organization.list_payment_methods()
        if one.active and str(one.kind) in (*_AT_ONCE, *_TO_COME)
    ]
    form.payment_method.choices = forms.choices([("", _("Pays later")), *payment])
    if not sent and channels:
        form.channel.data = channels[0].code
    return form


def _basket(form: forms.NewOrderForm) -> Basket:
    return _fill(form, merge(form.wanted()))


def _fill(form: forms.NewOrderForm, wanted: list[tuple[str, int]]) -> Basket:
    coupons = form.codes()
    if coupons:
        try:
            promotions.refuse_guessing()
        except RuleViolation as too_many:
            form.coupons.errors = [*form.coupons.errors, str(too_many)]
            coupons = []
    basket = fill(
        channel=form.channel.data or "",
        wanted=wanted,
        shipping_minor=_amount(form, "shipping_minor"),
        discount_minor=_amount(form, "discount_minor"),
        shipping_method=form.shipping_method.data or "",
        payment_method=form.payment_method.data or "",
        country=(form.address() or {}).get("country") or "",
        customer_id=_known_buyer(form),
        coupons=coupons,
    )
    if basket.unknown_coupons:
        transact(lambda: promotions.note_guesses(basket.unknown_coupons))
    return basket


def _known_buyer(form: forms.NewOrderForm) -> int | None:
    """Return whose prices hold, as far as the form tells; a number that is nobody's is no one."""
    number = None
    if form.customer.data:
        try:
            number = customers.get_customer_by_number(form.customer.data).id
        except NotFound:
            return None
    email, phone = ((form[key].data or "").strip() or None for key in ("email", "phone"))
    return customers.find_buyer(customers.BuyerKeys(customer_id=number, email=email, phone=phone))


def _amount(form: forms.NewOrderForm, name: str) -> int:
    """Return an amount that may not be there, or not be one yet."""
    typed = form[name].data if name in form else None
    return typed if isinstance(typed, int) and typed > 0 else 0


def _discount_reason(form: forms.NewOrderForm) -> str:
    return (form.discount_reason.data or "").strip() if "discount_reason" in form else ""


def _place(form: forms.NewOrderForm, basket: Basket) -> Placed:
    buyer: dict[str, Any] = {
        key: value.strip()
        for key in ("name", "email", "phone", "company", "vat_id")
        if (value := form[key].data or "").strip()
    }
    if form.customer.data:
        buyer["customer_id"] = customers.get_customer_by_number(form.customer.data).id
    _check_sold_to(buyer)
    address = form.address()
    seeing.check_order(
        seen=form.seen.data,
        channel_id=organization.get_channel(form.channel.data).id,
        name=buyer.get("name", ""),
        total_minor=basket.total_minor,
    )
    try:
        return place_order(
            PlaceOrder(
                channel=form.channel.data,
                currency=basket.currency,
                buyer=buyer,
                billing_address=address,
                shipping_address=address,
                shipping_method=form.shipping_method.data,
                shipping_minor=basket.shipping_minor,
                discount_minor=basket.discount_minor,
                discount_reason=_discount_reason(form),
                pickup_point=form.pickup_point.data or None,
                lines=[OrderedLine(sku=line.sku, quantity=line.quantity) for line in basket.lines],
                payment=_payment(form, basket),
                note=form.note.data or None,
                coupons=form.codes(),
                language=language(),
            )
        )
    except RuleViolation as refusal:
        _point_at_lines(basket, refusal)
        raise


def _check_sold_to(buyer: Mapping[str, Any]) -> None:
    """
    Make sure that the buyer is nobody to whom nothing is sold, however he is told.

    :raises RuleViolation: he is
    """
    meant: list[Any] = []
    if "customer_id" in buyer:
        meant.append(customers.get_customer(buyer["customer_id"]))
    for key in ("email", "phone"):
        if typed := buyer.get(key):
            meant += customers.list_customers(**{key: typed}, limit=5)
    for customer in meant:
        if customer.sales_blocked:
            raise RuleViolation(
                _(
                    "Nothing is sold to %(name)s (%(number)s). The reason stands on the "
                    "customer’s page; who may change it can sell again.",
                    name=free_text(customer.name),
                    number=f"C-{customer.id}",
                )
            )


def _payment(form: forms.NewOrderForm, basket: Basket) -> OrderedPayment | None:
    code = form.payment_method.data
    if not code:
        return None
    kind = str(organization.get_payment_method(code).kind)
    here = bool(form.paid.data) or kind in _AT_ONCE
    return OrderedPayment(
        method=code,
        amount_minor=basket.total_minor,
        state="captured" if here else "expected",
    )


def _point_at_lines(basket: Basket, refusal: RuleViolation) -> None:
    """Say beside each line what is short of it."""
    for detail in refusal.details:
        parts = str(detail.get("pointer", "")).split("/")
        if parts[1:2] == ["lines"] and parts[2:3] and parts[2].isdigit():
            place = int(parts[2])
            if place < len(basket.lines):
                have = detail.get("have")
                basket.lines[place].problem = (
                    _("Only %(count)s can be sold.", count=have)
                    if have is not None
                    else str(refusal)
                )


def _show(form: forms.NewOrderForm, basket: Basket, *, status: int = 200) -> ResponseReturnValue:
    form.seen.raw_data = None  # what is refused shows how things stand now, and may be sent again
    form.seen.data = seeing.newest_order()
    return render(
        "orders/new.html",
        status=status,
        form=form,
        basket=basket,
        refusal="",
        typed="",
        methods={
            one.code: {"address": one.needs_address, "point": one.needs_point}
            for one in organization.list_shipping_methods()
        },
    )
