"""What a referral earns: both are paid when the friend's first order has left the return period."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple


@dataclass(frozen=True, kw_only=True)
class ReferralTerms:
    referrer_points: int
    friend_points: int
    pending_days: int


class ReferralRewards(NamedTuple):
    """Points that are active on a day."""

    referrer: int
    friend: int


def referral_rewards(
    terms: ReferralTerms,
    *,
    registered_on: date | None,
    orders: Sequence[tuple[date, bool]],
    on: date,
) -> ReferralRewards:
    """
    Return what is active on a day; orders are (day, returned as a whole).

    Only an order after the friend joined counts, and only the first that was kept: once.
    """
    if registered_on is None:
        return ReferralRewards(0, 0)
    kept = [day for day, is_returned in orders if not is_returned and registered_on <= day]
    if not kept or on < min(kept) + timedelta(days=terms.pending_days):
        return ReferralRewards(0, 0)
    return ReferralRewards(terms.referrer_points, terms.friend_points)
