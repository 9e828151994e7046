"""The timeline in words: no kind of event is without its sentence, in any language."""

from datetime import UTC, datetime

import pytest
from flask import g

from modules.orders.models import OrderEvent
from modules.orders.telling import SENTENCES, by_day, tell
from modules.orders.timeline import KINDS

pytestmark = pytest.mark.usefixtures("app")
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def event(kind: str, actor: str = "staff:1:Ewelina Żak", at: datetime = NOON) -> OrderEvent:
    return OrderEvent(id=1, order_id=1, kind=kind, actor=actor, at=at, data={})


def test_every_kind_of_event_has_its_sentence() -> None:
    assert set(SENTENCES) == set(KINDS)


@pytest.mark.parametrize("language", ["en", "pl"])
@pytest.mark.parametrize("kind", KINDS)
def test_an_event_that_knows_little_is_told_all_the_same(kind: str, language: str) -> None:
    g.language = language

    told = tell(event(kind), {})

    assert told.verb
    assert told.who == "Ewelina Żak"


def test_what_the_house_wrote_down_is_told_in_the_readers_language() -> None:
    g.language = "pl"
    held = event("hold_opened")
    held.data = {"hold": "stock", "reason": "Not all goods are there."}

    assert "Nie ma całego towaru." in tell(held, {}).more

    held.data = {"hold": "stock", "reason": "She may add a belt."}
    assert "She may add a belt." in tell(held, {}).more


def test_events_are_told_newest_first_by_the_readers_days() -> None:
    late = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)  # half past midnight in Warsaw

    days = by_day([event("placed"), event("note", at=late)], {})

    assert [(day.day, [one.verb for one in told]) for day, told in days] == [
        (21, ["Note"]),
        (20, ["Placed"]),
    ]


@pytest.mark.parametrize(
    ("actor", "who"),
    [
        ("system::Verso", "Verso"),
        ("system::shipping.make_label", "Verso"),
        ("token:4:Web shop", "Web shop"),
    ],
)
def test_a_job_acts_in_the_name_of_the_house(actor: str, who: str) -> None:
    assert tell(event("label_made", actor=actor), {}).who == who
