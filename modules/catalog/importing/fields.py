"""The codes and numbers of a row: read, doubted, and made where they are missing."""

import hashlib
import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from app.money import parse_money
from app.search import fold
from modules.catalog.barcodes import is_gtin
from modules.catalog.importing.shapes import (
    LONGEST,
    MOST_MINOR,
    MOST_PIECES,
    Account,
    Known,
    KnownVariant,
    Refused,
)
from modules.catalog.importing.source import SourceRow


def made_sku(record: str, values: Sequence[str], known: Known) -> str:
    """Return a SKU for a row that brings none: from handle and values, the same every time."""
    text = re.sub(r"[^a-z0-9]+", "-", fold("-".join([record, *values]))).strip("-").upper()
    if len(text) > LONGEST["sku"] or not text:
        mark = hashlib.sha256("\x1f".join([record, *values]).encode()).hexdigest()[:8].upper()
        text = f"{text[: LONGEST['sku'] - 9]}-{mark}".lstrip("-")
    # A code that another product has by chance is told apart by a number.
    sku, number = text, 1
    while (other := known.variants.get(sku)) is not None and other.product != record:
        number += 1
        sku = f"{text[: LONGEST['sku'] - 4]}-{number}"
    return sku


def full_length(barcode: str) -> str:
    """Return a barcode so that the ways of writing one GTIN are one text."""
    return barcode.zfill(14) if is_gtin(barcode) else barcode


def free_barcodes(
    row: SourceRow, variant: KnownVariant, known: Known, account: Account
) -> list[str]:
    """Return the barcodes of a row that nobody has yet, and warn of what is wrong with others."""
    free = []
    for barcode in row.barcodes:
        if len(barcode) > LONGEST["barcode"]:
            account.warn("barcode_too_long", barcode)
            continue
        carrier = known.carriers.get(full_length(barcode))
        if carrier is not None and carrier != variant.sku:
            account.warn("barcode_doubled", f"{barcode} ({carrier})")
            continue
        if not is_gtin(barcode):
            account.warn("barcode_not_gtin", barcode)
        if carrier is None:
            known.carriers[full_length(barcode)] = variant.sku
            free.append(barcode)
    return free


def price_in(text: str, currency: str) -> int:
    if not text:
        raise Refused("no_price")
    try:
        price = parse_money(text, currency)
    except ValueError:
        raise Refused("price_unreadable", text) from None
    if not 0 <= price <= MOST_MINOR:
        raise Refused("price_unreadable", text)
    return price


def cost_in(text: str, currency: str, account: Account) -> int | None:
    if not text:
        return None
    try:
        cost = parse_money(text, currency)
    except ValueError:
        cost = -1
    if not 0 <= cost <= MOST_MINOR:
        account.warn("cost_unreadable", text)
        return None
    return cost


def quantity_in(text: str, account: Account) -> int:
    quantity = whole_in(text, account, "quantity_unreadable", negative=True) or 0
    if quantity < 0:
        account.warn("negative_stock", text)
        return 0
    return quantity


def whole_in(text: str, account: Account, trouble: str, *, negative: bool = False) -> int | None:
    """Return a whole number; None, and a warning, where the text is none."""
    if not text:
        return None
    try:
        number = Decimal(text)
        rounded = int(number.to_integral_value()) if abs(number) <= MOST_PIECES else None
    except (InvalidOperation, ValueError, OverflowError):
        rounded = None
    if rounded is None or (rounded < 0 and not negative):
        account.warn(trouble, text)
        return None
    return rounded
