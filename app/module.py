"""What one module, or one connector, hands to the house."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from click import Command
from flask import Blueprint

from app.limits import Limit
from app.metrics import Family

if TYPE_CHECKING:
    from app.histories import History
    from app.lists import ListSpec
    from app.outbox import Running

Task = Callable[["Running"], None]


@dataclass(frozen=True, kw_only=True)
class MenuItem:
    """A place in the side bar. `area` is "", "sell", "goods", "people" or "house"."""

    title: Any
    endpoint: str
    icon: str
    permission: str
    area: str = ""
    order: int = 50
    count: Callable[[], tuple[int, str] | None] | None = None
    """How many things wait for somebody, and the tone ("", "wait", "bad"); None shows nothing."""


@dataclass(frozen=True, kw_only=True)
class Permission:
    """Something that a person may be allowed to do; `roles` get it when the house is set up."""

    code: str
    title: Any
    roles: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class Act:
    """Something that a second person may approve later; it is kept as its arguments."""

    title: Any
    permission: str
    """What the asker must still be allowed when it is carried out."""
    carry_out: Callable[..., Any] | None
    """None: it makes its record, so it is signed on the spot or not at all."""
    named: Callable[[int], tuple[str, str]]
    """Key of the record -> its words and its address."""


@dataclass(frozen=True, kw_only=True)
class Scheduled:
    """A job that the scheduler puts into the table: each `every_seconds`, or daily at `at`."""

    kind: str
    every_seconds: int = 0
    at: str = ""  # "03:30" in the company's zone
    catch_up: bool = False


@dataclass(frozen=True, kw_only=True)
class Found:
    """One hit of the search over everything."""

    kind: str
    title: str
    detail: str
    url: str
    icon: str
    exact: bool = False
    """What was typed is the whole of a number, code or contact of this record."""
    all_url: str = ""
    """The list of all hits of this kind, where there are more than the search names."""


@dataclass(frozen=True, kw_only=True)
class Shortcut:
    """Something that can be begun from anywhere: the command palette lists it."""

    title: Any
    endpoint: str
    icon: str
    permission: str


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """Something that waits for the person who looks, as the page of the day lists it."""

    title: str
    url: str
    icon: str
    act: str
    """What the button says: a verb and its object."""
    detail: str = ""
    tone: str = "wait"
    due: datetime | None = None
    is_work: bool = False
    """The work of the day itself: the page offers the first such act as its one black button."""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One figure of the day; the address opens the records behind it."""

    label: str
    value: str
    detail: str = ""
    url: str = ""
    tone: str = ""
    of_house: bool = False
    """It says how the house itself is: such figures stand behind those of the trade."""


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Two numbers that should agree and do not: the first entry at which a ledger is wrong."""

    ledger: str
    entry: str
    expected: Any
    found: Any

    def __str__(self) -> str:
        return f"{self.ledger}: {self.entry}: expected {self.expected}, found {self.found}"


Proof = Callable[[], Iterable[Difference]]


@dataclass(frozen=True, kw_only=True)
class Module:
    name: str
    title: Any
    blueprint: Blueprint | None = None
    api: Blueprint | None = None
    menu: Sequence[MenuItem] = ()
    permissions: Sequence[Permission] = ()
    limits: Sequence[Limit] = ()
    acts: Mapping[str, Act] = field(default_factory=dict)
    """Name of an act that a second person may approve -> how it is carried out."""
    scopes: Mapping[str, Any] = field(default_factory=dict)
    """Scope of a token -> what it lets a program do, as people read it (translatable)."""
    subscribers: Mapping[type, Sequence[Callable[[Any], None]]] = field(default_factory=dict)
    tasks: Mapping[str, Task] = field(default_factory=dict)
    task_titles: Mapping[str, Any] = field(default_factory=dict)
    """Kind of a task -> what the jobs page calls it (translatable)."""
    schedule: Sequence[Scheduled] = ()
    outgoing: Sequence[str] = ()
    """Kinds of its tasks that tell a partner what cannot be taken back: held after a restore."""
    commands: Sequence[Command] = ()
    slots: Mapping[str, Sequence[Callable[..., Any]]] = field(default_factory=dict)
    """Place in a page -> functions called with its context: they return HTML (Markup) or rows."""
    search: Callable[[str], Iterable[Found]] | None = None
    names: Mapping[str, Callable[[Sequence[int]], Mapping[int, Found]]] = field(
        default_factory=dict
    )
    """Kind of a record -> how records of that kind are named to the person who asks, by their keys;
    those that he may not see are left out."""
    histories: Sequence["History"] = ()
    """How the changes of its records are told; a page shows them to whoever `names` names it."""
    shortcuts: Sequence[Shortcut] = ()
    waiting: Callable[[], Iterable[Waiting]] | None = None
    """What waits for the person who looks at the page of the day, most urgent first."""
    figures: Callable[[], Iterable[Figure]] | None = None
    """The figures of the day that this person may see."""
    lists: Sequence["ListSpec"] = ()
    """Its lists of records: what they show, and what can be done with many rows of them."""
    metrics: Callable[[], Iterable[Family]] | None = None
    """Figures of the present that /metrics tells; each asks a few rows of an index."""
    proofs: Mapping[str, Proof] = field(default_factory=dict)
    actors: Sequence[Callable[..., Any]] = ()
    """Who trades in a simulation: kinds of `app.simulating.Player`."""
    install: Callable[[], None] | None = None
    """Puts in place what every installation has; called at every upgrade, safe to repeat."""
    demo: Callable[[Any], None] | None = None
    """Makes its share of the demo shop from an `app.demo.DemoContext`, in its own units of work."""
    demo_mass: Callable[[Any], None] | None = None
    """Adds what makes the demo shop a large one (`context.mass` says how much), right after it."""
    demo_obstacle: Callable[[], str | None] | None = None
    """Returns why the demo shop cannot be built here: there are records already."""
    connector: Any = None
    """What a partner's folder tells of itself (modules.connectors.Manifest)."""
