"""The screens of codes: batches of a promotion, how its limits stand, and the list of codes."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.access import requires
from app.db import transact
from app.errors import NotFound
from app.i18n import _, lazy
from app.list_pages import choice_filter, count_rows, open_list, opening_view
from app.look import toast
from app.web import go_to, render, wants_fragment
from modules import organization
from modules.promotions import queries, words
from modules.promotions.code_forms import BatchForm
from modules.promotions.code_list import CODES, question, state_words
from modules.promotions.coupons import block_batch, get_batch, issue_batch, make_batch, state_of
from modules.promotions.coupons.listing import list_batches
from modules.promotions.limit_standing import standing_of_limits
from modules.promotions.models import PromotionRecord, PromotionState
from modules.promotions.promotion_list import MANAGE, VIEW
from modules.promotions.publication import blueprint as blueprint
from modules.promotions.views import may_manage

ACTS: Mapping[str, tuple[Callable[..., Any], Mapping[str, Any], Any]] = {
    "block": (block_batch, {"blocked": True}, lazy("Nobody can use the codes of %(name)s now.")),
    "free": (block_batch, {"blocked": False}, lazy("The codes of %(name)s can be used again.")),
    "issue": (issue_batch, {}, lazy("The codes of %(name)s are marked as given out.")),
}


@blueprint.get("/<code>/codes")
@requires(VIEW)
def batches(code: str) -> ResponseReturnValue:
    return _show(queries.get_promotion_by_code(code), BatchForm())


@blueprint.post("/<code>/codes")
@requires(MANAGE, everywhere=True)
def make(code: str) -> ResponseReturnValue:
    found = queries.get_promotion_by_code(code)
    form = BatchForm()
    if form.carry_out(make_batch, promotion_id=found.id):
        toast(_("The codes of %(name)s are being made.", name=form.done.name))
        return go_to(url_for(".batches", code=code))
    return _show(queries.get_promotion_by_code(code), form, status=422, is_open=True)


@blueprint.post("/batches/<int:batch_id>/<act>")
@requires(MANAGE, everywhere=True)
def change_batch(batch_id: int, act: str) -> ResponseReturnValue:
    """Block the codes of a batch, let them be used again, or note that they were given out."""
    if act not in ACTS:
        raise NotFound(_("There is no such step."))
    operation, more, said = ACTS[act]
    transact(lambda: operation(batch_id=batch_id, **more))
    batch = get_batch(batch_id)
    toast(str(said) % {"name": batch.name})
    return go_to(url_for(".batches", code=queries.get_promotion(batch.promotion_id).code))


@blueprint.get("/codes")
@requires(MANAGE, everywhere=True)
def codes() -> ResponseReturnValue:
    if (address := opening_view(CODES)) is not None:
        return go_to(address)
    page = open_list(CODES)
    asked = question(page.question.args)
    batch = get_batch(int(asked["batch"])) if asked["batch"] else None
    of = queries.get_promotion(batch.promotion_id) if batch else None
    return render(
        "promotions/codes.html",
        table=page,
        listing=page.listing,
        total=count_rows(page),
        q=asked["q"],
        batch=batch,
        promotion=of,
        filters=[
            choice_filter(_("State"), "state", state_words(), asked["state"]),
            *page.sort_filter,
        ],
        narrowed=any(asked.values()),
        ticks={
            one.PromotionCode.id: _("Tick %(code)s", code=one.PromotionCode.code)
            for one in page.rows
        },
        state_of=lambda row: state_of(row.PromotionCode, row.CodeBatch),
    )


def _show(
    found: PromotionRecord, form: BatchForm, *, status: int = 200, is_open: bool = False
) -> ResponseReturnValue:
    known = queries.newest_versions([found.id])[found.id]
    promotion = words.promotion_of(known.definition)
    made = list_batches(found.id)
    is_over = found.state in (PromotionState.ENDED, PromotionState.ARCHIVED)
    return render(
        "promotions/_batches.html" if wants_fragment() else "promotions/batches.html",
        status=status,
        promotion=found,
        said=promotion,
        batches=made,
        is_moving=any(one.is_being_made for one in made),
        limits=standing_of_limits(found.id, promotion.limits),
        form=form,
        is_open=is_open or request.args.get("new") == "1",
        may_manage=may_manage(),
        may_make=may_manage() and not is_over,
        now=clock.now(),
        currency=organization.get_company().currency,
    )
