"""The list of documents: what it can be asked, its columns and orders."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask import url_for

from app.actor import current_actor
from app.fields import PERSONAL, free_text, sees
from app.i18n import lazy
from app.lists import DAY, MONEY, Amount, Asked, Column, ListSpec
from app.statuses import look_of
from app.web import chosen_store_id
from modules import organization
from modules.invoicing import queries
from modules.invoicing.models import DocumentKind

VIEW, EXPORT, OPEN = "invoices.view", "invoices.export", "invoices.open"

KIND = {
    DocumentKind.INVOICE: lazy("Invoice"),
    DocumentKind.CORRECTION: lazy("Correction"),
    DocumentKind.PACKING_SLIP: lazy("Packing slip"),
    DocumentKind.LABEL: lazy("Parcel label"),
}


def stores_seen() -> dict[int, str]:
    """Return the names of the stores whose documents this person may see."""
    own = current_actor().stores(VIEW)
    return {one.id: one.name for one in organization.list_stores() if own is None or one.id in own}


def may_open() -> bool:
    """Test whether this person opens papers: each says who bought, where he lives, how to reach."""
    return sees(PERSONAL) or current_actor().may(OPEN)


def kind_in(args: Mapping[str, str]) -> DocumentKind | None:
    asked = args.get("kind", "")
    return DocumentKind(asked) if asked in set(DocumentKind) else None


def month_in(args: Mapping[str, str]) -> date | None:
    try:
        return date.fromisoformat(args.get("month", "") + "-01")
    except ValueError:
        return None


def store_in(args: Mapping[str, str]) -> int | None:
    """Return the store that is asked for: the one in the address, else the chosen one."""
    own = current_actor().stores(VIEW)
    asked = args.get("store", "")
    if asked == "all":
        return None
    if asked.isascii() and asked.isdigit() and len(asked) < 19:
        wanted: int | None = int(asked)
    else:
        wanted = chosen_store_id()
    return wanted if own is None or wanted in own else None


def _question(args: Mapping[str, str]) -> dict[str, Any]:
    store_id = store_in(args)
    return {
        "kind": kind_in(args),
        "store_ids": [store_id] if store_id is not None else current_actor().stores(VIEW),
        "month": month_in(args),
        "q": args.get("q", "").strip(),
    }


def _find(asked: Asked) -> Sequence[Any]:
    return queries.list_documents(
        order=asked.sort,
        after=asked.after,
        limit=asked.limit,
        up_to=asked.up_to,
        **_question(asked.args),
    )


def _count(args: Mapping[str, str], cap: int) -> int:
    return queries.count_documents(cap=cap, **_question(args))


def _stores(_rows: Sequence[Any]) -> dict[int, str]:
    return stores_seen()


def number_of(row: Any) -> str:
    return queries.shown_number(row.kind, row.number, row.id)


def state_of(row: Any) -> str:
    if row.corrected:
        return "corrected"
    return "issued" if row.pdf_hash else "rendering"


def _gross(row: Any, _stores: Any) -> Amount | None:
    return Amount(row.gross_minor, row.currency) if row.currency else None


DOCUMENTS = ListSpec(
    code="documents",
    title=lazy("Documents"),
    endpoint="invoicing.index",
    permission=VIEW,
    export_permission=EXPORT,
    names=("q", "kind", "month", "store"),
    sorts=(queries.NEWEST_FIRST, queries.OLDEST_FIRST),
    find=_find,
    key=lambda row: row.id,
    beside=_stores,
    count=_count,
    newest=queries.newest_document,
    url=lambda key, _number: url_for("invoicing.pdf", document_id=key),
    columns=(
        Column(
            code="number",
            title=lazy("Number"),
            value=lambda row, _stores: number_of(row),
            sorts=("newest", "oldest"),
            drawn=True,
        ),
        Column(
            code="kind",
            title=lazy("Kind"),
            value=lambda row, _stores: KIND[row.kind],
            cls="c-md sm",
        ),
        Column(
            code="buyer", title=lazy("Buyer"), value=lambda row, _stores: free_text(row.buyer_name)
        ),
        Column(
            code="issued",
            title=lazy("Issued"),
            value=lambda row, _stores: row.issue_date,
            kind=DAY,
            cls="sm",
        ),
        Column(
            code="store",
            title=lazy("Store"),
            value=lambda row, stores: stores.get(row.store_id),
            cls="c-md sm",
        ),
        Column(
            code="gross",
            title=lazy("Gross"),
            value=_gross,
            kind=MONEY,
            cls="num",
            also=(
                Column(
                    code="currency",
                    title=lazy("Currency"),
                    value=lambda row, _stores: row.currency,
                ),
            ),
        ),
        Column(
            code="state",
            title=lazy("State"),
            value=lambda row, _stores: look_of(state_of(row)).word,
            drawn=True,
            bare=True,
        ),
        Column(
            code="made",
            title=lazy("Made at"),
            value=lambda row, _stores: row.issued_at,
            kind="moment",
            usual=False,
            cls="sm",
        ),
    ),
)
