"""From a promotion of the engine to JSON: only what differs from the defaults is written."""

from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import UTC, date, datetime, time
from typing import Any

from modules.promotions.engine.benefit import Benefit
from modules.promotions.engine.condition import Condition
from modules.promotions.engine.filters import Filter
from modules.promotions.engine.grouping import Part
from modules.promotions.engine.promotion import Limits, Promotion, Schedule, Scope
from modules.promotions.engine.settings import Kind, settings_of

BESIDE = frozenset({"id", "version", "paused"})
"""What the engine is told of a promotion that is not its definition."""


def write_promotion(promotion: Promotion) -> dict[str, Any]:
    """Return the definition of a promotion; equal promotions give equal definitions."""
    written: dict[str, Any] = {
        "phase": promotion.phase.value,
        "conditions": [write_thing(one) for one in promotion.conditions],
        "benefits": [write_thing(one) for one in promotion.benefits],
    }
    for one in fields(promotion):
        value = getattr(promotion, one.name)
        if one.name in written or one.name in BESIDE or value == one.default:
            continue
        plain = _plain(value)
        if plain or one.default is not MISSING:
            written[one.name] = plain
    return written


def write_thing(thing: Condition | Benefit | Filter | Part) -> dict[str, Any]:
    """Return a condition or benefit with its kind, or a filter or part without."""
    kind = getattr(thing, "kind", None)
    written: dict[str, Any] = {} if kind is None else {"kind": kind}
    for setting in settings_of(thing):
        value = getattr(thing, setting.name)
        if setting.required or value != setting.default:
            written[setting.name] = _write_value(setting.kind, value)
    return written


def _write_value(kind: Kind, value: Any) -> Any:
    match kind:
        case _ if value is None:
            return None
        case Kind.PAIRS:
            return [{"name": name, "value": one} for name, one in sorted(value)]
        case Kind.STEPS:
            return [{"from": start, "gives": gives} for start, gives in value]
        case Kind.FILTER | Kind.CONDITION:
            return write_thing(value)
        case Kind.FILTERS | Kind.PARTS | Kind.CONDITIONS:
            return [write_thing(one) for one in value]
        case _:
            return _plain(value)


def _plain(value: Any) -> Any:
    if isinstance(value, Schedule | Scope | Limits):
        own = {one.name: getattr(value, one.name) for one in fields(value)}
        usual = type(value)()
        return {name: _plain(one) for name, one in own.items() if one != getattr(usual, name)}
    if isinstance(value, frozenset):
        return sorted(_plain(one) for one in value)
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, time):
        return value.isoformat("minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    return getattr(value, "value", value)
