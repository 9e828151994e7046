"""The page of a list: what the address asks for, its rows, and the tools over them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import g, request, url_for
from flask import session as cookie
from markupsafe import Markup

from app.actor import current_actor
from app.api import pack_cursor
from app.bulk_acts import Outcome, get_act, list_rows, outcome_of
from app.cells import Cell, Drawn, table_rows
from app.errors import NotFound
from app.i18n import _
from app.list_models import BulkRow, RowState
from app.lists import CAP, Act, Asked, Column, ListSpec, Question, question_in, shown_columns
from app.look import Choice, Filter, number
from app.saved_views import ShownView, list_views
from app.web import PAGE, Listing, cursor_from_url, listing, url_with, wants_fragment

LAST_ACT = "list_act"
_NO_VIEW = "none"
_SHOWN_REFUSED = 12


@dataclass(frozen=True)
class Refusals:
    """What the last act on this list could not do, as the list says it once."""

    act_id: int
    outcome: Outcome
    rows: Sequence[BulkRow]

    @property
    def count(self) -> int:
        return self.outcome.of("refused")


@dataclass(kw_only=True)
class ListPage:
    """One page of a list, as its template draws it."""

    spec: ListSpec
    question: Question
    columns: Sequence[Column]
    listing: Listing
    beside: Any
    is_all: bool = False
    """Whether there are no rows but those of this page."""
    views: Sequence[ShownView] = ()
    refusals: Refusals | None = None

    @property
    def rows(self) -> Sequence[Any]:
        return self.listing.rows

    @property
    def code(self) -> str:
        return self.spec.code

    @property
    def query(self) -> str:
        """Return what is asked, as a view keeps it and an export repeats it."""
        return str(self.question)

    @property
    def view(self) -> ShownView | None:
        """Return the view that this page was opened with."""
        asked = request.args.get("view", "")
        opened = next((one for one in self.views if str(one.id) == asked), None)
        return opened or next((one for one in self.views if one.query == self.query), None)

    @property
    def is_view_changed(self) -> bool:
        return self.view is not None and self.view.query != self.query

    @property
    def chips(self) -> list[tuple[str, str, bool]]:
        """Return the saved views as the filter bar shows them."""
        current = self.view
        return [
            (one.name, self._address(one.query, view=str(one.id)), one is current)
            for one in self.views
        ]

    @property
    def plain_url(self) -> str:
        """Return the list without any question, also where it opens with a view."""
        opens = any(one.opens for one in self.views)
        return self._address("", view=_NO_VIEW if opens else "")

    def _address(self, query: str, *, view: str) -> str:
        parts = [query] if query else []
        if view:
            parts.append(f"view={view}")
        return request.path + ("?" + "&".join(parts) if parts else "")

    @property
    def heads(self) -> list[dict[str, Any]]:
        """Return the heads of the table, with the order that each leads to."""
        return [self._head(one) for one in self.columns]

    def _head(self, column: Column) -> dict[str, Any]:
        head: dict[str, Any] = {"title": column.title, "cls": self.cls(column)}
        if column.sorts:
            now = self.spec.sort_of(self.question.sort)
            at = column.sorts.index(now.code) if now.code in column.sorts else -1
            following = column.sorts[(at + 1) % len(column.sorts)]
            usual = following == self.spec.sorts[0].code
            head["sort"] = url_with(sort=None if usual else following, after=None)
            if at >= 0:
                head["dir"] = "desc" if now.down else "asc"
        return head

    @property
    def is_wide(self) -> bool:
        """Test whether the person chose the columns: then none of them leaves by itself."""
        return bool(self.question.columns)

    def cls(self, column: Column) -> str:
        if not self.is_wide:
            return column.cls
        return " ".join(word for word in column.cls.split() if word not in ("c-md", "c-lg"))

    def label(self, column: Column) -> str:
        """Return the head as it stands before a value where there are no heads."""
        title = str(column.title)
        return title[:1].lower() + title[1:] if title[1:2].islower() else title

    def lines(
        self, drawn: Drawn, *, ticks: Mapping[int, str], is_card: bool = False
    ) -> Iterator[Markup]:
        """Yield the rows of the table; `is_card`: each becomes a card on a phone."""
        cells = [
            Cell(
                column,
                cls=self.cls(column),
                label=self.label(column),
                is_head=place == 0,
                is_card=is_card,
            )
            for place, column in enumerate(self.columns)
        ]
        return table_rows(
            cells, self.rows, self.beside, drawn=drawn, key=self.spec.key, ticks=ticks
        )

    @property
    def choosable(self) -> list[tuple[Column, bool]]:
        """Return the columns that may be chosen: those that are shown first, in their order."""
        shown = [*self.columns[1:]]
        rest = [one for one in self.spec.seen_columns()[1:] if one not in shown]
        return [(one, True) for one in shown] + [(one, False) for one in rest]

    @property
    def sort_filter(self) -> list[Filter]:
        """Return the chip of the orders, where there is more than one."""
        if len(self.spec.sorts) < 2:
            return []
        usual, now = self.spec.sorts[0], self.spec.sort_of(self.question.sort)
        choices = [
            Choice(
                title=str(one.title),
                href=url_with(sort=None if one is usual else one.code, after=None),
                current=one is now,
            )
            for one in self.spec.sorts
        ]
        return [
            Filter(
                title=_("Sorting"), choices=choices, chosen="" if now is usual else str(now.title)
            )
        ]

    @property
    def hidden(self) -> dict[str, str]:
        """Return what a search in the list takes along."""
        return {name: value for name, value in request.args.items() if name not in ("q", "after")}

    @property
    def may_export(self) -> bool:
        needed = self.spec.export_permission
        return bool(needed) and current_actor().may(needed)

    @property
    def acts(self) -> list[Act]:
        """Return the acts that this person may do with rows, as far as they make sense here."""
        actor = current_actor()
        return [
            one
            for one in self.spec.acts
            if actor.may(one.permission) and one.offered(self.question.args)
        ]


def opening_view(spec: ListSpec) -> str | None:
    """Return the address to go to, where somebody opens a list that opens with a view for him."""
    if request.args or request.method != "GET" or wants_fragment():
        return None
    view = next((one for one in _views(spec) if one.opens), None)
    if view is None or not view.query:
        return None
    return f"{request.path}?{view.query}&view={view.id}"


def open_list(spec: ListSpec) -> ListPage:
    """Return the page of a list that the address asks for."""
    question = question_in(spec, request.args)
    sort = spec.sort_of(question.sort)
    after = cursor_from_url(*sort.kinds)
    found = spec.find(Asked(args=question.args, sort=sort, after=after, limit=PAGE + 1))
    cursor = pack_cursor(*sort.place(found[PAGE - 1])) if len(found) > PAGE else None
    page = listing(found, limit=PAGE, cursor=cursor)
    return ListPage(
        spec=spec,
        question=question,
        columns=shown_columns(spec, question),
        listing=page,
        beside=spec.beside(page.rows),
        is_all=after is None and cursor is None,
        views=_views(spec),
        refusals=_refusals(spec),
    )


def _views(spec: ListSpec) -> Sequence[ShownView]:
    """Return the views of a list, asked for once a page."""
    known: dict[str, Sequence[ShownView]] = g.setdefault("list_views", {})
    if spec.code not in known:
        known[spec.code] = list_views(spec.code)
    return known[spec.code]


def count_rows(page: ListPage) -> int:
    """Return how many rows there are over all pages, up to CAP."""
    if page.is_all:
        return len(page.rows)
    assert page.spec.count is not None
    return page.spec.count(page.question.args, CAP)


def capped(count: int | None) -> Any:
    """Return a counter as it is shown: nobody needs to know whether it is 1,000 or 1,300."""
    if count is None:
        return None
    return number(CAP) + "+" if count >= CAP else number(count)


def choice_filter(
    title: str,
    name: str,
    words: Mapping[str, str],
    chosen: str | None,
    *,
    counts: Mapping[str, int] | None = None,
    dropped: str | None = None,
) -> Filter:
    """Return one filter of a list; `dropped` is what stands in the address once it is let go."""
    return Filter(
        title=title,
        choices=[
            Choice(
                title=word,
                href=url_with(**{name: code, "after": None}),
                current=code == chosen,
                count=counts.get(code) if counts else None,
            )
            for code, word in words.items()
        ],
        chosen=words.get(chosen or "", ""),
        clear=url_with(**{name: dropped, "after": None}),
    )


def remember_act(act_id: int) -> None:
    """Let the next page of the list say what this act could not do."""
    cookie[LAST_ACT] = act_id


def _refusals(spec: ListSpec) -> Refusals | None:
    act_id = cookie.get(LAST_ACT)
    if act_id is None or wants_fragment():
        return None
    try:
        made = get_act(int(act_id))
    except NotFound:
        cookie.pop(LAST_ACT)
        return None
    if made.list_code != spec.code:
        return None
    cookie.pop(LAST_ACT)
    outcome = outcome_of(made.id)
    if not outcome.of("refused"):
        return None
    return Refusals(
        made.id, outcome, list_rows(made.id, state=RowState.REFUSED, limit=_SHOWN_REFUSED)
    )


def list_url(spec: ListSpec, query: str) -> str:
    """Return the address of a list with a question."""
    return url_for(spec.endpoint) + (f"?{query}" if query else "")
