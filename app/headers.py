"""What stands on every answer: the content policy and its companions, and the size of the wire."""

import gzip
import hashlib

from flask import Flask, Response, request

from app.bodies import BASE

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; "
    "media-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "object-src 'none'"
)
_WORTH_PACKING = ("text/html", "application/json", "application/problem+json", "text/csv")
_SMALLEST = 1024


def init_app(app: Flask) -> None:
    @app.after_request
    def _finish(response: Response) -> Response:
        headers = response.headers
        # A PDF opens in a tab of its own; the browser's viewer needs its own scripts and styles.
        is_pdf = response.mimetype == "application/pdf"
        headers.setdefault(
            "Content-Security-Policy", "frame-ancestors 'none'" if is_pdf else POLICY
        )
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        if not response.cache_control.public:
            # Files that are sent say "no-cache", which still lets a browser keep them on the disk.
            headers["Cache-Control"] = "no-store"
        if app.config["SESSION_COOKIE_SECURE"]:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        return _pack(_stamp(response))


def _stamp(response: Response) -> Response:
    """
    Give what a GET of the API answers its `ETag`; who holds the same already is told 304.

    A record with a version has told it. All others are known by what is shown of them: weakly,
    as the same may travel packed or plain.
    """
    if (
        request.method not in ("GET", "HEAD")
        or not request.path.startswith(BASE + "/")
        or response.status_code != 200
        or response.direct_passthrough
        or response.is_streamed
    ):
        return response
    if "ETag" not in response.headers:
        seen = hashlib.sha256(response.get_data()).hexdigest()[:32]
        response.set_etag(seen, weak=True)
    response.make_conditional(request)
    return response


def _pack(response: Response) -> Response:
    if (
        response.mimetype not in _WORTH_PACKING
        or response.direct_passthrough
        or response.is_streamed
        or "Content-Encoding" in response.headers
        or not request.accept_encodings.best_match(["gzip"])
    ):
        return response
    body = response.get_data()
    if len(body) >= _SMALLEST:
        response.set_data(gzip.compress(body, compresslevel=5, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
        response.headers.add("Vary", "Accept-Encoding")
    return response
