"""Gapless numbers of fiscal documents: taken in the transaction that issues the document."""

from sqlalchemy import bindparam, text
from sqlalchemy.sql import Executable

from app.db import session

_TAKE: Executable = text(
    "INSERT INTO number_series (series, last) VALUES (:series, 1) "
    "ON CONFLICT (series) DO UPDATE SET last = number_series.last + 1 RETURNING last"
).bindparams(bindparam("series"))


def take_number(series: str) -> int:
    """
    Return the next number of a series, the first being 1.

    Take it last: the row stays locked until the commit, and a rollback gives the number back.
    """
    return int(session.execute(_TAKE, {"series": series}).scalar_one())
