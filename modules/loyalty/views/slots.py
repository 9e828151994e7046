"""What loyalty shows on other rooms' pages."""

from flask import render_template
from markupsafe import Markup

from app.actor import current_actor
from modules import customers, organization
from modules.loyalty.models import MemberState, ProgramState
from modules.loyalty.queries import list_programs, memberships_of
from modules.loyalty.rights import ENROL, VIEW
from modules.loyalty.standing import standing_of


def customer_points(*, customer_id: int) -> str:
    """Return the points and the tier of a customer, as the customer's card shows them."""
    actor = current_actor()
    if not actor.may(VIEW):
        return Markup("")
    today = organization.today()
    rows = [
        (member, standing_of(member, on=today))
        for member, _program in memberships_of(customer_id)
        if member.state is MemberState.ACTIVE
    ]
    joined = {standing.program.id for _member, standing in rows}
    may_join = actor.may(ENROL) and any(
        one.id not in joined for one in list_programs(state=ProgramState.ACTIVE)
    )
    if not rows and not may_join:
        return Markup("")
    return render_template(
        "loyalty/_of_customer.html",
        rows=rows,
        may_join=may_join,
        number=customers.get_customer(customer_id).number,
    )
