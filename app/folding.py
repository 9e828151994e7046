"""Letters folded alike everywhere: in Python, and in the questions of both databases."""

import unicodedata
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, String, func, or_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

_FROM, _TO = "łŁđĐøØß", ("l", "L", "d", "D", "o", "O", "ss")
_LETTERS = str.maketrans(dict(zip(_FROM, _TO, strict=True)))
SQLITE_FUNCTION = "folded_text"


def fold(*texts: str | None) -> str:
    """Return texts as they are searched: "Łódź" becomes "lodz"."""
    joined = " ".join(text for text in texts if text).translate(_LETTERS)
    parts = unicodedata.normalize("NFD", joined)
    return "".join(sign for sign in parts if not unicodedata.combining(sign)).lower()


class _Folded(GenericFunction[str]):
    """`fold` as a part of a question."""

    name = SQLITE_FUNCTION
    type = String()
    inherit_cache = True


@compiles(_Folded, "postgresql")
def _in_postgresql(element: Any, compiler: Any, **more: Any) -> str:
    whole = func.replace(element.clauses.clauses[0], "ß", "ss")
    plain = func.translate(whole, _FROM[:-1], "".join(_TO[:-1]))
    marks = "[\u0300-\u036f]"
    sql = compiler.process(plain, **more)
    return f"lower(regexp_replace(normalize({sql}, NFD), '{marks}', '', 'g'))"


def folded(text: Any) -> ColumnElement[str]:
    """Return what `fold` makes of a column; where there is nothing, an empty text."""
    return _Folded(func.coalesce(text, ""))


def in_one_of(word: str, texts: Iterable[Any]) -> ColumnElement[bool]:
    """
    Return the condition that one of these columns holds a folded word.

    It reads row by row: it stands beside `app.search.contains`, which finds the rows.
    """
    return or_(*(folded(one).contains(word, autoescape=True) for one in texts))
