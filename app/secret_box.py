"""Secrets at rest: sealed with AES-256-GCM, bound to the row and column in which they stand."""

import base64
import hashlib
import secrets
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app
from sqlalchemy import Column

from app.db import Model

SEALED = {"sealed": True}
"""
Marks a column that holds what is sealed here: `mapped_column(info=SEALED)`.

What is not marked cannot be sealed: when the keys change, the marked columns are sealed anew.
"""
AUDIT = b"verso audit"
LENGTH_OF_NAME = 8
_VERSION = "v1"
_PURPOSE = b"verso secrets"


class Unreadable(Exception):
    """The key that sealed this is not among ours, or the text was changed or moved."""


def seal(text: str, *, table: str, row: int, column: str) -> str:
    """Return `v1:key:nonce:ciphertext`, which opens only in this place."""
    assert is_sealed(Model.metadata.tables[table].columns[column]), f"{table}.{column}: info=SEALED"
    name, key = next(iter(secret_keys().items()))
    nonce = secrets.token_bytes(12)
    sealed = AESGCM(key).encrypt(nonce, text.encode(), _place(table, row, column))
    return ":".join((_VERSION, name, _encode(nonce), _encode(sealed)))


def unseal(sealed: str, *, table: str, row: int, column: str) -> str:
    """
    Return the text that was sealed in this place.

    :raises Unreadable: it was sealed elsewhere, by another key, or changed
    """
    version, _colon, rest = sealed.partition(":")
    parts = rest.split(":")
    key = secret_keys().get(parts[0])
    if version != _VERSION or len(parts) != 3 or key is None:
        raise Unreadable("VERSO_ENCRYPTION_KEYS does not hold the key of this secret.")
    try:
        opened = AESGCM(key).decrypt(
            _decode(parts[1]), _decode(parts[2]), _place(table, row, column)
        )
    except (InvalidTag, ValueError):
        raise Unreadable("This secret was changed, or belongs to another record.") from None
    return opened.decode()


def is_sealed(column: Column[Any]) -> bool:
    """Test whether a column is marked as one that holds what is sealed."""
    return bool(column.info.get("sealed"))


def key_of(sealed: str) -> str:
    """Return the name of the key that sealed a text."""
    return sealed.split(":")[1] if sealed.count(":") == 3 else "?"


def secret_keys() -> dict[str, bytes]:
    """Return the keys of secrets by name, the one that seals first."""
    return keys_for(_PURPOSE)


def keys_for(purpose: bytes) -> dict[str, bytes]:
    """Return our keys of a purpose by name: the first makes, all of them open (to change keys)."""
    return _derive(str(current_app.config["ENCRYPTION_KEYS"]), purpose)


@lru_cache(maxsize=16)
def _derive(given: str, purpose: bytes) -> dict[str, bytes]:
    found = {}
    for text in (one.strip() for one in given.split(",")):
        if text:
            key = HKDF(hashes.SHA256(), length=32, salt=None, info=purpose).derive(text.encode())
            found[hashlib.sha256(b"name" + key).hexdigest()[:LENGTH_OF_NAME]] = key
    return found


def _place(table: str, row: int, column: str) -> bytes:
    return f"{table}|{row}|{column}".encode()


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
