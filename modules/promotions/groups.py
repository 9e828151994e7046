"""Groups of promotions: what happens where several of them fit the same order."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import String, and_, func, or_, select
from sqlalchemy.exc import IntegrityError

from app import audit
from app.db import session
from app.errors import InvalidInput, NotFound, RuleViolation
from app.i18n import _, lazy, ngettext
from app.reference import Reference
from modules.promotions.engine.promotion import GroupMode
from modules.promotions.models import (
    PromotionGroup,
    PromotionRecord,
    PromotionState,
    PromotionVersion,
)
from modules.promotions.operations import CODE, turn_page

KIND = "promotion_group"
MODES = {
    GroupMode.BEST_FOR_CUSTOMER: lazy("The one that is best for the buyer"),
    GroupMode.FIRST_BY_PRIORITY: lazy("The first by priority"),
    GroupMode.MOST: lazy("The first few by priority"),
    GroupMode.STACK: lazy("All that fit, one after another"),
    GroupMode.BEST_COMBINATION: lazy("The best combination (up to 8 promotions)"),
}
_MOST, _PRIORITY = 100, 1_000_000


class GroupTaken(RuleViolation):
    field = "code"
    code = "already_exists"


class GroupInUse(RuleViolation):
    code = "in_use"


class Settings(NamedTuple):
    """What a group says."""

    name: str
    mode: GroupMode
    most: int = 1
    priority: int = 0
    same_units: bool = False


def get_group(group_id: int) -> PromotionGroup:
    """
    Return one group.

    :raises NotFound: there is none with that id
    """
    if found := session.get(PromotionGroup, group_id, populate_existing=True):
        return found
    raise NotFound(_("There is no such group of promotions."))


def uses_of_groups() -> Mapping[str, int]:
    """Return how many promotions that are not archived name each group, drafts too."""
    code = PromotionVersion.definition["group"].as_string().cast(String)
    rows = session.execute(
        select(code, func.count(PromotionRecord.id.distinct()))
        .join(PromotionRecord, PromotionRecord.id == PromotionVersion.promotion_id)
        .where(
            PromotionRecord.state != PromotionState.ARCHIVED,
            or_(
                PromotionVersion.published_at.is_(None),
                and_(
                    PromotionVersion.number == PromotionRecord.live_number,
                    PromotionRecord.live_number.is_not(None),
                ),
            ),
            code.is_not(None),
        )
        .group_by(code)
    )
    return {name: int(count) for name, count in rows}


def make_group(*, code: str, settings: Settings) -> PromotionGroup:
    """
    Make a group; promotions name it by its code.

    :raises GroupTaken: there is one of that code
    :raises InvalidInput: code, name or a number is none
    """
    code = code.strip()
    if not CODE.fullmatch(code):
        text = _("A code has 1 to 32 letters, digits, - or _, and begins with a letter or digit.")
        raise InvalidInput(text, field="code", pointer="/code")
    group = PromotionGroup(code=code, **_plain(settings))
    try:
        with session.begin_nested():
            session.add(group)
    except IntegrityError:
        raise GroupTaken(
            _("There is a group %(code)s already. Choose another code.", code=code)
        ) from None
    audit.record_change(_of(group), "made", new={"code": code, **_told(group)})
    return group


def change_group(*, group_id: int, settings: Settings) -> PromotionGroup:
    """
    Change a group; carts are priced by it at once.

    :raises NotFound: there is none with that id
    :raises InvalidInput: the name or a number is none
    """
    group = get_group(group_id)
    old = _told(group)
    for name, value in _plain(settings).items():
        setattr(group, name, value)
    session.flush()
    if (new := _told(group)) != old:
        audit.record_change(_of(group), "changed", old=old, new=new)
        turn_page()
    return group


def delete_group(*, group_id: int) -> None:
    """
    Take a group away that no promotion names.

    :raises NotFound: there is none with that id
    :raises GroupInUse: promotions name it, or it is the usual one
    """
    group = get_group(group_id)
    count = uses_of_groups().get(group.code, 0)
    if count:
        raise GroupInUse(
            ngettext(
                "%(num)s promotion is in this group. Put it into another one first.",
                "%(num)s promotions are in this group. Put them into another one first.",
                count,
            )
        )
    if group.code == "line":
        raise GroupInUse(_("This is the usual group of new promotions: it stays."))
    audit.record_change(_of(group), "deleted", old={"code": group.code, **_told(group)})
    session.delete(group)
    session.flush()
    turn_page()


def _plain(settings: Settings) -> dict[str, Any]:
    name = " ".join(settings.name.split())
    if not 0 < len(name) <= 120:
        text = _("Say what happens in it, in up to 120 letters.")
        raise InvalidInput(text, field="name", pointer="/name")
    if not 1 <= settings.most <= _MOST:
        text = _("Write a number from 1 to %(most)s.", most=_MOST)
        raise InvalidInput(text, field="most", pointer="/most")
    if abs(settings.priority) > _PRIORITY:
        text = _("Write a number from 0 to %(most)s.", most=_PRIORITY)
        raise InvalidInput(text, field="priority", pointer="/priority")
    return {**settings._asdict(), "name": name}


def _told(group: PromotionGroup) -> dict[str, Any]:
    return {
        "name": group.name,
        "mode": group.mode.value,
        "most": group.most,
        "priority": group.priority,
        "same_units": group.same_units,
    }


def _of(group: PromotionGroup) -> Reference:
    return Reference(KIND, group.id)
