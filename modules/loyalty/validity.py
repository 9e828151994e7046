"""Until when points can be used."""

from datetime import date, timedelta
from enum import StrEnum


class Validity(StrEnum):
    """Until when points can be used, counted from the day on which they can."""

    FOREVER = "forever"
    DAYS = "days"
    END_OF_MONTH = "end_of_month"
    """Of the n-th month after; 0 is the same month."""
    END_OF_YEAR = "end_of_year"


def expiry(validity: Validity, valid_for: int, active_on: date) -> date | None:
    """Return the first day on which points that can be used from a day no longer can."""
    if validity is Validity.DAYS:
        return active_on + timedelta(days=valid_for)
    if validity is Validity.END_OF_MONTH:
        return months_after(active_on.replace(day=1), valid_for + 1)
    if validity is Validity.END_OF_YEAR:
        return date(active_on.year + valid_for + 1, 1, 1)
    return None


def months_after(day: date, months: int) -> date:
    """Return the same day so many months later, or earlier; the last of a month that is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))
