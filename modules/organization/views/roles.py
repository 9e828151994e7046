"""Roles: what each may do, by part of the house, and how much of it alone."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from flask import current_app, url_for
from flask.typing import ResponseReturnValue

from app import limits as limiting
from app import roles as of_house
from app.access import fresh, requires
from app.db import close_session, transact
from app.errors import RuleViolation
from app.forms import SelectChoice
from app.history_page import last_changes
from app.i18n import _
from app.look import toast
from app.models import Role
from app.module import Permission
from app.web import go_to, render
from modules.organization import queries
from modules.organization.forms import RoleEditForm, limit_fields, role_word
from modules.organization.operations import roles as operations
from modules.organization.operations.staff import LETS_IN
from modules.organization.views.blueprint import blueprint


class Group(NamedTuple):
    """The permissions of one part of the house."""

    title: str
    permissions: Sequence[Permission]


@blueprint.get("/roles")
@requires(LETS_IN)
def roles() -> ResponseReturnValue:
    held = queries.count_holders()
    return render(
        "organization/roles.html",
        roles=[(one, role_word(one), held.get(one.id, 0)) for one in queries.list_roles()],
        groups=_groups(),
        own=lambda role: role.code not in of_house.ROLES,
        limits=limiting.of_people(),
        amount=lambda code, most: limiting.amount_words(code, most, _currency()),
    )


@blueprint.get("/roles/new")
@requires(LETS_IN, everywhere=True)
def new_role() -> ResponseReturnValue:
    return _show_form(_form(None), None)


@blueprint.post("/roles")
@requires(LETS_IN, everywhere=True)
@fresh
def create_role() -> ResponseReturnValue:
    form = _form(None, sent=True)
    if form.carry_out(lambda **_typed: operations.create_role(**_given(form))):
        toast(_("The role is made. Give it to people on their pages."))
        return go_to(url_for(".role", role_id=form.done.id))
    return _show_form(form, None, status=422)


@blueprint.get("/roles/<int:role_id>")
@requires(LETS_IN, everywhere=True)
def role(role_id: int) -> ResponseReturnValue:
    found = operations.get_role(role_id)
    return _show_form(_form(found), found)


@blueprint.post("/roles/<int:role_id>")
@requires(LETS_IN, everywhere=True)
@fresh
def save_role(role_id: int) -> ResponseReturnValue:
    form = _form(operations.get_role(role_id), sent=True)
    if form.carry_out(lambda **_typed: operations.update_role(role_id=role_id, **_given(form))):
        toast(_("Saved. It counts with the next click of everybody who holds the role."))
        return go_to(url_for(".role", role_id=role_id))
    close_session()
    return _show_form(form, operations.get_role(role_id), status=422)


@blueprint.post("/roles/<int:role_id>/restoration")
@requires(LETS_IN, everywhere=True)
@fresh
def bring_role_back(role_id: int) -> ResponseReturnValue:
    return _act(
        role_id,
        lambda: operations.bring_role_back(
            role_id=role_id, offered=_offered(), limits=limiting.of_people().values()
        ),
        _("The role is again what the house offers."),
        url_for(".role", role_id=role_id),
    )


@blueprint.post("/roles/<int:role_id>/removal")
@requires(LETS_IN, everywhere=True)
@fresh
def remove_role(role_id: int) -> ResponseReturnValue:
    return _act(
        role_id,
        lambda: operations.remove_role(role_id=role_id),
        _("The role is removed."),
        url_for(".roles"),
    )


def _act(role_id: int, work: Any, done: str, then: str) -> ResponseReturnValue:
    try:
        transact(work)
    except RuleViolation as refusal:
        close_session()
        found = operations.get_role(role_id)
        form = _form(found)
        form.form_errors.append(str(refusal))
        return _show_form(form, found, status=409)
    toast(done)
    return go_to(then)


def _offered() -> Sequence[Permission]:
    known: Sequence[Permission] = current_app.extensions["permissions"]
    return [*of_house.GROUND, *known]


def _groups() -> Sequence[Group]:
    """Return every permission, by the part that declares it; the ground's come last."""
    groups, told = [], set()
    for part in current_app.extensions["parts"]:
        if part.permissions:
            groups.append(Group(str(part.title), list(part.permissions)))
            told |= {one.code for one in part.permissions}
    rest = [one for one in _offered() if one.code not in told]
    return [*groups, Group(_("The house"), rest)]


def _form(role: Role | None, *, sent: bool = False) -> RoleEditForm:
    fields = limit_fields(limiting.of_people())
    kept = role.limits or {} if role else {}
    given: dict[str, Any] = {} if sent else {"formdata": None}
    form: RoleEditForm = type("LimitedRoleForm", (RoleEditForm,), fields)(
        **given,
        name=role_word(role) if role else "",
        permissions=list(role.permissions) if role else [],
        **{code: kept.get(code) for code in fields},
    )
    form.permissions.choices = [SelectChoice(one.code, one.title) for one in _offered()]
    if role is not None and role.code in of_house.ROLES:
        form.name.validators = []
    return form


def _given(form: RoleEditForm) -> Mapping[str, Any]:
    return {
        "name": form.name.data or "",
        "permissions": form.permissions.data or [],
        "limits": {code: form[code].data for code in limiting.of_people()},
    }


def _currency() -> str:
    return str(queries.get_company().currency)


def _show_form(form: RoleEditForm, role: Role | None, *, status: int = 200) -> ResponseReturnValue:
    return render(
        "organization/role.html",
        status=status,
        form=form,
        role=role,
        title=role_word(role) if role else _("Make a role"),
        own=role is None or role.code not in of_house.ROLES,
        groups=_groups(),
        limits=limiting.of_people(),
        currency=_currency(),
        holders=queries.count_holders().get(role.id, 0) if role else 0,
        changes=last_changes("role", role.id) if role else None,
    )
