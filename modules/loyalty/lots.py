"""
A wallet of points as lots: earned, pending, spent by expiry and then age, undone, taken back.

Pure values: each act returns a new wallet. What is kept in tables later is the same thing: every
spend remembers which lots it took from, so that undoing it gives those lots back with their expiry.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple


class ReturnPolicy(StrEnum):
    """How far points are taken back when their order comes back."""

    ONLY_PENDING = "only_pending"
    WITHIN_BALANCE = "within_balance"
    UNLIMITED = "unlimited"
    """Into debt, which the next points repay."""


@dataclass(frozen=True, kw_only=True)
class Terms:
    pending_days: int = 0
    valid_days: int | None = None
    """Counted from the day on which the points become active."""
    return_policy: ReturnPolicy = ReturnPolicy.WITHIN_BALANCE


@dataclass(frozen=True, kw_only=True)
class Lot:
    """Points that came together: usable from `active_on`, no longer on `expires_on`."""

    ref: str
    points: int
    left: int
    earned_on: date
    active_on: date
    expires_on: date | None = None

    def is_pending(self, day: date) -> bool:
        return day < self.active_on

    def is_expired(self, day: date) -> bool:
        return self.expires_on is not None and day >= self.expires_on

    def is_usable(self, day: date) -> bool:
        return self.left > 0 and not self.is_pending(day) and not self.is_expired(day)


class Consumption(NamedTuple):
    """So many points of a lot (by its place) that a spend took."""

    lot: int
    points: int


class Balance(NamedTuple):
    """`active` is below zero where points are owed."""

    active: int
    pending: int
    expired: int


@dataclass(frozen=True, kw_only=True)
class Wallet:
    """All lots of one member in one programme, in the order in which they were earned."""

    terms: Terms = field(default_factory=Terms)
    lots: tuple[Lot, ...] = ()
    spends: tuple[tuple[str, tuple[Consumption, ...]], ...] = ()
    debt: int = 0
    keys: frozenset[str] = frozenset()
    """Idempotency keys of what was earned already."""
    reversals: tuple[tuple[str, int], ...] = ()
    """What was taken back, by the order that had earned it."""
    earned: int = 0
    spent: int = 0
    reversed: int = 0

    def balance(self, day: date) -> Balance:
        """Return what a member can use, will be able to use, and has lost."""
        active = sum(lot.left for lot in self.lots if lot.is_usable(day))
        pending = sum(
            lot.left for lot in self.lots if lot.is_pending(day) and not lot.is_expired(day)
        )
        expired = sum(lot.left for lot in self.lots if lot.is_expired(day))
        return Balance(active - self.debt, pending, expired)

    def earn(self, points: int, *, ref: str, on: date, key: str = "") -> "Wallet":
        """Add a lot; what is owed is repaid once it is active. The same key earns once."""
        assert points >= 0, points
        if key and key in self.keys:
            return self
        active_on = on + timedelta(days=self.terms.pending_days)
        valid = self.terms.valid_days
        lot = Lot(
            ref=ref,
            points=points,
            left=points,
            earned_on=on,
            active_on=active_on,
            expires_on=None if valid is None else active_on + timedelta(days=valid),
        )
        return replace(
            self,
            lots=(*self.lots, lot),
            keys=self.keys | {key} if key else self.keys,
            earned=self.earned + points,
        ).repay(on)

    def spend(self, points: int, *, ref: str, on: date) -> "Wallet | None":
        """Take points from the lots that expire first, then the oldest; None where they lack."""
        assert points >= 0, points
        wallet = self.repay(on)
        if points > wallet.balance(on).active:
            return None
        taken = wallet._take(points, wallet.usable(on))
        return replace(
            wallet._without(taken),
            spends=(*self.spends, (ref, tuple(taken))),
            spent=self.spent + points,
        )

    def undo_spend(self, ref: str, *, on: date) -> "Wallet":
        """Give back what was spent for a reference to the same lots, with their old expiry."""
        lots, given_back = list(self.lots), 0
        kept = []
        for spent_for, consumptions in self.spends:
            if spent_for != ref:
                kept.append((spent_for, consumptions))
                continue
            for lot, points in consumptions:
                lots[lot] = replace(lots[lot], left=lots[lot].left + points)
                given_back += points
        return replace(
            self, lots=tuple(lots), spends=tuple(kept), spent=self.spent - given_back
        ).repay(on)

    def take_back(self, points: int, *, ref: str, on: date) -> tuple[int, "Wallet"]:
        """
        Take back points that an order earned; return how many were taken, and the wallet.

        Never more than the order earned and has not lost yet: from its own lot first, then from
        the others, and then into debt, as far as the policy goes.
        """
        policy = self.terms.return_policy
        own = [at for at, lot in enumerate(self.lots) if lot.ref == ref]
        points = min(points, sum(self.lots[at].points for at in own) - self._reversed_of(ref))
        wallet = self.take_from(points, ref=ref, on=on)
        total = sum(
            before.left - after.left for before, after in zip(self.lots, wallet.lots, strict=True)
        )
        owed = points - total if policy is ReturnPolicy.UNLIMITED else 0
        return total + owed, replace(
            wallet,
            debt=self.debt + owed,
            reversed=self.reversed + total + owed,
            reversals=(*self.reversals, (ref, total + owed)),
        )

    def take_from(self, points: int, *, ref: str, on: date) -> "Wallet":
        """Return the lots after a return took points from them: its own first, as policy goes."""
        own = [at for at, lot in enumerate(self.lots) if lot.ref == ref]
        if self.terms.return_policy is ReturnPolicy.ONLY_PENDING:
            sources = [at for at in own if self.lots[at].is_pending(on)]
        else:
            sources = [at for at in own if not self.lots[at].is_expired(on)]
            sources += [at for at in self.usable(on) if at not in own]
        return self._without(self._take(points, sources))

    def repay(self, on: date) -> "Wallet":
        """Repay what is owed from the points that can be used on a day."""
        if not self.debt:
            return self
        taken = self._take(self.debt, self.usable(on))
        return replace(self._without(taken), debt=self.debt - sum(one.points for one in taken))

    def usable(self, day: date) -> list[int]:
        """Return the places of lots that can be spent: those that expire first, then by age."""
        places = [at for at, lot in enumerate(self.lots) if lot.is_usable(day)]
        return sorted(
            places,
            key=lambda at: (self.lots[at].expires_on or date.max, self.lots[at].earned_on, at),
        )

    def _reversed_of(self, ref: str) -> int:
        return sum(points for reversed_ref, points in self.reversals if reversed_ref == ref)

    def _take(self, points: int, places: Iterable[int]) -> list[Consumption]:
        taken = []
        for place in places:
            part = min(points, self.lots[place].left)
            if part > 0:
                taken.append(Consumption(place, part))
                points -= part
        return taken

    def _without(self, taken: Iterable[Consumption]) -> "Wallet":
        lots = list(self.lots)
        for place, points in taken:
            lots[place] = replace(lots[place], left=lots[place].left - points)
        return replace(self, lots=tuple(lots))
