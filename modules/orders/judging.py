"""Why an order costs what it costs: each promotion that it touched, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from modules import promotions
from modules.orders.quoting import Judged


@dataclass(frozen=True, kw_only=True)
class ToldPromotion:
    """What became of one promotion: what it took off, or why it did not."""

    code: str
    name: str
    version: int
    amount_minor: int
    why: str
    """Empty where it applied."""
    in_price: bool = False
    """It is in the price on the shelf already."""
    free_units: int = 0
    """So many pieces it gives for nothing."""
    coupon: str = ""
    """The code that opened it, or did not."""


def tell_why(one: Judged, currency: str) -> str:
    """Return why a promotion did not apply; nothing where it did."""
    if one.applied:
        return ""
    return promotions.reason_words(
        one.reason, shortfall=one.shortfall, currency=currency, rival=one.rival
    )


def tell_judged(judged: Sequence[Mapping[str, Any]], currency: str) -> list[ToldPromotion]:
    """Return in words what was kept when the order was priced."""
    return [
        ToldPromotion(
            code=one["code"],
            name=one["name"],
            version=one["version"],
            amount_minor=one.get("amount_minor", 0),
            why=promotions.reason_words(
                one["reason"],
                shortfall=one.get("shortfall"),
                currency=currency,
                rival=one.get("rival", ""),
            )
            if one.get("reason")
            else "",
            in_price=bool(one.get("in_price")),
            free_units=one.get("free_units", 0),
            coupon=one.get("coupon", ""),
        )
        for one in judged
        if one.get("code")
    ]
