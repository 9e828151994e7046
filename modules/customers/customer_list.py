"""The list of customers: what it can be asked, its columns and orders."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for

from app.fields import free_text, personal
from app.i18n import _, lazy
from app.lists import DAY, Asked, Column, ListSpec
from modules.customers import labels, queries
from modules.customers.contact import shown_phone

VIEW, EXPORT = "customers.view", "customers.export"


def question(args: Mapping[str, str]) -> dict[str, str]:
    """Return what an address asks for; a word that means nothing asks for nothing."""
    kind, beware = args.get("kind", ""), args.get("beware", "")
    return {
        "q": args.get("q", "").strip(),
        "kind": kind if kind in kind_words() else "",
        "beware": beware if beware in beware_words() else "",
    }


def kind_words() -> dict[str, str]:
    return {kind.value: str(word) for kind, word in labels.KIND.items()}


def beware_words() -> dict[str, str]:
    return {"blocked": _("Sales blocked"), "warning": _("Warning")}


def _find(asked: Asked) -> Sequence[Any]:
    return queries.list_customers(
        order=asked.sort,
        after=asked.after,
        limit=asked.limit,
        up_to=asked.up_to,
        **question(asked.args),
    )


def _count(args: Mapping[str, str], cap: int) -> int:
    return queries.count_customers(cap=cap, **question(args))


def _beware(row: Any, _beside: None) -> str:
    words = [_("Sales blocked")] if row.sales_blocked else []
    return ": ".join([*words, free_text(row.warning)] if row.warning else words)


CUSTOMERS = ListSpec(
    code="customers",
    title=lazy("Customers"),
    endpoint="customers.index",
    permission=VIEW,
    export_permission=EXPORT,
    names=("q", "kind", "beware"),
    sorts=(queries.NEWEST_FIRST, queries.OLDEST_FIRST),
    find=_find,
    key=lambda row: row.id,
    count=_count,
    newest=queries.newest_customer,
    labels=queries.customer_names,
    url=lambda key, _name: url_for("customers.show", customer_id=key),
    columns=(
        Column(
            code="name",
            title=lazy("Customer"),
            value=lambda row, _beside: free_text(row.name),
            drawn=True,
        ),
        Column(
            code="email",
            title=lazy("E-mail"),
            value=lambda row, _beside: personal(row.email),
            cls="sm wrap",
        ),
        Column(
            code="phone",
            title=lazy("Telephone"),
            value=lambda row, _beside: personal(shown_phone(row.phone)) if row.phone else None,
            cls="sm tn nw",
        ),
        Column(
            code="number",
            title=lazy("Number"),
            value=lambda row, _beside: f"C-{row.id}",
            cls="c-md code sm nw",
        ),
        Column(
            code="since",
            title=lazy("Since"),
            value=lambda row, _beside: row.created_at,
            kind=DAY,
            cls="c-md sm",
            sorts=("newest", "oldest"),
        ),
        Column(
            code="beware",
            title=lazy("Beware"),
            value=_beware,
            drawn=True,
            bare=True,
            alike=lambda row, _beside: (row.sales_blocked, bool(row.warning)),
        ),
        Column(
            code="kind",
            title=lazy("Kind"),
            value=lambda row, _beside: labels.KIND[row.kind],
            usual=False,
            cls="sm",
        ),
        Column(
            code="vat_id",
            title=lazy("VAT id"),
            value=lambda row, _beside: row.vat_id,
            usual=False,
            cls="sm code",
        ),
        Column(
            code="language",
            title=lazy("Language"),
            value=lambda row, _beside: labels.LANGUAGE.get(row.locale, row.locale),
            usual=False,
            cls="sm",
        ),
    ),
)
