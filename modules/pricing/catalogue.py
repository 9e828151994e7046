"""Catalogue promotions: they change the price on the shelf, and so its history."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from app.money import half_up


@dataclass(frozen=True, kw_only=True)
class CatalogueOffer:
    """So many per cent or so much money off the price of a thing; the higher priority first."""

    id: int | str
    priority: int = 0
    rate_bp: int = 0
    amount_minor: int = 0
    exclusive: bool = False
    """Where it applies, it is the only one."""


class ShelfPrice(NamedTuple):
    price_minor: int
    applied: tuple[int | str, ...]


def shelf_price(
    price_minor: int,
    offers: Iterable[CatalogueOffer],
    *,
    original_minor: int | None = None,
    floor_minor: int = 0,
) -> ShelfPrice:
    """
    Return the price on the shelf and the offers that made it.

    It begins at the original price where there is one, each offer takes from what the one before
    left, and each result is rounded to a whole minor unit: a price is rounded, not a discount. No
    offer brings it under the floor, and together they never make a thing dearer than it was.
    """
    chain = sorted(offers, key=lambda one: -one.priority)
    exclusive = next((one for one in chain if one.exclusive), None)
    if exclusive is not None:
        chain = [exclusive]
    now = price_minor if original_minor is None else original_minor
    applied: list[int | str] = []
    for offer in chain:
        wanted = half_up(now * (10_000 - offer.rate_bp), 10_000) - offer.amount_minor
        reached = max(wanted, min(floor_minor, now), 0)
        if reached < now:
            now = reached
            applied.append(offer.id)
    if not applied or now > price_minor:
        return ShelfPrice(price_minor, ())
    return ShelfPrice(now, tuple(applied))
