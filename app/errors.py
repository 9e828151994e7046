"""Errors that a person can act on. Anything else is a bug and ends as a 500."""

from collections.abc import Mapping, Sequence
from typing import Any


class RuleViolation(Exception):
    """
    A business rule said no. Its text is shown to the person at the screen: what is so, what to do.

    A subclass names the form field that it speaks about, where there is one, and the `code` that
    programs read (409 in the API; listed in its document). `details` are the rows of the API's
    `errors`: `pointer`, `code`, `message` and numbers such as `have` and `needed`. Of the three
    words that every row has, one that is not given is that of the whole refusal.
    """

    field: str | None = None
    code: str = "refused"

    def __init__(self, message: str, *, details: Sequence[Mapping[str, Any]] = ()) -> None:
        super().__init__(message)
        whole = {"pointer": "", "code": self.code, "message": message}
        self.details = [{**whole, **one} for one in details]


class InvalidInput(RuleViolation):
    """What was sent does not have the shape or names something unknown: 422 with a pointer."""

    code = "invalid"

    def __init__(self, message: str, *, pointer: str = "", field: str | None = None) -> None:
        super().__init__(
            message, details=[{"pointer": pointer, "code": self.code, "message": message}]
        )
        self.field = field


class StaleEdit(RuleViolation):
    """Somebody else changed the record since it was opened: 412 in the API, 409 on a page."""

    code = "stale"


class NotAllowed(Exception):
    """The caller may not do this: 403."""


class NotFound(Exception):
    """The thing asked for by id or code does not exist, or not for this caller: a 404."""
