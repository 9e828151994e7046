"""Whether any programme is open: brought along by who asks something else anyway."""

from sqlalchemy import func, select

from app.db import session
from modules.loyalty.models import Program, ProgramState

OPEN_PROGRAMS = select(func.count(Program.id)).where(Program.state == ProgramState.ACTIVE)
_SEEN = "open_loyalty_programs"


def take_open(count: int) -> None:
    """Take how many programmes are open, which another question brought along."""
    session.info[_SEEN] = count


def is_known_closed() -> bool:
    """Test whether it was seen just now that none is open: then nobody is looked up."""
    return bool(session.info.pop(_SEEN, None) == 0)


def forget() -> None:
    """Let the next one look: a programme was opened."""
    session.info.pop(_SEEN, None)
