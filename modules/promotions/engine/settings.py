"""What can be set on a condition or a benefit: screens and the API's schema are drawn from it."""

from collections.abc import Sequence
from dataclasses import MISSING, field, fields
from enum import StrEnum
from typing import Any, NamedTuple


class Kind(StrEnum):
    """How a setting is asked for and written down."""

    MONEY = "money"
    RATE = "rate"
    COUNT = "count"
    FLAG = "flag"
    CHOICE = "choice"
    TEXT = "text"
    TEXTS = "texts"
    PAIRS = "pairs"
    STEPS = "steps"
    FILTER = "filter"
    FILTERS = "filters"
    PARTS = "parts"
    CONDITION = "condition"
    CONDITIONS = "conditions"


UNITS = {Kind.MONEY: "minor", Kind.RATE: "bp", Kind.COUNT: "count"}


class Setting(NamedTuple):
    """One field: its name in code and API, and what a person is told of it."""

    name: str
    kind: Kind
    label: Any
    unit: str
    least: int | None
    most: int | None
    choices: Sequence[tuple[str, Any]]
    of: str
    """What its texts are the names of: "sku", "category", "store" …"""
    required: bool
    default: Any


def setting(
    kind: Kind,
    label: Any,
    *,
    default: Any = MISSING,
    least: int | None = None,
    most: int | None = None,
    unit: str = "",
    choices: Sequence[tuple[str, Any]] = (),
    of: str = "",
) -> Any:
    """Declare a field of a condition, a benefit or a filter; without a default it is required."""
    about = {
        "kind": kind,
        "label": label,
        "least": 0 if least is None and kind in UNITS else least,
        "most": 10_000 if most is None and kind is Kind.RATE else most,
        "unit": unit or UNITS.get(kind, ""),
        "choices": tuple(choices),
        "of": of,
    }
    return field(default=default, metadata={"setting": about})


def settings_of(thing: Any) -> tuple[Setting, ...]:
    """Return the settings of a condition, benefit or filter (or of its class), in their order."""
    return tuple(
        Setting(
            name=one.name,
            required=one.default is MISSING,
            default=None if one.default is MISSING else one.default,
            **one.metadata["setting"],
        )
        for one in fields(thing)
        if "setting" in one.metadata
    )
