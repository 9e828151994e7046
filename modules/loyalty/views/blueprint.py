"""The blueprint of loyalty, and what its views share."""

from flask import Blueprint

from app.actor import current_actor
from modules.loyalty.models import Member, MemberState, ProgramState
from modules.loyalty.rights import MANAGE

blueprint = Blueprint(
    "loyalty", "modules.loyalty", url_prefix="/loyalty", template_folder="templates"
)

STANDING = {
    ProgramState.DRAFT: "draft",
    ProgramState.ACTIVE: "active",
    ProgramState.CLOSED: "paused",
}


def may_manage() -> bool:
    """Test whether the caller may set programmes up: they belong to all stores."""
    actor = current_actor()
    return actor.may(MANAGE) and actor.stores(MANAGE) is None


def is_active(member: Member) -> bool:
    return member.state is MemberState.ACTIVE
