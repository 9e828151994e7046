"""Each piece for one price, whatever it cost before."""

from dataclasses import dataclass

from app.i18n import lazy
from modules.promotions.engine.benefit import Benefit
from modules.promotions.engine.choices import SELECTS
from modules.promotions.engine.filters import EVERYTHING, Filter
from modules.promotions.engine.offers import Offer, Piece, Select, Take
from modules.promotions.engine.settings import Kind, setting
from modules.promotions.engine.view import View


@dataclass(frozen=True, kw_only=True)
class FixedPrice(Benefit):
    kind = "fixed_price"
    title = lazy("Each piece for one price")

    price_minor: int = setting(Kind.MONEY, lazy("Price of a piece"))
    filter: Filter = setting(Kind.FILTER, lazy("These goods"), default=EVERYTHING)
    select: Select = setting(
        Kind.CHOICE, lazy("Which pieces"), default=Select.DEAREST, choices=SELECTS
    )
    limit_units: int | None = setting(Kind.COUNT, lazy("At most so many pieces"), default=None)

    def offer(self, view: View) -> Offer:
        takes, wanted = [], 0
        for target in view.selected(self.filter, self.select, self.limit_units):
            whole = view.by_unit(target)
            price = view.cart.lines[whole.place].of_unit(self.price_minor)
            pieces = []
            for run in whole.runs or ():
                want = max(0, run.price - price)
                wanted += want * run.units
                off = min(want, run.room)
                if off:
                    pieces.append(Piece(run.bucket, run.units, off * run.units))
            if pieces:
                amount = sum(piece.amount for piece in pieces)
                takes.append(Take(whole.place, amount, tuple(pieces)))
        return Offer(amount=sum(take.amount for take in takes), takes=takes, wanted=wanted)
