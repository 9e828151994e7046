"""The lists of receipts, transfers and counts: what they share is said once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import url_for
from flask_babel import lazy_pgettext as pgettext
from sqlalchemy import ColumnElement

from app.history_page import person_of
from app.i18n import lazy
from app.list_pages import capped, count_rows, open_list
from app.lists import MOMENT, NUMBER, Asked, Column, ListSpec
from app.statuses import look_of
from app.web import render, url_with
from modules.stock.models import (
    CountState,
    GoodsReceipt,
    ReceiptState,
    StockCount,
    Transfer,
    TransferState,
)
from modules.stock.queries import counts, papers, receipts, transfers
from modules.stock.views.blueprint import EXPORT, VIEW, Places, read_places

OPEN = (TransferState.DRAFT, TransferState.REQUESTED, TransferState.IN_TRANSIT)
Where = Callable[[Sequence[int] | None, str], list[ColumnElement[bool]]]


@dataclass(frozen=True, kw_only=True)
class Papers:
    """One kind of paper: its model, its lanes, and how the list is narrowed to a lane."""

    model: Any
    lanes: Mapping[str, Any]
    """Word in the address -> title; the first is where the list opens."""
    counted: Sequence[Any]
    """The states in which somebody has to act."""
    where: Where
    rows: Callable[..., Sequence[Any]]

    def lane(self, args: Mapping[str, str]) -> str:
        asked = args.get("state", "")
        return asked if asked in self.lanes else next(iter(self.lanes))

    def find(self, asked: Asked) -> Sequence[Any]:
        return self.rows(
            read_places().seen(VIEW),
            self.lane(asked.args),
            order=asked.sort,
            after=asked.after,
            limit=asked.limit,
            up_to=asked.up_to,
        )

    def count(self, args: Mapping[str, str], cap: int) -> int:
        where = self.where(read_places().seen(VIEW), self.lane(args))
        return papers.count_papers(self.model, where, cap=cap)


def show_papers(
    spec: ListSpec, kind: Papers, template: str, *, status: int = 200, **more: Any
) -> Any:
    """Return the page of one of the lists: lanes with counters, rows, tools."""
    page = open_list(spec)
    lane = kind.lane(page.question.args)
    places = page.beside
    waiting = papers.count_states(kind.model, kind.where(places.seen(VIEW), "all"), kind.counted)
    return render(
        template,
        status=status,
        table=page,
        listing=page.listing,
        places=places,
        lanes_shown=_lanes(kind, lane, waiting),
        lane=lane,
        narrowed=lane not in ("all", next(iter(kind.lanes))),
        total=count_rows(page),
        person_of=person_of,
        **more,
    )


def _lanes(
    kind: Papers, current: str, waiting: Mapping[str, int]
) -> list[tuple[str, str, Any, str, bool]]:
    found = []
    for code, title in kind.lanes.items():
        count = capped(waiting[code]) if waiting.get(code) else None
        href = url_with(state=code, after=None)
        found.append((str(title), href, count, "", code == current))
    return found


# --- the three kinds ----------------------------------------------------------------------------


def _receipt_state(lane: str) -> ReceiptState | None:
    return ReceiptState(lane) if lane in set(ReceiptState) else None


def _count_state(lane: str) -> CountState | None:
    return CountState(lane) if lane in set(CountState) else None


def _transfer_states(lane: str) -> Sequence[TransferState]:
    if lane == "open":
        return OPEN
    return (TransferState(lane),) if lane in set(TransferState) else ()


RECEIPT_PAPERS = Papers(
    model=GoodsReceipt,
    lanes={
        "all": lazy("All"),
        "draft": pgettext("status", "Open"),
        "posted": lazy("Posted"),
        "corrected": lazy("Undone"),
    },
    counted=(ReceiptState.DRAFT,),
    where=lambda seen, lane: receipts.receipts_where(location_ids=seen, state=_receipt_state(lane)),
    rows=lambda seen, lane, **more: receipts.list_receipts(
        location_ids=seen, state=_receipt_state(lane), **more
    ),
)
TRANSFER_PAPERS = Papers(
    model=Transfer,
    lanes={
        "open": pgettext("status", "Open"),
        "requested": lazy("To ship"),
        "in_transit": lazy("On the way"),
        "received": lazy("Received"),
        "all": lazy("All"),
    },
    counted=(TransferState.REQUESTED, TransferState.IN_TRANSIT),
    where=lambda seen, lane: transfers.transfers_where(
        location_ids=seen, states=_transfer_states(lane)
    ),
    rows=lambda seen, lane, **more: transfers.list_transfers(
        location_ids=seen, states=_transfer_states(lane), **more
    ),
)
COUNT_PAPERS = Papers(
    model=StockCount,
    lanes={
        "all": lazy("All"),
        "counting": lazy("Counting"),
        "posted": lazy("Posted"),
        "cancelled": lazy("Cancelled"),
    },
    counted=(CountState.COUNTING,),
    where=lambda seen, lane: counts.counts_where(location_ids=seen, state=_count_state(lane)),
    rows=lambda seen, lane, **more: counts.list_counts(
        location_ids=seen, state=_count_state(lane), **more
    ),
)


# --- their columns ------------------------------------------------------------------------------


def _beside(_rows: Sequence[Any]) -> Places:
    return read_places()


def _number(title: Any) -> Column:
    return Column(
        code="number",
        title=title,
        value=lambda row, _places: row.number,
        sorts=("newest", "oldest"),
        drawn=True,
    )


def _place(code: str, title: Any, attribute: str) -> Column:
    return Column(
        code=code,
        title=title,
        value=lambda row, places: places.names[getattr(row, attribute)],
    )


def _pieces(code: str, title: Any, attribute: str, *, usual: bool = True) -> Column:
    return Column(
        code=code,
        title=title,
        value=lambda row, _places: getattr(row, attribute),
        kind=NUMBER,
        cls="num",
        usual=usual,
    )


def _when(code: str, title: Any, *attributes: str, usual: bool = True) -> Column:
    """Return the column of the first of some moments that has come."""

    def value(row: Any, _places: Places) -> Any:
        return next((at for name in attributes if (at := getattr(row, name)) is not None), None)

    return Column(code=code, title=title, value=value, kind=MOMENT, cls="sm", usual=usual)


_STATE = Column(
    code="state",
    title=lazy("State"),
    value=lambda row, _places: look_of(row.state).word,
    drawn=True,
    bare=True,
)
_WHO = Column(
    code="who",
    title=lazy("Who"),
    value=lambda row, _places: person_of(row.actor),
    cls="c-md sm",
    bare=True,
)


def _numbers(prefix: str, keys: Sequence[int]) -> dict[int, str]:
    return {key: f"{prefix}-{key}" for key in keys}


def _spec(kind: Papers, **more: Any) -> ListSpec:
    return ListSpec(
        permission=VIEW,
        export_permission=EXPORT,
        names=("state",),
        sorts=papers.sorts_of(kind.model),
        find=kind.find,
        count=kind.count,
        key=lambda row: row.id,
        beside=_beside,
        newest=partial(papers.newest_paper, kind.model),
        **more,
    )


RECEIPTS = _spec(
    RECEIPT_PAPERS,
    code="receipts",
    title=lazy("Goods in"),
    endpoint="stock.receipts",
    labels=partial(_numbers, "GR"),
    url=lambda key, _number: url_for("stock.receipt", receipt_id=key),
    columns=(
        _number(lazy("Receipt")),
        Column(
            code="reference",
            title=lazy("Delivery note"),
            value=lambda row, _places: row.reference,
        ),
        _place("location", lazy("Location"), "location_id"),
        _STATE,
        _pieces("pieces", lazy("Pieces"), "pieces"),
        _when("when", lazy("When"), "posted_at", "created_at"),
        _WHO,
        _pieces("lines", lazy("Lines"), "line_count", usual=False),
        _when("begun", lazy("Begun"), "created_at", usual=False),
        _when("posted", lazy("Posted at"), "posted_at", usual=False),
    ),
)
TRANSFERS = _spec(
    TRANSFER_PAPERS,
    code="transfers",
    title=lazy("Transfers"),
    endpoint="stock.transfers",
    labels=partial(_numbers, "TR"),
    url=lambda key, _number: url_for("stock.transfer", transfer_id=key),
    columns=(
        _number(lazy("Transfer")),
        _place("from", lazy("Where from"), "from_location_id"),
        _place("to", lazy("Where to"), "to_location_id"),
        _STATE,
        _pieces("pieces", lazy("Pieces"), "pieces"),
        _when("when", lazy("When"), "closed_at", "shipped_at", "created_at"),
        _WHO,
        Column(code="note", title=lazy("Note"), value=lambda row, _places: row.note, usual=False),
        _pieces("lines", lazy("Lines"), "line_count", usual=False),
        _when("shipped", lazy("Shipped at"), "shipped_at", usual=False),
    ),
)
COUNTS = _spec(
    COUNT_PAPERS,
    code="counts",
    title=lazy("Counts"),
    endpoint="stock.counts",
    labels=partial(_numbers, "SC"),
    url=lambda key, _number: url_for("stock.count", count_id=key),
    columns=(
        _number(lazy("Count")),
        _place("location", lazy("Location"), "location_id"),
        _STATE,
        _pieces("lines", lazy("Lines"), "line_count"),
        _pieces("pieces", lazy("Pieces"), "pieces"),
        Column(
            code="difference",
            title=lazy("Differences"),
            value=lambda row, _places: row.difference if row.state is CountState.POSTED else None,
            kind=NUMBER,
            cls="num",
        ),
        _when("when", lazy("When"), "closed_at", "started_at"),
        _WHO,
    ),
)
