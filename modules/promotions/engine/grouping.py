"""Groups of units that get cheaper together: the discount of each is divided over its own units."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.i18n import lazy
from modules.promotions.engine.filters import Filter
from modules.promotions.engine.offers import Offer, Piece, Run, Take
from modules.promotions.engine.settings import Kind, setting
from modules.promotions.engine.spreading import distribute
from modules.promotions.engine.view import View


@dataclass(frozen=True, kw_only=True)
class Part:
    """So many of some goods, as one part of a set."""

    filter: Filter = setting(Kind.FILTER, lazy("Of these goods"))
    count: int = setting(Kind.COUNT, lazy("Pieces"), default=1, least=1)


class GroupedTakes:
    """Gathers what groups take off their units."""

    def __init__(self) -> None:
        self._pieces: dict[int, list[Piece]] = {}
        self._amount = self._wanted = 0

    def add(self, group: Sequence[Run], times: int, off: int) -> None:
        """Take so much off a group of units, which is there `times` over."""
        parts = distribute(
            off,
            [run.units for run in group],
            [run.price for run in group],
            [run.room for run in group],
        )
        for run, part in zip(group, parts, strict=True):
            piece = Piece(run.bucket, run.units * times, part * times)
            self._pieces.setdefault(run.place, []).append(piece)
        self._amount += sum(parts) * times
        self._wanted += off * times

    def offer(self, view: View, most: int | None) -> Offer:
        """Return all of it as one offer, of `most` in all."""
        takes = [
            Take(place, sum(piece.amount for piece in pieces), tuple(pieces))
            for place, pieces in sorted(self._pieces.items())
        ]
        amount = self._amount if most is None else min(self._amount, most)
        return Offer(amount=amount, takes=takes, wanted=self._wanted)
