"""A household's pool: own points first, then the oldest of the others."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from modules.loyalty.lots import Wallet


class PoolMode(StrEnum):
    OWN_FIRST = "own_first"
    OLDEST_FIRST = "oldest_first"


def spend_from_pool(
    wallets: Mapping[str, Wallet],
    spender: str,
    points: int,
    *,
    ref: str,
    on: date,
    mode: PoolMode = PoolMode.OWN_FIRST,
) -> dict[str, Wallet] | None:
    """Return all wallets after a spend; None where the pool does not hold so many points."""
    available = {member: max(0, one.balance(on).active) for member, one in wallets.items()}
    if points > sum(available.values()):
        return None
    after, left = dict(wallets), points
    if mode is PoolMode.OWN_FIRST:
        own = min(left, available[spender])
        after[spender], left = _taken(after[spender], own, ref, on), left - own
        available[spender] -= own
    lots = sorted(
        (lot.expires_on or date.max, lot.earned_on, member, at)
        for member, one in wallets.items()
        for at, lot in enumerate(one.lots)
        if lot.is_usable(on) and available[member]
    )
    parts: dict[str, int] = {}
    for _expires, _earned, member, at in lots:
        part = min(left, wallets[member].lots[at].left, available[member])
        parts[member] = parts.get(member, 0) + part
        available[member] -= part
        left -= part
    for member, part in parts.items():
        after[member] = _taken(after[member], part, ref, on)
    return after


def _taken(wallet: Wallet, points: int, ref: str, on: date) -> Wallet:
    if not points:
        return wallet
    found = wallet.spend(points, ref=ref, on=on)
    assert found is not None, "the pool has counted them"
    return found
