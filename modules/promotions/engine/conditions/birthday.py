"""The buyer's birthday is near."""

from calendar import isleap
from dataclasses import dataclass
from datetime import date

from app.i18n import lazy
from modules.promotions.engine.basket import Basket
from modules.promotions.engine.condition import Condition
from modules.promotions.engine.settings import Kind, setting
from modules.promotions.engine.verdicts import Miss, Reason


@dataclass(frozen=True, kw_only=True)
class Birthday(Condition):
    kind = "birthday"
    title = lazy("Around the birthday")

    days_before: int = setting(Kind.COUNT, lazy("Days before"), default=0, most=180, unit="days")
    days_after: int = setting(Kind.COUNT, lazy("Days after"), default=0, most=180, unit="days")

    def judge(self, basket: Basket) -> Miss | None:
        born = basket.cart.customer.birthday
        if born is None:
            return Miss(Reason.BIRTHDAY_MISMATCH)
        today = basket.cart.moment.date()
        for year in (today.year - 1, today.year, today.year + 1):
            days = (_birthday_in(year, *born) - today).days
            if -self.days_after <= days <= self.days_before:
                return None
        return Miss(Reason.BIRTHDAY_MISMATCH)


def _birthday_in(year: int, month: int, day: int) -> date:
    """Return the day in a year; who was born on 29 February has it on the 28th where it is not."""
    if (month, day) == (2, 29) and not isleap(year):
        day = 28
    return date(year, month, day)
