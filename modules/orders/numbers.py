"""The numbers that people read out: made from the key, so that none is taken twice or lost."""

_FIRST = 100_000
_ORDER, _PARCEL, _RETURN = "VS-", "VP-", "VR-"


def order_number(order_id: int) -> str:
    return f"{_ORDER}{_FIRST + order_id}"


def parcel_number(parcel_id: int) -> str:
    return f"{_PARCEL}{_FIRST + parcel_id}"


def return_number(return_id: int) -> str:
    return f"{_RETURN}{_FIRST + return_id}"


def order_id_of(text: str) -> int | None:
    """Return the key behind an order's number; None if the text is no such number."""
    return _key(text, _ORDER)


def parcel_id_of(text: str) -> int | None:
    return _key(text, _PARCEL)


def return_id_of(text: str) -> int | None:
    return _key(text, _RETURN)


def _key(text: str, prefix: str) -> int | None:
    digits = text.strip().upper().removeprefix(prefix)
    if digits == text.strip().upper() or not digits.isascii() or not digits.isdigit():
        return None
    key = int(digits) - _FIRST
    return key if 0 < key < 2**62 else None
