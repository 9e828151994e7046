"""What is wrong with a definition: each fault with the way to the value that it speaks about."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import NamedTuple

from app.errors import InvalidInput
from app.i18n import _


class Fault(NamedTuple):
    """One value that cannot be taken, and what to do about it."""

    pointer: str
    message: str


class BadDefinition(InvalidInput):
    """A definition names something that does not exist, or a value that cannot be."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        first = faults[0]
        super().__init__(first.message, pointer=first.pointer)
        self.details = [
            {"pointer": one.pointer, "code": self.code, "message": one.message} for one in faults
        ]
        self.faults = tuple(faults)


class Unreadable(Exception):
    """One value could not be read; its fault is written down already."""


class Faults:
    """Gathers the faults on the way through a definition, so that all are told at once."""

    MOST = 50

    def __init__(self) -> None:
        self.found: list[Fault] = []

    def add(self, pointer: str, message: str) -> None:
        if len(self.found) < self.MOST:
            self.found.append(Fault(pointer, message))

    def refuse(self, pointer: str, message: str) -> Unreadable:
        """Write a fault down, and return what to raise."""
        self.add(pointer, message)
        return Unreadable()

    @contextmanager
    def going_on(self) -> Iterator[None]:
        """Go on behind a value that could not be read: others may have faults of their own."""
        with suppress(Unreadable):
            yield

    def end(self) -> None:
        """
        Raise what was found.

        :raises BadDefinition: something was
        """
        if self.found:
            raise BadDefinition(self.found)


def unknown_name(names: Sequence[str]) -> str:
    """Return what is said of settings that nothing has."""
    return str(_("There is no setting %(names)s here.", names=", ".join(names)[:200]))
