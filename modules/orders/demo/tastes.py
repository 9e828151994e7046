"""What the demo's customers like: how often they come, by which channel, in what size and price."""

from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import accumulate
from random import Random
from typing import Any

_MONTHS = (0.9, 0.72, 0.92, 1.05, 1.08, 1.0, 0.95, 0.82, 1.06, 1.1, 1.22, 1.25)  # share of a year
_BUSIEST = 1.25
# (share of the customers, orders a year after the first one)
_HABITS = ((0.34, 0.0), (0.33, 1.6), (0.22, 4.2), (0.11, 11.5))
_LOST = 0.4
_WARM = {4: 1.2, 5: 1.5, 6: 1.6, 7: 1.5, 8: 1.2}
_COLD = {9: 1.1, 10: 1.6, 11: 1.7, 12: 1.6, 1: 1.4, 2: 1.1}
_HOURS = dict(enumerate((3, 5, 7, 8, 9, 9, 8, 8, 9, 10, 11, 12, 13, 11, 6), start=8))
_SHOP_HOURS = dict(enumerate((6, 9, 10, 10, 10, 11, 13, 14, 12, 5), start=10))
_LETTER_OF = {"34": "XS", "36": "S", "38": "M", "40": "L", "42": "L", "44": "XL", "46": "XXL"}
_CATEGORIES = (
    "Knitwear",
    "T-shirts and tops",
    "Shirts and blouses",
    "Dresses",
    "Skirts",
    "Trousers and jeans",
    "Coats",
    "Jackets and blazers",
    "Bags",
    "Shoes",
)


@dataclass(frozen=True, kw_only=True)
class Shopper:
    """A customer with habits."""

    buyer: Any
    """modules.customers' Buyer."""
    a_year: float
    until: datetime
    channel: str
    shop: str
    lives_near: bool
    """The shop is one that she can walk to."""
    sizes: frozenset[str]
    favourites: frozenset[str]
    """Categories that she looks at first."""
    sends_back: float


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """The goods that one kind of wearer buys in one month, by how well they sell."""

    goods: list[Any]
    heights: list[float] = field(default_factory=list)

    def draw(self, chance: Random) -> Any:
        return self.goods[bisect(self.heights, chance.random() * self.heights[-1])]


class Range:
    """The whole range as it sells month by month."""

    def __init__(self, goods: Sequence[Any]) -> None:
        self._shelves = {
            (wearer, month): _shelf(goods, wearer, month)
            for wearer in ("woman", "man")
            for month in range(1, 13)
        }

    def draw(self, shopper: Shopper, at: datetime, chance: Random) -> tuple[Any, Any]:
        """Return a model and the variant of it that fits the shopper."""
        wearer = "woman" if shopper.buyer.is_woman else "man"
        if chance.random() < 0.14:  # a present
            wearer = "man" if wearer == "woman" else "woman"
        shelf = self._shelves[wearer, at.month]
        goods = shelf.draw(chance)
        for _look in range(2):
            if goods.category in shopper.favourites:
                break
            goods = shelf.draw(chance)
        colours = list(dict.fromkeys(piece.colour for piece in goods.pieces))
        # The first colours of a model sell best.
        colour = colours[min(int(chance.expovariate(1.1)), len(colours) - 1)]
        own = [piece for piece in goods.pieces if piece.colour == colour]
        fitting = [piece for piece in own if piece.size in shopper.sizes]
        return goods, chance.choice(fitting or own)


def _shelf(goods: Sequence[Any], wearer: str, month: int) -> Shelf:
    fitting = [one for one in goods if one.wearer in (wearer, "anyone") and one.active]
    return Shelf(
        goods=fitting,
        heights=list(accumulate(one.weight * _in_season(one.season, month) for one in fitting)),
    )


def _in_season(season: str, month: int) -> float:
    if season == "summer":
        return _WARM.get(month, 0.7)
    if season == "winter":
        return _COLD.get(month, 0.35)
    return 1.0


def make_shoppers(
    buyers: Sequence[Any], shops: Sequence[Any], end: datetime, chance: Random
) -> list[Shopper]:
    near = {shop.city: shop.code for shop in shops}
    near |= {"Gdynia": near["Gdańsk"], "Sopot": near["Gdańsk"], "Wieliczka": near["Kraków"]}
    near |= {"Pabianice": near["Łódź"], "Zgierz": near["Łódź"], "Piaseczno": near["Warszawa"]}
    return [_shopper(one, near, end, chance) for one in buyers]


def _shopper(buyer: Any, near: dict[str, str], end: datetime, chance: Random) -> Shopper:
    _share, a_year = chance.choices(_HABITS, [share for share, _rate in _HABITS])[0]
    until = end
    if a_year and chance.random() < _LOST:
        until = buyer.since + (end - buyer.since) * chance.random()
    shop = near.get(buyer.address.city)
    by_counter, by_market, by_phone = (55, 10, 4) if shop else (6, 24, 6)
    if buyer.email is None:
        by_counter *= 3
    channel = chance.choices(
        ("web", "pos", "market", "phone"), (45, by_counter, by_market, by_phone)
    )[0]
    return Shopper(
        buyer=buyer,
        a_year=a_year * chance.lognormvariate(0, 0.35),
        until=until,
        channel=channel,
        shop=shop or chance.choice(sorted(set(near.values()))),
        lives_near=shop is not None,
        sizes=_sizes(buyer.is_woman, chance),
        favourites=frozenset(chance.sample(_CATEGORIES, 3)),
        sends_back=chance.choice((0.02, 0.04, 0.06, 0.1, 0.22)),
    )


def _sizes(is_woman: bool, chance: Random) -> frozenset[str]:
    if is_woman:
        number = str(2 * round(min(max(chance.gauss(19.3, 1.5), 17), 23)))
        foot = str(round(min(max(chance.gauss(38.4, 1.2), 36), 41)))
        glove = "S" if number in ("34", "36") else "M"
        return frozenset((number, _LETTER_OF[number], foot, glove, "85", "36-38", "One size"))
    at = round(min(max(chance.gauss(2, 1), 0), 4))
    letter = ("S", "M", "L", "XL", "XXL")[at]
    waist = ("W28", "W30", "W32", "W34", "W36")[at]
    foot = str(round(min(max(chance.gauss(42.6, 1.2), 40), 45)))
    return frozenset((letter, waist, foot, "95", "42-44", "One size"))


def visits(shopper: Shopper, end: datetime, chance: Random) -> Iterator[datetime]:
    """Return when a shopper buys: first on the day she became a customer, then as habits go."""
    at = shopper.buyer.since
    yield _in_the_day(at, shopper.channel, chance)
    while shopper.a_year:
        # Thinned by the months: drawn as if each were the busiest, and taken by its share.
        at += timedelta(days=chance.expovariate(shopper.a_year * _BUSIEST / 365))
        if at >= min(shopper.until, end):
            return
        if chance.random() < _MONTHS[at.month - 1] / _BUSIEST:
            yield _in_the_day(at, shopper.channel, chance)


def _in_the_day(at: datetime, channel: str, chance: Random) -> datetime:
    hours = _SHOP_HOURS if channel == "pos" else _HOURS
    hour = chance.choices(list(hours), list(hours.values()))[0]
    # Hours are told as in Poland; UTC is one or two behind.
    return at.replace(
        hour=hour - 1, minute=chance.randrange(60), second=chance.randrange(60), microsecond=0
    )


def price_on(price_minor: int, at: datetime, chance: Random) -> int:
    """Return what a piece was sold for on a day: less in the sales of January, July, November."""
    off = 0
    if at.month in (1, 7) and chance.random() < 0.55:
        off = chance.choice((20, 30, 40))
    elif at.month == 11 and at.day >= 24 and chance.random() < 0.7:
        off = chance.choice((15, 20, 25))
    return price_minor * (100 - off) // 1000 * 10
