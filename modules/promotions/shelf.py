"""
Promotions that change the price on the shelf: worked out for each thing alone, before any cart.

What they leave is the price that everybody sees. It is rounded as a price, goes into the history
of presented prices, and goods that have it are on sale.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from modules import pricing
from modules.promotions.engine.benefits.amount import Amount
from modules.promotions.engine.benefits.percent import Percent
from modules.promotions.engine.cart import CartLine
from modules.promotions.engine.filters import Filter, IndexKey, keys_of
from modules.promotions.engine.offers import Phase
from modules.promotions.engine.promotion import Promotion


class Cut(NamedTuple):
    """So much that one promotion takes off the price of one unit."""

    promotion: int
    version: int
    amount_minor: int


class Shelved(NamedTuple):
    """A price on the shelf, and what made it lower, in the order in which it did."""

    price_minor: int
    cuts: tuple[Cut, ...] = ()


class Offered(NamedTuple):
    """A catalogue promotion as it is asked here."""

    promotion: Promotion
    filter: Filter
    rate_bp: int
    amount_minor: int

    def holds(self, *, at: datetime, channel: str, store: str) -> bool:
        """Test whether it is open now and here."""
        schedule, scope = self.promotion.schedule, self.promotion.scope
        return (
            not self.promotion.paused
            and (schedule.starts_at is None or schedule.starts_at <= at)
            and (schedule.ends_at is None or at < schedule.ends_at)
            and (not scope.channels or channel in scope.channels)
            and (not scope.stores or store in scope.stores)
        )


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """All catalogue promotions that are published, found by the goods that they mean."""

    offers: Sequence[Offered] = ()
    index: Mapping[IndexKey, Sequence[int]] = field(default_factory=dict)
    anywhere: Sequence[int] = ()

    def __bool__(self) -> bool:
        return bool(self.offers)

    def price(
        self,
        goods: CartLine,
        *,
        at: datetime,
        channel: str,
        store: str,
        only_rates: bool = False,
    ) -> Shelved:
        """
        Return the price of goods on the shelf of a channel and a store at a moment.

        The one of the highest priority comes first and each takes from what the one before left;
        an exclusive one stands alone. `only_rates` leaves amounts out: they are in the company's
        currency.
        """
        places = set(self.anywhere)
        for key in keys_of(goods):
            places.update(self.index.get(key, ()))
        fitting = [
            one
            for one in (self.offers[place] for place in sorted(places))
            if one.holds(at=at, channel=channel, store=store)
            and one.filter.matches(goods)
            and not (only_rates and one.amount_minor)
        ]
        if not fitting:
            return Shelved(goods.unit_price_minor)
        asked = {
            int(one.promotion.id): pricing.CatalogueOffer(
                id=int(one.promotion.id),
                priority=one.promotion.priority,
                rate_bp=one.rate_bp,
                amount_minor=one.amount_minor,
                exclusive=one.promotion.exclusive,
            )
            for one in fitting
        }
        versions = {int(one.promotion.id): one.promotion.version for one in fitting}
        whole = pricing.shelf_price(
            goods.unit_price_minor, asked.values(), floor_minor=goods.floor_minor
        )
        cuts, now = [], goods.unit_price_minor
        for applied in whole.applied:
            number = int(applied)
            alone = [asked[number]]
            after = pricing.shelf_price(now, alone, floor_minor=goods.floor_minor).price_minor
            cuts.append(Cut(number, versions[number], now - after))
            now = after
        return Shelved(whole.price_minor, tuple(cuts))


def shelf_of(promotions: Iterable[Promotion]) -> Shelf:
    """Return the shelf of what is published; promotions of carts are no part of it."""
    offers: list[Offered] = []
    index: dict[IndexKey, list[int]] = {}
    anywhere: list[int] = []
    for promotion in promotions:
        if promotion.phase is not Phase.CATALOGUE:
            continue
        [benefit] = promotion.benefits
        if isinstance(benefit, Percent):
            offer = Offered(promotion, benefit.filter, benefit.rate_bp, 0)
        else:
            assert isinstance(benefit, Amount), benefit.kind
            offer = Offered(promotion, benefit.filter, 0, benefit.amount_minor)
        for key in offer.filter.index_keys:
            index.setdefault(key, []).append(len(offers))
        if not offer.filter.index_keys:
            anywhere.append(len(offers))
        offers.append(offer)
    return Shelf(offers=tuple(offers), index=index, anywhere=tuple(anywhere))
