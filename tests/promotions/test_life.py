"""The life of a promotion: a draft that nobody knows of, versions that stay, an end for good."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError

from app.db import close_session, session, transact, unit_of_work
from app.errors import InvalidInput, NotFound
from app.models import Audit
from modules.promotions import operations, queries
from modules.promotions.definition.faults import BadDefinition
from modules.promotions.engine.benefits.percent import Percent
from modules.promotions.errors import (
    CodeTaken,
    NothingToPublish,
    NotInThisState,
    OverAlready,
    StalePromotion,
)
from modules.promotions.models import PromotionState, PromotionVersion
from modules.promotions.published import published as book_of_today
from modules.promotions.queries import Standing, standing_of
from tests.promotions.cast import TEN_OFF, act, draft, now, published, revise

pytestmark = pytest.mark.usefixtures("app")
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
Freeze = Callable[[datetime], None]


def codes_in_book() -> dict[str, int]:
    close_session()
    found = book_of_today()
    return {
        found.labels[int(one.promotion.id)].code: one.promotion.version
        for one in found.book.entries
    }


def told(record: Any) -> list[str]:
    close_session()
    rows = select(Audit.action).where(Audit.ref_kind == "promotion", Audit.ref_id == record.id)
    return list(session.scalars(rows.order_by(Audit.id)))


def test_a_draft_is_known_to_no_cart() -> None:
    made = draft()
    assert (made.state, made.live_number) == (PromotionState.DRAFT, None)
    assert codes_in_book() == {}


def test_what_is_published_is_in_the_book_until_it_ends() -> None:
    made = published()
    assert codes_in_book() == {"AUTUMN": 1}
    act(operations.pause_promotion, made)
    close_session()
    assert [one.promotion.paused for one in book_of_today().book.entries] == [True]
    act(operations.resume_promotion, made)
    assert codes_in_book() == {"AUTUMN": 1}
    act(operations.end_promotion, made)
    assert codes_in_book() == {}
    act(operations.archive_promotion, made)
    assert told(made) == ["drafted", "published", "paused", "resumed", "ended", "archived"]


def test_a_revision_waits_beside_the_version_in_force() -> None:
    made = published()
    revise(made, name="Autumn fifth", benefits=[{"kind": "percent", "rate_bp": 2_000}])
    assert codes_in_book() == {"AUTUMN": 1}
    assert now(made).name == "Autumn tenth"
    act(operations.publish_promotion, made)
    assert codes_in_book() == {"AUTUMN": 2}
    assert now(made).name == "Autumn fifth"
    assert [one.number for one in queries.list_versions(made.id)] == [2, 1]


def test_a_draft_is_changed_in_place_and_keeps_its_number() -> None:
    made = draft()
    revise(made, conditions=[])
    [only] = queries.list_versions(made.id)
    assert (only.number, only.definition["conditions"]) == (1, [])


def test_a_revision_that_changes_nothing_begins_no_version() -> None:
    made = published()
    revise(made)
    assert len(queries.list_versions(made.id)) == 1
    with pytest.raises(NothingToPublish):
        act(operations.publish_promotion, made)


def test_what_is_not_published_yet_can_be_thrown_away() -> None:
    made = published()
    revise(made, conditions=[])
    act(operations.discard_draft, made)
    assert [one.number for one in queries.list_versions(made.id)] == [1]
    with pytest.raises(NotInThisState):
        act(operations.discard_draft, made)


@pytest.mark.parametrize(
    "statement",
    [
        update(PromotionVersion).values(name="Another"),
        update(PromotionVersion).values(published_at=None),
        delete(PromotionVersion),
    ],
)
def test_the_database_itself_keeps_a_published_version(statement: Any) -> None:
    published()
    with pytest.raises(DBAPIError, match="a published version never changes"), unit_of_work():
        session.execute(statement)


def test_two_who_change_the_same_promotion_do_not_overwrite_each_other() -> None:
    made = draft()
    seen = made.version
    revise(made, conditions=[])
    with pytest.raises(StalePromotion):
        transact(
            lambda: operations.revise_promotion(
                promotion_id=made.id, version=seen, name="Mine", definition=TEN_OFF
            )
        )


def test_a_code_is_given_once() -> None:
    draft()
    with pytest.raises(CodeTaken):
        draft()
    for wrong in ("", "two words", "-x", "x" * 33):
        with pytest.raises(InvalidInput):
            draft(wrong)


@pytest.mark.parametrize(
    ("act_", "since"),
    [
        (operations.pause_promotion, "draft"),
        (operations.resume_promotion, "draft"),
        (operations.end_promotion, "draft"),
        (operations.resume_promotion, "active"),
        (operations.archive_promotion, "active"),
        (operations.pause_promotion, "paused"),
        (operations.archive_promotion, "paused"),
        (operations.publish_promotion, "ended"),
        (operations.resume_promotion, "ended"),
        (operations.publish_promotion, "archived"),
        (operations.end_promotion, "archived"),
    ],
)
def test_a_step_that_does_not_go_with_the_state_is_refused(act_: Any, since: str) -> None:
    made = draft()
    steps: dict[str, list[Any]] = {
        "draft": [],
        "active": [operations.publish_promotion],
        "paused": [operations.publish_promotion, operations.pause_promotion],
        "ended": [operations.publish_promotion, operations.end_promotion],
        "archived": [operations.archive_promotion],
    }
    for step in steps[since]:
        act(step, made)
    before = told(made)
    with pytest.raises(NotInThisState):
        act(act_, made)
    assert told(made) == before


def test_a_paused_promotion_stays_paused_when_a_version_is_published() -> None:
    made = published()
    act(operations.pause_promotion, made)
    revise(made, conditions=[])
    act(operations.publish_promotion, made)
    assert now(made).state is PromotionState.PAUSED


def test_an_offer_whose_end_is_past_is_not_published(freeze: Freeze) -> None:
    made = draft(schedule={"ends_at": "2026-11-22T12:00:00Z"})
    freeze(NOON)
    with pytest.raises(OverAlready):
        act(operations.publish_promotion, made)


def test_a_schedule_says_how_a_promotion_stands_and_the_list_agrees(freeze: Freeze) -> None:
    freeze(datetime(2026, 11, 1, tzinfo=UTC))
    published(
        "FRIDAY",
        schedule={"starts_at": "2026-11-27T00:00:00Z", "ends_at": "2026-11-28T00:00:00Z"},
    )
    published("ALWAYS")
    stopped = published("STOPPED", schedule={"ends_at": "2026-11-28T00:00:00Z"})
    act(operations.pause_promotion, stopped)
    draft("IDEA")
    for day, friday, paused in (
        (26, Standing.SCHEDULED, Standing.PAUSED),
        (27, Standing.RUNNING, Standing.PAUSED),
        (28, Standing.ENDED, Standing.ENDED),
    ):
        freeze(datetime(2026, 11, day, tzinfo=UTC))
        close_session()
        stands = {one.code: standing_of(one) for one in queries.list_promotions()}
        assert stands == {
            "FRIDAY": friday,
            "ALWAYS": Standing.RUNNING,
            "STOPPED": paused,
            "IDEA": Standing.DRAFT,
        }
        for standing in Standing:
            listed = {one.code for one in queries.list_promotions(standing=standing)}
            assert listed == {code for code, own in stands.items() if own is standing}


def test_lists_find_by_code_and_name_and_leave_out_what_is_archived() -> None:
    draft("AUTUMN", "Żółta jesień")
    gone = draft("SPRING", "Wiosna 50% taniej")
    assert [one.code for one in queries.list_promotions(q="zolta")] == ["AUTUMN"]
    assert [one.code for one in queries.list_promotions(q="50%")] == ["SPRING"]
    assert queries.list_promotions(q="_") == []
    act(operations.archive_promotion, gone)
    assert [one.code for one in queries.list_promotions()] == ["AUTUMN"]
    assert [one.code for one in queries.list_promotions(standing="archived")] == ["SPRING"]


def test_a_promotion_that_does_not_exist_is_not_found() -> None:
    with pytest.raises(NotFound):
        queries.get_promotion(7)
    with pytest.raises(NotFound):
        queries.get_promotion_by_code("NOPE")


MARKED = {"kind": "cart_attribute", "name": "gift", "any_of": ["yes"]}


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"trigger": "manual"}, "trigger"),
        ({"group": "nobody"}, "group"),
        ({"scope": {"till_groups": ["fast"]}}, "scope/till_groups"),
        ({"scope": {"stores": ["NOWHERE"]}}, "scope/stores"),
        ({"scope": {"channels": ["smoke"]}}, "scope/channels"),
        ({"conditions": [MARKED]}, "conditions/0/kind"),
        ({"conditions": [{"kind": "store_is", "any_of": ["X"]}]}, "conditions/0/any_of"),
        (
            {"conditions": [{"kind": "none_of", "conditions": [MARKED]}]},
            "conditions/0/conditions/0/kind",
        ),
        (
            {"benefits": [{"kind": "percent", "rate_bp": 1, "filter": {"skus": ["NO-SUCH"]}}]},
            "benefits/0/filter/skus",
        ),
        (
            {"benefits": [{"kind": "percent", "rate_bp": 1, "filter": {"tags": ["new"]}}]},
            "benefits/0/filter/tags",
        ),
        ({"benefits": [{"kind": "free_goods", "sku": "GIFT"}]}, "benefits/0/sku"),
    ],
)
def test_what_could_never_apply_is_kept_as_a_draft_and_not_published(
    changed: dict[str, Any], pointer: str
) -> None:
    made = draft(**changed)
    with pytest.raises(BadDefinition) as refused:
        act(operations.publish_promotion, made)
    assert f"/definition/{pointer}" in [one.pointer for one in refused.value.faults]
    assert codes_in_book() == {}


def test_the_book_is_read_once_for_each_change(statements: Callable[[], Any]) -> None:
    made = published()
    codes_in_book()
    with statements() as asked:
        codes_in_book()
    assert len(asked) == 1, asked
    act(operations.pause_promotion, made)
    with statements() as asked:
        codes_in_book()
    assert len(asked) == 3, asked


def test_what_was_rolled_back_is_not_remembered() -> None:
    class Stop(Exception):
        pass

    def write(rate_bp: int) -> None:
        definition = {**TEN_OFF, "benefits": [{"kind": "percent", "rate_bp": rate_bp}]}
        made = operations.draft_promotion(code="AUTUMN", name="Autumn", definition=definition)
        operations.publish_promotion(promotion_id=made.id, version=made.version)

    def write_and_stop() -> None:
        write(9_000)
        assert len(book_of_today().book.entries) == 1
        raise Stop

    with pytest.raises(Stop):
        transact(write_and_stop)
    assert codes_in_book() == {}
    transact(lambda: write(1_000))
    close_session()
    [only] = book_of_today().book.entries
    assert only.promotion.benefits == (Percent(rate_bp=1_000),)


def test_the_usual_group_is_there_once(app: Flask) -> None:
    transact(operations.install)
    assert [one.code for one in queries.list_groups()] == ["line"]
