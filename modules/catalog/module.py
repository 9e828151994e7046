"""What the catalogue hands to the house."""

from app.i18n import lazy
from app.module import Module

catalog = Module(name="catalog", title=lazy("Catalogue"))
