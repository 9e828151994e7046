"""Who works here: letting people in, their roles, passwords, and closing accounts."""

from collections.abc import Sequence

from flask import url_for
from flask.typing import ResponseReturnValue

from app import factors, sessions
from app.access import fresh, requires
from app.actor import current_actor
from app.agents import device_of
from app.db import transact
from app.errors import NotFound
from app.forms import Form
from app.history_page import last_changes
from app.i18n import _
from app.list_pages import choice_filter, count_rows, open_list, opening_view
from app.look import toast
from app.web import chosen_store_id, go_to, posted_version, render
from modules.organization import operations, queries
from modules.organization.forms import NewStaffForm, PasswordForm, RoleForm, StaffForm, role_word
from modules.organization.models import Staff, Store
from modules.organization.operations.staff import LETS_IN
from modules.organization.views.blueprint import blueprint
from modules.organization.views.staff_list import STAFF, state_words


@blueprint.get("/staff")
@requires(LETS_IN)
def staff() -> ResponseReturnValue:
    if (address := opening_view(STAFF)) is not None:
        return go_to(address)
    page = open_list(STAFF)
    args = page.question.args
    return render(
        "organization/staff.html",
        table=page,
        listing=page.listing,
        total=count_rows(page),
        q=args.get("q", "").strip(),
        filters=[
            choice_filter(_("Account"), "state", state_words(), args.get("state")),
            *page.sort_filter,
        ],
        narrowed=bool(args),
    )


@blueprint.get("/staff/new")
@requires(LETS_IN)
def new_person() -> ResponseReturnValue:
    return _show_new(NewStaffForm())


@blueprint.post("/staff")
@requires(LETS_IN)
@fresh
def create_person() -> ResponseReturnValue:
    form = _offered(NewStaffForm())
    if form.carry_out(operations.create_staff):
        toast(_("%(name)s may sign in now.", name=form.done.name))
        return go_to(url_for(".person", account_id=form.done.id))
    return _show_new(form, status=422)


@blueprint.get("/staff/<int:account_id>")
@requires(LETS_IN)
def person(account_id: int) -> ResponseReturnValue:
    return _show(account_id)


@blueprint.post("/staff/<int:account_id>")
@requires(LETS_IN)
@fresh
def save_person(account_id: int) -> ResponseReturnValue:
    form = StaffForm()
    if form.carry_out(operations.update_staff, account_id=account_id, version=posted_version()):
        toast(_("%(name)s is saved.", name=form.done.name))
        return go_to(url_for(".person", account_id=account_id))
    return _show(account_id, form)


@blueprint.post("/staff/<int:account_id>/roles")
@requires(LETS_IN)
@fresh
def give_role(account_id: int) -> ResponseReturnValue:
    form = _offered(RoleForm(prefix="grant-"))
    if form.carry_out(operations.grant_role, account_id=account_id):
        toast(_("The role is given; every open session has ended, and the next has it."))
        return _after_sessions_ended(account_id)
    return _show(account_id, role_form=form)


@blueprint.post("/staff/<int:account_id>/roles/<int:grant_id>/removal")
@requires(LETS_IN)
@fresh
def take_role(account_id: int, grant_id: int) -> ResponseReturnValue:
    transact(lambda: operations.revoke_role(account_id=account_id, grant_id=grant_id))
    toast(_("The role is taken; every open session has ended."))
    return _after_sessions_ended(account_id)


@blueprint.post("/staff/<int:account_id>/password")
@requires(LETS_IN)
@fresh
def set_password(account_id: int) -> ResponseReturnValue:
    form = PasswordForm(prefix="new-")
    if form.carry_out(operations.set_password, account_id=account_id):
        toast(_("The new password is set; every open session has ended."))
        return _after_sessions_ended(account_id)
    return _show(account_id, password_form=form)


@blueprint.post("/staff/<int:account_id>/second-factor/removal")
@requires(LETS_IN)
@fresh
def take_second_factor_off(account_id: int) -> ResponseReturnValue:
    found = _visible(account_id)
    transact(lambda: operations.take_second_factor_off(account_id=account_id))
    toast(_("%(name)s signs in with the password alone now, and is told so.", name=found.name))
    return _after_sessions_ended(account_id)


@blueprint.post("/staff/<int:account_id>/sessions/ending")
@requires(LETS_IN)
def end_sessions(account_id: int) -> ResponseReturnValue:
    found = _visible(account_id)
    transact(lambda: operations.end_sessions(account_id=account_id))
    toast(_("%(name)s is signed out everywhere.", name=found.name))
    return _after_sessions_ended(account_id)


@blueprint.post("/staff/<int:account_id>/closing")
@requires(LETS_IN)
@fresh
def close_account(account_id: int) -> ResponseReturnValue:
    transact(lambda: operations.disable_staff(account_id=account_id))
    toast(
        _("The account is closed; every open session has ended."),
        undo=url_for(".open_account", account_id=account_id),
    )
    return go_to(url_for(".person", account_id=account_id))


@blueprint.post("/staff/<int:account_id>/opening")
@requires(LETS_IN)
@fresh
def open_account(account_id: int) -> ResponseReturnValue:
    transact(lambda: operations.enable_staff(account_id=account_id))
    toast(_("The account is open again."))
    return go_to(url_for(".person", account_id=account_id))


def _after_sessions_ended(account_id: int) -> ResponseReturnValue:
    if account_id == current_actor().id:
        return go_to(url_for("ground.sign_in"))
    return go_to(url_for(".person", account_id=account_id))


def _own_stores() -> Sequence[Store]:
    own = current_actor().stores(LETS_IN)
    return [store for store in queries.list_stores() if own is None or store.id in own]


def _offered(form: RoleForm) -> RoleForm:
    everywhere = current_actor().stores(LETS_IN) is None
    form.offer(queries.list_roles(), _own_stores(), everywhere=everywhere)
    if form.store_id.raw_data is None:
        # Who is let in works where the one who lets him in does; all stores are chosen knowingly.
        form.store_id.data = chosen_store_id()
    return form


def _visible(account_id: int) -> Staff:
    """Return the person, if the caller may know of him."""
    found = queries.get_staff(account_id)
    own = current_actor().stores(LETS_IN)
    grants = queries.list_grants(account_id)
    if own is not None and not any(grant.store_id in own for grant in grants):
        raise NotFound(_("There is no such person here."))
    return found


def _show_new(form: RoleForm, *, status: int = 200) -> ResponseReturnValue:
    return render("organization/staff_new.html", status=status, form=_offered(form))


def _show(
    account_id: int,
    form: StaffForm | None = None,
    *,
    role_form: RoleForm | None = None,
    password_form: PasswordForm | None = None,
) -> ResponseReturnValue:
    found = _visible(account_id)
    refused: Form | None = form or role_form or password_form
    status = 422 if refused else 200
    if form and posted_version() != found.version:
        status = 409
    names = {store.id: store.name for store in queries.list_stores()}
    return render(
        "organization/person.html",
        status=status,
        found=found,
        form=form or StaffForm(formdata=None, obj=found),
        # Three forms on one page: each has a prefix, so that no id stands there twice.
        role_form=role_form or _offered(RoleForm(prefix="grant-", formdata=None)),
        password_form=password_form or PasswordForm(prefix="new-", formdata=None),
        password_open=password_form is not None,
        grants=[
            (grant, role_word(grant.role), names.get(grant.store_id or 0))
            for grant in queries.list_grants(account_id)
        ],
        browsers=[(one, *device_of(one.agent)) for one in sessions.list_sessions(account_id)],
        has_factor=factors.is_on(account_id),
        is_self=account_id == current_actor().id,
        changes=last_changes("staff", account_id),
    )
