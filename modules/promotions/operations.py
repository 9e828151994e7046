"""The life of a promotion: drafted, revised, published, paused, resumed, ended, archived."""

import json
import re
import secrets
from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app import audit, clock
from app.actor import current_actor
from app.db import session
from app.errors import InvalidInput
from app.events import publish
from app.i18n import _, stored
from app.reference import Reference
from app.search import fold
from modules.promotions import shelf_history
from modules.promotions.checks import check_publishable
from modules.promotions.definition import read_promotion, write_promotion
from modules.promotions.engine.promotion import GroupMode
from modules.promotions.errors import (
    CodeTaken,
    NothingToPublish,
    NotInThisState,
    OverAlready,
    StalePromotion,
)
from modules.promotions.events import (
    PromotionEnded,
    PromotionPaused,
    PromotionPublished,
    PromotionResumed,
)
from modules.promotions.models import (
    LIVE,
    PromotionBook,
    PromotionGroup,
    PromotionRecord,
    PromotionState,
    PromotionVersion,
)
from modules.promotions.queries import draft_of, get_promotion

KIND = "promotion"
TOLD_APART = ("conditions", "benefits", "schedule", "scope")
"""Parts of a definition that the history tells one by one; the rest together."""
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")
_LONGEST_NAME = 120
_OWN_WORDS = ("new", "by-id", "codes", "batches", "groups")
"""What stands in the address where a code does."""


def draft_promotion(*, code: str, name: str, definition: Mapping[str, Any]) -> PromotionRecord:
    """
    Write a promotion down. No cart knows of it before it is published.

    :raises CodeTaken: another promotion has the code, or the house uses the word
    :raises InvalidInput: the code or the name is none
    :raises BadDefinition: something in the definition cannot be
    """
    code = code.strip()
    if code.lower() in _OWN_WORDS:
        raise CodeTaken(code)
    if not CODE.fullmatch(code):
        raise InvalidInput(
            _("A code has 1 to 32 letters, digits, - or _, and begins with a letter or digit."),
            field="code",
            pointer="/code",
        )
    name, plain = _plain_name(name), _plain_definition(definition)
    record = PromotionRecord(code=code, name=name, search=fold(code, name))
    try:
        with session.begin_nested():
            session.add(record)
    except IntegrityError:
        known = select(PromotionRecord.id).where(PromotionRecord.code == code)
        if session.scalar(known) is not None:
            raise CodeTaken(code) from None
        raise
    _take_dates(record, plain)
    session.add(_new_version(record, 1, name, plain))
    session.flush()
    audit.record_change(_of(record), "drafted", new=_told(name, plain))
    return record


def revise_promotion(
    *, promotion_id: int, version: int, name: str, definition: Mapping[str, Any]
) -> PromotionRecord:
    """
    Change the draft of a promotion, or begin one beside the version that is in force.

    :raises StalePromotion: somebody changed it since `version` was read
    :raises NotInThisState: it has ended
    :raises BadDefinition: something in the definition cannot be
    """
    record = _open(promotion_id, version)
    _refuse_unless(record, PromotionState.DRAFT, *LIVE)
    name, plain = _plain_name(name), _plain_definition(definition)
    draft = draft_of(record.id)
    if draft is None:
        before = _in_force(record)
        if (before.name, before.definition) == (name, plain):
            return record
        draft = _new_version(record, _next_number(record), name, plain)
        session.add(draft)
    elif (draft.name, draft.definition) == (name, plain):
        return record
    else:
        before = draft
    was = _told(before.name, before.definition)
    audit.record_change(_of(record), "revised", old=was, new=_told(name, plain))
    draft.name, draft.definition = name, plain
    if record.state is PromotionState.DRAFT:
        record.name = name
        _take_dates(record, plain)
    _touch(record)
    return record


def discard_draft(*, promotion_id: int, version: int) -> PromotionRecord:
    """
    Throw away what is not published of a promotion; the version in force stays as it is.

    :raises StalePromotion: somebody changed it since `version` was read
    :raises NotInThisState: it was never published, or has no draft
    """
    record = _open(promotion_id, version)
    draft = draft_of(record.id)
    if draft is None or record.live_number is None:
        raise NotInThisState(_("There is no draft beside a published version here."))
    number = draft.number
    session.delete(draft)
    audit.record_change(_of(record), "discarded", new={"number": number})
    _touch(record)
    return record


def publish_promotion(*, promotion_id: int, version: int, note: str = "") -> PromotionRecord:
    """
    Put the draft in force; from now on it never changes. A paused promotion stays paused.

    The note says why it is right although it may sell below cost; the history keeps it.

    :raises StalePromotion: somebody changed it since `version` was read
    :raises NotInThisState: it has ended
    :raises NothingToPublish: there is no draft
    :raises OverAlready: its end is past
    :raises BadDefinition: it asks for what orders do not tell, or names what does not exist
    """
    record = _open(promotion_id, version)
    _refuse_unless(record, PromotionState.DRAFT, *LIVE)
    draft = draft_of(record.id)
    if draft is None:
        raise NothingToPublish()
    before = [_in_force(record).definition] if record.live_number is not None else []
    promotion = read_promotion(draft.definition, key=record.id, at="/definition")
    check_publishable(promotion)
    ends_at = promotion.schedule.ends_at
    if ends_at is not None and ends_at <= clock.now():
        raise OverAlready()
    draft.published_at, draft.published_by = clock.now(), str(current_actor())
    record.live_number, record.name = draft.number, draft.name
    if record.state is PromotionState.DRAFT:
        record.state = PromotionState.ACTIVE
    _take_dates(record, draft.definition)
    told: dict[str, Any] = {"number": draft.number}
    if note := " ".join(note.split()):
        told["note"] = note
    audit.record_change(_of(record), "published", new=told)
    _touch(record)
    turn_page()
    shelf_history.follow([*before, draft.definition])
    publish(PromotionPublished(promotion_id=record.id, code=record.code, number=draft.number))
    return record


def pause_promotion(*, promotion_id: int, version: int) -> PromotionRecord:
    """
    Stop a promotion until somebody resumes it.

    :raises StalePromotion: somebody changed it since `version` was read
    :raises NotInThisState: it does not apply now
    """
    record = _move(promotion_id, version, PromotionState.PAUSED, PromotionState.ACTIVE)
    publish(PromotionPaused(promotion_id=record.id, code=record.code))
    return record


def resume_promotion(*, promotion_id: int, version: int) -> PromotionRecord:
    """
    Let a paused promotion apply again.

    :raises StalePromotion: somebody changed it since `version` was read
    :raises NotInThisState: it is not paused
    """
    record = _move(
        promotion_id, version, PromotionState.ACTIVE, PromotionState.PAUSED, act="resumed"
    )
    publish(PromotionResumed(promotion_id=record.id, code=record.code))
    return record


def end_promotion(*, promotion_id: int, version: int) -> PromotionRecord:
    """
    End a promotion for good; orders that had it keep it.

    :raises StalePromotion: somebody changed it since `version` was read
    :raises NotInThisState: it is not published
    """
    record = _move(promotion_id, version, PromotionState.ENDED, *LIVE)
    publish(PromotionEnded(promotion_id=record.id, code=record.code))
    return record


def archive_promotion(*, promotion_id: int, version: int) -> PromotionRecord:
    """
    Take a promotion out of the lists: a draft that nobody wants, or one that has ended.

    :raises StalePromotion: somebody changed it since `version` was read
    :raises NotInThisState: it is published; it has to end first
    """
    return _move(
        promotion_id,
        version,
        PromotionState.ARCHIVED,
        PromotionState.DRAFT,
        PromotionState.ENDED,
    )


def install() -> None:
    """Make the usual group and the mark of the book where they are missing."""
    if session.scalar(select(PromotionGroup.id).where(PromotionGroup.code == "line")) is None:
        session.add(
            PromotionGroup(
                code="line",
                name=stored("The best for the buyer on the same pieces"),
                mode=GroupMode.BEST_FOR_CUSTOMER,
                same_units=True,
            )
        )
    if session.get(PromotionBook, 1) is None:
        session.add(PromotionBook(id=1, mark=""))
    session.flush()


# --- what the acts share ----------------------------------------------------------------------


def _open(promotion_id: int, version: int) -> PromotionRecord:
    record = get_promotion(promotion_id)
    if record.version != version:
        raise StalePromotion(record.name)
    return record


def _move(
    promotion_id: int,
    version: int,
    to: PromotionState,
    *since: PromotionState,
    act: str = "",
) -> PromotionRecord:
    record = _open(promotion_id, version)
    _refuse_unless(record, *since)
    was = record.state
    record.state = to
    audit.record_change(_of(record), act or to.value, old={"state": was}, new={"state": to})
    _touch(record)
    if was in LIVE:
        turn_page()
        shelf_history.follow([_in_force(record).definition])
    return record


def _refuse_unless(record: PromotionRecord, *states: PromotionState) -> None:
    if record.state in states:
        return
    match record.state:
        case PromotionState.DRAFT:
            said = _("It was never published. Publish it first.")
        case PromotionState.ACTIVE:
            said = _("It applies now. Pause or end it first.")
        case PromotionState.PAUSED:
            said = _("It is paused. Resume or end it first.")
        case PromotionState.ENDED:
            said = _("It has ended for good. Make a copy of it and publish that.")
        case PromotionState.ARCHIVED:
            said = _("It is archived. Make a copy of it and publish that.")
    raise NotInThisState(said)


def _plain_name(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise InvalidInput(_("Fill this in."), field="name", pointer="/name")
    if len(name) > _LONGEST_NAME:
        raise InvalidInput(
            _("Too long: %(max)d signs fit here.", max=_LONGEST_NAME),
            field="name",
            pointer="/name",
        )
    return name


def _plain_definition(definition: Mapping[str, Any]) -> dict[str, Any]:
    """Return a definition as it is kept: read, and written again in one way."""
    return write_promotion(read_promotion(definition, key=0, at="/definition"))


def _new_version(
    record: PromotionRecord, number: int, name: str, definition: dict[str, Any]
) -> PromotionVersion:
    return PromotionVersion(
        promotion_id=record.id,
        number=number,
        name=name,
        definition=definition,
        created_by=str(current_actor()),
    )


def _next_number(record: PromotionRecord) -> int:
    newest = select(func.max(PromotionVersion.number)).where(
        PromotionVersion.promotion_id == record.id
    )
    return (session.scalar(newest) or 0) + 1


def _in_force(record: PromotionRecord) -> PromotionVersion:
    return session.scalars(
        select(PromotionVersion).where(
            PromotionVersion.promotion_id == record.id,
            PromotionVersion.number == record.live_number,
        )
    ).one()


def _take_dates(record: PromotionRecord, definition: Mapping[str, Any]) -> None:
    schedule = read_promotion(definition, key=0).schedule
    record.starts_at, record.ends_at = schedule.starts_at, schedule.ends_at


def _touch(record: PromotionRecord) -> None:
    record.search = fold(record.code, record.name)
    record.updated_at = clock.now()
    session.flush()


def turn_page() -> None:
    """Give the book another mark: whoever asks next reads it anew."""
    session.get_one(PromotionBook, 1, with_for_update=True).mark = secrets.token_hex(12)
    session.flush()


def _of(record: PromotionRecord) -> Reference:
    return Reference(KIND, record.id)


def _told(name: str, definition: Mapping[str, Any]) -> dict[str, str]:
    """Return what a version says, by the parts that a person tells apart, each as one text."""
    parts: dict[str, dict[str, Any]] = {}
    for key, value in definition.items():
        parts.setdefault(key if key in TOLD_APART else "beside", {})[key] = value
    return {"name": name} | {key: json.dumps(one, sort_keys=True) for key, one in parts.items()}
