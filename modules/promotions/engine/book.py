"""The book: all published promotions compiled once, with an index from the cart to candidates."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from modules.promotions.engine.basket import Mark
from modules.promotions.engine.benefit import Benefit
from modules.promotions.engine.cart import Key, normalized
from modules.promotions.engine.filters import IndexKey
from modules.promotions.engine.gates import Gate, gates_of
from modules.promotions.engine.offers import Phase
from modules.promotions.engine.promotion import Group, GroupMode, Promotion
from modules.promotions.engine.view import NOTHING_SHUT

STACKED = Group(id="", mode=GroupMode.STACK)


class Plan(NamedTuple):
    """One benefit of a promotion, with the uses that close a unit to it, and those it leaves."""

    benefit: Benefit
    shut: Mapping[str, tuple[int, int]]
    marks: frozenset[Mark]


class Entry(NamedTuple):
    """One promotion of the book, at its place."""

    place: int
    promotion: Promotion
    gates: tuple[Gate, ...]
    plans: tuple[Plan, ...]
    group: Group
    rank: tuple[int, int]
    """The order of application within a phase."""


@dataclass(frozen=True, kw_only=True)
class Book:
    """Never changed: a newer one is compiled beside it and put in its place by one assignment."""

    entries: tuple[Entry, ...]
    by_id: Mapping[Key, int]
    index: Mapping[IndexKey, tuple[int, ...]]
    """Which promotions a line with this key makes candidates."""
    anywhere: tuple[int, ...]
    """Promotions that any cart makes candidates."""
    by_code: Mapping[str, tuple[Key, ...]]
    has_rules: bool
    """Some promotion does not combine with all others."""

    def candidates(self, keys: Iterable[IndexKey], asked: Iterable[Key]) -> list[Entry]:
        """Return the promotions that a cart with these keys touches, and those asked for."""
        found = set(self.anywhere)
        index = self.index
        for key in keys:
            places = index.get(key)
            if places:
                found.update(places)
        for one in asked:
            place = self.by_id.get(one)
            if place is not None:
                found.add(place)
        entries = self.entries
        return [entries[place] for place in sorted(found)]


class UnknownGroup(ValueError):
    """A promotion names a group that is not declared."""


def compile_book(promotions: Iterable[Promotion], groups: Iterable[Group] = ()) -> Book:
    """
    Compile promotions of carts; among equal priorities the earlier in the list comes first.

    What changes the price on the shelf has done so before: it is left out.

    :raises UnknownGroup: a promotion is in a group that is not among the groups
    """
    promotions = tuple(one for one in promotions if one.phase is not Phase.CATALOGUE)
    some_once = any(one.once_per_product for one in promotions)
    known = {group.id: group for group in groups} | {"": STACKED}
    entries: list[Entry] = []
    index: dict[IndexKey, list[int]] = {}
    anywhere: list[int] = []
    by_code: dict[str, list[Key]] = {}
    for place, promotion in enumerate(promotions):
        if promotion.group not in known:
            raise UnknownGroup(promotion.group)
        _check(promotion)
        entries.append(
            Entry(
                place,
                promotion,
                gates_of(promotion),
                tuple(_plans_of(place, promotion, known[promotion.group], some_once)),
                known[promotion.group],
                (-promotion.priority, place),
            )
        )
        keys = _keys_of(promotion)
        for key in keys:
            index.setdefault(key, []).append(place)
        if not keys:
            anywhere.append(place)
        for code in promotion.codes:
            by_code.setdefault(normalized(code), []).append(promotion.id)
    return Book(
        entries=tuple(entries),
        by_id=MappingProxyType({one.promotion.id: one.place for one in entries}),
        index=MappingProxyType({key: tuple(places) for key, places in index.items()}),
        anywhere=tuple(anywhere),
        by_code=MappingProxyType({code: tuple(keys) for code, keys in by_code.items()}),
        has_rules=any(
            one.promotion.deny_tags or one.promotion.allow_tags is not None for one in entries
        ),
    )


def _plans_of(place: int, promotion: Promotion, group: Group, some_once: bool) -> Iterable[Plan]:
    for at, benefit in enumerate(promotion.benefits):
        shut, marks = {}, set()
        if group.same_units:
            shut[f"group {group.id}"] = (place, -1)
            marks.add((f"group {group.id}", (place, -1)))
        if benefit.uses_up:  # a piece is bought or got once among those of a group
            shut[f"used {group.id}"] = (place, at)
            marks.add((f"used {group.id}", (place, at)))
        if promotion.once_per_product:
            shut["once"] = (place, -1)
        if some_once:
            marks.add(("once", (place, -1)))
        yield Plan(benefit, shut or NOTHING_SHUT, frozenset(marks))


def _check(promotion: Promotion) -> None:
    for benefit in promotion.benefits:
        assert promotion.phase in benefit.phases, f"{benefit.kind} in phase {promotion.phase}"


def _keys_of(promotion: Promotion) -> set[IndexKey]:
    """Return keys of which the cart must have one; none where any cart will do."""
    wants = [want for benefit in promotion.benefits for want in benefit.wants()]
    needs = [condition.requires() for condition in promotion.conditions]
    for filter_ in (*wants, *needs):
        filter_.prepare()
    wanted = [want.index_keys for want in wants]
    if wanted and all(wanted):
        return {key for keys in wanted for key in keys}
    return next((set(need.index_keys) for need in needs if need.index_keys), set())
