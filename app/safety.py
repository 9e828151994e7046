"""What a shop that strangers can reach must not be: unsafe by its settings, or by what is in it."""

import os
import shutil
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

_MOUNTS = Path("/proc/self/mounts")
_FAR = ("nfs", "cifs", "smb", "9p", "fuse.sshfs", "fuse.s3fs", "glusterfs", "ceph", "lustre", "afs")
"""Kinds of file systems on which the locks of SQLite do not hold."""
_KEY_FILES = ("secret.key", "encryption.key")
_LEAST_KEY, _LEAST_TOKEN, _LEAST_ROOM = 32, 16, 1_000_000_000


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that was looked at. `level` is "ok", "look" (a person should) or "fault"."""

    name: str
    level: str = "ok"
    said: str = ""
    """What is so and what to do, in one line."""


def settings_found(found: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield what the settings are like for production, whatever the profile is."""
    yield _address(found)
    yield _finding(
        "debug",
        not (found.get("DEBUG") or os.environ.get("FLASK_DEBUG", "0") not in ("", "0", "false")),
        "Debugging is on, which lets strangers run code: unset FLASK_DEBUG.",
    )
    yield _finding(
        "hosts",
        bool(found["TRUSTED_HOSTS"]) and "*" not in found["TRUSTED_HOSTS"],
        "TRUSTED_HOSTS takes any Host header: leave it to VERSO_BASE_URL.",
    )
    for name in ("SECRET_KEY", "ENCRYPTION_KEYS"):
        first = str(found[name])
        if name == "ENCRYPTION_KEYS":  # the first of them seals
            first = first.split(",")[0].strip()
        yield _finding(
            name.lower(),
            len(first) >= _LEAST_KEY,
            f"VERSO_{name} needs {_LEAST_KEY} characters or more: leave it out, and one is made.",
        )
    token = str(found.get("METRICS_TOKEN", ""))
    yield _finding(
        "metrics_token",
        not token or len(token) >= _LEAST_TOKEN,
        f"VERSO_METRICS_TOKEN needs {_LEAST_TOKEN} characters or more, or has to be left out.",
    )
    yield from _files(found)
    yield _database(found)


def looks(found: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield what is no fault by itself, and worth a look."""
    behind = found["PROXY_HOPS"] or not str(found["BASE_URL"]).startswith("https://")
    yield _finding(
        "proxy",
        bool(behind),
        "VERSO_PROXY_HOPS is 0: behind a proxy every visitor seems to come from it (set 1).",
        level="look",
    )
    yield _finding(
        "listening",
        found["HOST"] in ("127.0.0.1", "::1", "localhost"),
        f"VERSO_HOST is {found['HOST']}: let only the proxy reach that port.",
        level="look",
    )
    free = shutil.disk_usage(found["DATA_DIR"]).free
    yield _finding(
        "room",
        free > _LEAST_ROOM,
        f"Only {free // 1_000_000} MB are free where the data lie.",
        level="look",
    )


def _address(found: Mapping[str, Any]) -> Finding:
    parts = urlsplit(str(found["BASE_URL"]))
    return _finding(
        "address",
        parts.scheme == "https" and bool(parts.hostname),
        "VERSO_BASE_URL must be what people type and begin with https:// (a TLS proxy in front).",
    )


def _files(found: Mapping[str, Any]) -> Iterator[Finding]:
    folder = Path(found["DATA_DIR"])
    for name in _KEY_FILES:
        file = folder / name
        mode = file.stat().st_mode if file.exists() else 0
        yield _finding(
            name,
            not mode & (stat.S_IRWXG | stat.S_IRWXO),
            f"Others can read {file}: chmod 600 it.",
        )
    yield _finding(
        "data_folder",
        not folder.stat().st_mode & stat.S_IWOTH,
        f"Everybody can write into {folder}: chmod 700 it.",
    )


def _database(found: Mapping[str, Any]) -> Finding:
    url = str(found["DATABASE_URL"])
    if not url.startswith("sqlite"):
        return Finding(name="database_place")
    file = url.partition("///")[2].partition("?")[0]
    kind = file_system_of(Path(file or "/"))
    return _finding(
        "database_place",
        not kind.startswith(_FAR),
        f"The database lies on a network file system ({kind}), where its locks do not hold: "
        "put it on a disk of this machine, or use PostgreSQL.",
    )


def file_system_of(path: Path) -> str:
    """Return the kind of file system on which a path lies; nothing where nobody knows."""
    try:
        lines = _MOUNTS.read_text("utf-8").splitlines()
    except OSError:
        return ""
    resolved, best, kind = path.resolve(), -1, ""
    for line in lines:
        _device, place, own, *_rest = line.split(" ")
        point = Path(place.replace("\\040", " "))
        if resolved.is_relative_to(point) and len(point.parts) > best:
            best, kind = len(point.parts), own
    return kind


def _finding(name: str, good: bool, said: str, *, level: str = "fault") -> Finding:
    return Finding(name=name) if good else Finding(name=name, level=level, said=said)
