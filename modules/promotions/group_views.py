"""The screens of groups of promotions: the list, a new one, one of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from app.access import requires
from app.actor import current_actor
from app.db import transact
from app.errors import RuleViolation
from app.forms import Form, IntegerField, SelectChoice
from app.histories import History
from app.history_page import last_changes
from app.i18n import _, lazy, retold
from app.look import toast
from app.module import Found
from app.web import go_to, render
from modules.promotions import groups, queries
from modules.promotions.code_views import blueprint as blueprint
from modules.promotions.engine.promotion import GroupMode
from modules.promotions.models import PromotionGroup
from modules.promotions.promotion_list import MANAGE, VIEW
from modules.promotions.views import may_manage

_FIELD = {
    "name": lazy("What happens in it"),
    "mode": lazy("Where several fit"),
    "most": lazy("How many apply"),
    "priority": lazy("Priority"),
    "same_units": lazy("Only among those that want the same pieces"),
    "code": lazy("Code"),
}
HISTORY = History(
    kind=groups.KIND,
    actions={"made": lazy("Made"), "changed": lazy("Changed"), "deleted": lazy("Deleted")},
    field=lambda name: str(_FIELD.get(name, name)),
    value=lambda name, value: _told(name, value),
    bare=("made",),
)


class GroupForm(Form):
    name = StringField(_FIELD["name"], [DataRequired(), Length(max=120)])
    mode = SelectField(
        _FIELD["mode"],
        choices=[SelectChoice(one.value, words) for one, words in groups.MODES.items()],
    )
    most = IntegerField(_FIELD["most"], [Optional(), NumberRange(min=1, max=100)], default=1)
    priority = IntegerField(
        _FIELD["priority"], [Optional(), NumberRange(min=-1_000_000, max=1_000_000)], default=0
    )
    same_units = BooleanField(_FIELD["same_units"])

    @property
    def settings(self) -> groups.Settings:
        return groups.Settings(
            name=self.name.data or "",
            mode=GroupMode(self.mode.data),
            most=self.most.data or 1,
            priority=self.priority.data or 0,
            same_units=bool(self.same_units.data),
        )


class NewGroupForm(GroupForm):
    code = StringField(_FIELD["code"], [DataRequired(), Length(max=32)])


@blueprint.get("/groups")
@requires(VIEW)
def groups_index() -> ResponseReturnValue:
    return render(
        "promotions/groups.html",
        groups=queries.list_groups(),
        uses=groups.uses_of_groups(),
        modes=groups.MODES,
        may_manage=may_manage(),
    )


@blueprint.get("/groups/new")
@requires(MANAGE, everywhere=True)
def new_group() -> ResponseReturnValue:
    return _show(NewGroupForm())


@blueprint.post("/groups/new")
@requires(MANAGE, everywhere=True)
def make_group() -> ResponseReturnValue:
    form = NewGroupForm()
    if form.carry_out(lambda code, **_rest: groups.make_group(code=code, settings=form.settings)):
        toast(_("The group is made. Choose it in a promotion."))
        return go_to(url_for(".groups_index"))
    return _show(form, status=422)


@blueprint.get("/groups/<int:group_id>")
@requires(MANAGE, everywhere=True)
def group(group_id: int) -> ResponseReturnValue:
    found = groups.get_group(group_id)
    return _show(GroupForm(formdata=None, **_values(found)), found)


@blueprint.post("/groups/<int:group_id>")
@requires(MANAGE, everywhere=True)
def change_group(group_id: int) -> ResponseReturnValue:
    found = groups.get_group(group_id)
    form = GroupForm()
    # A sentence of the house that nobody touched goes on speaking every language.
    is_house = form.name.data == retold(found.name)

    def work(**_typed: Any) -> PromotionGroup:
        said = form.settings
        settings = said._replace(name=found.name) if is_house else said
        return groups.change_group(group_id=group_id, settings=settings)

    if form.carry_out(work):
        toast(_("The group is changed. Orders are priced by it from now on."))
        return go_to(url_for(".groups_index"))
    return _show(form, groups.get_group(group_id), status=422)


@blueprint.post("/groups/<int:group_id>/deletion")
@requires(MANAGE, everywhere=True)
def delete_group(group_id: int) -> ResponseReturnValue:
    try:
        transact(lambda: groups.delete_group(group_id=group_id))
    except RuleViolation as refusal:
        found = groups.get_group(group_id)
        form = GroupForm(formdata=None, **_values(found))
        form.form_errors.append(str(refusal))
        return _show(form, found, status=409)
    toast(_("The group is deleted."))
    return go_to(url_for(".groups_index"))


def _values(found: PromotionGroup) -> dict[str, Any]:
    return {
        "name": retold(found.name),
        "mode": found.mode.value,
        "most": found.most,
        "priority": found.priority,
        "same_units": found.same_units,
    }


def _show(
    form: GroupForm, found: PromotionGroup | None = None, *, status: int = 200
) -> ResponseReturnValue:
    return render(
        "promotions/group.html",
        status=status,
        form=form,
        group=found,
        uses=groups.uses_of_groups().get(found.code, 0) if found else 0,
        changes=last_changes(groups.KIND, found.id) if found else None,
    )


def _told(name: str, value: Any) -> str:
    if name == "mode":
        return str(groups.MODES[GroupMode(value)])
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return retold(str(value))


def group_actions() -> str:
    """Return the way from the list of promotions to their groups."""
    return render_template("promotions/_groups_link.html")


def names_of_groups(keys: Sequence[int]) -> Mapping[int, Found]:
    """Return how groups are called, by their keys, to who may change them."""
    if not current_actor().may(MANAGE):
        return {}
    return {
        one.id: Found(
            kind=_("Groups of promotions"),
            title=retold(one.name),
            detail=one.code,
            url=url_for("promotions.group", group_id=one.id),
            icon="discount",
        )
        for one in queries.list_groups()
        if one.id in keys
    }
