"""What setting up a programme shares: plain codes and names, and who has them already."""

import re
from typing import Any

from sqlalchemy.exc import IntegrityError

from app.db import session
from app.errors import InvalidInput
from app.i18n import _
from app.money import MOST_MINOR
from app.reference import Reference
from modules.loyalty.errors import CodeTaken
from modules.loyalty.models import Program

KIND = "loyalty_program"
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")
_LONGEST = 120


def reference_of(program: Program) -> Reference:
    return Reference(KIND, program.id)


def add_row(row: Any, known: Any, code: str) -> None:
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        if session.scalar(known) is None:
            raise
        raise CodeTaken(
            _("There is a %(code)s already. Choose another code.", code=code),
            details=[{"pointer": "/code"}],
        ) from None


def plain_code(code: str) -> str:
    code = code.strip()
    if not _CODE.fullmatch(code):
        raise InvalidInput(
            _("A code has 1 to 32 letters, digits, - or _, and begins with a letter or digit."),
            field="code",
            pointer="/code",
        )
    return code


def plain_name(name: str, field: str = "name") -> str:
    name = " ".join(name.split())
    if not 0 < len(name) <= _LONGEST:
        text = _("Write a name of up to %(most)s letters.", most=_LONGEST)
        raise InvalidInput(text, field=field, pointer=f"/{field}")
    return name


def check_count(
    value: int | None, name: str, pointer: str | None = None, *, most: int = MOST_MINOR
) -> None:
    if value is not None and not 0 <= value <= most:
        text = _("Write a number from 0 to %(most)s.", most=most)
        raise InvalidInput(text, field=name, pointer=pointer or f"/{name}")
