"""
Marks that only this house can make: who writes into the database by hand cannot forge them.

A seal is `key:nonce:digest:mark`. The digest stands for what a record says, so that what it says
may one day be erased and the seal still hold; the mark binds the digest to who, when and which.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Sequence
from typing import Any

from app.secret_box import AUDIT as _PURPOSE
from app.secret_box import keys_for

_BYTES = 16


def make_seal(facts: Sequence[Any], said: Any) -> str:
    """Return the seal of a record: its `facts` stay, what it `said` may be erased later."""
    name, key = next(iter(keys_for(_PURPOSE).items()))
    nonce = secrets.token_hex(8)
    digest = _mark(key, [nonce, said])
    return ":".join((name, nonce, digest, _mark(key, [nonce, *facts, digest])))


def holds(seal: str, facts: Sequence[Any], said: Any) -> bool:
    """Test whether a seal is ours and of just this record."""
    parts = seal.split(":")
    key = keys_for(_PURPOSE).get(parts[0])
    if key is None or len(parts) != 4:
        return False
    _name, nonce, digest, mark = parts
    return hmac.compare_digest(digest, _mark(key, [nonce, said])) and hmac.compare_digest(
        mark, _mark(key, [nonce, *facts, digest])
    )


def link(place: int, seal: str, before: str) -> str:
    """Return the link of a chain: the hash of its place, of a seal, and of the link before."""
    name, key = next(iter(keys_for(_PURPOSE).items()))
    return f"{name}:{_mark(key, [place, seal, before])}"


def is_link(text: str, place: int, seal: str, before: str) -> bool:
    """Test whether this is the link of that place, whichever of our keys made it."""
    name, _colon, mark = text.partition(":")
    key = keys_for(_PURPOSE).get(name)
    return key is not None and hmac.compare_digest(mark, _mark(key, [place, seal, before]))


def _mark(key: bytes, values: Sequence[Any]) -> str:
    # Sorted and without spaces: the same words whichever database gave the JSON back.
    text = json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[: 2 * _BYTES]
