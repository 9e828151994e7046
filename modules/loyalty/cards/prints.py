"""Printing cards before anybody has them: numbers are drawn, kept, and given out one by one."""

import secrets
from collections.abc import Mapping, Sequence

from sqlalchemy import func, insert, select

from app import audit
from app.actor import current_actor
from app.db import session
from app.errors import NotFound
from app.i18n import _
from modules.loyalty.cards.models import CardPrint, PrintedNumber
from modules.loyalty.models import Card
from modules.loyalty.operations import check_digit
from modules.loyalty.operations.shapes import reference_of
from modules.loyalty.queries import get_program

_PREFIX = "28"
"""GS1 leaves 20 to 29 to the company; cards that are drawn when they are given begin with 29."""


def print_many(*, program_id: int, count: int, client_id: str) -> CardPrint:
    """Draw numbers for so many cards; the same `client_id` is the same print."""
    known = session.scalar(select(CardPrint).where(CardPrint.client_id == client_id))
    if known is not None:
        return known
    program = get_program(program_id)
    made = CardPrint(
        program_id=program.id, client_id=client_id, count=count, actor=str(current_actor())
    )
    session.add(made)
    session.flush()
    numbers = _fresh_numbers(count)
    session.execute(
        insert(PrintedNumber), [{"number": one, "print_id": made.id} for one in numbers]
    )
    audit.record_change(reference_of(program), "cards printed", new={"count": count})
    return made


def get_print(print_id: int) -> CardPrint:
    """
    Return one print.

    :raises NotFound: there is none with that key
    """
    found = session.get(CardPrint, print_id)
    if found is None:
        raise NotFound(_("There is no such print."))
    return found


def prints_of(program_id: int, *, limit: int = 50) -> Sequence[CardPrint]:
    """Return the prints of a programme, newest first."""
    found = select(CardPrint).where(CardPrint.program_id == program_id)
    return session.scalars(found.order_by(CardPrint.id.desc()).limit(limit)).all()


def numbers_of(print_id: int) -> Sequence[str]:
    found = select(PrintedNumber.number).where(PrintedNumber.print_id == print_id)
    return session.scalars(found.order_by(PrintedNumber.number)).all()


def given_of(print_ids: Sequence[int]) -> Mapping[int, int]:
    """Return how many cards of each print members have by now."""
    rows = session.execute(
        select(PrintedNumber.print_id, func.count())
        .join(Card, Card.number == PrintedNumber.number)
        .where(PrintedNumber.print_id.in_(print_ids))
        .group_by(PrintedNumber.print_id)
    )
    return {row[0]: row[1] for row in rows}


def _fresh_numbers(count: int) -> list[str]:
    found: set[str] = set()
    while len(found) < count:
        drawn = {_drawn() for _place in range(count - len(found))} - found
        stand = set(
            session.scalars(select(PrintedNumber.number).where(PrintedNumber.number.in_(drawn)))
        )
        stand |= set(session.scalars(select(Card.number).where(Card.number.in_(drawn))))
        found |= drawn - stand
    return sorted(found)


def _drawn() -> str:
    digits = _PREFIX + "".join(secrets.choice("0123456789") for _place in range(10))
    return digits + check_digit(digits)
