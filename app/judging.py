"""A code that somebody types at a door: counted as a try before it is judged."""

from collections.abc import Callable
from typing import TypeVar

from app import tries
from app.db import transact
from app.factors import WrongCode
from app.logs import tell_of_door
from app.models import Account

Answer = TypeVar("Answer")


def judge_code(
    account: Account,
    take: Callable[[], Answer],
    *,
    ip: str,
    device: str | None = None,
    said: str = "wrong code",
) -> Answer:
    """
    Return what `take` answers, which takes a code in a unit of work of its own.

    `said` is what the log calls a wrong one.

    :raises WrongCode: it is wrong, or was used before
    :raises TooManyTries: there were too many of late
    """
    try:
        with tries.one_try(email=account.email, ip=ip, device=device, step="code", wrong=WrongCode):
            return transact(take)
    except WrongCode:
        tell_of_door(said, account=account.id, email=account.email)
        raise
