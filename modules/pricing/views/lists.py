"""Price lists: all of them, one with what stands on it, and its head to fill in."""

from flask import request, url_for

from app.access import requires
from app.api import pack_cursor
from app.db import transact
from app.errors import NotFound, RuleViolation
from app.history_page import last_changes
from app.i18n import _
from app.list_pages import choice_filter, count_rows, open_list, opening_view
from app.look import toast
from app.web import PAGE, cursor_from_url, go_to, listing, posted_version, render
from modules import organization
from modules.pricing import operations, queries, words
from modules.pricing.forms import NewPriceListForm, PriceListForm
from modules.pricing.models import PriceList
from modules.pricing.price_list_list import MANAGE, PRICE_LISTS, VIEW, question, standing_words
from modules.pricing.views.blueprint import Answer, blueprint, may_manage


@blueprint.get("/")
@requires(VIEW)
def index() -> Answer:
    if (address := opening_view(PRICE_LISTS)) is not None:
        return go_to(address)
    page = open_list(PRICE_LISTS)
    asked = question(page.question.args)
    return render(
        "pricing/index.html",
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
def new() -> Answer:
    return _show_form(NewPriceListForm(currency=organization.get_company().currency))


@blueprint.post("/new")
@requires(MANAGE, everywhere=True)
def create() -> Answer:
    form = NewPriceListForm()
    if form.carry_out(operations.create_price_list):
        toast(_("%(name)s is made. Put prices on it.", name=form.done.name))
        return go_to(url_for(".show", code=form.done.code))
    return _show_form(form, status=422)


@blueprint.get("/by-id/<int:price_list_id>")
@requires(VIEW)
def record(price_list_id: int) -> Answer:
    return go_to(url_for(".show", code=queries.get_price_list(price_list_id).code))


@blueprint.get("/<code>")
@requires(VIEW)
def show(code: str) -> Answer:
    return show_list(queries.get_price_list_by_code(code))


@blueprint.get("/<code>/edit")
@requires(MANAGE, everywhere=True)
def edit(code: str) -> Answer:
    found = queries.get_price_list_by_code(code)
    if found.archived_at is not None:
        return go_to(url_for(".show", code=code))
    return _show_form(PriceListForm(found), found)


@blueprint.post("/<code>/edit")
@requires(MANAGE, everywhere=True)
def save(code: str) -> Answer:
    found = queries.get_price_list_by_code(code)
    form = PriceListForm(found)
    if form.carry_out(
        operations.update_price_list, price_list_id=found.id, version=posted_version()
    ):
        toast(_("%(name)s is saved.", name=form.done.name))
        return go_to(url_for(".show", code=code))
    found = queries.get_price_list_by_code(code)
    stale = found.version != posted_version()
    return _show_form(form, found, status=409 if stale else 422)


STEPS = {
    "archive": operations.archive_price_list,
    "restoration": operations.restore_price_list,
}


@blueprint.post("/<code>/<step>")
@requires(MANAGE, everywhere=True)
def move(code: str, step: str) -> Answer:
    """Archive the list, or bring it back."""
    if step not in STEPS:
        raise NotFound(_("There is no such step."))
    found = queries.get_price_list_by_code(code)
    try:
        transact(lambda: STEPS[step](price_list_id=found.id, version=posted_version()))
    except RuleViolation as refusal:
        found = queries.get_price_list_by_code(code)
        stale = found.version != posted_version()
        return show_list(found, refusal=str(refusal), status=409 if stale else 422)
    said = _("%(name)s is archived.") if step == "archive" else _("%(name)s is back.")
    toast(said % {"name": found.name})
    return go_to(url_for(".show", code=code))


def show_list(found: PriceList, *, refusal: str = "", status: int = 200) -> Answer:
    place = cursor_from_url(str, int)
    asked = request.args.get("q", "").strip()
    after = (str(place[0]), int(place[1])) if place else None
    rows = queries.priced_products(found.id, q=asked, after=after, limit=PAGE + 1)
    cursor = None
    if len(rows) > PAGE:
        cursor = pack_cursor(rows[PAGE - 1].name, rows[PAGE - 1].product_id)
    return render(
        "pricing/show.html",
        status=status,
        price_list=found,
        standing=queries.standing_of(found),
        names=words.Names(),
        contract=words.contract_names(found.customers),
        rule_words=words.rule_words,
        valid_words=words.valid_words,
        listing=listing(rows, limit=PAGE, cursor=cursor),
        count=queries.count_entries([found.id]).get(found.id, 0),
        q=asked,
        refusal=refusal,
        may_manage=may_manage(),
        changes=last_changes(operations.KIND, found.id),
    )


def _show_form(form: PriceListForm, found: PriceList | None = None, *, status: int = 200) -> Answer:
    return render(
        "pricing/edit.html",
        status=status,
        form=form,
        price_list=found,
        version=posted_version() or (found.version if found else 0),
    )
