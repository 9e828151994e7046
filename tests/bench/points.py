"""What points cost: a balance among a million entries, and a night in which many lots expire."""

import json
import time
from datetime import date, timedelta
from typing import Any

from sqlalchemy import text

from app import clock
from app.db import close_session, database, session, transact
from modules import customers, loyalty
from modules.loyalty import queries
from modules.loyalty.operations import nightly
from modules.loyalty.proving import prove_points
from tests.bench.figures import Figure, Meter
from tests.bench.shop import open_shop

MEMBERS, LOTS = 10_000, 100
EXPIRING = 100_000
FIRST = date(2026, 1, 1)


def run(database_url: str) -> list[Figure]:
    with open_shop(database_url) as house:
        members = _members()
        _earn(members)
        meter = Meter(house.extensions["database"].engine)
        today = FIRST

        def look_up(number: int) -> None:
            held = queries.holdings_of(members[number * 7919 % len(members)], on=today)
            assert held[0].active == LOTS * 10
            close_session()

        cost = meter.measure(look_up, rounds=300)
        due = FIRST + timedelta(days=EXPIRING // MEMBERS)
        began = time.perf_counter()
        gone = 0
        while part := transact(lambda: nightly.expire_due(on=due)):
            gone += part
        seconds = time.perf_counter() - began
        close_session()
        assert gone == EXPIRING, gone
        assert list(prove_points()) == []
    million = seconds * 1_000_000 / EXPIRING
    return [
        cost.figure(
            f"balance of a member among {MEMBERS * LOTS:,} entries",
            goal="<= 5 ms",
            good=cost.total_ms <= 5,
        ),
        Figure(
            item=f"{EXPIRING:,} lots expire, some thousand at a time",
            found=f"{seconds:.1f} s (a million: {million:.0f} s)",
            goal="a million in 300 s",
            good=million <= 300,
        ),
    ]


def _members() -> list[int]:
    """Enrol so many customers, each with an account."""
    club = transact(
        lambda: loyalty.create_program(code="bench", data=loyalty.ProgramData(name="Bench"))
    )
    transact(lambda: loyalty.open_program(program_id=club.id, version=club.version))
    first = transact(lambda: customers.create_customer(name="Bench").id)
    close_session()
    at = clock.now()
    given: dict[str, Any] = {
        "program": club.id,
        "wallet": queries.points_wallet(club.id).id,
        "first": first,
        "at": at if database().dialect == "postgresql" else at.isoformat(" "),
        "numbers": json.dumps(list(range(1, MEMBERS + 1))),
        "points": LOTS * 10,
    }
    close_session()

    def write() -> list[int]:
        numbers = _numbers("numbers")
        session.execute(
            text(
                "INSERT INTO customer (kind, name, locale, note, warning, sales_blocked, search, "
                "created_at, updated_at, version) SELECT 'person', 'B ' || n, 'pl', '', '', "
                f"{_false()}, '', :at, :at, 1 FROM {numbers}"
            ),
            given,
        )
        session.execute(
            text(
                "INSERT INTO loyalty_member (program_id, customer_id, state, is_staff, "
                "heads_household, referral_code, joined_at) SELECT :program, id, 'active', "
                f"{_false()}, {_false()}, 'R' || id, :at FROM customer WHERE id > :first"
            ),
            given,
        )
        session.execute(
            text(
                "INSERT INTO loyalty_account (member_id, wallet_id, points, pending, debt) "
                "SELECT id, :wallet, :points, 0, 0 FROM loyalty_member WHERE program_id = :program"
            ),
            given,
        )
        found = session.execute(text("SELECT id FROM loyalty_member ORDER BY id"))
        return [int(row[0]) for row in found]

    members = transact(write)
    close_session()
    return members


def _earn(members: list[int]) -> None:
    """Give each account so many lots of ten, one of which expires each day, with their entries."""
    at = clock.now()
    for number in range(LOTS):
        given = {
            "day": FIRST.isoformat(),
            "end": (FIRST + timedelta(days=number + 1)).isoformat(),
            "number": number,
            "at": at if database().dialect == "postgresql" else at.isoformat(" "),
        }
        if database().dialect == "postgresql":
            given["day"], given["end"] = FIRST, FIRST + timedelta(days=number + 1)

        def write(given: dict[str, Any] = given) -> None:
            session.execute(
                text(
                    "INSERT INTO loyalty_lot (account_id, ref_kind, ref_id, points, remaining, "
                    "expired, is_pending, earned_on, active_on, expires_on) SELECT id, 'bench', "
                    f":number, 10, 10, 0, {_false()}, :day, :day, :end FROM loyalty_account"
                ),
                given,
            )
            session.execute(
                text(
                    "INSERT INTO loyalty_entry (account_id, kind, points, pending, debt, balance, "
                    "lot_id, ref_kind, ref_id, key, effective_at, expires_on, actor, note) "
                    "SELECT account_id, 'earn_pending', 10, 0, 0, 0, id, ref_kind, ref_id, "
                    "'bench:' || id, :at, expires_on, 'bench', NULL FROM loyalty_lot "
                    "WHERE ref_id = :number AND ref_kind = 'bench'"
                ),
                given,
            )

        transact(write)
        close_session()
    assert members


def _numbers(name: str) -> str:
    if database().dialect == "postgresql":
        return f"(SELECT value::int AS n FROM json_array_elements_text(CAST(:{name} AS json))) AS g"
    return f"(SELECT value AS n FROM json_each(:{name})) AS g"


def _false() -> str:
    return "false" if database().dialect == "postgresql" else "0"
