"""How the changes of a kind of record are told, and what is told of one of them."""

import dataclasses
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


def _as_it_is(value: object) -> str:
    return str(value)


@dataclass(frozen=True, kw_only=True)
class History:
    """How the changes of one kind of record are told; whose records it sees, `names` decides."""

    kind: str
    """As the references of the audit trail name it."""
    actions: Mapping[str, Any]
    """What was done -> its words."""
    field: Callable[[str], str] = _as_it_is
    value: Callable[[str, Any], str] = lambda _name, value: str(value)
    tells: Callable[[str], bool] = lambda _name: True
    """Whether the person who reads may know of a field, and cares."""
    bare: Collection[str] = ("made", "created")
    """What is told without its fields: they stand on the record."""
    icons: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One field of a change: its name, what it said ("" where nothing), what it says since."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class Change:
    """Who changed a record, when, and what."""

    key: int
    what: str
    icon: str
    who: str
    at: datetime
    differences: Sequence[Difference]
