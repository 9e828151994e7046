"""Languages: English is written in the code, the others stand in each module's catalogue."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from babel import Locale
from babel.support import NullTranslations, Translations
from flask import Flask, g, has_request_context, request
from flask_babel import (
    Babel,
    force_locale,
    get_locale,
    get_translations,
    lazy_ngettext,
)
from flask_babel.speaklater import LazyString
from markupsafe import Markup

LANGUAGES = {"en": "English", "pl": "Polski", "hu": "Magyar", "ro": "Română", "es": "Español"}

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
    "speech",
    "stored",
    "zone",
]


class Speech(NamedTuple):
    """How an answer speaks."""

    locale: Locale
    catalogue: Translations | NullTranslations


_OUTSIDE = Speech(Locale("en"), NullTranslations())


def speech() -> Speech:
    """
    Return how this answer speaks, found out once for each.

    A page says hundreds of words and moments, and Babel begins at the request for each of them.
    """
    # Not by way of `g`: each step there costs as much as all the rest, two hundred times a page.
    kept = g._get_current_object() if g else None
    if kept is None:
        return _OUTSIDE
    found: Speech | None = kept.get("speech")
    if found is None:
        found = kept.speech = Speech(get_locale() or Locale("en"), get_translations())
    return found


def gettext(text: str, /, **values: Any) -> str:
    """Return a sentence in the language of this answer, with values in the place of their names."""
    said = str(speech().catalogue.ugettext(text))
    return said % values if values else said


def ngettext(one: str, many: str, num: int, /, **values: Any) -> str:
    """Return the sentence that fits a number, which it names `num`."""
    return str(speech().catalogue.ungettext(one, many, num)) % {"num": num, **values}


def lazy(text: str, /, **values: Any) -> LazyString:
    """Return a sentence that is put into a language when it is said."""
    return LazyString(gettext, text, **values)


_ = gettext


@contextmanager
def speaking(chosen: str) -> Iterator[None]:
    """Say all that is said inside in a language of its own, such as that of a document."""
    before = g.pop("speech", None)
    try:
        with force_locale(chosen):
            yield
    finally:
        g.pop("speech", None)
        if before is not None:
            g.speech = before


def stored(sentence: str) -> str:
    """Mark a sentence that is kept in the database: each reader gets it by `retold`."""
    return sentence


def retold(kept: str) -> str:
    """Return a kept sentence of the house in the reader's language; a person's own words stay."""
    return str(gettext(kept)) if kept else kept


def language() -> str:
    """Return the two letters of the language that this answer speaks."""
    return str(speech().locale.language)


def choose_language() -> str:
    """Return the person's own language, else the best that the browser asks for."""
    if not has_request_context():
        return str(g.get("language", "en"))
    if (chosen := g.get("language") or request.cookies.get("language")) in LANGUAGES:
        return str(chosen)
    return request.accept_languages.best_match(list(LANGUAGES)) or "en"


def zone() -> ZoneInfo:
    """Return the time zone in which this answer tells moments, found out once for each."""
    kept = g._get_current_object()
    found: ZoneInfo | None = kept.get("zone")
    if found is None:
        found = kept.zone = ZoneInfo(choose_zone())
    return found


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
    environment: Any = app.jinja_env
    environment.install_gettext_callables(
        gettext=lambda text: speech().catalogue.ugettext(text),
        ngettext=lambda one, many, count: speech().catalogue.ungettext(one, many, count),
        pgettext=lambda where, text: speech().catalogue.upgettext(where, text),
        npgettext=lambda where, one, many, count: speech().catalogue.unpgettext(
            where, one, many, count
        ),
        newstyle=True,
    )
    # A page says some hundred sentences, nearly all without values.
    environment.globals.update(gettext=_in_template, _=_in_template)


def _in_template(text: str, /, **values: Any) -> Markup:
    said = _marked(speech().catalogue, text)
    return said % values if values or "%" in said else said


@lru_cache(maxsize=8192)
def _marked(catalogue: Translations | NullTranslations, text: str) -> Markup:
    return Markup(catalogue.ugettext(text))  # noqa: S704 - what the library does: a sentence of ours
