"""The screens of documents: the list, and each paper in a tab of its own."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, make_response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date

from app.access import check_store, requires
from app.actor import current_actor
from app.api import pack_cursor
from app.i18n import _, lazy
from app.look import Choice, Filter
from app.module import Found
from app.web import PAGE, chosen_store_id, cursor_from_url, listing, render, url_with
from modules import organization
from modules.invoicing import queries
from modules.invoicing.answers import pdf_answer
from modules.invoicing.models import DocumentKind

VIEW = "invoices.view"

blueprint = Blueprint("invoicing", __name__, url_prefix="/invoicing", template_folder="templates")

KIND = {
    DocumentKind.INVOICE: lazy("Invoice"),
    DocumentKind.CORRECTION: lazy("Correction"),
    DocumentKind.PACKING_SLIP: lazy("Packing slip"),
    DocumentKind.LABEL: lazy("Parcel label"),
}
KINDS = {
    DocumentKind.INVOICE: lazy("Invoices"),
    DocumentKind.CORRECTION: lazy("Corrections"),
    DocumentKind.PACKING_SLIP: lazy("Packing slips"),
    DocumentKind.LABEL: lazy("Parcel labels"),
}
_MONTHS_OFFERED = 13


@dataclass(frozen=True)
class DocumentRow:
    """A document as the list shows it."""

    id: int
    number: str
    kind: str
    buyer: str
    day: date
    store: str
    gross_minor: int
    currency: str
    state: str


@blueprint.get("/")
@requires(VIEW)
def index() -> ResponseReturnValue:
    place = cursor_from_url(int)
    stores = {store.id: store.name for store in _stores_seen()}
    store_id = _asked_store(stores)
    kind = _asked_kind()
    month = _asked_month()
    q = request.args.get("q", "").strip()
    own = current_actor().stores(VIEW)
    found = queries.list_documents(
        kind=kind,
        store_ids=[store_id] if store_id is not None else own,
        month=month,
        q=q,
        before_id=place[0] if place else None,
        limit=PAGE + 1,
    )
    page = listing(
        [_row(one, stores) for one in found],
        limit=PAGE,
        cursor=pack_cursor(found[PAGE - 1].id) if len(found) > PAGE else None,
    )
    return render(
        "invoicing/index.html",
        fragment="invoicing/_rows.html",
        documents=page.rows,
        listing=page,
        lanes=_lanes(kind),
        filters=_filters(month, store_id, stores),
        q=q,
        hidden={name: value for name, value in page.filters.items() if name != "q" and value},
        narrowed=bool(q or kind or month or store_id is not None),
    )


@blueprint.get("/<int:document_id>.pdf")
@requires(VIEW)
def pdf(document_id: int) -> ResponseReturnValue:
    document = queries.get_document(document_id)
    check_store(VIEW, document.store_id)
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
    if not actor.may(VIEW):
        return
    for one in queries.list_documents(q=words, store_ids=actor.stores(VIEW), limit=5):
        number = queries.shown_number(one.kind, one.number, one.id)
        yield Found(
            kind=str(KIND[one.kind]),
            title=number,
            detail=one.buyer_name,
            url=url_for("invoicing.pdf", document_id=one.id),
            icon="file-invoice",
            exact=number.casefold() == words.strip().casefold(),
        )


# --- what the list offers ------------------------------------------------------------------------


def _stores_seen() -> list[Any]:
    own = current_actor().stores(VIEW)
    return [one for one in organization.list_stores() if own is None or one.id in own]


def _asked_store(stores: dict[int, str]) -> int | None:
    asked = request.args.get("store", "")
    if asked == "all":
        return None
    if asked.isascii() and asked.isdigit() and len(asked) < 19 and int(asked) in stores:
        return int(asked)
    chosen = chosen_store_id()
    return chosen if chosen in stores else None


def _asked_kind() -> DocumentKind | None:
    asked = request.args.get("kind", "")
    return DocumentKind(asked) if asked in set(DocumentKind) else None


def _asked_month() -> date | None:
    try:
        return date.fromisoformat(request.args.get("month", "") + "-01")
    except ValueError:
        return None


def _row(found: Any, stores: dict[int, str]) -> DocumentRow:
    state = "issued" if found.pdf_hash else "rendering"
    return DocumentRow(
        id=found.id,
        number=queries.shown_number(found.kind, found.number, found.id),
        kind=str(KIND[found.kind]),
        buyer=found.buyer_name,
        day=found.issue_date,
        store=stores.get(found.store_id, ""),
        gross_minor=found.gross_minor,
        currency=found.currency,
        state="corrected" if found.corrected else state,
    )


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
        choices = [
            Choice(title=name, href=url_with(store=str(key), after=None), current=key == store_id)
            for key, name in stores.items()
        ]
        filters.append(
            Filter(
                title=_("Store"),
                choices=choices,
                chosen=stores[store_id] if store_id is not None else "",
                clear=url_with(store="all", after=None),
            )
        )
    return filters


def _month(first: date) -> str:
    return str(format_date(first, "LLLL yyyy"))
