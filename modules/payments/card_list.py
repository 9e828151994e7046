"""The list of gift cards and store credit: what it can be asked, its columns and orders."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from flask import current_app, url_for

from app.actor import current_actor
from app.i18n import _, lazy
from app.lists import DAY, MOMENT, MONEY, Amount, Asked, Column, ListSpec
from app.reference import Reference
from app.statuses import look_of
from modules import customers, organization
from modules.payments.giftcards import CardState, GiftCard, finding, state_of
from modules.payments.giftcards.finding import Sought

VIEW, MANAGE, EXPORT = "giftcards.view", "giftcards.manage", "giftcards.export"
HAND_OUT = "giftcards.hand_out"
_MOST_CUSTOMERS = 50


def standing_words() -> dict[str, str]:
    return {
        "active": _("Pays"),
        "soon": _("Ends within 30 days"),
        "spent": _("Nothing left on it"),
        "blocked": _("Blocked"),
        "expired": _("Expired"),
    }


def kind_words() -> dict[str, str]:
    return {"card": _("Gift cards"), "credit": _("Store credit")}


def question(args: Mapping[str, str]) -> dict[str, str]:
    """Return what an address asks for; a word that means nothing asks for nothing."""
    standing, kind = args.get("standing", ""), args.get("kind", "")
    return {
        "q": args.get("q", "").strip(),
        "standing": standing if standing in standing_words() else "",
        "kind": kind if kind in kind_words() else "",
    }


def own_stores() -> frozenset[int] | None:
    """Return the stores whose cards the caller sees; None: all of them."""
    found = current_actor().stores(VIEW)
    return None if found is None else frozenset(found)


def sought(text: str) -> Sought:
    """Return what a search may mean: a number, a holder, or the number of an order."""
    if not text:
        return Sought()
    holders = []
    if len(text) > 1 and current_actor().may("customers.view"):
        holders = [one.id for one in customers.list_customers(q=text, limit=_MOST_CUSTOMERS)]
    meant = (filler(text=text) for filler in _fillers("payments.reference"))
    return Sought(text, holders, next((one for one in meant if one), None))


def named(references: Iterable[Reference]) -> dict[Reference, tuple[str, str]]:
    """Return the words and the address of what cards were sold with or paid for."""
    wanted = [*dict.fromkeys(references)]
    found: dict[Reference, tuple[str, str]] = {}
    for filler in _fillers("payments.references"):
        found |= filler(references=wanted)
    return found


def _fillers(name: str) -> Sequence[Callable[..., Any]]:
    slots: Mapping[str, Sequence[Callable[..., Any]]] = current_app.extensions["slots"]
    return slots.get(name, ())


def number_of(card: GiftCard) -> str:
    """Return what a card is called: its last four signs, or that it is store credit."""
    return f"•••• {card.last_four}" if card.last_four else _("Store credit")


def standing_of(card: GiftCard) -> str:
    """Return how a card stands, as the table of statuses knows it."""
    state = state_of(card)
    return "spent" if state is CardState.ACTIVE and not card.balance_minor else state.value


def last_day_of(card: GiftCard) -> date | None:
    """Return the last day on which a card pays; kept is the first on which it does not."""
    return card.expires_on - timedelta(days=1) if card.expires_on else None


def _arguments(args: Mapping[str, str]) -> dict[str, Any]:
    asked = question(args)
    return {
        "sought": sought(asked["q"]),
        "standing": asked["standing"],
        "kind": asked["kind"],
        "stores": own_stores(),
    }


def _find(asked: Asked) -> Sequence[GiftCard]:
    return finding.find_cards(
        order=asked.sort,
        after=asked.after,
        limit=asked.limit,
        up_to=asked.up_to,
        **_arguments(asked.args),
    )


def _count(args: Mapping[str, str], cap: int) -> int:
    return finding.count_cards(cap=cap, **_arguments(args))


def _beside(rows: Sequence[GiftCard]) -> tuple[Mapping[int, str], Mapping[int, str]]:
    """Return the names of holders and stores."""
    holders: Mapping[int, str] = {}
    if current_actor().may("customers.view"):
        holders = customers.customer_names({one.customer_id for one in rows if one.customer_id})
    return holders, {one.id: one.name for one in organization.list_stores()}


def _holder(row: GiftCard, beside: Any) -> str:
    return str(beside[0].get(row.customer_id, "")) if row.customer_id else ""


def labels(card_ids: Sequence[int]) -> Mapping[int, str]:
    """Return what cards are called, by key; those of other stores are left out."""
    own = own_stores()
    return {
        key: number_of(card)
        for key, card in finding.cards_by_key(card_ids).items()
        if own is None or card.store_id in own
    }


GIFT_CARDS = ListSpec(
    code="gift_cards",
    title=lazy("Gift cards"),
    endpoint="payments.cards",
    permission=VIEW,
    export_permission=EXPORT,
    names=("q", "standing", "kind"),
    sorts=(finding.NEWEST_FIRST, finding.OLDEST_FIRST),
    find=_find,
    key=lambda row: row.id,
    beside=_beside,
    count=_count,
    newest=finding.newest_card,
    labels=labels,
    url=lambda key, _name: url_for("payments.card", card_id=key),
    columns=(
        Column(
            code="number",
            title=lazy("Card"),
            value=lambda row, _beside: number_of(row),
            drawn=True,
        ),
        Column(
            code="standing",
            title=lazy("State"),
            value=lambda row, _beside: look_of(standing_of(row), "card").word,
            drawn=True,
            bare=True,
        ),
        Column(code="holder", title=lazy("Holder"), value=_holder, cls="sm wrap"),
        Column(
            code="balance",
            title=lazy("On it now"),
            value=lambda row, _beside: Amount(row.balance_minor, row.currency),
            kind=MONEY,
            cls="num m",
        ),
        Column(
            code="issued",
            title=lazy("Issued with"),
            value=lambda row, _beside: Amount(row.issued_minor, row.currency),
            kind=MONEY,
            cls="c-md num",
        ),
        Column(
            code="expires",
            title=lazy("Valid to"),
            value=lambda row, _beside: last_day_of(row),
            kind=DAY,
            cls="sm",
        ),
        Column(
            code="store",
            title=lazy("Store"),
            value=lambda row, beside: beside[1].get(row.store_id),
            cls="c-lg sm",
        ),
        Column(
            code="issued_at",
            title=lazy("Issued"),
            value=lambda row, _beside: row.issued_at,
            kind=MOMENT,
            cls="c-md sm",
            sorts=("newest", "oldest"),
        ),
    ),
)
