"""What a barcode is: GS1's check digit, and the several ways of writing one number."""

_LENGTHS = (8, 12, 13, 14)


def is_gtin(code: str) -> bool:
    """Test whether the code is a GTIN whose check digit is right (GS1 General Specifications)."""
    if len(code) not in _LENGTHS or not code.isascii() or not code.isdigit():
        return False
    if not code.strip("0"):
        return False
    digits = [int(sign) for sign in reversed(code)]
    return sum(digit * (3 if at % 2 else 1) for at, digit in enumerate(digits)) % 10 == 0


def readings(code: str) -> list[str]:
    """
    Return the ways in which one barcode is written: scanners add and drop leading zeros.

    A UPC of 12 digits is an EAN of 13 with a zero before it, and both are a GTIN of 14.
    """
    if not is_gtin(code):
        return [code]
    bare = code.lstrip("0")
    widths = [width for width in _LENGTHS if width >= len(bare)]
    return list(dict.fromkeys([code, *(bare.zfill(width) for width in widths)]))
