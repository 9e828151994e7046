"""The list of codes: what it can be asked, its columns, and what is done with many of them."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from flask import current_app, url_for

from app.i18n import _, lazy
from app.lists import MOMENT, NUMBER, Act, Asked, Column, Done, ListSpec
from app.reference import Reference
from app.statuses import look_of
from modules.promotions.coupons.keeping import block_code
from modules.promotions.coupons.listing import (
    OLDEST_FIRST,
    codes_named,
    count_codes,
    list_codes,
    newest_code,
    used_for,
)
from modules.promotions.coupons.models import CodeState
from modules.promotions.coupons.states import state_of
from modules.promotions.promotion_list import EXPORT, MANAGE


class Beside(NamedTuple):
    """What the list shows of codes beside themselves."""

    used: Mapping[int, tuple[str, str]]
    """Code -> what the order is called that used it, and its page."""


def state_words() -> dict[str, str]:
    return {one.value: str(look_of(one, "code").word) for one in CodeState}


def question(args: Mapping[str, str]) -> dict[str, str]:
    """Return what an address asks for; a word that means nothing asks for nothing."""
    state, batch = args.get("state", ""), args.get("batch", "")
    return {
        "q": args.get("q", "").strip(),
        "batch": batch if batch.isascii() and batch.isdigit() and len(batch) < 19 else "",
        "state": state if state in set(CodeState) else "",
    }


def _find(asked: Asked) -> Sequence[Any]:
    return list_codes(
        order=asked.sort,
        after=asked.after,
        limit=asked.limit,
        up_to=asked.up_to,
        **question(asked.args),
    )


def _count(args: Mapping[str, str], cap: int) -> int:
    return count_codes(cap=cap, **question(args))


def _beside(rows: Sequence[Any]) -> Beside:
    used = used_for([one.PromotionCode.id for one in rows if one.PromotionCode.used])
    named: dict[Reference, tuple[str, str]] = {}
    for tell in current_app.extensions["slots"].get("promotions.references", ()):
        named |= tell(references=list(dict.fromkeys(used.values())))
    return Beside({key: named[one] for key, one in used.items() if one in named})


def _state(row: Any, _beside_it: Beside) -> Any:
    return look_of(state_of(row.PromotionCode, row.CodeBatch), "code").word


def _block(key: int, _given: Mapping[str, str]) -> Done:
    block_code(code_id=key)
    return Done()


def _free(key: int, _before: Mapping[str, Any]) -> None:
    block_code(code_id=key, blocked=False)


CODES = ListSpec(
    code="promotion-codes",
    title=lazy("Codes"),
    endpoint="promotions.codes",
    permission=MANAGE,
    export_permission=EXPORT,
    names=("q", "batch", "state"),
    sorts=(OLDEST_FIRST,),
    find=_find,
    key=lambda row: int(row.PromotionCode.id),
    beside=_beside,
    count=_count,
    newest=newest_code,
    columns=(
        Column(
            code="code",
            title=lazy("Code"),
            value=lambda row, _beside: row.PromotionCode.code,
            drawn=True,
        ),
        Column(code="state", title=lazy("State"), value=_state, drawn=True, bare=True),
        Column(
            code="used",
            title=lazy("Used"),
            value=lambda row, _beside: row.PromotionCode.used,
            kind=NUMBER,
            cls="num",
        ),
        Column(
            code="order",
            title=lazy("By order"),
            value=lambda row, beside: beside.used.get(row.PromotionCode.id, ("", ""))[0],
            drawn=True,
        ),
        Column(
            code="batch",
            title=lazy("Batch"),
            value=lambda row, _beside: row.CodeBatch.name,
            cls="c-md sm",
        ),
        Column(
            code="until",
            title=lazy("Valid until"),
            value=lambda row, _beside: row.CodeBatch.ends_at,
            kind=MOMENT,
            cls="c-lg sm",
            usual=False,
        ),
    ),
    acts=(
        Act(
            code="block",
            title=lazy("Block"),
            icon="lock",
            permission=MANAGE,
            work=_block,
            said=lambda count: _("Codes blocked: %(count)s.", count=count),
            undo=_free,
        ),
    ),
    labels=codes_named,
    url=lambda _key, name: url_for("promotions.codes", q=name),
)
