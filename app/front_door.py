"""The web server's own refusals, made before the application sees a request."""

import gettext
import json
from html import escape
from pathlib import Path
from typing import Any

from waitress.channel import HTTPChannel
from waitress.task import ErrorTask

from app.i18n import LANGUAGES

_CODES = {400: "bad_request", 413: "too_large", 431: "headers_too_large", 501: "not_implemented"}
_WORDS = Path(__file__).parent / "translations"
_HEADERS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("Referrer-Policy", "same-origin"),
    ("Cache-Control", "no-store"),
)


def _page(languages: str) -> bytes:
    """Return what a person reads who sent too much: there is no house yet to draw a page."""
    language = languages[:2].lower() if languages[:2].lower() in LANGUAGES else "en"
    words = gettext.translation("messages", _WORDS, [language], fallback=True).gettext
    title, rest = words("Too large"), words("The file or form is too large. Send a smaller one.")
    page = (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        f"<title>{escape(title)} · Verso</title></head><body><h1>{escape(title)}</h1>"
        f"<p>{escape(rest)} {escape(words('Nothing was changed.'))}</p></body></html>"
    )
    return page.encode()


class _Refusal(ErrorTask):  # type: ignore[misc]
    """A request that is too large, or none that HTTP knows, answered as RFC 9457 wants it."""

    def execute(self) -> None:
        error = self.request.error
        code = _CODES.get(error.code, "broken")
        sent = self.request.headers
        if code == "too_large" and "text/html" in sent.get("ACCEPT", ""):
            kind, packed = "text/html; charset=utf-8", _page(sent.get("ACCEPT_LANGUAGE", ""))
        else:
            kind = "application/problem+json"
            body: dict[str, Any] = {
                "type": f"/problems/{code}",
                "title": error.reason,
                "status": error.code,
                "code": code,
                "detail": error.body,
                "errors": [],
            }
            packed = json.dumps(body).encode()
        self.status = f"{error.code} {error.reason}"
        self.response_headers.extend((("Content-Type", kind), *_HEADERS))
        self.set_close_on_finish()
        self.content_length = len(packed)
        self.write(packed)


class Channel(HTTPChannel):  # type: ignore[misc]
    """One connection of the web server."""

    error_task_class = _Refusal
