"""The page before a promotion is published: what it meets, and what it may sell below cost."""

from collections.abc import Mapping
from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue
from wtforms import TextAreaField
from wtforms.validators import Length

from app.access import requires
from app.errors import RuleViolation
from app.fields import COST, sees
from app.forms import Form
from app.i18n import _, lazy
from app.look import toast
from app.web import go_to, render
from modules.promotions import operations, queries, words
from modules.promotions.checking.asking import Check, check_promotion
from modules.promotions.checking.meeting import Together
from modules.promotions.checks import check_publishable
from modules.promotions.models import PromotionRecord
from modules.promotions.promotion_list import MANAGE
from modules.promotions.views import blueprint as blueprint
from modules.promotions.views import group_name, posted_version, said_of

HOW: Mapping[Together, Any] = {
    Together.STACK: lazy("Both apply, one after the other."),
    Together.BEST: lazy("Only the better one for the buyer applies."),
    Together.FIRST: lazy("Only the one that comes first applies."),
    Together.ALONE: lazy("One of them stands alone: the other does not apply."),
    Together.DENIED: lazy("One forbids the other: they never apply together."),
}


class PublicationForm(Form):
    """Its values are arguments of `operations.publish_promotion`."""

    note = TextAreaField(lazy("Why it is right to publish it"), [Length(max=500)])


@blueprint.get("/<code>/publication")
@requires(MANAGE, everywhere=True)
def look_before_publishing(code: str) -> ResponseReturnValue:
    found = queries.get_promotion_by_code(code)
    if queries.draft_of(found.id) is None:
        return go_to(url_for(".show", code=code))
    return _show_check(found, PublicationForm(), check_promotion(found.id))


@blueprint.post("/<code>/publication")
@requires(MANAGE, everywhere=True)
def publish(code: str) -> ResponseReturnValue:
    found = queries.get_promotion_by_code(code)
    form = PublicationForm()
    check = None
    if queries.draft_of(found.id) is not None:
        check = check_promotion(found.id)
        if check.count_below and not (form.note.data or "").strip():
            form.validate_on_submit()
            form.note.errors = [_("Goods may be sold below cost: say why that is right.")]
            return _show_check(found, form, check, status=422)
    if form.carry_out(
        operations.publish_promotion, promotion_id=found.id, version=posted_version()
    ):
        toast(_("%(name)s is published.", name=form.done.name))
        return go_to(url_for(".show", code=code))
    found = queries.get_promotion_by_code(code)
    stale = found.version != posted_version()
    return _show_check(
        found, form, check or check_promotion(found.id), status=409 if stale else 422
    )


def _show_check(
    found: PromotionRecord, form: PublicationForm, check: Check, *, status: int = 200
) -> ResponseReturnValue:
    version = queries.draft_of(found.id) or queries.newest_versions([found.id])[found.id]
    promotion = words.promotion_of(version.definition)
    return render(
        "promotions/publication.html",
        status=status,
        promotion=found,
        draft=version,
        said=promotion,
        teller=words.Teller(),
        valid_words=words.valid_words,
        group=group_name(promotion.group),
        form=form,
        version=posted_version() or found.version,
        check=check,
        how=HOW,
        sees_cost=sees(COST),
        faults=_faults_of(promotion),
    )


def _faults_of(promotion: Any) -> list[str]:
    """Return why it cannot be published, whatever it meets."""
    try:
        check_publishable(promotion)
    except RuleViolation as refusal:
        return said_of(refusal)
    return []
