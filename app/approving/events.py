"""What happens to acts that wait for a second person: the rooms write it into their histories."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.reference import Reference


@dataclass(frozen=True, kw_only=True)
class ApprovalMoved:
    """An act was asked for, approved, refused or withdrawn (`state`), by whoever acts now."""

    approval_id: int
    reference: Reference
    act: str
    state: str
    amounts: Mapping[str, int]
    currency: str | None
    asked_by: str
    note: str
