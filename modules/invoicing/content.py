"""What stands on documents: value types of those who issue them, and the frozen form."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from app.money import tax_in_gross


@dataclass(frozen=True, kw_only=True)
class Party:
    """A seller, a buyer or a recipient, as the document names them."""

    name: str
    company: str = ""
    vat_id: str = ""
    street: str = ""
    street2: str = ""
    postal_code: str = ""
    city: str = ""
    region: str = ""
    country: str = "PL"
    email: str = ""
    phone: str = ""

    @classmethod
    def of(cls, given: Mapping[str, Any] | None, **more: Any) -> "Party":
        """Return the party of an address as the API and orders keep it; what is None is empty."""
        known = {key: value for key, value in {**(given or {}), **more}.items() if value}
        return cls(**{"name": "", **{key: known[key] for key in _PARTY if key in known}})


_PARTY = tuple(Party.__dataclass_fields__)


@dataclass(frozen=True, kw_only=True)
class DocumentLine:
    """One line of an invoice, with VAT; `unit` empty means pieces."""

    name: str
    quantity: int
    unit_gross_minor: int
    gross_minor: int
    rate_bp: int
    sku: str = ""
    unit: str = ""
    tax_kind: str = "standard"
    """Of the tax class: standard, zero, exempt, outside, reverse_charge."""


@dataclass(frozen=True, kw_only=True)
class CorrectedLine:
    """One line of an invoice before and after a correction; `units` are the sold units meant."""

    name: str
    quantity_before: int
    quantity_after: int
    unit_gross_minor: int
    gross_before_minor: int
    gross_after_minor: int
    rate_bp: int
    sku: str = ""
    unit: str = ""
    tax_kind: str = "standard"
    units: Sequence[int] = ()


@dataclass(frozen=True, kw_only=True)
class SlipLine:
    """One line of a packing slip: what lies in the parcel, without prices."""

    name: str
    quantity: int
    sku: str = ""
    detail: str = ""
    unit: str = ""


class Rate(NamedTuple):
    """One row of the VAT breakdown: EN 16931 category, rate in basis points, amounts."""

    category: str
    rate_bp: int
    net_minor: int
    tax_minor: int
    gross_minor: int


# The VAT category codes of EN 16931 (UNCL 5305).
CATEGORY = {"standard": "S", "zero": "Z", "exempt": "E", "outside": "O", "reverse_charge": "AE"}


def breakdown(lines: Iterable[tuple[str, int, int]]) -> list[Rate]:
    """Return the VAT per category and rate from (tax_kind, rate_bp, gross) lines, once per rate."""
    gross: dict[tuple[str, int], int] = {}
    for tax_kind, rate_bp, gross_minor in lines:
        category = CATEGORY[tax_kind]
        place = (category, rate_bp if category == "S" else 0)
        gross[place] = gross.get(place, 0) + gross_minor
    return [_rate(place, gross[place]) for place in _ordered(gross)]


def difference(
    before: Iterable[Rate], changes: Iterable[tuple[str, int, int]]
) -> tuple[list[Rate], list[Rate]]:
    """
    Return the VAT after some gross changes, and the difference to what was before.

    The tax is counted on what is left of each rate, so that an invoice whose last piece comes
    back leaves no grosz of tax behind.
    """
    old: dict[tuple[str, int], Rate] = {}
    for rate in before:
        sofar = old.get((rate.category, rate.rate_bp))
        old[rate.category, rate.rate_bp] = _sum(sofar, rate) if sofar else rate
    gross = {place: rate.gross_minor for place, rate in old.items()}
    for tax_kind, rate_bp, change in changes:
        category = CATEGORY[tax_kind]
        place = (category, rate_bp if category == "S" else 0)
        gross[place] = gross.get(place, 0) + change
    after = {place: _rate(place, gross[place]) for place in _ordered(gross)}
    differences = []
    for place, rate in after.items():
        known = old.get(place) or Rate(*place, 0, 0, 0)
        if rate.gross_minor != known.gross_minor:
            differences.append(
                Rate(
                    *place,
                    rate.net_minor - known.net_minor,
                    rate.tax_minor - known.tax_minor,
                    rate.gross_minor - known.gross_minor,
                )
            )
    return list(after.values()), differences


def _ordered(gross: Mapping[tuple[str, int], int]) -> list[tuple[str, int]]:
    return sorted(gross, key=lambda place: (-place[1], place[0]))


def _rate(place: tuple[str, int], gross_minor: int) -> Rate:
    tax = tax_in_gross(gross_minor, place[1])
    return Rate(*place, gross_minor - tax, tax, gross_minor)


def _sum(one: Rate, other: Rate) -> Rate:
    return Rate(
        one.category,
        one.rate_bp,
        one.net_minor + other.net_minor,
        one.tax_minor + other.tax_minor,
        one.gross_minor + other.gross_minor,
    )


def plain(value: Any) -> Any:
    """Return a value type as it is frozen: only texts, whole numbers, lists and objects."""
    found = asdict(value)
    if "units" in found:
        found["units"] = list(found["units"])
    return found


def canonical(data: Mapping[str, Any]) -> bytes:
    """Return the one text of frozen data, whatever the order in which a database gives it back."""
    return json.dumps(
        data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def hash_of(data: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical(data)).hexdigest()
