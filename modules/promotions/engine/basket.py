"""The basket while it is being priced: what each line still costs, down to runs of equal units."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from modules.promotions.engine.cart import Cart, CartLine
from modules.promotions.engine.filters import Filter, IndexKey, keys_of
from modules.promotions.engine.offers import Basis, Piece, Take
from modules.promotions.engine.spreading import distribute, evenly

Mark = tuple[str, tuple[int, int]]
"""What a unit was used for, and by whom (promotion, benefit)."""
UNMARKED: frozenset[Mark] = frozenset()


class Bucket(NamedTuple):
    """Units of a line that cost the same and were used for the same."""

    units: int
    price: int
    marks: frozenset[Mark] = UNMARKED


class LineState:
    """
    One line while it is being priced.

    What is taken off the whole line waits in `pending` and is divided over the units only when
    somebody asks for units, so that a percentage costs one subtraction whatever the quantity.
    """

    __slots__ = (
        "amount",
        "buckets",
        "count",
        "floor",
        "initial",
        "line",
        "marks",
        "pending",
        "price",
        "settled",
    )

    def __init__(self, line: CartLine) -> None:
        self.line = line
        self.amount = self.initial = line.amount_minor
        self.count = line.units
        self.price = self.initial if line.per > 1 else line.unit_price_minor
        self.floor = line.of_unit(line.floor_minor)
        self.buckets: tuple[Bucket, ...] = (Bucket(self.count, self.price),)
        self.pending = 0
        self.marks: frozenset[Mark] = UNMARKED
        """All marks of any of its units."""
        self.settled: tuple[Bucket, ...] | None = self.buckets

    def copy(self) -> "LineState":
        other = LineState.__new__(LineState)
        for name in LineState.__slots__:
            setattr(other, name, getattr(self, name))
        return other

    def units(self) -> tuple[Bucket, ...]:
        """Return the units with what was taken off the whole line divided over them."""
        if self.settled is None:
            self.settled = tuple(self._divided())
        return self.settled

    def _divided(self) -> Iterable[Bucket]:
        if len(self.buckets) == 1:
            bucket = self.buckets[0]
            yield from cheaper(bucket, bucket.units, self.pending, UNMARKED)
            return
        prices = [one.price for one in self.buckets]
        counts = [one.units for one in self.buckets]
        caps = [max(0, price - self.floor) for price in prices]
        if sum(count * cap for count, cap in zip(counts, caps, strict=True)) < self.pending:
            caps = prices  # a rebate is money, and knows no floor
        parts = distribute(self.pending, counts, prices, caps)
        for bucket, part in zip(self.buckets, parts, strict=True):
            yield from cheaper(bucket, bucket.units, part, UNMARKED)

    def is_used(self, use: str) -> bool:
        """Test whether every unit was used for something."""
        return all(any(use == own for own, _by in one.marks) for one in self.buckets)

    def take_from_all(self, amount: int, marks: frozenset[Mark]) -> None:
        """Take an amount off the whole line."""
        self.amount -= amount
        self.pending += amount
        self.settled = None
        if marks:
            self.buckets = tuple(one._replace(marks=one.marks | marks) for one in self.buckets)
            self.marks |= marks

    def take_from_units(
        self, pieces: Sequence[Piece], marks: frozenset[Mark]
    ) -> list[tuple[int, int, int]]:
        """Take amounts off some units; return (first unit, last unit, amount) of each piece."""
        by_bucket: dict[int, list[Piece]] = {}
        for piece in pieces:
            by_bucket.setdefault(piece.bucket, []).append(piece)
        ranges, buckets, first = [], [], 1
        for at, bucket in enumerate(self.units()):
            left = bucket.units
            for piece in by_bucket.get(at, ()):
                buckets += cheaper(bucket, piece.units, piece.amount, marks)
                start = first + bucket.units - left
                ranges.append((start, start + piece.units - 1, piece.amount))
                left -= piece.units
            assert left >= 0, "a unit is taken once"
            if left:
                buckets.append(bucket._replace(units=left))
            first += bucket.units
        self.buckets = self.settled = tuple(buckets)
        self.pending = 0
        self.amount -= sum(piece.amount for piece in pieces)
        self.marks |= marks
        return ranges


def cheaper(bucket: Bucket, count: int, amount: int, marks: frozenset[Mark]) -> list[Bucket]:
    """Return `count` units of a bucket with an amount taken off them evenly."""
    more, large, small = evenly(amount, count)
    marks = bucket.marks | marks
    parts = [
        Bucket(more, bucket.price - large, marks),
        Bucket(count - more, bucket.price - small, marks),
    ]
    return [one for one in parts if one.units]


class Basket:
    """All lines and the delivery while they are being priced, and where to find lines."""

    def __init__(self, cart: Cart) -> None:
        self.cart = cart
        self.lines = [LineState(line) for line in cart.lines]
        self.shipping = self.shipping_initial = cart.shipping_minor
        self.everywhere = tuple(range(len(self.lines)))
        self.places: dict[IndexKey, list[int]] = {}
        for place, line in enumerate(cart.lines):
            for key in keys_of(line):
                self.places.setdefault(key, []).append(place)
        self.keys = frozenset(self.places)
        self._found: dict[int, tuple[int, ...]] = {}
        self._journals: list[tuple[dict[int, LineState], int]] = []

    # -- what conditions read ----------------------------------------------------------------

    def lines_of(self, filter_: Filter) -> tuple[int, ...]:
        """Return the places of the lines that a filter means, in the order of the cart."""
        found = self._found.get(id(filter_))
        if found is None:
            found = self._found[id(filter_)] = self._search(filter_)
        return found

    def _search(self, filter_: Filter) -> tuple[int, ...]:
        if filter_.is_open:
            return self.everywhere
        places: Iterable[int] = self.everywhere
        if filter_.index_keys:
            keys = filter_.index_set & self.keys
            if not keys:
                return ()
            if len(keys) == 1:
                places = self.places[next(iter(keys))]
            else:
                places = sorted({place for key in keys for place in self.places[key]})
            if filter_.is_its_keys:
                return tuple(places)
        return tuple(place for place in places if filter_.matches(self.lines[place].line))

    def amount_of(self, filter_: Filter, basis: Basis = Basis.CURRENT) -> int:
        """Return what the lines cost, in all, in minor units."""
        if basis is Basis.INITIAL:
            return sum([self.lines[place].initial for place in self.lines_of(filter_)])
        return sum([self.lines[place].amount for place in self.lines_of(filter_)])

    def count_of(self, filter_: Filter) -> int:
        """Return how many counting units the lines hold."""
        return sum(self.lines[place].line.counted for place in self.lines_of(filter_))

    # -- what is done to it ------------------------------------------------------------------

    def take_from_all(self, take: Take, marks: frozenset[Mark]) -> int:
        """Take an amount off a whole line; return how many units it has."""
        state = self._writable(take.place) if self._journals else self.lines[take.place]
        state.take_from_all(take.amount, marks)
        return state.count

    def take_from_units(self, take: Take, marks: frozenset[Mark]) -> list[tuple[int, int, int]]:
        """Take amounts off some units of a line; return (first unit, last unit, amount)."""
        return self._writable(take.place).take_from_units(take.pieces or (), marks)

    def take_off_shipping(self, amount: int) -> None:
        self.shipping -= amount

    def _writable(self, place: int) -> LineState:
        if self._journals:
            kept = self._journals[-1][0]
            if place not in kept:
                kept[place] = self.lines[place].copy()
        return self.lines[place]

    def begin(self) -> None:
        """Keep what is changed from now on, so that it can be taken back."""
        self._journals.append(({}, self.shipping))

    def keep(self) -> None:
        """Let everything since `begin` stand."""
        kept, _shipping = self._journals.pop()
        if self._journals:
            outer = self._journals[-1][0]
            for place, state in kept.items():
                outer.setdefault(place, state)

    def take_back(self) -> None:
        """Undo everything since `begin`."""
        kept, self.shipping = self._journals.pop()
        for place, state in kept.items():
            self.lines[place] = state
