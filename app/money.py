"""Money in whole minor units: fair distribution, and VAT once per rate. No float comes in here."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

MOST_MINOR = 10**13
"""The largest amount that is taken in: a thousand times less than a column of ours holds."""


class Tax(NamedTuple):
    """One VAT rate of a document: amounts in minor units, the rate in basis points."""

    rate_bp: int
    net_minor: int
    tax_minor: int
    gross_minor: int


def allocate(total: int, weights: Sequence[int]) -> list[int]:
    """
    Divide a total over weights so that the parts sum to it exactly (largest remainder).

    Equal remainders go to the earlier part; a negative total is divided as its mirror image.
    Where all weights are 0 the parts are even. No weight may be negative.
    """
    if not weights:
        assert total == 0, "nothing to divide a total over"
        return []
    assert all(weight >= 0 for weight in weights), weights
    if total < 0:
        return [-part for part in allocate(-total, weights)]
    if not any(weights):
        weights = [1] * len(weights)
    whole = sum(weights)
    parts = [total * weight // whole for weight in weights]
    remainders = [total * weight % whole for weight in weights]
    left = total - sum(parts)
    for place in sorted(range(len(parts)), key=lambda at: (-remainders[at], at))[:left]:
        parts[place] += 1
    return parts


def half_up(numerator: int, denominator: int) -> int:
    """Return the quotient rounded to whole, halves away from zero."""
    assert denominator > 0, denominator
    sign = -1 if numerator < 0 else 1
    return sign * ((2 * abs(numerator) + denominator) // (2 * denominator))


def tax_in_gross(gross_minor: int, rate_bp: int) -> int:
    """Return the VAT in a gross amount, rounded half up (Polish VAT act, art. 106e(7))."""
    return half_up(gross_minor * rate_bp, 10_000 + rate_bp)


def taxes_of_gross(lines: Iterable[tuple[int, int]]) -> list[Tax]:
    """
    Return the VAT of a document from its (rate_bp, gross_minor) lines: once per rate, highest f.

    The tax is computed on the sum of a rate, never line by line, so that no grosz is made or lost.
    """
    gross: dict[int, int] = {}
    for rate_bp, gross_minor in lines:
        gross[rate_bp] = gross.get(rate_bp, 0) + gross_minor
    taxes = []
    for rate_bp in sorted(gross, reverse=True):
        tax = tax_in_gross(gross[rate_bp], rate_bp)
        taxes.append(Tax(rate_bp, gross[rate_bp] - tax, tax, gross[rate_bp]))
    return taxes


_EXPONENT = {"JPY": 0, "HUF": 2, "KRW": 0, "BHD": 3, "KWD": 3}
_SIGN = {"PLN": "zł", "EUR": "€", "GBP": "£", "USD": "$", "HUF": "Ft", "RON": "lei", "CZK": "Kč"}
_POINT_LANGUAGES = ("en",)


def exponent(currency: str) -> int:
    """Return how many decimal places the currency's minor unit has (ISO 4217)."""
    return _EXPONENT.get(currency, 2)


def format_money(minor: int, currency: str, language: str) -> str:
    """Return "1 248,00 zł": narrow no-break space in thousands, a real minus."""
    places = exponent(currency)
    whole, part = divmod(abs(minor), 10**places)
    text = f"{whole:,}".replace(",", "\u202f")
    if places:
        point = "." if language in _POINT_LANGUAGES else ","
        text += f"{point}{part:0{places}d}"
    return ("\u2212" if minor < 0 else "") + text + "\u00a0" + _SIGN.get(currency, currency)


def parse_money(text: str, currency: str = "PLN") -> int:
    """
    Return minor units from what a person typed: "1 248,5", "1248.50", "12".

    :raises ValueError: it is no amount, or has more decimal places than the currency
    """
    places = exponent(currency)
    plain = "".join(text.split()).replace("\u202f", "").replace("\u00a0", "").replace("\u2212", "-")
    sign = -1 if plain.startswith("-") else 1
    whole, _point, part = plain.removeprefix("-").replace(",", ".").partition(".")
    if not (whole + part).isascii() or not (whole + part).isdigit() or len(part) > places:
        raise ValueError(f"not an amount: {text!r}")
    minor: int = int(whole or 0) * 10**places + int(part.ljust(places, "0") or 0)
    return sign * minor
