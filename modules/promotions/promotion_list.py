"""The list of promotions: what it can be asked, its columns and orders."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from flask import url_for

from app.i18n import _, lazy
from app.lists import MOMENT, NUMBER, Asked, Column, ListSpec
from app.statuses import look_of
from modules.promotions import queries, words
from modules.promotions.engine.promotion import Promotion
from modules.promotions.models import PromotionRecord
from modules.promotions.queries import Standing

VIEW, MANAGE, EXPORT = "promotions.view", "promotions.manage", "promotions.export"


class Beside(NamedTuple):
    """What the list shows of promotions beside themselves."""

    teller: words.Teller
    said: Mapping[int, Promotion]


def standing_words() -> dict[str, str]:
    return {one.value: str(look_of(one, "promotion").word) for one in Standing}


def question(args: Mapping[str, str]) -> dict[str, str]:
    """Return what an address asks for; a word that means nothing asks for nothing."""
    standing = args.get("standing", "")
    return {
        "q": args.get("q", "").strip(),
        "standing": standing if standing in set(Standing) else "",
    }


def _find(asked: Asked) -> Sequence[PromotionRecord]:
    return queries.list_promotions(
        order=asked.sort,
        after=asked.after,
        limit=asked.limit,
        up_to=asked.up_to,
        **question(asked.args),
    )


def _count(args: Mapping[str, str], cap: int) -> int:
    return queries.count_promotions(cap=cap, **question(args))


def _beside(rows: Sequence[PromotionRecord]) -> Beside:
    versions = queries.newest_versions([one.id for one in rows])
    return Beside(
        teller=words.Teller(),
        said={key: words.promotion_of(one.definition) for key, one in versions.items()},
    )


def _gives(row: PromotionRecord, beside: Beside) -> str:
    return beside.teller.gives(beside.said[row.id])


def _when(row: PromotionRecord, beside: Beside) -> str:
    said = words.valid_words(beside.said[row.id].schedule)
    return ", ".join(said) if said else _("always")


def _where(row: PromotionRecord, beside: Beside) -> str:
    said = beside.teller.where(beside.said[row.id])
    return "; ".join(said) if said else _("everywhere")


PROMOTIONS = ListSpec(
    code="promotions",
    title=lazy("Promotions"),
    endpoint="promotions.index",
    permission=VIEW,
    export_permission=EXPORT,
    names=("q", "standing"),
    sorts=(queries.NEWEST_FIRST, queries.BY_NAME),
    find=_find,
    key=lambda row: row.id,
    beside=_beside,
    count=_count,
    newest=queries.newest_promotion,
    columns=(
        Column(
            code="name",
            title=lazy("Promotion"),
            value=lambda row, _beside: row.name,
            drawn=True,
            sorts=("name", "newest"),
            also=(Column(code="code", title=lazy("Code"), value=lambda row, _beside: row.code),),
        ),
        Column(
            code="standing",
            title=lazy("State"),
            value=lambda row, _beside: look_of(queries.standing_of(row), "promotion").word,
            drawn=True,
            bare=True,
        ),
        Column(code="gives", title=lazy("Gives"), value=_gives, cls="sm"),
        Column(code="when", title=lazy("Valid"), value=_when, cls="c-md sm"),
        Column(code="where", title=lazy("Where"), value=_where, cls="c-lg sm"),
        Column(
            code="version",
            title=lazy("Version"),
            value=lambda row, _beside: row.live_number,
            kind=NUMBER,
            cls="num",
            usual=False,
        ),
        Column(
            code="changed",
            title=lazy("Changed"),
            value=lambda row, _beside: row.updated_at,
            kind=MOMENT,
            cls="c-lg sm",
        ),
    ),
    labels=lambda keys: {key: one.name for key, one in queries.names_of(keys).items()},
    url=lambda key, _name: url_for("promotions.record", promotion_id=key),
)
