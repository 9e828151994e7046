"""A random day in stock: whatever people do in whatever order, every figure has its entries."""

import random
from collections.abc import Callable

import pytest

from app.db import transact
from app.errors import RuleViolation
from app.reference import Reference
from modules import stock
from modules.stock import CountedLine, ReceiptLine, TransferLineWanted
from tests.stock.cast import Cast, differences, level, make_cast, wanted


class Day:
    """People at work, and what they remember: pieces that came in less those that went out."""

    def __init__(self, cast: Cast, seed: int) -> None:
        self.cast = cast
        self.draw = random.Random(seed)
        self.variants = [*cast.sizes.values()]
        self.places = [cast.shop, cast.warehouse]
        self.held: dict[int, int] = {}
        self.requested: list[int] = []
        self.on_the_way: list[int] = []
        self.pieces = 0
        self.done = 0

    def live(self, moves: int) -> None:
        acts: list[Callable[[], int]] = [
            self.receive,
            self.reserve,
            self.reserve,
            self.release,
            self.issue,
            self.split,
            self.correct,
            self.set_aside,
            self.return_goods,
            self.count,
            self.request,
            self.cancel,
            self.ship,
            self.arrive,
        ]
        for _ in range(moves):
            act = self.draw.choice(acts)
            try:
                self.pieces += transact(act)
                self.done += 1
            except RuleViolation:
                continue

    def receive(self) -> int:
        lines = [
            ReceiptLine(variant_id=one, quantity=self.draw.randint(1, 6))
            for one in self.draw.choices(self.variants, k=self.draw.randint(1, 4))
        ]
        stock.receive(location_id=self.draw.choice(self.places), reference="WZ", lines=lines)
        return sum(line.quantity for line in lines)

    def reserve(self) -> int:
        parts = [
            wanted(self.draw.choice(self.variants), self.draw.choice(self.places), quantity)
            for quantity in self.draw.choices([1, 2, 3], k=self.draw.randint(1, 4))
        ]
        ids = stock.reserve_many(parts)
        self.held.update(zip(ids, (part.quantity for part in parts), strict=True))
        return 0

    def _part(self) -> tuple[int, int]:
        if not self.held:
            raise RuleViolation("nothing is held")
        one = self.draw.choice([*self.held])
        return one, self.draw.randint(1, self.held[one])

    def _take(self, one: int, quantity: int) -> None:
        self.held[one] -= quantity
        if not self.held[one]:
            del self.held[one]

    def release(self) -> int:
        one, quantity = self._part()
        stock.release_many([(one, quantity)])
        self._take(one, quantity)
        return 0

    def issue(self) -> int:
        one, quantity = self._part()
        stock.issue_many([(one, quantity)], reference=Reference("parcel", 1))
        self._take(one, quantity)
        return -quantity

    def split(self) -> int:
        one, quantity = self._part()
        made = stock.split_reservation(one, quantity, reference=Reference("basket", 9))
        self._take(one, quantity)
        self.held[made] = quantity
        return 0

    def correct(self) -> int:
        change = self.draw.choice([-3, -2, -1, 1, 2])
        stock.adjust(
            variant_id=self.draw.choice(self.variants),
            location_id=self.draw.choice(self.places),
            quantity_change=change,
            reason="found or lost",
        )
        return change

    def set_aside(self) -> int:
        stock.set_unsellable(
            variant_id=self.draw.choice(self.variants),
            location_id=self.draw.choice(self.places),
            quantity_change=self.draw.choice([-2, -1, 1, 2]),
            reason="stain",
        )
        return 0

    def return_goods(self) -> int:
        quantity = self.draw.randint(1, 2)
        stock.take_back(
            variant_id=self.draw.choice(self.variants),
            location_id=self.draw.choice(self.places),
            quantity=quantity,
            sellable=self.draw.random() < 0.6,
            reference=Reference("return", 1),
            reason="too small",
        )
        return quantity

    def count(self) -> int:
        variant_id, place = self.draw.choice(self.variants), self.draw.choice(self.places)
        before = stock.available_for([variant_id], [place])
        on_hand = before[0].on_hand if before else 0
        counted = max(0, on_hand + self.draw.choice([-1, 0, 0, 0, 1]))
        line = CountedLine(variant_id=variant_id, counted=counted)
        stock.count(location_id=place, lines=[line])
        return counted - on_hand

    def request(self) -> int:
        source, target = self.draw.sample(self.places, 2)
        lines = [
            TransferLineWanted(variant_id=one, quantity=self.draw.randint(1, 3))
            for one in self.draw.sample(self.variants, 2)
        ]
        made = stock.request_transfer(from_location_id=source, to_location_id=target, lines=lines)
        self.requested.append(made.id)
        return 0

    def _any(self, transfers: list[int]) -> int:
        if not transfers:
            raise RuleViolation("no transfer is in that state")
        return transfers.pop(self.draw.randrange(len(transfers)))

    def cancel(self) -> int:
        stock.cancel_transfer(transfer_id=self._any(self.requested))
        return 0

    def ship(self) -> int:
        one = self._any(self.requested)
        stock.ship_transfer(transfer_id=one)
        self.on_the_way.append(one)
        return 0

    def arrive(self) -> int:
        stock.receive_transfer(transfer_id=self._any(self.on_the_way))
        return 0


@pytest.mark.slow
@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_after_any_day_every_figure_has_its_entries(seed: int) -> None:
    day = Day(make_cast(), seed)
    for _hour in range(8):
        day.live(25)
        assert differences() == []
    assert day.done > 80
    levels = [level(one, place) for one in day.variants for place in day.places]
    lying = sum(one.on_hand + one.incoming for one in levels)
    assert lying == day.pieces
    assert sum(one.reserved for one in levels) >= sum(day.held.values())
    assert all(one.available >= 0 for one in levels)
