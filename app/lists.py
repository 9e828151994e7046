"""A list of records, declared once: what its page shows, a file holds, and an act is meant for."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import Select, tuple_

from app.actor import current_actor
from app.api import is_plain
from app.bulk_given import Ask
from app.errors import NotFound
from app.i18n import _

TEXT, NUMBER, MONEY, DAY, MOMENT = "text", "number", "money", "day", "moment"
CAP = 1000
"""Counting stops here: nobody needs to know whether it is 1,000 or 1,300."""
_LONGEST = 200
_OWN_WORDS = ("sort", "cols")


class Amount(NamedTuple):
    """Money in a cell."""

    minor: int
    currency: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Sort:
    """An order of the rows. Its last column is the key, so that no two rows share a place."""

    code: str
    title: Any
    by: tuple[Any, ...]
    kinds: tuple[type, ...]
    place: Callable[[Any], tuple[Any, ...]]
    """Where a row stands: the values of `by`, as they come back from the address."""
    down: bool = False

    def page(
        self, found: Select[Any], *, after: tuple[Any, ...] | None, limit: int | None
    ) -> Select[Any]:
        """Return the question for the rows behind a place, in this order."""
        if after is not None:
            here: Any = tuple_(*self.by)
            found = found.where(here < after if self.down else here > after)
        order = [one.desc() if self.down else one for one in self.by]
        return found.order_by(*order).limit(limit)


def beside_nothing(_rows: Sequence[Any]) -> None:
    """Return what a row shows beside itself where it shows nothing."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Column:
    """One column: `value(row, beside)` is what stands in it, `kind` how it is written."""

    code: str
    title: Any
    value: Callable[[Any, Any], Any]
    kind: str = TEXT
    usual: bool = True
    """Whether it is shown where nobody chose columns."""
    cls: str = ""
    """How it looks on the page: `c-md` and `c-lg` leave on narrow screens."""
    permission: str = ""
    """Who lacks it does not learn of this column."""
    sorts: tuple[str, ...] = ()
    """The orders that its head leads to, in turn."""
    also: Sequence["Column"] = ()
    """What else stands in its cells: a file has a column for each."""
    drawn: bool = False
    """Whether the page draws its cells itself."""
    alike: Callable[[Any, Any], Hashable] | None = None
    """What the drawing of a cell hangs on: rows that have it in common are drawn once."""
    quiet: bool = False
    """Whether a zero need not be said where there is little room."""
    bare: bool = False
    """Whether its cells say by themselves what they are, where the head is not seen."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One page of a list that is asked for."""

    args: Mapping[str, str]
    sort: Sort
    after: tuple[Any, ...] | None = None
    limit: int = 50
    up_to: int | None = None
    """The highest key that is meant; None means all."""


@dataclass(frozen=True, kw_only=True)
class Act:
    """
    Something that can be done with many rows at once.

    `work(key, given)` does it with one, in a transaction of its own, and returns `Done`; it
    refuses by raising. `undo(key, before)` takes it back.
    """

    code: str
    title: Any
    icon: str
    permission: str
    work: Callable[[int, Mapping[str, str]], "Done"]
    said: Callable[[int], str]
    """What is said when it went well for a number of things."""
    undo: Callable[[int, Mapping[str, Any]], None] | None = None
    key: str = ""
    asks: Sequence[Ask] = ()
    """What the person has to fill in first."""
    offered: Callable[[Mapping[str, str]], bool] = lambda _args: True
    """Whether it makes sense for what the list shows now."""


@dataclass(frozen=True, kw_only=True)
class Done:
    """What was done with one row: how many things, and what the undo needs to know of before."""

    count: int = 1
    before: Mapping[str, Any] | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class ListSpec:
    """One list of the house."""

    code: str
    title: Any
    endpoint: str
    permission: str
    columns: Sequence[Column]
    """The first one names the row and is always there."""
    sorts: Sequence[Sort]
    """The first one is the usual order."""
    find: Callable[[Asked], Sequence[Any]]
    key: Callable[[Any], int]
    names: Sequence[str] = ()
    """The words in the address that narrow the list."""
    beside: Callable[[Sequence[Any]], Any] = beside_nothing
    count: Callable[[Mapping[str, str], int], int] | None = None
    """How many rows there are over all pages, counted up to a number."""
    newest: Callable[[], int] | None = None
    """The highest key there is now: by it a question is frozen."""
    export_permission: str = ""
    """Who may take the list out as a file; "" is nobody."""
    acts: Sequence[Act] = ()
    labels: Callable[[Sequence[int]], Mapping[int, str]] | None = None
    """What rows are called, by key; who may not see one does not get its name."""
    url: Callable[[int, str], str] | None = None
    """The address of a row, by key and name."""

    def sort_of(self, code: str | None) -> Sort:
        return next((one for one in self.sorts if one.code == code), self.sorts[0])

    def act_of(self, code: str) -> Act:
        """
        Return one act.

        :raises NotFound: this list has none of that name, or not for this person
        """
        for act in self.acts:
            if act.code == code and current_actor().may(act.permission):
                return act
        raise NotFound(_("There is no such act here."))

    def seen_columns(self) -> list[Column]:
        """Return the columns that this person may see."""
        actor = current_actor()
        return [one for one in self.columns if not one.permission or actor.may(one.permission)]


@dataclass(frozen=True, kw_only=True)
class Question:
    """What somebody asks of a list: what narrows it, in which order, with which columns."""

    args: Mapping[str, str] = field(default_factory=dict)
    sort: str = ""
    columns: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return it as it stands in an address, equal for equal questions."""
        own = {"sort": self.sort, "cols": ",".join(self.columns)}
        asked = {**{name: self.args[name] for name in sorted(self.args)}, **own}
        return urlencode({name: value for name, value in asked.items() if value})


def question_in(spec: ListSpec, given: Mapping[str, str]) -> Question:
    """Return what an address asks of a list; what it does not know is left out."""
    kept = {
        name: given[name][:_LONGEST]
        for name in spec.names
        if given.get(name) and is_plain(given[name])
    }
    sort = spec.sort_of(given.get("sort"))
    known = {one.code for one in spec.columns[1:]}
    asked = dict.fromkeys(given.get("cols", "").split(","))
    return Question(
        args=kept,
        sort="" if sort is spec.sorts[0] else sort.code,
        columns=tuple(code for code in asked if code in known),
    )


def question_of(spec: ListSpec, query: str) -> Question:
    """Return what a kept address asked of a list; a word that no database keeps asks nothing."""
    asked = [one for one in reversed(parse_qsl(query)) if all(map(is_plain, one))]
    return question_in(spec, dict(asked))


def shown_columns(spec: ListSpec, question: Question) -> list[Column]:
    """Return the columns that are shown, in their order, as far as this person may see them."""
    seen = spec.seen_columns()
    if not question.columns:
        return [one for one in seen if one.usual]
    by_code = {one.code: one for one in seen[1:]}
    return [seen[0], *(by_code[code] for code in question.columns if code in by_code)]
