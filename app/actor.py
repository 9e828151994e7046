"""Who is acting: a person, a program with a token, or the house itself."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import cast

from flask import g

EVERYWHERE: None = None


@dataclass(frozen=True, kw_only=True)
class Actor:
    """
    Somebody who does something, and where he may.

    `grants` says for each permission in which stores it holds; None means in all of them.
    """

    kind: str  # "staff", "token", "system"
    name: str
    id: int | None = None
    grants: Mapping[str, frozenset[int] | None] = field(default_factory=dict)
    all_powerful: bool = False
    limits: Mapping[str, Mapping[int | None, int | None]] = field(default_factory=dict)
    """Limit -> store (None: all of them) -> the most that is done alone; None: no limit there."""
    second: "Actor | None" = None
    """Who approved what is done now, where it is more than one person does alone."""

    def may(self, permission: str, *, store_id: int | None = None) -> bool:
        """Test whether the actor may do this, in one store or (without one) in any at all."""
        if self.all_powerful:
            return True
        if permission not in self.grants:
            return False
        stores = self.grants[permission]
        return stores is None or store_id is None or store_id in stores

    def stores(self, permission: str) -> frozenset[int] | None:
        """Return the stores in which the permission holds; None = all of them."""
        if self.all_powerful:
            return EVERYWHERE
        return self.grants.get(permission, frozenset())

    def __str__(self) -> str:
        return f"{self.kind}:{self.id or ''}:{self.name}"

    @property
    def tag(self) -> str:
        """Return who it is without a name: "staff:7"; of the house its part: "system:invoicing"."""
        return f"{self.kind}:{self.name if self.id is None else self.id}"


HOUSE = Actor(kind="system", name="Verso", all_powerful=True)


def current_actor() -> Actor:
    """Return who is acting in this context; outside of a request it is the house."""
    # Asked some hundred times a page: by way of `g` each step is slow, so it is taken once.
    kept = g._get_current_object() if g else None
    return cast(Actor, kept.get("actor", HOUSE)) if kept is not None else HOUSE


@contextmanager
def acting_as(actor: Actor) -> Iterator[None]:
    """Let a task, a command or a test act in somebody's name."""
    before = g.get("actor")
    g.actor = actor
    try:
        yield
    finally:
        if before is None:
            g.pop("actor", None)
        else:
            g.actor = before
