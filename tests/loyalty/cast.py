"""The programme and the members that these tests play with."""

import itertools
from typing import Any

from app.db import close_session, session, transact
from modules import customers, loyalty
from modules.loyalty import operations, queries
from modules.loyalty.models import Member, Program

_names = itertools.count(1)


def program(code: str = "club", *, open_it: bool = True, **terms: Any) -> Program:
    """Set up a programme: a point for each 1.00, 500 points are worth 5.00, usable at once."""
    given = {"name": "Club", "step_points": 500, "step_minor": 500, **terms}
    made: Program = transact(
        lambda: loyalty.create_program(code=code, data=loyalty.ProgramData(**given))
    )
    if open_it:
        act(lambda: operations.open_program(program_id=made.id, version=made.version))
    return made


def customer(name: str = "") -> int:
    made = act(lambda: customers.create_customer(name=name or f"Member {next(_names)}"))
    return int(made.id)


def member(of: Program, **more: Any) -> Member:
    who = customer()
    made: Member = act(lambda: loyalty.enrol(program_id=of.id, customer_id=who, **more))
    return made


def act(work: Any) -> Any:
    """Do something in a unit of work of its own, and look at what stands afterwards."""
    close_session()
    done = transact(work)
    close_session()
    return done


def fresh_member(key: int) -> Member:
    close_session()
    session.expire_all()
    return queries.get_member(key)
