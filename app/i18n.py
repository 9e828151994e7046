"""Languages: English is written in the code, the others stand in each module's catalogue."""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from flask import Flask, g, has_request_context, request
from flask_babel import (
    Babel,
    force_locale,
    get_locale,
    gettext,
    lazy_gettext,
    lazy_ngettext,
    ngettext,
)

LANGUAGES = {"en": "English", "pl": "Polski"}

__all__ = [
    "LANGUAGES",
    "_",
    "get_locale",
    "init_app",
    "language",
    "lazy",
    "lazy_ngettext",
    "ngettext",
    "retold",
    "speaking",
    "stored",
]

_ = gettext
lazy = lazy_gettext


def speaking(chosen: str) -> AbstractContextManager[None]:
    """Say all that is said inside in a language of its own, such as that of a document."""
    held: AbstractContextManager[None] = force_locale(chosen)
    return held


def stored(sentence: str) -> str:
    """Mark a sentence that is kept in the database: each reader gets it by `retold`."""
    return sentence


def retold(kept: str) -> str:
    """Return a kept sentence of the house in the reader's language; a person's own words stay."""
    return str(gettext(kept)) if kept else kept


def language() -> str:
    """Return the two letters of the language that this answer speaks."""
    found = get_locale()
    return found.language if found else "en"


def choose_language() -> str:
    """Return the person's own language, else the best that the browser asks for."""
    if not has_request_context():
        return str(g.get("language", "en"))
    if (chosen := g.get("language") or request.cookies.get("language")) in LANGUAGES:
        return str(chosen)
    return request.accept_languages.best_match(list(LANGUAGES)) or "en"


def choose_zone() -> str:
    return str(g.get("time_zone", "Europe/Warsaw"))


def init_app(app: Flask, folders: list[Path]) -> None:
    """Read the catalogues of the ground and of every part."""
    found = [str(folder) for folder in folders if folder.is_dir()]
    settings: dict[str, Any] = {
        "BABEL_TRANSLATION_DIRECTORIES": ";".join(found),
        "BABEL_DEFAULT_LOCALE": "en",
        "BABEL_DEFAULT_TIMEZONE": "UTC",
    }
    app.config.from_mapping(settings)
    Babel(app, locale_selector=choose_language, timezone_selector=choose_zone)
