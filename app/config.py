"""Settings from the environment. The defaults need nothing but a folder to write in."""

import os
import secrets
from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from app import safety


class Unsafe(SystemExit):
    """The profile `production` refuses to start with a default that is unsafe."""


class Unreadable(SystemExit):
    """A setting that is not what it should be: one line says which."""


def settings(override: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the Flask settings: environment first, what a caller overrides last."""
    given = dict(override or {})
    env = os.environ
    profile = given.get("PROFILE") or env.get("VERSO_PROFILE", "demo")
    folder = Path(given.get("DATA_DIR") or env.get("VERSO_DATA_DIR", "var")).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    host, port = env.get("VERSO_HOST", "127.0.0.1"), _number("VERSO_PORT", 8000)
    base_url = env.get("VERSO_BASE_URL", f"http://{host}:{port}")
    secure = urlsplit(base_url).scheme == "https"
    found: dict[str, Any] = {
        "PROFILE": profile,
        "DATA_DIR": folder,
        "DATABASE_URL": env.get("VERSO_DATABASE_URL") or f"sqlite:///{folder / 'verso.db'}",
        "BROKER_URL": env.get("VERSO_BROKER_URL", ""),
        "SECRET_KEY": env.get("VERSO_SECRET_KEY") or kept_secret(folder / "secret.key"),
        # What was signed with an older key is still believed: nobody is signed out by a new one.
        "SECRET_KEY_FALLBACKS": _texts("VERSO_SECRET_KEY_FALLBACKS"),
        "ENCRYPTION_KEYS": env.get("VERSO_ENCRYPTION_KEYS")
        or kept_secret(folder / "encryption.key"),
        "BASE_URL": base_url,
        "HOST": host,
        "PORT": port,
        # Networks of our own in which printers and card terminals may be called (app/outbound.py).
        "LOCAL_NETWORKS": _networks("VERSO_LOCAL_NETWORKS"),
        # What a scraper of /metrics shows; without one only this machine may ask, and in production
        # nobody.
        "METRICS_TOKEN": env.get("VERSO_METRICS_TOKEN", ""),
        "MAX_CONTENT_LENGTH": 64 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
        "MAX_FORM_PARTS": 5_000,
        "SESSION_COOKIE_NAME": "__Host-session" if secure else "session",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "WTF_CSRF_TIME_LIMIT": None,
        "PROXY_HOPS": _number("VERSO_PROXY_HOPS", 0),
        # An answer names addresses of this host: a foreign Host header gets 400.
        "TRUSTED_HOSTS": sorted({urlsplit(base_url).hostname or host, "localhost", "127.0.0.1"}),
    }
    found.update(given)
    _refuse_unknown_database(str(found["DATABASE_URL"]))
    _refuse_unsafe(found)
    return found


def _number(name: str, default: int) -> int:
    text = os.environ.get(name) or str(default)
    if not text.isascii() or not text.isdigit():
        raise Unreadable(f"{name} is {text!r}; it has to be a number.")
    return int(text)


def _texts(name: str) -> list[str]:
    return [one.strip() for one in os.environ.get(name, "").split(",") if one.strip()]


def _networks(name: str) -> list[IPv4Network | IPv6Network]:
    found = []
    for text in _texts(name):
        try:
            network = ip_network(text)
        except ValueError as why:
            raise Unreadable(f"{name}: {why}; write networks such as 192.168.1.0/24.") from None
        if not network.is_private or network.is_link_local:
            raise Unreadable(f"{name}: {text} is no private network.")
        found.append(network)
    return found


def _refuse_unknown_database(url: str) -> None:
    kind = url.partition("://")[0].partition("+")[0]
    if kind not in ("sqlite", "postgresql"):
        # The address itself may hold a password.
        raise Unreadable(
            f"VERSO_DATABASE_URL begins with {kind[:20]!r}; Verso runs on sqlite:/// and postgresql://."
        )


def kept_secret(file: Path) -> str:
    """Return the secret of this installation, made on first use and readable by its owner alone."""
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text().strip()
    with os.fdopen(handle, "w") as target:
        target.write(secret := secrets.token_urlsafe(48))
    return secret


def _refuse_unsafe(found: Mapping[str, Any]) -> None:
    if found["PROFILE"] not in ("demo", "production"):
        raise Unsafe(f"VERSO_PROFILE is {found['PROFILE']!r}; it can be demo or production.")
    if found["PROFILE"] != "production":
        return
    faults = [one.said for one in safety.settings_found(found) if one.level == "fault"]
    if faults:
        raise Unsafe("\n".join(["Production does not start like this:", *faults]))
