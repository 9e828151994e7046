"""The screens of documents: the list, and each paper in a tab of its own."""

from collections.abc import Iterator
from datetime import date

from flask import Blueprint, make_response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date

from app.access import check_store, requires
from app.actor import current_actor
from app.errors import NotAllowed
from app.fields import PERSONAL, free_text
from app.i18n import _, lazy
from app.list_pages import choice_filter, count_rows, open_list, opening_view
from app.look import Choice, Filter
from app.module import Found
from app.web import go_to, render, url_with
from modules import organization
from modules.invoicing import queries
from modules.invoicing.answers import pdf_answer
from modules.invoicing.document_list import (
    DOCUMENTS,
    VIEW,
    kind_in,
    may_open,
    month_in,
    number_of,
    state_of,
    store_in,
)
from modules.invoicing.models import DocumentKind

blueprint = Blueprint("invoicing", __name__, url_prefix="/invoicing", template_folder="templates")

KINDS = {
    DocumentKind.INVOICE: lazy("Invoices"),
    DocumentKind.CORRECTION: lazy("Corrections"),
    DocumentKind.PACKING_SLIP: lazy("Packing slips"),
    DocumentKind.LABEL: lazy("Parcel labels"),
}
_MONTHS_OFFERED = 13
_MOST_HITS = 5


@blueprint.get("/")
@requires(VIEW)
def index() -> ResponseReturnValue:
    if (address := opening_view(DOCUMENTS)) is not None:
        return go_to(address)
    page = open_list(DOCUMENTS)
    args = page.question.args
    store_id, month, kind = store_in(args), month_in(args), kind_in(args)
    return render(
        "invoicing/index.html",
        fragment="invoicing/_rows.html",
        table=page,
        listing=page.listing,
        lanes=_lanes(kind),
        filters=[*_filters(month, store_id, page.beside), *page.sort_filter],
        q=args.get("q", "").strip(),
        total=count_rows(page),
        number_of=number_of,
        state_of=state_of,
        may_open=may_open(),
        narrowed=bool(args.get("q") or kind or month or store_id is not None),
    )


@blueprint.get("/<int:document_id>.pdf")
@requires(VIEW)
def pdf(document_id: int) -> ResponseReturnValue:
    document = queries.get_document(document_id)
    check_store(VIEW, document.store_id)
    if not may_open():
        raise NotAllowed(PERSONAL)
    if (answer := pdf_answer(document)) is not None:
        return answer
    number = queries.shown_number(document.kind, document.number, document.id)
    waiting = make_response(render("invoicing/waiting.html", status=202, number=number))
    # The browser asks again by itself: the page needs no script for it.
    waiting.headers["Refresh"] = "1"
    return waiting


def find(words: str) -> Iterator[Found]:
    """Yield the documents whose number, buyer or order hold the words."""
    actor = current_actor()
    if not actor.may(VIEW) or not may_open():
        return  # a hit opens the paper
    rows = queries.list_documents(q=words, store_ids=actor.stores(VIEW), limit=_MOST_HITS + 1)
    all_url = url_for("invoicing.index", q=words, store="all") if len(rows) > _MOST_HITS else ""
    for one in rows[:_MOST_HITS]:
        number = queries.shown_number(one.kind, one.number, one.id)
        yield Found(
            kind=str(KINDS[one.kind]),
            title=number,
            detail=free_text(one.buyer_name),
            url=url_for("invoicing.pdf", document_id=one.id),
            icon="file-invoice",
            exact=number.casefold() == words.strip().casefold(),
            all_url=all_url,
        )


# --- what the list offers ------------------------------------------------------------------------


def _lanes(current: DocumentKind | None) -> list[tuple[str, str, None, str, bool]]:
    lanes = [(_("All"), url_with(kind=None, after=None), None, "", current is None)]
    for kind, word in KINDS.items():
        lanes.append((str(word), url_with(kind=kind, after=None), None, "", kind is current))
    return lanes


def _filters(month: date | None, store_id: int | None, stores: dict[int, str]) -> list[Filter]:
    months = []
    first = organization.today().replace(day=1)
    for _step in range(_MONTHS_OFFERED):
        months.append(first)
        first = (first.replace(day=1) - date.resolution).replace(day=1)
    offered = [
        Choice(
            title=_month(one),
            href=url_with(month=f"{one:%Y-%m}", after=None),
            current=one == month,
        )
        for one in months
    ]
    filters = [
        Filter(
            title=_("Month"),
            choices=offered,
            chosen=_month(month) if month else "",
            clear=url_with(month=None, after=None),
        )
    ]
    if len(stores) > 1:
        words = {str(key): name for key, name in stores.items()}
        chosen = str(store_id) if store_id is not None else None
        filters.append(choice_filter(_("Store"), "store", words, chosen, dropped="all"))
    return filters


def _month(first: date) -> str:
    return str(format_date(first, "LLLL yyyy"))
