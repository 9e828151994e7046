"""What a partner's folder tells of itself: what it can do, what it asks, what proves it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Access:
    """How one account reaches its partner: what a port is built from."""

    account: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Health:
    """What a partner answers when it is only asked whether it is there."""

    ok: bool
    message: str = ""


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """
    One connector.

    `ports` are named by the module that needs them ("payments.Gateway"); a factory gets the
    account's access and returns what fulfils the port.
    """

    code: str
    title: Any
    summary: Any
    icon: str
    kinds: Sequence[str]
    """Of "shop", "courier", "gateway", "bank"."""
    ports: Mapping[str, Callable[[Access], Any]]
    settings_form: type[Any]
    """A form whose fields are the settings; those named in `secrets` are kept sealed."""
    check: Callable[[Access], Health]
    secrets: Sequence[str] = ()
    jobs: Sequence[str] = ()
    """The scheduled kinds of jobs that call it: what "run now" starts."""
    places: Callable[[Access, datetime], Mapping[str, str]] | None = None
    """The cursors from which everything since a moment is read again."""
    proof: Any = ""
    """What it was held against, in words."""
    verified_against: str | None = None
    """The partner's own contract that it was held against; None is said on its page."""
