"""Points that make an order cheaper: in whole steps, given back as the goods come back."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import select

from app.db import session
from app.errors import InvalidInput
from app.i18n import _
from app.reference import Reference
from modules.loyalty.errors import NotEnoughPoints
from modules.loyalty.models import (
    Card,
    Member,
    MemberState,
    Program,
    SpendAs,
)
from modules.loyalty.operations import points as ledger_points
from modules.loyalty.operations.members import usable_member
from modules.loyalty.queries import plain_number
from modules.loyalty.rewards import PointsPaid, steps_for_payment


class PointsWanted(NamedTuple):
    """Points of a member that make an order cheaper, and by how much."""

    member_id: int
    points: int
    amount_minor: int


def points_wanted(*, customer_id: int, points: int, currency: str, on: date) -> PointsWanted:
    """
    Return what points of a customer take off an order; nothing is spent yet.

    :raises InvalidInput: no programme of theirs takes points on orders, or not so many
    :raises NotEnoughPoints: there are fewer
    """
    found = _taking(customer_id, currency)
    if found is None:
        text = _("No programme of this customer takes points on orders.")
        raise InvalidInput(text, field="points", pointer="/points")
    member, program = found
    if points <= 0 or points % program.step_points:
        text = _(
            "Points are spent in steps of %(step)s. Write a multiple.", step=program.step_points
        )
        raise InvalidInput(text, field="points", pointer="/points")
    have = ledger_points.spendable(member, on=on)
    if have < points:
        raise NotEnoughPoints(have, points)
    return PointsWanted(member.id, points, points // program.step_points * program.step_minor)


def points_offered(*, customer_id: int, order_minor: int, currency: str, on: date) -> PointsPaid:
    """Return what a customer could spend on an order: points in whole steps, and their worth."""
    found = _taking(customer_id, currency)
    if found is None:
        return PointsPaid(0, 0)
    member, program = found
    return steps_for_payment(
        order_minor,
        points=ledger_points.spendable(member, on=on),
        step_points=program.step_points,
        step_minor=program.step_minor,
    )


def give_back_share(*, reference: Reference, kept: int, whole: int, on: date) -> int:
    """
    Give back the points of an order that belong to what is not kept; return how many.

    `kept` of `whole` is the share that stays: rounded up, so that the last return gives the rest.
    """
    spent, left = ledger_points.spent_on(reference)
    stays = -(-spent * kept // whole) if whole else 0
    if left <= stays:
        return 0
    return ledger_points.undo_spend(
        reference=reference,
        key=f"back:{reference.kind}:{reference.id}:{left}",
        on=on,
        points=left - stays,
    )


def customer_of_card(number: str) -> int | None:
    """
    Return whose card it is; None where it is no loyalty card.

    :raises CardUnusable: it is blocked or was replaced
    """
    known = session.scalar(select(Card.id).where(Card.number == plain_number(number)))
    return None if known is None else usable_member(number).customer_id


def _taking(customer_id: int, currency: str) -> tuple[Member, Program] | None:
    row = session.execute(
        select(Member, Program)
        .join(Program, Program.id == Member.program_id)
        .where(
            Member.customer_id == customer_id,
            Member.state == MemberState.ACTIVE,
            Program.spend_as == SpendAs.REBATE,
            Program.step_points > 0,
            Program.currency == currency,
            Program.state != "draft",
        )
        .order_by(Program.id)
        .limit(1)
    ).first()
    return None if row is None else (row[0], row[1])
