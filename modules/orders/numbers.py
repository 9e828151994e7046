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


def ids_ending_with(digits: str, *, newest: int, limit: int) -> list[int]:
    """Return the keys whose number ends with these digits, the newest first; without a search."""
    step = 10 ** len(digits)
    top = _FIRST + newest
    first = top - (top - int(digits)) % step
    keys = [number - _FIRST for number in range(first, first - step * limit, -step)]
    return [key for key in keys if key > 0]


def _key(text: str, prefix: str) -> int | None:
    word = text.strip().upper()
    digits = word.removeprefix(prefix)
    # Its length first: Python refuses to read thousands of digits, and rightly.
    if digits == word or len(digits) > 18 or not digits.isascii() or not digits.isdigit():
        return None
    key = int(digits) - _FIRST
    return key if key > 0 else None
