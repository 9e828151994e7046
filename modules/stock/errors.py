"""What the rules of stock can refuse, in words for the person at the screen."""

from collections.abc import Sequence
from typing import NamedTuple

from app.errors import RuleViolation
from app.i18n import _


class Shortage(NamedTuple):
    """One stock item that has less than was asked for."""

    variant_id: int
    location_id: int
    sku: str
    location: str
    needed: int
    have: int


class NotEnoughStock(RuleViolation):
    """Some of the goods are not there; what the unit of work did before is rolled back with it."""

    field = "quantity"
    code = "not_enough_stock"

    def __init__(self, shortages: Sequence[Shortage]) -> None:
        details = [
            {
                "pointer": "",
                "code": self.code,
                "message": _shortage_in_words(one),
                "sku": one.sku,
                "location": one.location,
                "have": one.have,
                "needed": one.needed,
            }
            for one in shortages
        ]
        super().__init__(" ".join(_shortage_in_words(one) for one in shortages), details=details)
        self.shortages = list(shortages)


def _shortage_in_words(one: Shortage) -> str:
    words: str = _(
        "%(location)s has %(have)d of %(sku)s left; %(needed)d were asked for.",
        location=one.location,
        have=one.have,
        sku=one.sku,
        needed=one.needed,
    )
    return words


class ReservationClosed(RuleViolation):
    """It was released or issued before, or holds fewer pieces than that."""

    code = "reservation_closed"

    def __init__(self, reservation_ids: Sequence[int]) -> None:
        super().__init__(
            _(
                "These goods are not reserved any more (reservation %(numbers)s). Reload the page.",
                numbers=", ".join(str(one) for one in reservation_ids),
            )
        )
        self.reservation_ids = list(reservation_ids)


class NothingToPost(RuleViolation):
    code = "empty"

    def __init__(self) -> None:
        super().__init__(_("There is no line yet. Scan the goods or type a SKU."))


class AlreadyClosed(RuleViolation):
    """The document is not open for this any more: a second click, or somebody was faster."""

    code = "already_closed"

    def __init__(self, what: str) -> None:
        super().__init__(what)


class GoodsMovedSince(RuleViolation):
    """What was received cannot be taken back, for it has been sold, promised or moved since."""

    code = "goods_moved"


class ReasonMissing(RuleViolation):
    field = "reason"
    code = "reason_missing"

    def __init__(self) -> None:
        super().__init__(
            _("What arrived differs from what was sent. Say why, so that it can be explained.")
        )


class SamePlace(RuleViolation):
    field = "to_location"
    code = "same_place"

    def __init__(self) -> None:
        super().__init__(
            _("Goods are sent to another location. Choose one that is not the source.")
        )
