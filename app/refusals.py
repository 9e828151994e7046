"""A refusal at the terminal: one clear line, and an exit code that is not zero."""

import sys
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import click
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError

from app import schema
from app.db import LostRace, is_busy
from app.errors import NotFound, RuleViolation
from app.gate import GateBusy

Command = TypeVar("Command", bound=Callable[..., Any])


def refusing(command: Command) -> Command:
    """Turn a refusal into one clear line and exit code 2."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except (RuleViolation, NotFound) as refused:
            click.echo(str(refused), err=True)
        except LostRace:
            click.echo(str(GateBusy()), err=True)
        except DBAPIError as broken:
            if is_busy(broken):
                click.echo(str(GateBusy()), err=True)
                sys.exit(2)
            if not isinstance(broken, (OperationalError, ProgrammingError)) or schema.stands():
                raise
            reason = str(broken.orig).splitlines()[0]
            click.echo(
                f"The database does not answer, or is not set up yet ({reason}). "
                "A new one needs `flask --app wsgi db upgrade` first.",
                err=True,
            )
        sys.exit(2)

    return run  # type: ignore[return-value]
