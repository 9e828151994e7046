"""The screens of customers: find somebody, see all that is known, write down what is new."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from app.access import requires
from app.actor import current_actor
from app.db import transact
from app.fields import free_text, personal
from app.forms import Form
from app.history_page import last_changes, newest_change, person_of
from app.i18n import _
from app.list_pages import choice_filter, count_rows, open_list, opening_view
from app.look import toast
from app.module import Found
from app.web import go_to, posted_version, render
from modules.customers import labels, operations, queries
from modules.customers.contact import shown_phone
from modules.customers.customer_list import (
    CUSTOMERS,
    VIEW,
    beware_words,
    kind_words,
    question,
)
from modules.customers.files import get_file
from modules.customers.forms import (
    AddressForm,
    ConsentForm,
    CustomerForm,
    IdentityForm,
    NewCustomerForm,
    NoteForm,
)
from modules.customers.models import Customer

EDIT = "customers.edit"
_MOST_HITS = 8

blueprint = Blueprint("customers", __name__, url_prefix="/customers", template_folder="templates")
blueprint.add_app_template_filter(shown_phone, "telephone")


@blueprint.get("/")
@requires(VIEW)
def index() -> ResponseReturnValue:
    if (address := opening_view(CUSTOMERS)) is not None:
        return go_to(address)
    page = open_list(CUSTOMERS)
    asked = question(page.question.args)
    filters = [
        choice_filter(_("Kind"), "kind", kind_words(), asked["kind"]),
        choice_filter(_("Beware"), "beware", beware_words(), asked["beware"]),
        *page.sort_filter,
    ]
    return render(
        "customers/index.html",
        fragment="customers/_rows.html",
        table=page,
        listing=page.listing,
        filters=filters,
        narrowed=any(asked.values()),
        total=count_rows(page),
        q=asked["q"],
        may_edit=current_actor().may(EDIT),
    )


@blueprint.get("/new")
@requires(EDIT)
def new() -> ResponseReturnValue:
    return _show_new(NewCustomerForm(name=request.args.get("name", "")))


@blueprint.post("/")
@requires(EDIT)
def create() -> ResponseReturnValue:
    form = NewCustomerForm()
    if form.validate_on_submit() and "confirmed" not in request.form:
        similar = queries.find_similar(
            name=form.name.data or "", email=form.email.data, phone=form.phone.data
        )
        if similar:
            return _show_new(form, similar=similar, status=409)
    if form.carry_out(operations.create_customer):
        toast(_("%(name)s is a customer now.", name=form.done.name))
        return go_to(url_for(".show", customer_id=form.done.id))
    return _show_new(form, status=422)


@blueprint.get("/<int:customer_id>")
@requires(VIEW)
def show(customer_id: int) -> ResponseReturnValue:
    customer = queries.get_customer(customer_id)
    if customer.id != customer_id:
        # Merged into somebody: the old address leads on.
        return go_to(url_for(".show", customer_id=customer.id))
    return _show(customer)


@blueprint.get("/<int:customer_id>/edit")
@requires(EDIT)
def edit(customer_id: int) -> ResponseReturnValue:
    customer = queries.get_customer(customer_id)
    return _show_edit(customer, CustomerForm.of(customer))


@blueprint.post("/<int:customer_id>")
@requires(EDIT)
def save(customer_id: int) -> ResponseReturnValue:
    form = CustomerForm()
    form.hide_contacts_of(queries.get_customer(customer_id))
    version = posted_version()
    if form.carry_out(operations.update_customer, customer_id=customer_id, version=version):
        toast(_("%(name)s is saved.", name=free_text(form.done.name)))
        return go_to(url_for(".show", customer_id=customer_id))
    customer = queries.get_customer(customer_id)
    stale = customer.version != version
    return _show_edit(customer, form, stale=stale, status=409 if stale else 422)


@blueprint.post("/<int:customer_id>/identities")
@requires(EDIT)
def add_identity(customer_id: int) -> ResponseReturnValue:
    form = IdentityForm(prefix="identity-")
    return _add(customer_id, "identity", form, operations.add_identity, _("The contact is kept."))


@blueprint.post("/<int:customer_id>/consents")
@requires(EDIT)
def add_consent(customer_id: int) -> ResponseReturnValue:
    form = ConsentForm(prefix="consent-")
    customer = queries.get_customer(customer_id)
    if form.carry_out(operations.record_consent, customer=customer):
        toast(_("The answer is written down."))
        return go_to(url_for(".show", customer_id=customer_id))
    return _show(customer, status=422, opened={"consent": form})


@blueprint.post("/<int:customer_id>/notes")
@requires(EDIT)
def add_note(customer_id: int) -> ResponseReturnValue:
    form = NoteForm(prefix="note-")
    return _add(customer_id, "note", form, operations.add_note, _("The note is kept."))


@blueprint.post("/<int:customer_id>/addresses")
@requires(EDIT)
def add_address(customer_id: int) -> ResponseReturnValue:
    form = AddressForm(prefix="address-")
    return _add(customer_id, "address", form, operations.add_address, _("The address is kept."))


@blueprint.post("/identities/<int:identity_id>/verification")
@requires(EDIT)
def verify_identity(identity_id: int) -> ResponseReturnValue:
    done = transact(lambda: operations.verify_identity(identity_id=identity_id))
    toast(_("The contact is verified."))
    return go_to(url_for(".show", customer_id=done.customer_id))


@blueprint.post("/identities/<int:identity_id>/end")
@requires(EDIT)
def end_identity(identity_id: int) -> ResponseReturnValue:
    done = transact(lambda: operations.end_identity(identity_id=identity_id))
    toast(_("The contact is removed."))
    return go_to(url_for(".show", customer_id=done.customer_id))


@blueprint.post("/addresses/<int:address_id>/end")
@requires(EDIT)
def remove_address(address_id: int) -> ResponseReturnValue:
    done = transact(lambda: operations.remove_address(address_id=address_id))
    toast(_("The address is removed."))
    return go_to(url_for(".show", customer_id=done.customer_id))


@blueprint.post("/<int:customer_id>/suggestions/<int:suggestion_id>/dismissal")
@requires(EDIT)
def dismiss(customer_id: int, suggestion_id: int) -> ResponseReturnValue:
    transact(lambda: operations.dismiss_suggestion(suggestion_id=suggestion_id))
    toast(_("These two stay apart and are not suggested again."))
    return go_to(url_for(".show", customer_id=customer_id))


def find(words: str) -> Iterator[Found]:
    """Yield the customers whose name, contact or number holds the words."""
    if not current_actor().may(VIEW):
        return
    meant = queries.holders_of(words)
    rows = queries.list_customers(q=words, limit=_MOST_HITS + 1)
    everybody = url_for("customers.index", q=words) if len(rows) > _MOST_HITS else ""
    for one in rows[:_MOST_HITS]:
        yield replace(_found(one, exact=one.id in meant), all_url=everybody)


def names(customer_ids: Sequence[int]) -> Mapping[int, Found]:
    """Return how customers are called, by their keys, to the person who asks."""
    if not current_actor().may(VIEW):
        return {}
    return {one.id: _found(one) for one in queries.rows_of(customer_ids)}


def _found(one: Any, *, exact: bool = False) -> Found:
    contact = personal(one.email or (shown_phone(one.phone) if one.phone else ""))
    return Found(
        kind=str(_("Customers")),
        title=free_text(one.name),
        detail=f"C-{one.id}" + (f" · {contact}" if contact else ""),
        url=url_for("customers.show", customer_id=one.id),
        icon="users",
        exact=exact,
    )


# --- what they share ----------------------------------------------------------------------------


def _told_name(customer: Customer) -> str:
    """Return a customer's name to begin a form with; nothing where a contact is hidden in it."""
    return customer.name if free_text(customer.name) == customer.name else ""


def _add(
    customer_id: int, name: str, form: Form, operation: Callable[..., Any], said: str
) -> ResponseReturnValue:
    """Carry out the form of one dialog; refused, the card is shown with that dialog open."""
    if form.carry_out(operation, customer_id=customer_id):
        toast(said)
        return go_to(url_for(".show", customer_id=customer_id))
    return _show(queries.get_customer(customer_id), status=422, opened={name: form})


def _show(
    customer: Customer, *, status: int = 200, opened: dict[str, Form] | None = None
) -> ResponseReturnValue:
    forms: dict[str, Form] = {}
    if current_actor().may(EDIT):
        forms = {
            "identity": IdentityForm(prefix="identity-", formdata=None),
            "consent": ConsentForm(prefix="consent-", formdata=None),
            "note": NoteForm(prefix="note-", formdata=None),
            "address": AddressForm(prefix="address-", formdata=None, name=_told_name(customer)),
        } | (opened or {})
    return render(
        "customers/show.html",
        status=status,
        customer=customer,
        file=get_file(customer),
        suspects=queries.list_suspects(customer.id),
        changes=last_changes("customer", customer.id),
        labels=labels,
        who=person_of,
        forms=forms,
        opened=set(opened or ()),
        may_edit=current_actor().may(EDIT),
    )


def _show_new(
    form: NewCustomerForm, *, similar: Any = (), status: int = 200
) -> ResponseReturnValue:
    return render("customers/new.html", status=status, form=form, similar=similar)


def _show_edit(
    customer: Customer, form: CustomerForm, *, stale: bool = False, status: int = 200
) -> ResponseReturnValue:
    return render(
        "customers/edit.html",
        status=status,
        customer=customer,
        form=form,
        stale=newest_change("customer", customer.id) if stale else None,
    )
