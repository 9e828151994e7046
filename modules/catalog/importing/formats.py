"""The kinds of files that the catalogue can take in."""

from app.errors import InvalidInput
from app.i18n import _
from modules.catalog.importing.shopify import SHOPIFY
from modules.catalog.importing.source import Format
from modules.catalog.importing.verso import VERSO

FORMATS: dict[str, Format] = {one.code: one for one in (SHOPIFY, VERSO)}


def get_format(code: str) -> Format:
    """
    Return a format by its code.

    :raises InvalidInput: there is none
    """
    if found := FORMATS.get(code):
        return found
    raise InvalidInput(
        _(
            "There is no format %(code)s; there are: %(known)s.",
            code=code[:40],
            known=", ".join(FORMATS),
        ),
        field="format",
    )
