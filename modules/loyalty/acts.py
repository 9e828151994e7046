"""The acts on members that a second person may approve: kept as plain values."""

import uuid
from collections.abc import Mapping

from flask import url_for

from app.approving import Wanted
from app.i18n import lazy
from app.module import Act
from app.reference import Reference
from modules import organization
from modules.loyalty.member_list import labels
from modules.loyalty.operations.members import KIND
from modules.loyalty.operations.points import adjust
from modules.loyalty.rights import CORRECT

POINTS = "loyalty.correct_points"


def points_wanted(
    *, member_id: int, points: int, reason: str, client_id: str, store_id: int
) -> Wanted:
    """Return what is asked of the second person."""
    arguments = {
        "member_id": member_id,
        "points": points,
        "reason": reason,
        "client_id": client_id or str(uuid.uuid4()),
        "store_id": store_id,
    }
    return Wanted(
        act=POINTS, reference=Reference(KIND, member_id), arguments=arguments, reason=reason
    )


def correct_points(
    *, member_id: int, points: int, reason: str, client_id: str, store_id: int
) -> None:
    """Give or take points by hand, today."""
    adjust(
        member_id=member_id,
        points=points,
        reason=reason,
        client_id=client_id,
        store_id=store_id,
        on=organization.today(),
    )


def _named(member_id: int) -> tuple[str, str]:
    return labels([member_id])[member_id], url_for("loyalty.member", member_id=member_id)


ACTS: Mapping[str, Act] = {
    POINTS: Act(
        title=lazy("Give or take loyalty points by hand"),
        permission=CORRECT,
        carry_out=correct_points,
        named=_named,
    ),
}
