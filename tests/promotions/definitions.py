"""Promotions of every kind, drawn from the settings that they declare themselves."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from hypothesis import strategies as st

from modules.promotions.engine.filters import Filter
from modules.promotions.engine.grouping import Part
from modules.promotions.engine.offers import Phase
from modules.promotions.engine.promotion import Limits, Promotion, Schedule, Scope, Trigger
from modules.promotions.engine.registry import benefit_kinds, condition_kinds
from modules.promotions.engine.settings import Kind, Setting, settings_of

TEXTS = st.text("abcżł-7", min_size=1, max_size=8).map(str.strip).filter(bool)
SETS = st.frozensets(TEXTS, max_size=3)
HOLDERS = ("all_of", "any_of", "none_of")


def things(kind: type[Any]) -> st.SearchStrategy[Any]:
    """Draw a condition, benefit, filter or part by its fields."""
    return st.builds(kind, **{one.name: values(one) for one in settings_of(kind)})


def values(setting: Setting) -> st.SearchStrategy[Any]:
    drawn = _values(setting)
    if not setting.required and setting.default is None:
        return st.none() | drawn
    return drawn


def _values(setting: Setting) -> st.SearchStrategy[Any]:
    match setting.kind:
        case Kind.MONEY | Kind.RATE | Kind.COUNT:
            return st.integers(setting.least or 0, setting.most or 10**6)
        case Kind.FLAG:
            return st.booleans()
        case Kind.CHOICE:
            return st.sampled_from([value for value, _label in setting.choices])
        case Kind.TEXT:
            return TEXTS
        case Kind.TEXTS:
            return st.frozensets(TEXTS, min_size=int(setting.required), max_size=3)
        case Kind.PAIRS:
            return st.frozensets(st.tuples(TEXTS, TEXTS), max_size=3)
        case Kind.STEPS:
            step = st.tuples(st.integers(1, 10**6), st.integers(0, 10_000))
            return st.lists(step, min_size=1, max_size=3, unique_by=lambda one: one[0]).map(tuple)
        case Kind.FILTER:
            return things(Filter)
        case Kind.FILTERS:
            return st.lists(things(Filter), min_size=1, max_size=2).map(tuple)
        case Kind.PARTS:
            return st.lists(things(Part), min_size=1, max_size=2).map(tuple)
        case Kind.CONDITION:
            return plain_conditions()
        case Kind.CONDITIONS:
            return st.lists(plain_conditions(), min_size=1, max_size=2).map(tuple)


def plain_conditions() -> st.SearchStrategy[Any]:
    kinds = condition_kinds()
    return st.one_of(*(things(kinds[kind]) for kind in kinds if kind not in HOLDERS))


def conditions() -> st.SearchStrategy[Any]:
    return st.one_of(*(things(kind) for kind in condition_kinds().values()))


def schedules() -> st.SearchStrategy[Schedule]:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    moments = st.integers(0, 500_000).map(lambda minutes: start + timedelta(minutes=minutes))
    hours = st.builds(time, st.integers(0, 23), st.integers(0, 59))
    return st.builds(
        Schedule,
        starts_at=st.none() | moments,
        ends_at=st.none() | moments.map(lambda one: one.replace(year=2027)),
        zone=st.sampled_from(["UTC", "Europe/Warsaw", "Europe/Bucharest"]),
        weekdays=st.frozensets(st.integers(0, 6)),
        hours=st.lists(st.tuples(hours, hours), max_size=2).map(tuple),
        not_on=st.frozensets(st.dates(date(2026, 1, 1), date(2027, 1, 1)), max_size=2),
    )


def scopes() -> st.SearchStrategy[Scope]:
    sets = {
        name: SETS for name in Scope.__dataclass_fields__ if name not in ("currency", "needs_card")
    }
    return st.builds(Scope, currency=st.sampled_from(["", "PLN"]), needs_card=st.booleans(), **sets)


def limits() -> st.SearchStrategy[Limits]:
    counts = st.none() | st.integers(1, 10**6)
    return st.builds(Limits, **dict.fromkeys(Limits.__dataclass_fields__, counts))


@st.composite
def promotions(draw: st.DrawFn) -> Promotion:
    phase = draw(st.sampled_from(list(Phase)))
    fitting = [one for one in benefit_kinds().values() if phase in one.phases]
    return Promotion(
        id=7,
        version=3,
        phase=phase,
        benefits=tuple(
            draw(st.lists(st.sampled_from(fitting).flatmap(things), min_size=1, max_size=2))
        ),
        conditions=tuple(draw(st.lists(conditions(), max_size=2))),
        priority=draw(st.integers(-10, 10)),
        trigger=draw(st.sampled_from(list(Trigger))),
        codes=draw(SETS),
        schedule=draw(schedules()),
        scope=draw(scopes()),
        group=draw(st.just("") | TEXTS),
        exclusive=draw(st.booleans()),
        tags=draw(SETS),
        allow_tags=draw(st.none() | SETS),
        deny_tags=draw(SETS),
        once_per_product=draw(st.booleans()),
        most_minor=draw(st.none() | st.integers(0, 10**9)),
        limits=draw(limits()),
        margin_bp=draw(st.none() | st.integers(0, 10_000)),
    )
