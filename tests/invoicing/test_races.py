"""Numbers under many hands, on a real database."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from flask import Flask
from sqlalchemy import select

from app.db import session, transact
from modules.invoicing import Document
from modules.invoicing.queries import prove_documents
from tests.invoicing.cast import issued

HANDS, EACH = 8, 6


class _GivesUp(Exception):
    pass


def test_eight_hands_that_issue_at_once_leave_no_gap_and_no_double(real_house: Flask) -> None:
    def work(hand: int) -> None:
        with real_house.app_context():
            for turn in range(EACH):
                gives_up = (hand + turn) % 4 == 0
                with suppress(_GivesUp):
                    transact(lambda gives_up=gives_up: _issue(gives_up))  # type: ignore[misc]

    with ThreadPoolExecutor(HANDS) as pool:
        list(pool.map(work, range(HANDS)))
    with real_house.app_context():
        serials = session.scalars(select(Document.serial).order_by(Document.serial)).all()
        assert list(serials) == list(range(1, HANDS * EACH * 3 // 4 + 1))
        assert list(prove_documents()) == []


def _issue(gives_up: bool) -> None:
    issued()
    if gives_up:
        raise _GivesUp
