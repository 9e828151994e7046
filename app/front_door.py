"""The web server's own refusals, made before the application sees a request: problem+json too."""

import json
from typing import Any

from waitress.channel import HTTPChannel
from waitress.task import ErrorTask

_CODES = {400: "bad_request", 413: "too_large", 431: "headers_too_large", 501: "not_implemented"}
_HEADERS = (
    ("Content-Type", "application/problem+json"),
    ("X-Content-Type-Options", "nosniff"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("Referrer-Policy", "same-origin"),
    ("Cache-Control", "no-store"),
)


class _Refusal(ErrorTask):  # type: ignore[misc]
    """A request that is too large, or none that HTTP knows, answered as RFC 9457 wants it."""

    def execute(self) -> None:
        error = self.request.error
        code = _CODES.get(error.code, "broken")
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
        self.response_headers.extend(_HEADERS)
        self.set_close_on_finish()
        self.content_length = len(packed)
        self.write(packed)


class Channel(HTTPChannel):  # type: ignore[misc]
    """One connection of the web server."""

    error_task_class = _Refusal
