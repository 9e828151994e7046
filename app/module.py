"""What one module, or one connector, hands to the house."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from click import Command
from flask import Blueprint

if TYPE_CHECKING:
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
    proofs: Mapping[str, Proof] = field(default_factory=dict)
    actors: Sequence[Callable[..., Any]] = ()
    """Who trades in a simulation: kinds of `app.simulating.Player`."""
    install: Callable[[], None] | None = None
    """Puts in place what every installation has; called at every upgrade, safe to repeat."""
    demo: Callable[[Any], None] | None = None
    """Makes its share of the demo shop from an `app.demo.DemoContext`, in its own units of work."""
    demo_obstacle: Callable[[], str | None] | None = None
    """Returns why the demo shop cannot be built here: there are records already."""
    connector: Any = None
    """What a partner's folder tells of itself (modules.connectors.Manifest)."""
