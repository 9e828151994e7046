"""The screens of promotions: the list, one of them with its versions, and the builder."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from app.access import requires
from app.actor import current_actor
from app.db import transact
from app.errors import NotFound, RuleViolation
from app.history_page import last_changes
from app.i18n import _, lazy
from app.list_pages import choice_filter, count_rows, open_list, opening_view
from app.look import toast
from app.module import Found
from app.web import go_to, render, wants_fragment
from modules.promotions import operations, queries, words
from modules.promotions.builder_parts import (
    offered_benefits,
    offered_conditions,
    offered_inside,
)
from modules.promotions.engine.promotion import Trigger
from modules.promotions.forms import NewPromotionForm, PromotionForm, can_be_built
from modules.promotions.limit_standing import standing_of_limits
from modules.promotions.models import LIVE, PromotionRecord, PromotionState, PromotionVersion
from modules.promotions.promotion_list import MANAGE, PROMOTIONS, VIEW, question, standing_words

blueprint = Blueprint(
    "promotions", "modules.promotions", url_prefix="/promotions", template_folder="templates"
)

STEPS: Mapping[str, tuple[Callable[..., PromotionRecord], Any]] = {
    "pause": (operations.pause_promotion, lazy("%(name)s is paused.")),
    "resumption": (operations.resume_promotion, lazy("%(name)s applies again.")),
    "end": (operations.end_promotion, lazy("%(name)s has ended.")),
    "archive": (operations.archive_promotion, lazy("%(name)s is archived.")),
    "draft-removal": (operations.discard_draft, lazy("The draft is thrown away.")),
}


@blueprint.get("/")
@requires(VIEW)
def index() -> ResponseReturnValue:
    if (address := opening_view(PROMOTIONS)) is not None:
        return go_to(address)
    page = open_list(PROMOTIONS)
    asked = question(page.question.args)
    return render(
        "promotions/index.html",
        table=page,
        listing=page.listing,
        total=count_rows(page),
        q=asked["q"],
        filters=[
            choice_filter(_("State"), "standing", standing_words(), asked["standing"]),
            *page.sort_filter,
        ],
        narrowed=bool(asked["q"] or asked["standing"]),
        standing_of=queries.standing_of,
        may_manage=may_manage(),
    )


@blueprint.get("/new")
@requires(MANAGE, everywhere=True)
def new() -> ResponseReturnValue:
    like = request.args.get("copy", "")
    if not like:
        form = NewPromotionForm()
        form.group.data = "line"
        return _show_builder(form)
    record = queries.get_promotion_by_code(like)
    promotion = words.promotion_of(queries.newest_versions([record.id])[record.id].definition)
    if not can_be_built(promotion):
        return go_to(url_for(".show", code=record.code))
    return _show_builder(NewPromotionForm(promotion, name=record.name))


@blueprint.post("/new")
@requires(MANAGE, everywhere=True)
def create() -> ResponseReturnValue:
    form = NewPromotionForm()
    if form.carry_out(operations.draft_promotion):
        toast(_("%(name)s is a draft. Publish it when it is right.", name=form.done.name))
        return go_to(url_for(".show", code=form.done.code))
    return _show_builder(form, status=422)


@blueprint.post("/new/parts")
@requires(MANAGE, everywhere=True)
def change_parts() -> ResponseReturnValue:
    """Return the builder with one part more or less; nothing is saved."""
    code = request.form.get("of", "")
    record = queries.get_promotion_by_code(code) if code else None
    form = PromotionForm() if record else NewPromotionForm()
    family, _dash, act = request.form.get("parts", "").rpartition("-")
    if act == "add":
        form.add(family, request.form.get(f"{family}-kind", ""))
    form.drop(request.form.get("drop", ""))
    return _show_builder(form, record, fragment=wants_fragment())


@blueprint.get("/by-id/<int:promotion_id>")
@requires(VIEW)
def record(promotion_id: int) -> ResponseReturnValue:
    return go_to(url_for(".show", code=queries.get_promotion(promotion_id).code))


@blueprint.get("/<code>")
@requires(VIEW)
def show(code: str) -> ResponseReturnValue:
    return _show(queries.get_promotion_by_code(code))


@blueprint.get("/<code>/edit")
@requires(MANAGE, everywhere=True)
def edit(code: str) -> ResponseReturnValue:
    found = queries.get_promotion_by_code(code)
    version = _known_version(found)
    promotion = words.promotion_of(version.definition)
    if not _may_edit(found) or not can_be_built(promotion):
        return go_to(url_for(".show", code=code))
    return _show_builder(PromotionForm(promotion, name=version.name), found)


@blueprint.post("/<code>/edit")
@requires(MANAGE, everywhere=True)
def save(code: str) -> ResponseReturnValue:
    found = queries.get_promotion_by_code(code)
    form = PromotionForm()
    if form.carry_out(operations.revise_promotion, promotion_id=found.id, version=posted_version()):
        toast(_("%(name)s is saved as a draft.", name=form.name.data))
        return go_to(url_for(".show", code=code))
    found = queries.get_promotion_by_code(code)
    stale = found.version != posted_version()
    return _show_builder(form, found, status=409 if stale else 422)


@blueprint.post("/<code>/<step>")
@requires(MANAGE, everywhere=True)
def move(code: str, step: str) -> ResponseReturnValue:
    """Take the promotion a step further, or throw away its draft."""
    if step not in STEPS:
        raise NotFound(_("There is no such step."))
    operation, said = STEPS[step]
    found = queries.get_promotion_by_code(code)
    try:
        transact(lambda: operation(promotion_id=found.id, version=posted_version()))
    except RuleViolation as refusal:
        found = queries.get_promotion_by_code(code)
        stale = found.version != posted_version()
        return _show(found, refusal=refusal, status=409 if stale else 422)
    toast(str(said) % {"name": found.name})
    return go_to(url_for(".show", code=code))


# --- the pages --------------------------------------------------------------------------------


def _show(
    found: PromotionRecord, *, refusal: RuleViolation | None = None, status: int = 200
) -> ResponseReturnValue:
    versions = queries.list_versions(found.id)
    draft = next((one for one in versions if one.published_at is None), None)
    live = next((one for one in versions if one.number == found.live_number), None)
    shown = live or draft
    assert shown is not None, "a promotion has a version from its first day"
    said = {one.number: words.promotion_of(one.definition) for one in versions}
    return render(
        "promotions/show.html",
        status=status,
        promotion=found,
        standing=queries.standing_of(found),
        versions=versions,
        live=live,
        draft=draft,
        shown=shown,
        said=said,
        teller=words.Teller(),
        valid_words=words.valid_words,
        group=group_name(said[shown.number].group),
        limits=standing_of_limits(found.id, said[shown.number].limits),
        asks_code=any(one.trigger is Trigger.CODE for one in said.values()),
        refusal=said_of(refusal),
        may_manage=may_manage(),
        may_edit=_may_edit(found),
        can_be_built=can_be_built(words.promotion_of(_known_version(found).definition)),
        is_live=found.state in LIVE,
        changes=last_changes(operations.KIND, found.id),
    )


def _show_builder(
    form: PromotionForm,
    found: PromotionRecord | None = None,
    *,
    status: int = 200,
    fragment: bool = False,
) -> ResponseReturnValue:
    return render(
        "promotions/_builder.html" if fragment else "promotions/edit.html",
        status=status,
        form=form,
        promotion=found,
        version=posted_version() or (found.version if found else 0),
        conditions=_titles(offered_conditions()),
        inside=_titles(offered_inside()),
        benefits=_titles(offered_benefits()),
    )


def _titles(kinds: Mapping[str, type[Any]]) -> list[tuple[str, str]]:
    return sorted(((kind, str(one.title)) for kind, one in kinds.items()), key=lambda one: one[1])


def said_of(refusal: RuleViolation | None) -> list[str]:
    """Return what a step refused, each thing once."""
    if refusal is None:
        return []
    return list(dict.fromkeys(str(one["message"]) for one in refusal.details)) or [str(refusal)]


def group_name(code: str) -> str:
    return next((one.name for one in queries.list_groups() if one.code == code), "")


def _known_version(found: PromotionRecord) -> PromotionVersion:
    """Return what is changed next: the draft where there is one, else what is in force."""
    return queries.draft_of(found.id) or queries.newest_versions([found.id])[found.id]


def _may_edit(found: PromotionRecord) -> bool:
    return may_manage() and found.state in (PromotionState.DRAFT, *LIVE)


def posted_version() -> int:
    """Return which version the page was drawn from; 0 where it does not say."""
    typed = request.form.get("version", "")
    return int(typed) if len(typed) < 19 and typed.isascii() and typed.isdigit() else 0


def may_manage() -> bool:
    """Test whether the caller may change promotions: they belong to all stores."""
    actor = current_actor()
    return actor.may(MANAGE) and actor.stores(MANAGE) is None


# --- how others name and find them ------------------------------------------------------------


def names(keys: Sequence[int]) -> Mapping[int, Found]:
    if not current_actor().may(VIEW):
        return {}
    return {key: _found(one) for key, one in queries.names_of(keys).items()}


def find(text: str) -> Iterator[Found]:
    """Find promotions by code and name, for the search over everything."""
    if current_actor().may(VIEW):
        for one in queries.list_promotions(q=text, limit=5):
            yield _found(one, exact=text.strip().casefold() == one.code.casefold())


def _found(one: PromotionRecord, *, exact: bool = False) -> Found:
    return Found(
        kind=_("Promotions"),
        title=one.name,
        detail=one.code,
        url=url_for("promotions.show", code=one.code),
        icon="discount",
        exact=exact,
    )
