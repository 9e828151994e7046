"""The shape of a definition as JSON Schema, drawn from the fields of conditions and benefits."""

from collections.abc import Mapping
from typing import Any

from app.money import MOST_MINOR
from modules.promotions.definition.values import MOST_COUNT, MOST_TEXT
from modules.promotions.engine.filters import Filter
from modules.promotions.engine.grouping import Part
from modules.promotions.engine.offers import Phase
from modules.promotions.engine.promotion import Limits, RefundPolicy, Scope, Trigger
from modules.promotions.engine.registry import benefit_kinds, condition_kinds
from modules.promotions.engine.settings import Kind, Setting, settings_of

_TEXT = {"type": "string", "minLength": 1, "maxLength": MOST_TEXT}
_TEXTS = {"type": "array", "items": _TEXT}
_LIMIT = {"type": ["integer", "null"], "minimum": 1}
_MOMENT = {"type": ["string", "null"], "format": "date-time"}


def schema_of_promotion() -> dict[str, Any]:
    """Return the schema of a definition; it has no references, so that it can stand anywhere."""
    conditions = _either(condition_kinds(), nested=0)
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["phase", "benefits"],
        "properties": {
            "phase": {"enum": [one.value for one in Phase]},
            "conditions": {"type": "array", "items": conditions},
            "benefits": {
                "type": "array",
                "minItems": 1,
                "items": _either(benefit_kinds(), nested=0),
            },
            "trigger": {"enum": [one.value for one in Trigger]},
            "priority": {"type": "integer"},
            "schedule": _SCHEDULE,
            "scope": {
                "type": "object",
                "additionalProperties": False,
                "properties": dict.fromkeys(Scope.__dataclass_fields__, _TEXTS)
                | {"currency": {"type": "string"}, "needs_card": {"type": "boolean"}},
            },
            "group": _TEXT,
            "codes": _TEXTS,
            "tags": _TEXTS,
            "deny_tags": _TEXTS,
            "allow_tags": {"type": ["array", "null"], "items": _TEXT},
            "exclusive": {"type": "boolean"},
            "once_per_product": {"type": "boolean"},
            "most_minor": {"type": ["integer", "null"], "minimum": 0},
            "limits": {
                "type": "object",
                "additionalProperties": False,
                "properties": dict.fromkeys(Limits.__dataclass_fields__, _LIMIT),
            },
            "margin_bp": {"type": ["integer", "null"], "minimum": 0},
            "refund_policy": {"enum": [one.value for one in RefundPolicy]},
        },
    }


_SCHEDULE: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "starts_at": _MOMENT,
        "ends_at": _MOMENT,
        "zone": {"type": "string", "examples": ["Europe/Warsaw"]},
        "weekdays": {"type": "array", "items": {"type": "integer", "minimum": 0, "maximum": 6}},
        "hours": {
            "type": "array",
            "items": {
                "type": "array",
                "items": {"type": "string", "examples": ["17:30"]},
                "minItems": 2,
                "maxItems": 2,
            },
        },
        "not_on": {"type": "array", "items": {"type": "string", "format": "date"}},
    },
}


def _either(kinds: Mapping[str, type[Any]], *, nested: int) -> dict[str, Any]:
    return {"oneOf": [schema_of(thing, nested=nested) for thing in kinds.values()]}


def schema_of(thing: type[Any], *, nested: int = 0) -> dict[str, Any]:
    """Return the schema of one condition, benefit, filter or part."""
    settings = settings_of(thing)
    properties = {one.name: _schema_of(one, nested) for one in settings}
    required = [one.name for one in settings if one.required]
    kind = getattr(thing, "kind", None)
    if kind is not None:
        properties = {"kind": {"const": kind}} | properties
        required.insert(0, "kind")
    found: dict[str, Any] = {
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        "required": required,
    }
    if kind is not None:
        found["title"] = kind
    return found


def _schema_of(setting: Setting, nested: int) -> dict[str, Any]:
    found = _bare(setting, nested)
    if not setting.required and setting.default is None and "type" in found:
        found["type"] = [found["type"], "null"]
    return found


def _bare(setting: Setting, nested: int) -> dict[str, Any]:
    match setting.kind:
        case Kind.MONEY | Kind.RATE | Kind.COUNT:
            most = MOST_COUNT if setting.kind is Kind.COUNT else MOST_MINOR
            least = {} if setting.least is None else {"minimum": setting.least}
            return {"type": "integer", "maximum": setting.most or most, **least}
        case Kind.FLAG:
            return {"type": "boolean"}
        case Kind.CHOICE:
            return {"enum": [str(value) for value, _label in setting.choices]}
        case Kind.TEXT:
            return dict(_TEXT)
        case Kind.TEXTS:
            return dict(_TEXTS)
        case Kind.PAIRS:
            return _rows({"name": _TEXT, "value": _TEXT})
        case Kind.STEPS:
            return _rows({"from": {"type": "integer"}, "gives": {"type": "integer"}})
        case Kind.FILTER:
            return schema_of(Filter)
        case Kind.FILTERS:
            return {"type": "array", "minItems": 1, "items": schema_of(Filter)}
        case Kind.PARTS:
            return {"type": "array", "minItems": 1, "items": schema_of(Part)}
        case Kind.CONDITION | Kind.CONDITIONS:
            one = _either(_leaves(), nested=1) if nested == 0 else {"type": "object"}
            return one if setting.kind is Kind.CONDITION else {"type": "array", "items": one}


def _leaves() -> dict[str, type[Any]]:
    """Return the conditions that hold no others: deeper ones are read, but not spelt out."""
    return {
        kind: thing
        for kind, thing in condition_kinds().items()
        if not any(one.kind in (Kind.CONDITION, Kind.CONDITIONS) for one in settings_of(thing))
    }


def _rows(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "array",
        "items": {
            "type": "object",
            "additionalProperties": False,
            "properties": properties,
            "required": list(properties),
        },
    }
