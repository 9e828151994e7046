"""What happens where several promotions of a group fit: all, the best, the first, so many."""

from collections.abc import Mapping, Sequence
from heapq import heapify, heappop, heappush
from itertools import combinations

from modules.promotions.engine.book import Entry
from modules.promotions.engine.cart import Key
from modules.promotions.engine.promotion import EXACT, Group, GroupMode
from modules.promotions.engine.running import Running, Trial
from modules.promotions.engine.verdicts import Miss, Reason

_DELIVERY = -1
"""The delivery, where lines are counted by their place."""


def run_group(running: Running, group: Group, entries: Sequence[Entry]) -> None:
    """Apply what the group's mode chooses among its entries, which come in order of priority."""
    if group.mode is GroupMode.BEST_FOR_CUSTOMER:
        (_best_of_units if group.same_units else _best)(running, entries)
    elif group.mode is GroupMode.BEST_COMBINATION:
        _best_combination(running, entries)
    elif group.mode is GroupMode.STACK or group.same_units:
        _each_in_turn(running, entries)
    else:
        most = 1 if group.mode is GroupMode.FIRST_BY_PRIORITY else group.most
        _first(running, entries, most)


def _not_best(winner: Key | None) -> Miss:
    return Miss(Reason.NOT_BEST_IN_GROUP, "group", competitor=winner)


def _fitting(running: Running, entries: Sequence[Entry]) -> list[tuple[Entry, Trial]]:
    """Return the promotions that would have an effect now; the others are told why not."""
    found = []
    for entry in entries:
        miss = running.judge(entry)
        if miss is None:
            trial = running.trial(entry)
            if trial.miss is None:
                found.append((entry, trial))
                continue
            miss = trial.miss
        running.refuse(entry, miss)
    return found


def _each_in_turn(running: Running, entries: Sequence[Entry]) -> None:
    for entry in entries:
        running.attempt(entry)


def _first(running: Running, entries: Sequence[Entry], most: int) -> None:
    winners: list[Key] = []
    for entry in entries:
        if len(winners) < most:
            if running.attempt(entry):
                winners.append(entry.promotion.id)
            continue
        miss = running.judge(entry) or running.trial(entry).miss
        running.refuse(entry, miss or _not_best(winners[-1]))


def _best(running: Running, entries: Sequence[Entry]) -> None:
    """Apply the one that takes most off the whole cart; of equals the one of higher priority."""
    fitting = _fitting(running, entries)
    if not fitting:
        return
    best, trial = max(fitting, key=lambda one: one[1].worth)  # the first of equals
    running.carry_out(best, trial)
    for entry, _trial in fitting:
        if entry is not best:
            running.refuse(entry, _not_best(best.promotion.id))


def _best_of_units(running: Running, entries: Sequence[Entry]) -> None:
    """
    Apply the best, then the best on the units that are left, until nothing has an effect.

    What others have taken can only make an offer smaller, so it is enough to look again at an
    offer when it has come to the top.
    """
    heap = [
        (-trial.worth, entry.rank, 0, entry, trial, _places(trial))
        for entry, trial in _fitting(running, entries)
    ]
    heapify(heap)
    taken_at: dict[int, tuple[int, Key]] = {}
    whole: set[int] = set()
    rounds = 0
    while heap:
        _worth, rank, seen, entry, trial, places = heappop(heap)
        last, winner = _last_taken(taken_at, places)
        if last > seen:
            if _DELIVERY not in places and _has_nothing_left(running, entry, whole):
                running.refuse(entry, _not_best(winner))
                continue
            trial = running.trial(entry)
            if trial.miss is None:
                heappush(heap, (-trial.worth, rank, rounds, entry, trial, _places(trial)))
            else:
                running.refuse(entry, _not_best(winner))
            continue
        miss = running.denied(entry)
        if miss is not None:
            running.refuse(entry, miss)
            continue
        running.carry_out(entry, trial)
        rounds += 1
        use = f"group {entry.group.id}"
        for place in places:
            taken_at[place] = (rounds, entry.promotion.id)
            if place != _DELIVERY and running.basket.lines[place].is_used(use):
                whole.add(place)


def _last_taken(
    taken_at: Mapping[int, tuple[int, Key]], places: Sequence[int]
) -> tuple[int, Key | None]:
    """Return when something was last taken from one of these places, and by whom."""
    last: tuple[int, Key | None] = (0, None)
    for place in places:
        taken = taken_at.get(place)
        if taken is not None and taken[0] > last[0]:
            last = taken
    return last


def _has_nothing_left(running: Running, entry: Entry, whole: set[int]) -> bool:
    """Test whether every line that a promotion could touch is taken, to the last unit."""
    lines_of = running.basket.lines_of
    return all(
        whole.issuperset(lines_of(want)) for plan in entry.plans for want in plan.benefit.wants()
    )


def _places(trial: Trial) -> list[int]:
    """Return the lines that a trial touches, and the delivery where it takes some of that off."""
    found: list[int] = []
    for offer in trial.offers:
        if offer.shipping:
            found.append(_DELIVERY)
        found += [take.place for take in offer.takes]
        found += [target.place for target in offer.spread]
        found += [run.place for run in offer.held]
    return found


def _best_combination(running: Running, entries: Sequence[Entry]) -> None:
    """Apply the combination that takes most off, found by trying every one of a few."""
    fitting = _fitting(running, entries)
    if not fitting:
        return
    chosen = sorted(fitting, key=lambda one: (-one[1].worth, one[0].rank))[:EXACT]
    members = sorted((entry for entry, _trial in chosen), key=lambda entry: entry.rank)
    best: tuple[int, tuple[Entry, ...]] = (0, ())
    for size in range(1, len(members) + 1):
        for some in combinations(members, size):
            worth = _worth_together(running, some)
            if worth > best[0]:
                best = (worth, some)
    winners = set()
    for entry in best[1]:
        if running.judge(entry) is None:
            running.carry_out(entry, running.trial(entry))
            winners.add(entry.place)
    for entry, _trial in fitting:
        if entry.place not in winners:
            running.refuse(entry, _not_best(best[1][0].promotion.id if best[1] else None))


def _worth_together(running: Running, entries: Sequence[Entry]) -> int:
    """Return what promotions take off one after the other; 0 where one of them does not fit."""
    worth, mark = 0, running.mark()
    for entry in entries:
        miss = running.judge(entry)
        trial = running.trial(entry) if miss is None else None
        if trial is None or trial.miss is not None:
            worth = 0
            break
        running.carry_out(entry, trial)
        worth += trial.worth
    running.take_back(mark)
    return worth
