"""Icons inline in the page: one JSON of the names that are used, written at set-up."""

import json
from functools import cache, lru_cache
from pathlib import Path

from markupsafe import Markup, escape

SHELF = Path(__file__).parent / "static" / "vendor" / "icons.json"


@cache
def shelf() -> dict[str, str]:
    """Return the drawings by name, read once."""
    drawings: dict[str, str] = json.loads(SHELF.read_text(encoding="utf-8"))
    return drawings


def icon(name: str, cls: str = "", label: str = "") -> Markup:
    """
    Return the icon of that name as SVG; a name that ends in "!" is the filled one.

    Without a label it is hidden from screen readers, as the word stands beside it.

    :raises LookupError: the name is not on the shelf: run `python frontend/install.py` again
    """
    return _draw(name, cls, str(label))


# A list of fifty rows shows some three hundred of them, of twenty kinds.
@lru_cache(maxsize=2048)
def _draw(name: str, cls: str, label: str) -> Markup:
    if name not in shelf():
        raise LookupError(
            f"No icon named {name!r}: run `python frontend/install.py`, or mend the name"
        )
    paint = (
        Markup('fill="currentColor"')
        if name.endswith("!")
        else Markup(
            'fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round"'
        )
    )
    voice = (
        Markup('role="img" aria-label="{}"').format(label)
        if label
        else Markup('aria-hidden="true"')
    )
    # The drawing is a file of a pinned package, not text of a person: it may stand as it is.
    return Markup('<svg class="{}" viewBox="0 0 24 24" {} {}>{}</svg>').format(
        escape(f"icon {cls}".strip()),
        paint,
        voice,
        Markup(shelf()[name]),  # noqa: S704
    )
