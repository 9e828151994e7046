"""The list of price lists: what it can be asked, its columns and orders."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from flask import url_for

from app.i18n import _, lazy
from app.lists import MOMENT, NUMBER, Asked, Column, ListSpec
from app.statuses import look_of
from modules.pricing import queries, words
from modules.pricing.models import PriceList
from modules.pricing.queries import Standing

VIEW, MANAGE, EXPORT = "pricing.view", "pricing.manage", "pricing.export"


class Beside(NamedTuple):
    """What the list shows of price lists beside themselves."""

    names: words.Names
    counts: Mapping[int, int]


def standing_words() -> dict[str, str]:
    return {one.value: str(look_of(one, "promotion").word) for one in Standing}


def question(args: Mapping[str, str]) -> dict[str, str]:
    """Return what an address asks for; a word that means nothing asks for nothing."""
    standing = args.get("standing", "")
    return {
        "q": args.get("q", "").strip(),
        "standing": standing if standing in set(Standing) else "",
    }


def _find(asked: Asked) -> Sequence[PriceList]:
    return queries.list_price_lists(
        order=asked.sort,
        after=asked.after,
        limit=asked.limit,
        up_to=asked.up_to,
        **question(asked.args),
    )


def _count(args: Mapping[str, str], cap: int) -> int:
    return queries.count_price_lists(cap=cap, **question(args))


def _beside(rows: Sequence[PriceList]) -> Beside:
    return Beside(names=words.Names(), counts=queries.count_entries([one.id for one in rows]))


def _who(row: PriceList, beside: Beside) -> str:
    return "; ".join(beside.names.who(row)) or _("everybody")


PRICE_LISTS = ListSpec(
    code="price_lists",
    title=lazy("Price lists"),
    endpoint="pricing.index",
    permission=VIEW,
    export_permission=EXPORT,
    names=("q", "standing"),
    sorts=(queries.BY_RANK, queries.BY_NAME),
    find=_find,
    key=lambda row: row.id,
    beside=_beside,
    count=_count,
    newest=queries.newest_price_list,
    columns=(
        Column(
            code="name",
            title=lazy("Price list"),
            value=lambda row, _beside: row.name,
            drawn=True,
            sorts=("name",),
            also=(Column(code="code", title=lazy("Code"), value=lambda row, _beside: row.code),),
        ),
        Column(
            code="standing",
            title=lazy("State"),
            value=lambda row, _beside: look_of(queries.standing_of(row), "promotion").word,
            drawn=True,
            bare=True,
        ),
        Column(code="who", title=lazy("For"), value=_who, cls="sm"),
        Column(
            code="rank",
            title=lazy("Rank"),
            value=lambda row, _beside: row.rank,
            kind=NUMBER,
            cls="num",
            sorts=("rank",),
        ),
        Column(
            code="prices",
            title=lazy("Prices"),
            value=lambda row, beside: beside.counts.get(row.id, 0),
            kind=NUMBER,
            cls="num c-md",
        ),
        Column(
            code="currency",
            title=lazy("Currency"),
            value=lambda row, _beside: row.currency,
            cls="c-lg sm",
        ),
        Column(
            code="valid",
            title=lazy("Valid"),
            value=lambda row, _beside: words.valid_words(row),
            cls="c-lg sm",
        ),
        Column(
            code="changed",
            title=lazy("Changed"),
            value=lambda row, _beside: row.updated_at,
            kind=MOMENT,
            cls="c-lg sm",
            usual=False,
        ),
    ),
    labels=lambda keys: {key: one.name for key, one in queries.price_lists_by_id(keys).items()},
    url=lambda key, _name: url_for("pricing.record", price_list_id=key),
)
