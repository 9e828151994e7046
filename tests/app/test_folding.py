"""Letters are folded alike in Python and in the questions of the database that is in use."""

import pytest
from flask import Flask
from sqlalchemy import String, cast, literal, null, select

from app.db import session
from app.folding import fold, folded

_TEXTS = [
    "Zażółć Gęślą JAŹŃ",
    "ŁÓDŹ Straße Øresund Đorđe",
    "Ștefan Țuțea Őrült ÁRVÍZTŰRŐ ñandú",
    "a.b+c_d%e@poczta.example",
    "+48 601-447-218",
    "",
]


@pytest.mark.parametrize("text", _TEXTS)
def test_the_database_folds_as_the_house_does(app: Flask, text: str) -> None:
    assert session.scalar(select(folded(literal(text)))) == fold(text)


def test_where_nothing_is_there_is_nothing(app: Flask) -> None:
    assert session.scalar(select(folded(cast(null(), String())))) == ""
