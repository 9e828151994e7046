"""What one benefit sees of the basket: the units it may touch, and how far their price may fall."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from app.money import half_up
from modules.promotions.engine.basket import Basket, Bucket, LineState
from modules.promotions.engine.filters import Filter
from modules.promotions.engine.offers import Offer, Piece, Run, Select, Take, Target
from modules.promotions.engine.spreading import distribute

NOTHING_SHUT: Mapping[str, tuple[int, int]] = {}


class View:
    """
    The basket as one benefit of one promotion sees it.

    `shut` names the uses that close a unit to it, each with the benefit whose own use does not.
    """

    __slots__ = ("basket", "cart", "margin_bp", "shut")

    def __init__(
        self,
        basket: Basket,
        *,
        margin_bp: int | None = None,
        shut: Mapping[str, tuple[int, int]] = NOTHING_SHUT,
    ) -> None:
        self.basket = basket
        self.cart = basket.cart
        self.margin_bp = margin_bp
        self.shut = shut

    def floor_of(self, state: LineState) -> int:
        """Return the lowest price of a unit: the product's floor, or cost and margin."""
        line = state.line
        if self.margin_bp is None or line.cost_minor is None:
            return state.floor
        # The cost is without VAT: what the shelf price must not fall under carries it.
        taxed = 10_000 if self.cart.net else 10_000 + line.rate_bp
        guard = -(-line.of_unit(line.cost_minor) * (10_000 + self.margin_bp) * taxed // 10**8)
        return max(state.floor, guard)

    # -- finding units -----------------------------------------------------------------------

    def targets(self, filter_: Filter) -> list[Target]:
        """Return the lines, or their free units, that may be made cheaper."""
        found = []
        lines, shut, margin_bp = self.basket.lines, self.shut, self.margin_bp
        for place in self.basket.lines_of(filter_):
            state = lines[place]
            if state.amount <= 0 or not state.line.discountable:
                continue
            if shut and state.marks and self._is_touched(state):
                runs = tuple(self._runs_of(place, state))
                if runs:
                    found.append(target_of(place, runs, state))
            else:
                floor = state.floor if margin_bp is None else self.floor_of(state)
                room = state.amount - floor * state.count if floor else state.amount
                found.append(Target(place, state.amount, state.initial, room if room > 0 else 0))
        return found

    def selected(self, filter_: Filter, select: Select, most: int | None) -> list[Target]:
        """Return the lines, or only so many units of them, that may be made cheaper."""
        if most is None:
            return self.targets(filter_)
        picked = []
        for run in ordered(self.runs(filter_), select):
            if not most:
                break
            picked.append(run._replace(units=min(run.units, most)))
            most -= picked[-1].units
        return self.grouped(picked)

    def runs(self, filter_: Filter, *, to_buy: bool = False) -> list[Run]:
        """Return the units that may be made cheaper, or that may be bought for a benefit."""
        found: list[Run] = []
        for place in self.basket.lines_of(filter_):
            state = self.basket.lines[place]
            if state.line.discountable or to_buy:
                found += self._runs_of(place, state)
        return found

    def _runs_of(self, place: int, state: LineState) -> Iterable[Run]:
        floor = self.floor_of(state)
        room = state.line.discountable
        for at, bucket in enumerate(state.units()):
            if bucket.price > 0 and not self._is_shut(bucket):
                yield Run(
                    place,
                    at,
                    bucket.units,
                    bucket.price,
                    max(0, bucket.price - floor) if room else 0,
                )

    def _is_shut(self, bucket: Bucket) -> bool:
        shut = self.shut
        return any(use in shut and shut[use] != owner for use, owner in bucket.marks)

    def _is_touched(self, state: LineState) -> bool:
        shut = self.shut
        return any(use in shut and shut[use] != owner for use, owner in state.marks)

    def by_unit(self, target: Target) -> Target:
        """Return a target with its units, where it was the whole line."""
        if target.runs is not None:
            return target
        state = self.basket.lines[target.place]
        return target_of(target.place, tuple(self._runs_of(target.place, state)), state)

    def grouped(self, runs: Iterable[Run]) -> list[Target]:
        """Return runs of units gathered by their line, in the order of the cart."""
        by_place = groupby(sorted(runs), key=lambda run: run.place)
        return [target_of(place, tuple(own), self.basket.lines[place]) for place, own in by_place]

    # -- making offers -----------------------------------------------------------------------

    def take_each(self, targets: Sequence[Target], wants: Sequence[int]) -> Offer:
        """Offer an amount off each target, as far as its floor allows."""
        takes, total = [], 0
        for target, want in zip(targets, wants, strict=True):
            amount = want if want < target.room else target.room
            if amount > 0:
                whole = target.runs is None
                takes.append(Take(target.place, amount) if whole else take_of(target, amount))
                total += amount
        return Offer(amount=total, takes=takes, wanted=sum(wants))

    def spread(
        self, total: int, targets: Sequence[Target], weights: Sequence[int] | None = None
    ) -> Offer:
        """Offer a total that is divided over the targets by what they cost now."""
        room = sum(target.room for target in targets)
        return Offer(
            amount=max(0, min(total, room)),
            spread=targets,
            weights=weights,
            wanted=total if targets else 0,
        )


def target_of(place: int, runs: tuple[Run, ...], state: LineState) -> Target:
    """Return some units of a line as one target."""
    count = sum(run.units for run in runs)
    return Target(
        place,
        sum(run.units * run.price for run in runs),
        half_up(state.initial * count, state.count),
        sum(run.units * run.room for run in runs),
        runs,
    )


def ordered(runs: Iterable[Run], select: Select) -> list[Run]:
    """Return runs cheapest first, dearest first or as in the cart; ties as in the cart."""
    if select is Select.CHEAPEST:
        return sorted(runs, key=lambda run: (run.price, run.place, run.bucket))
    if select is Select.DEAREST:
        return sorted(runs, key=lambda run: (-run.price, run.place, run.bucket))
    return sorted(runs)


def take_of(target: Target, amount: int) -> Take:
    """Return an amount off a target, divided over its units where it is not the whole line."""
    if target.runs is None:
        return Take(target.place, amount)
    parts = distribute(
        amount,
        [run.units for run in target.runs],
        [run.price for run in target.runs],
        [run.room for run in target.runs],
    )
    pieces = tuple(
        Piece(run.bucket, run.units, part)
        for run, part in zip(target.runs, parts, strict=True)
        if run.units
    )
    return Take(target.place, amount, pieces)


def resolved(offer: Offer, most: int | None = None) -> list[Take]:
    """Return what an offer takes off each line, cut to `most` in all."""
    total = offer.amount if most is None else min(offer.amount, most)
    if offer.spread:
        targets = offer.spread
        parts = distribute(
            total,
            [1] * len(targets),
            offer.weights or [target.amount for target in targets],
            [target.room for target in targets],
        )
        return [
            take_of(target, part)
            for target, part in zip(targets, parts, strict=True)
            if part or target.runs
        ]
    amounts = [take.amount for take in offer.takes]
    if total == sum(amounts):
        return list(offer.takes)
    parts = distribute(total, [1] * len(amounts), amounts, amounts)
    return [_cut(take, part) for take, part in zip(offer.takes, parts, strict=True) if part]


def _cut(take: Take, amount: int) -> Take:
    if take.pieces is None:
        return Take(take.place, amount)
    amounts = [piece.amount for piece in take.pieces]
    parts = distribute(amount, [1] * len(amounts), amounts, amounts)
    pieces = (piece._replace(amount=part) for piece, part in zip(take.pieces, parts, strict=True))
    return Take(take.place, amount, tuple(pieces))
