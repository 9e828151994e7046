"""What a browser needs to keep Verso as an app of its own: name, icons, and where it opens."""

import json

from flask import Response, url_for

from app.access import public
from app.ground import blueprint
from app.i18n import _

_ICONS = (
    ("icons/icon-192.png", "192x192", "any"),
    ("icons/icon-512.png", "512x512", "any"),
    ("icons/maskable-512.png", "512x512", "maskable"),
)
_FRAME = "#efeeea"  # the desk behind the sheet, in the light


@blueprint.get("/manifest.webmanifest")
@public
def manifest() -> Response:
    """Return the manifest (W3C Web Application Manifest), in the language that the browser asks."""
    told = {
        "id": "/",
        "name": "Verso",
        "short_name": "Verso",
        "description": str(_("Orders, stock, till and customers of all shops in one place.")),
        "start_url": url_for("ground.home"),
        "scope": "/",
        "display": "standalone",
        "background_color": _FRAME,
        "theme_color": _FRAME,
        "icons": [
            {
                "src": url_for("ground.static_file", name=name),
                "sizes": sizes,
                "type": "image/png",
                "purpose": purpose,
            }
            for name, sizes, purpose in _ICONS
        ],
    }
    answer = Response(json.dumps(told), mimetype="application/manifest+json")
    answer.headers["Vary"] = "Accept-Language"
    return answer
