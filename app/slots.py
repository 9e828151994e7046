"""Places in a page that a higher module fills: the page names one, the module hands the HTML."""

from typing import Any

from flask import current_app
from markupsafe import Markup


def slot(name: str, **context: Any) -> Markup:
    """Return what the modules have to say here, in the order of the parts."""
    fillers = current_app.extensions["slots"].get(name, ())
    # What a filler returns is a rendered template, never text of a person.
    return Markup("").join(Markup(filler(**context)) for filler in fillers)  # noqa: S704
