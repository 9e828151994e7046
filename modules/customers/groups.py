"""The pages of customer groups: which there are, one more, rename it, put it away."""

from collections.abc import Mapping, Sequence

from flask import url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app.access import requires
from app.actor import current_actor
from app.db import session
from app.errors import NotAllowed
from app.history_page import last_changes
from app.i18n import _
from app.look import toast
from app.module import Found
from app.web import go_to, posted_version, render
from modules.customers import operations
from modules.customers.customer_list import VIEW
from modules.customers.facts import get_group, list_groups, sizes_of
from modules.customers.forms import GROUPS, GroupForm, NewGroupForm, may_group
from modules.customers.models import CustomerGroup
from modules.customers.views import blueprint


@blueprint.get("/groups")
@requires(VIEW)
def groups() -> ResponseReturnValue:
    return _show_all(NewGroupForm())


@blueprint.post("/groups")
@requires(GROUPS)
def create_group() -> ResponseReturnValue:
    _check_group()
    form = NewGroupForm()
    if form.carry_out(operations.create_group):
        toast(_("%(name)s is a group now.", name=form.done.name))
        return go_to(url_for(".groups"))
    return _show_all(form, status=422, is_open=True)


@blueprint.get("/groups/<code>")
@requires(GROUPS)
def group(code: str) -> ResponseReturnValue:
    found = get_group(code)
    return _show(found, GroupForm(obj=found, archived=found.archived_at is not None))


@blueprint.post("/groups/<code>")
@requires(GROUPS)
def save_group(code: str) -> ResponseReturnValue:
    _check_group()
    form, version = GroupForm(), posted_version()
    if form.carry_out(operations.update_group, code=code, version=version):
        toast(_("%(name)s is saved.", name=form.done.name))
        return go_to(url_for(".groups"))
    found = get_group(code)
    return _show(found, form, status=409 if found.version != version else 422)


def group_names(group_ids: Sequence[int]) -> Mapping[int, Found]:
    """Return how groups are called, by their keys, to the person who asks."""
    if not current_actor().may(GROUPS):
        return {}
    rows = session.scalars(select(CustomerGroup).where(CustomerGroup.id.in_(group_ids)))
    return {
        one.id: Found(
            kind=str(_("Customer groups")),
            title=one.name,
            detail=one.code,
            url=url_for("customers.group", code=one.code),
            icon="users-group",
            exact=False,
        )
        for one in rows
    }


def _check_group() -> None:
    """
    Make sure that the caller may change what all stores share.

    :raises NotAllowed: he may not
    """
    if not may_group():
        raise NotAllowed(GROUPS)


def _show_all(
    form: NewGroupForm, *, status: int = 200, is_open: bool = False
) -> ResponseReturnValue:
    return render(
        "customers/groups.html",
        status=status,
        groups=list_groups(archived=True),
        sizes=sizes_of(),
        form=form,
        is_open=is_open,
        may_edit=may_group(),
    )


def _show(found: CustomerGroup, form: GroupForm, *, status: int = 200) -> ResponseReturnValue:
    return render(
        "customers/group.html",
        status=status,
        group=found,
        form=form,
        changes=last_changes("customer_group", found.id),
        may_edit=may_group(),
    )
