"""The audit trail: whoever changes it past the house is found out, even who cuts off its end."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, func, insert, select, update

from app import audit, audit_chain, outbox
from app.db import session, transact
from app.models import Audit, AuditLink
from app.reference import Reference

LAMP = Reference("lamp", 7)


@pytest.fixture(autouse=True)
def trail(app: Flask) -> None:
    """Ten changes of a lamp, in a chain."""

    def write() -> None:
        for watts in range(10):
            audit.record_change(LAMP, "changed", old={"watts": watts}, new={"watts": watts + 1})

    transact(write)
    chain()


def chain() -> None:
    transact(lambda: outbox.enqueue(audit_chain.KIND))
    outbox.run_due()
    session.expire_all()


def found() -> list[str]:
    session.expire_all()
    return [f"{one.entry}: {one.found}" for one in audit_chain.prove_trail()]


def rows() -> list[int]:
    kept = select(Audit.id).where(Audit.ref_kind == "lamp").order_by(Audit.id)
    return list(session.scalars(kept))


def by_hand(statement: Any) -> None:
    """Write into the database past the house."""
    transact(lambda: session.execute(statement.execution_options(synchronize_session=False)))


def test_what_the_house_wrote_holds() -> None:
    assert found() == []
    head = audit_chain.read_anchors()[-1]
    assert head["hash"] == session.get_one(AuditLink, head["place"]).hash


@pytest.mark.parametrize(
    "change",
    [
        {"new": {"watts": 100}},
        {"old": None},
        {"actor": "staff:1:Somebody else"},
        {"ref_id": 8},
        {"action": "seen"},
    ],
)
def test_a_row_that_was_changed_is_named(change: dict[str, Any]) -> None:
    row = rows()[4]
    by_hand(update(Audit).where(Audit.id == row).values(**change))
    assert found() == [f"row {row}: that of another text"]


def test_a_row_that_was_taken_out_is_named() -> None:
    row = rows()[4]
    by_hand(delete(Audit).where(Audit.id == row))
    assert found()[0] == f"row {row}: taken out"


def test_a_row_and_its_link_that_were_taken_out_are_missed() -> None:
    row = rows()[4]
    place = session.scalar(select(AuditLink.place).where(AuditLink.audit_id == row))
    by_hand(delete(AuditLink).where(AuditLink.audit_id == row))
    by_hand(delete(Audit).where(Audit.id == row))
    assert found() == [f"link {place}: taken out"]


def test_a_row_that_the_house_never_wrote_is_named() -> None:
    values = {"ref_kind": "lamp", "ref_id": 7, "action": "changed", "actor": "staff:1:Ola"}
    by_hand(insert(Audit).values(**values, seal="12345678:aa:bb:cc"))
    assert found() == [f"row {rows()[-1]}: that of another text"]
    by_hand(update(Audit).where(Audit.id == rows()[-1]).values(seal=None))
    assert found() == [f"row {rows()[-1]}: none: it is not ours"]


def test_two_rows_that_changed_places_are_found() -> None:
    one, other = rows()[2:4]
    places = dict(session.execute(select(AuditLink.audit_id, AuditLink.place)).all())
    by_hand(update(AuditLink).where(AuditLink.place == places[one]).values(audit_id=-1))
    by_hand(update(AuditLink).where(AuditLink.place == places[other]).values(audit_id=one))
    by_hand(update(AuditLink).where(AuditLink.place == places[one]).values(audit_id=other))
    assert found()[0] == f"link {places[one]}: another one"


def test_who_cuts_off_the_end_of_both_tables_is_found_by_what_was_told() -> None:
    last = rows()[-3:]
    by_hand(delete(AuditLink).where(AuditLink.audit_id.in_(last)))
    by_hand(delete(Audit).where(Audit.id.in_(last)))
    head = audit_chain.read_anchors()[-1]["place"]
    assert found() == [f"head {head}: cut off"]


def test_the_chain_goes_on_where_it_ended() -> None:
    before = len(audit_chain.read_anchors())
    chain()
    assert len(audit_chain.read_anchors()) == before  # nothing new, nothing told
    transact(lambda: audit.record_many([LAMP, LAMP], "counted", new={"n": 1}))
    chain()
    assert found() == []
    last = session.scalars(select(AuditLink).order_by(AuditLink.place.desc()).limit(2)).all()
    assert [one.audit_id for one in reversed(last)] == rows()[-2:]


def test_rows_from_before_there_were_seals_are_sealed_once_as_they_are_found() -> None:
    by_hand(delete(AuditLink))
    by_hand(update(Audit).values(seal=None))
    transact(audit_chain.seal_what_was_there)
    session.expire_all()
    assert session.scalars(select(Audit.id).where(Audit.seal.is_(None))).all() == []
    chain()
    by_hand(update(Audit).where(Audit.id == rows()[0]).values(seal=None))
    transact(audit_chain.seal_what_was_there)
    assert found()[0] == f"row {rows()[0]}: none: it is not ours"


def test_what_a_value_says_is_sealed_as_the_database_gives_it_back() -> None:
    said = {"name": "Zażółć \u2028 “1”", "tags": ["b", "a"], "deep": {10: 1, 9: [None, True]}}
    transact(lambda: audit.record_change(LAMP, "named", new=said))
    assert found() == []


def test_a_trail_sealed_with_an_older_key_holds_after_the_key_was_changed(app: Flask) -> None:
    old = app.config["ENCRYPTION_KEYS"]
    new = "a brand new key of more than thirty-two letters"
    app.config["ENCRYPTION_KEYS"] = f"{new},{old}"
    try:
        transact(lambda: audit.record_change(LAMP, "changed", new={"watts": 1}))
        chain()
        assert found() == []
        app.config["ENCRYPTION_KEYS"] = new
        assert found()[0].endswith("that of another text")
    finally:
        app.config["ENCRYPTION_KEYS"] = old


def test_a_head_that_is_told_while_somebody_reads_is_not_missed(real_house: Flask) -> None:
    with real_house.app_context():
        assert session.scalar(select(func.count(Audit.id))) is not None  # an old view is open
        with ThreadPoolExecutor(1) as others:
            others.submit(_change_and_chain, real_house).result()
        assert audit_chain.read_anchors()
        assert [str(one) for one in audit_chain.prove_trail()] == []


def _change_and_chain(house: Flask) -> None:
    with house.app_context():
        transact(lambda: audit.record_change(LAMP, "changed", new={"watts": 5}))
        transact(lambda: outbox.enqueue(audit_chain.KIND))
        outbox.run_due()
