"""Static files: packed beforehand, kept for good by browsers as their address has the version."""

import gzip
import hashlib
import mimetypes
from functools import cache
from io import BytesIO
from pathlib import Path

from flask import Flask, Response, request, send_file, url_for
from werkzeug.security import safe_join

from app.errors import NotFound
from app.i18n import _

FOLDER = Path(__file__).parent / "static"
_WORTH_PACKING = (".css", ".js", ".svg")
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
        raise NotFound(_("There is no file %(name)s.", name=name[:80]))
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    takes_gzip = bool(request.accept_encodings.best_match(["gzip"]))
    packed = _packed(path) if takes_gzip else None
    mark = _version(name, path.stat().st_mtime_ns) + ("-gz" if packed else "")
    response = send_file(packed or path, mimetype=kind, conditional=True, etag=mark)
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    named = "v" in request.args or name.startswith("vendor/")
    response.headers["Cache-Control"] = _FOR_EVER if named else "public, max-age=300"
    if response.status_code == 304 or request.method == "HEAD":
        response.close()  # nobody reads the file then, so nobody else would close it
    return response


def _packed(path: Path) -> Path | BytesIO | None:
    """Return the file packed: as set-up left it beside a vendor's file, else (ours) from memory."""
    beside = path.with_name(path.name + ".gz")
    if beside.is_file():
        return beside
    if path.suffix not in _WORTH_PACKING:
        return None
    return BytesIO(_pack(path, path.stat().st_mtime_ns))


@cache
def _pack(path: Path, _changed: int) -> bytes:
    return gzip.compress(path.read_bytes(), 9, mtime=0)


@cache
def _version(name: str, _changed: int) -> str:
    return hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()[:12]


def asset(name: str) -> str:
    """Return the address of one of our own static files, with its content's mark."""
    mark = _version(name, (FOLDER / name).stat().st_mtime_ns)
    return url_for("ground.static_file", name=name, v=mark)


def init_app(app: Flask) -> None:
    app.jinja_env.globals["asset"] = asset
