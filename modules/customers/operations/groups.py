"""Groups of customers: made, renamed, put away, and who is in them."""

import re
from collections.abc import Sequence

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError

from app import audit, clock
from app.db import session
from app.errors import InvalidInput, StaleEdit
from app.i18n import _
from app.reference import Reference
from modules.customers.errors import AlreadyExists
from modules.customers.facts import get_group
from modules.customers.models import CustomerGroup, GroupMember

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")
_LONGEST_NAME = 120


def create_group(*, code: str, name: str) -> CustomerGroup:
    """
    Make a group in which customers can be.

    :raises AlreadyExists: there is a group with this code, perhaps archived
    :raises InvalidInput: the code or the name is none
    """
    code = code.strip()
    if not _CODE.fullmatch(code):
        raise InvalidInput(
            _("A code has 1 to 32 letters, digits, - or _, and begins with a letter or digit."),
            field="code",
            pointer="/code",
        )
    group = CustomerGroup(code=code, name=_plain(name))
    try:
        with session.begin_nested():
            session.add(group)
    except IntegrityError:
        raise AlreadyExists(_("There is a customer group %(code)s already.", code=code)) from None
    audit.record_change(_of(group), "made", new={"code": code, "name": group.name})
    return group


def update_group(*, code: str, version: int, name: str, archived: bool = False) -> CustomerGroup:
    """
    Rename a group, put it away, or take it back; who is in it stays in it.

    :raises NotFound: there is none with this code
    :raises StaleEdit: somebody else changed it since `version` was read
    """
    group = get_group(code)
    if group.version != version:
        raise StaleEdit(
            _("Somebody else changed this group. Look at what is there now and repeat yours.")
        )
    before = _audited(group)
    group.name = _plain(name)
    if archived != (group.archived_at is not None):
        group.archived_at = clock.now() if archived else None
    session.flush()
    audit.record_change(_of(group), "changed", old=before, new=_audited(group))
    return group


def set_groups(*, customer_id: int, codes: Sequence[str]) -> None:
    """
    Let a customer be in exactly these groups; archived ones stay as they are.

    :raises InvalidInput: there is no such group
    """
    wanted = set(codes)
    rows = session.execute(
        select(CustomerGroup.id, CustomerGroup.code).where(CustomerGroup.archived_at.is_(None))
    )
    known = {code: key for key, code in rows}
    if missing := sorted(wanted - set(known)):
        raise InvalidInput(
            _("There is no customer group %(code)s.", code=missing[0][:64]),
            field="groups",
            pointer="/groups",
        )
    session.execute(
        delete(GroupMember).where(
            GroupMember.customer_id == customer_id, GroupMember.group_id.in_(known.values())
        )
    )
    if wanted:
        session.execute(
            insert(GroupMember),
            [{"customer_id": customer_id, "group_id": known[code]} for code in sorted(wanted)],
        )


def _plain(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > _LONGEST_NAME:
        raise InvalidInput(
            _("A name has 1 to %(max)d signs.", max=_LONGEST_NAME), field="name", pointer="/name"
        )
    return name


def _audited(group: CustomerGroup) -> dict[str, object]:
    return {"name": group.name, "archived": group.archived_at is not None}


def _of(group: CustomerGroup) -> Reference:
    return Reference("customer_group", group.id)
