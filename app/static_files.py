"""Static files: packed beforehand, kept for good by browsers as their address has the version."""

import hashlib
import mimetypes
from functools import cache
from pathlib import Path

from flask import Flask, Response, request, send_file, url_for
from werkzeug.security import safe_join

from app.errors import NotFound

FOLDER = Path(__file__).parent / "static"
_FOR_EVER = "public, max-age=31536000, immutable"
mimetypes.add_type("font/woff2", ".woff2")
mimetypes.add_type("application/manifest+json", ".webmanifest")


def answer(name: str) -> Response:
    """
    Return a static file, packed where the browser takes it so.

    :raises NotFound: there is none of that name
    """
    found = safe_join(str(FOLDER), name)
    if found is None or not (path := Path(found)).is_file():
        raise NotFound(f"There is no file {name[:80]}.")
    packed = path.with_name(path.name + ".gz")
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    takes_gzip = bool(request.accept_encodings.best_match(["gzip"]))
    use_packed = packed.is_file() and takes_gzip
    response = send_file(packed if use_packed else path, mimetype=kind, conditional=True)
    if use_packed:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    named = "v" in request.args or name.startswith("vendor/")
    response.headers["Cache-Control"] = _FOR_EVER if named else "public, max-age=300"
    return response


@cache
def _version(name: str, _changed: int) -> str:
    return hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()[:12]


def asset(name: str) -> str:
    """Return the address of one of our own static files, with its content's mark."""
    mark = _version(name, (FOLDER / name).stat().st_mtime_ns)
    return url_for("ground.static_file", name=name, v=mark)


def init_app(app: Flask) -> None:
    app.jinja_env.globals["asset"] = asset
