"""The file of a backup: a ZIP with the database, the files, and a signed list of both."""

import hashlib
import hmac
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

from app.errors import RuleViolation
from app.i18n import _
from app.secret_box import keys_for

DATABASE, FILES = "database", "files/"
_MANIFEST, _MARK = "manifest.json", "manifest.mac"
_PURPOSE = b"verso backup"
_FORMAT = 1
_PIECE = 1024 * 1024
_LARGEST_MANIFEST = 256 * 1024 * 1024
_LARGEST_MARK = 1024

Told = Callable[[int], None]
"""Hears of so many more bytes done."""


class NotABackup(RuleViolation):
    """The file is no backup, was changed, or was cut off."""

    code = "not_a_backup"


@dataclass(frozen=True, kw_only=True)
class Member:
    """One piece of a backup, and what it must be when it is read again."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What a backup holds. The keys of the house are not in it."""

    made_at: str
    version: str
    database: str
    """`sqlite` or `postgresql`."""
    schema: str
    rows: Mapping[str, int]
    audit: Mapping[str, Any]
    """How many rows the audit trail has, and the place and hash of its chain's head."""
    members: Sequence[Member]
    format: int = _FORMAT

    @property
    def bytes(self) -> int:
        return sum(one.bytes for one in self.members)


def pack(into: zipfile.ZipFile, name: str, source: Path, *, small: bool, told: Told) -> Member:
    """Put a file in, made `small` where it is not packed already; return what was put in."""
    info = zipfile.ZipInfo(name)
    info.compress_type = zipfile.ZIP_DEFLATED if small else zipfile.ZIP_STORED
    info._compresslevel = 1  # type: ignore[attr-defined]  # its public name is newer than ours
    info.external_attr = 0o600 << 16
    digest, count = hashlib.sha256(), 0
    with source.open("rb") as read, into.open(info, "w", force_zip64=True) as target:
        while piece := read.read(_PIECE):
            digest.update(piece)
            target.write(piece)
            count += len(piece)
            told(len(piece))
    return Member(name=name, bytes=count, sha256=digest.hexdigest())


def sign(into: zipfile.ZipFile, manifest: Manifest) -> None:
    """Close the list and put our mark under it."""
    text = json.dumps(asdict(manifest), sort_keys=True).encode()
    name, key = next(iter(keys_for(_PURPOSE).items()))
    into.writestr(_MANIFEST, text, zipfile.ZIP_DEFLATED)
    into.writestr(_MARK, f"{name}:{hmac.new(key, text, hashlib.sha256).hexdigest()}")


@contextmanager
def opened(file: Path) -> Iterator[zipfile.ZipFile]:
    """
    Hold a backup open.

    :raises NotABackup: it is none, or the end is missing
    """
    try:
        with zipfile.ZipFile(file) as found:
            yield found
    except FileNotFoundError:
        raise NotABackup(_("There is no file %(file)s.", file=file)) from None
    except (zipfile.BadZipFile, IsADirectoryError, EOFError):
        raise NotABackup(
            _("%(file)s is no backup of Verso, or its end is missing.", file=file.name)
        ) from None


def read_manifest(found: zipfile.ZipFile, *, unsigned: bool = False) -> Manifest:
    """
    Return what a backup says of itself; `unsigned` trusts it without our mark.

    :raises NotABackup: it says nothing, speaks a newer tongue, or our keys did not sign it
    """
    try:
        if any(
            found.getinfo(name).file_size > most
            for name, most in ((_MANIFEST, _LARGEST_MANIFEST), (_MARK, _LARGEST_MARK))
        ):
            raise NotABackup(_("The backup’s list is too long to be one."))
        text, mark = found.read(_MANIFEST), found.read(_MARK).decode("ascii", "replace")
        said = json.loads(text)
        if said["format"] > _FORMAT:
            raise NotABackup(
                _("A newer Verso made this backup. Install that version, then restore.")
            )
        manifest = Manifest(**{**said, "members": [Member(**one) for one in said["members"]]})
    except (KeyError, TypeError, ValueError):
        raise NotABackup(_("This file holds no list of a backup.")) from None
    if not unsigned and not _is_ours(text, mark):
        raise NotABackup(
            _(
                "The keys of this installation did not sign this backup. Put the keys of the shop "
                "that made it in place first (secret.key and encryption.key of its data folder, or "
                "VERSO_ENCRYPTION_KEYS); without them its secrets could not be read anyway."
            )
        )
    return manifest


def _is_ours(text: bytes, mark: str) -> bool:
    name, _colon, made = mark.partition(":")
    key = keys_for(_PURPOSE).get(name)
    if key is None:
        return False
    return hmac.compare_digest(made, hmac.new(key, text, hashlib.sha256).hexdigest())


def check(found: zipfile.ZipFile, manifest: Manifest, *, told: Told) -> None:
    """
    Read everything once and compare it with the list.

    :raises NotABackup: a piece is missing, was added, was changed, or would lie elsewhere
    """
    listed = {one.name for one in manifest.members}
    there = set(found.namelist()) - {_MANIFEST, _MARK}
    if (odd := sorted(listed ^ there)) or len(listed) != len(manifest.members):
        raise NotABackup(
            _("The backup does not hold what its list says: %(name)s.", name=(odd or ["?"])[0])
        )
    for member in manifest.members:
        if member.name != DATABASE:
            place_of(member)
        digest = hashlib.sha256()
        for piece in read(found, member):
            digest.update(piece)
            told(len(piece))
        if digest.hexdigest() != member.sha256:
            raise NotABackup(_damaged(member))


def read(found: zipfile.ZipFile, member: Member) -> Iterator[bytes]:
    """Yield a piece of a backup, never more of it than the list says."""
    left = member.bytes
    try:
        with found.open(member.name) as source:
            while piece := source.read(_PIECE):
                left -= len(piece)
                if left < 0:
                    break
                yield piece
    except (zipfile.BadZipFile, EOFError):
        left = -1
    if left:
        raise NotABackup(_damaged(member))


def copy_out(found: zipfile.ZipFile, member: Member, target: IO[bytes], *, told: Told) -> None:
    for piece in read(found, member):
        target.write(piece)
        told(len(piece))


def place_of(member: Member) -> PurePosixPath:
    """
    Return where a file lay below the data folder.

    :raises NotABackup: that is not below it
    """
    path = PurePosixPath(member.name.removeprefix(FILES))
    if not member.name.startswith(FILES) or path.is_absolute() or ".." in path.parts:
        raise NotABackup(_("The backup names a place outside of the data folder."))
    return path


def _damaged(member: Member) -> str:
    return _("The backup is damaged: %(name)s is not what was put in.", name=member.name)
