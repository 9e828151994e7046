"""The changes of a customer, as they stand on the card."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.audit import list_changes
from app.reference import Reference
from modules.customers.labels import ACTION, FIELD, value_word


@dataclass(frozen=True)
class Difference:
    """One field of a change: its name, what it said, and what it says since."""

    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Change:
    """Who changed the customer, when, and what."""

    what: str
    who: str
    at: datetime
    differences: Sequence[Difference]


def changes_of(customer_id: int, *, limit: int = 10) -> list[Change]:
    """Return the last changes of a customer, newest first."""
    changes = []
    for row in list_changes(Reference("customer", customer_id), limit=limit):
        old, new = row.old or {}, row.new or {}
        changes.append(
            Change(
                what=str(ACTION.get(row.action, row.action)),
                who=who(row.actor),
                at=row.at,
                differences=[
                    Difference(
                        field=str(FIELD.get(name, name)),
                        before=value_word(name, old[name]) if name in old else "",
                        after=value_word(name, new.get(name)),
                    )
                    for name in dict.fromkeys((*old, *new))
                ],
            )
        )
    return changes


def who(actor: str) -> str:
    """Return the name in "staff:7:Ewelina Żak"."""
    return actor.partition(":")[2].partition(":")[2] or actor
