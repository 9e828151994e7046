"""From JSON to a promotion of the engine: what is unknown or cannot be is refused, all at once."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from app.i18n import _
from app.money import MOST_MINOR
from modules.promotions.definition.faults import Faults, Unreadable, unknown_name
from modules.promotions.definition.values import MOST_COUNT, Values
from modules.promotions.definition.writing import BESIDE
from modules.promotions.engine.benefit import Benefit
from modules.promotions.engine.condition import Condition
from modules.promotions.engine.filters import Filter
from modules.promotions.engine.grouping import Part
from modules.promotions.engine.offers import Phase
from modules.promotions.engine.promotion import (
    Limits,
    Promotion,
    RefundPolicy,
    Schedule,
    Scope,
    Trigger,
)
from modules.promotions.engine.registry import benefit_kinds, condition_kinds
from modules.promotions.engine.settings import Kind, Setting, settings_of

MOST_THINGS = 30
"""Conditions, benefits, parts or steps side by side."""
MOST_DEPTH = 5
"""Conditions within conditions."""
MOST_PRIORITY = 1_000_000
_SCOPE_SETS = tuple(
    name for name in Scope.__dataclass_fields__ if name not in ("currency", "needs_card")
)
Thing = TypeVar("Thing")
How = Callable[[Any, str], Any]


def read_promotion(
    definition: Any, *, key: int | str, version: int = 1, paused: bool = False, at: str = ""
) -> Promotion:
    """
    Return the promotion that a definition says; `at` is where it stands in what was sent.

    :raises BadDefinition: something in it is unknown, or no value of its kind
    """
    reader = Reader()
    values: dict[str, Any] = {}
    with reader.faults.going_on():
        values = reader.promotion(definition, at)
    reader.faults.end()
    return Promotion(id=key, version=version, paused=paused, **values)


class Reader:
    """Reads a definition from the outside in; faults are gathered on the way."""

    def __init__(self) -> None:
        self.faults = Faults()
        self.values = Values(self.faults)

    # --- the whole ----------------------------------------------------------------------------

    def promotion(self, given: Any, at: str) -> dict[str, Any]:
        given = self.values.object_of(given, at)
        self._refuse_unknown(given, set(Promotion.__dataclass_fields__) - BESIDE, at)
        read: dict[str, Any] = {}
        readers: dict[str, How] = {
            "phase": lambda value, here: self.values.choice(
                value, here, {p.value: p for p in Phase}
            ),
            "trigger": lambda value, here: self.values.choice(
                value, here, {one.value: one for one in Trigger}
            ),
            "conditions": lambda value, here: self._things(value, here, self.condition),
            "benefits": lambda value, here: self._things(value, here, self.benefit),
            "schedule": self.schedule,
            "scope": self.scope,
            "priority": lambda value, here: self.values.number(
                value, here, least=-MOST_PRIORITY, most=MOST_PRIORITY
            ),
            "group": lambda value, here: self.values.text(value, here),
            "codes": self.values.texts,
            "tags": self.values.texts,
            "deny_tags": self.values.texts,
            "allow_tags": lambda value, here: (
                None if value is None else self.values.texts(value, here)
            ),
            "exclusive": self.values.flag,
            "once_per_product": self.values.flag,
            "most_minor": lambda value, here: self._optional(value, here, MOST_MINOR),
            "limits": self.limits,
            "margin_bp": lambda value, here: self._optional(value, here, 1_000_000),
            "refund_policy": lambda value, here: self.values.choice(
                value, here, {one.value: one for one in RefundPolicy}
            ),
        }
        for name, how in readers.items():
            if name in given:
                with self.faults.going_on():
                    read[name] = how(given[name], f"{at}/{name}")
            elif name in ("phase", "benefits"):
                self.faults.add(f"{at}/{name}", _("Fill this in."))
        if given.get("benefits") == []:
            self.faults.add(f"{at}/benefits", _("Say what the promotion gives."))
        for place, benefit in enumerate(read.get("benefits", ())):
            if "phase" in read and read["phase"] not in benefit.phases:
                self.faults.add(
                    f"{at}/benefits/{place}",
                    _(
                        "“%(benefit)s” does not go with this part of the order. "
                        "Choose the other part, or something else to give.",
                        benefit=benefit.title,
                    ),
                )
        return read

    def schedule(self, given: Any, at: str) -> Schedule:
        given = self.values.object_of(given, at)
        self._refuse_unknown(given, set(Schedule.__dataclass_fields__), at)
        read: dict[str, Any] = {}
        readers: dict[str, How] = {
            "starts_at": self.values.moment,
            "ends_at": self.values.moment,
            "zone": self.values.zone,
            "weekdays": lambda value, here: frozenset(
                self.values.several(
                    value,
                    here,
                    lambda one, place: self.values.number(one, place, least=0, most=6),
                )
            ),
            "hours": lambda value, here: tuple(self.values.several(value, here, self._span)),
            "not_on": lambda value, here: frozenset(
                self.values.several(value, here, self.values.day, most=400)
            ),
        }
        for name, how in readers.items():
            if given.get(name) is not None:
                with self.faults.going_on():
                    read[name] = how(given[name], f"{at}/{name}")
        starts, ends = read.get("starts_at"), read.get("ends_at")
        if starts is not None and ends is not None and starts >= ends:
            raise self.faults.refuse(f"{at}/ends_at", _("It ends before it begins."))
        return Schedule(**read)

    def scope(self, given: Any, at: str) -> Scope:
        given = self.values.object_of(given, at)
        self._refuse_unknown(given, set(Scope.__dataclass_fields__), at)
        read: dict[str, Any] = {}
        for name in _SCOPE_SETS:
            if name in given:
                with self.faults.going_on():
                    read[name] = self.values.texts(given[name], f"{at}/{name}")
        if given.get("currency"):
            with self.faults.going_on():
                read["currency"] = self.values.text(given["currency"], f"{at}/currency", most=3)
        if "needs_card" in given:
            with self.faults.going_on():
                read["needs_card"] = self.values.flag(given["needs_card"], f"{at}/needs_card")
        return Scope(**read)

    def limits(self, given: Any, at: str) -> Limits:
        given = self.values.object_of(given, at)
        self._refuse_unknown(given, set(Limits.__dataclass_fields__), at)
        read: dict[str, int] = {}
        for name in Limits.__dataclass_fields__:
            if given.get(name) is not None:
                most = MOST_MINOR if name.endswith("_minor") else MOST_COUNT
                with self.faults.going_on():
                    read[name] = self.values.number(given[name], f"{at}/{name}", least=1, most=most)
        return Limits(**read)

    # --- conditions, benefits, filters --------------------------------------------------------

    def condition(self, given: Any, at: str, depth: int = 1) -> Condition:
        if depth > MOST_DEPTH:
            raise self.faults.refuse(
                at, _("Conditions stand %(most)s deep at most.", most=MOST_DEPTH)
            )
        return self._kind(condition_kinds(), given, at, depth)

    def benefit(self, given: Any, at: str) -> Benefit:
        return self._kind(benefit_kinds(), given, at, 1)

    def _kind(self, kinds: Mapping[str, type[Thing]], given: Any, at: str, depth: int) -> Thing:
        given = self.values.object_of(given, at)
        kind = given.get("kind")
        if not isinstance(kind, str) or kind not in kinds:
            raise self.faults.refuse(
                f"{at}/kind", _("Choose one of: %(choices)s.", choices=", ".join(sorted(kinds)))
            )
        settings = {name: value for name, value in given.items() if name != "kind"}
        return self._thing(kinds[kind], settings, at, depth)

    def _thing(self, family: type[Thing], given: Any, at: str, depth: int = 1) -> Thing:
        """Return a condition, benefit, filter or part with its settings."""
        given = self.values.object_of(given, at)
        settings = {one.name: one for one in settings_of(family)}
        before = len(self.faults.found)
        self._refuse_unknown(given, settings.keys(), at)
        read: dict[str, Any] = {}
        for name, setting in settings.items():
            if name not in given:
                if setting.required:
                    self.faults.add(f"{at}/{name}", _("Fill this in."))
                continue
            with self.faults.going_on():
                read[name] = self._setting(setting, given[name], f"{at}/{name}", depth)
        if len(self.faults.found) > before:
            raise Unreadable()
        return family(**read)

    def _setting(self, setting: Setting, value: Any, at: str, depth: int) -> Any:
        if value is None and not setting.required and setting.default is None:
            return None
        match setting.kind:
            case Kind.MONEY | Kind.RATE | Kind.COUNT:
                return self.values.setting_number(setting, value, at)
            case Kind.FLAG:
                return self.values.flag(value, at)
            case Kind.CHOICE:
                return self.values.choice(value, at, {str(one): one for one, _w in setting.choices})
            case Kind.TEXT:
                return self.values.text(value, at)
            case Kind.TEXTS:
                return self._filled(setting, value, self.values.texts(value, at), at)
            case Kind.PAIRS:
                return frozenset(self.values.several(value, at, self._pair))
            case Kind.STEPS:
                return self._steps(setting, value, at)
            case Kind.FILTER:
                return self._thing(Filter, value, at)
            case Kind.FILTERS:
                found = self._things(value, at, lambda one, here: self._thing(Filter, one, here))
                return self._filled(setting, value, found, at)
            case Kind.PARTS:
                found = self._things(value, at, lambda one, here: self._thing(Part, one, here))
                return self._filled(setting, value, found, at)
            case Kind.CONDITION:
                return self.condition(value, at, depth + 1)
            case Kind.CONDITIONS:
                found = self._things(
                    value, at, lambda one, here: self.condition(one, here, depth + 1)
                )
                return self._filled(setting, value, found, at)

    def _filled(self, setting: Setting, value: Any, found: Any, at: str) -> Any:
        if setting.required and not value:
            raise self.faults.refuse(at, _("Fill this in."))
        return found

    def _things(self, value: Any, at: str, read: Any) -> tuple[Any, ...]:
        return tuple(self.values.several(value, at, read, most=MOST_THINGS))

    # --- small shapes -------------------------------------------------------------------------

    def _pair(self, value: Any, at: str) -> tuple[str, str]:
        given = self.values.object_of(value, at)
        self._refuse_unknown(given, {"name", "value"}, at)
        return (
            self.values.text(given.get("name"), f"{at}/name"),
            self.values.text(given.get("value"), f"{at}/value"),
        )

    def _steps(self, setting: Setting, value: Any, at: str) -> tuple[tuple[int, int], ...]:
        def step(one: Any, here: str) -> tuple[int, int]:
            given = self.values.object_of(one, here)
            self._refuse_unknown(given, {"from", "gives"}, here)
            most = setting.most or MOST_MINOR
            return (
                self.values.number(given.get("from"), f"{here}/from", least=1, most=MOST_MINOR),
                self.values.number(given.get("gives"), f"{here}/gives", least=0, most=most),
            )

        steps = self._things(value, at, step)
        if len({start for start, _gives in steps}) < len(steps):
            raise self.faults.refuse(at, _("Two steps begin at the same place."))
        return tuple(self._filled(setting, value, steps, at))

    def _span(self, value: Any, at: str) -> Any:
        if not isinstance(value, list) or len(value) != 2:
            raise self.faults.refuse(at, _("Write from when to when, such as 17:00 and 19:00."))
        return self.values.hour(value[0], f"{at}/0"), self.values.hour(value[1], f"{at}/1")

    def _optional(self, value: Any, at: str, most: int) -> int | None:
        return None if value is None else self.values.number(value, at, least=0, most=most)

    def _refuse_unknown(self, given: Mapping[str, Any], known: Any, at: str) -> None:
        strange = sorted(str(name) for name in given.keys() - set(known))
        if strange:
            self.faults.add(f"{at}/{strange[0]}", unknown_name(strange))
