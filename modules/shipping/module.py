"""What shipping hands to the house."""

from app.i18n import lazy
from app.module import Module

shipping = Module(name="shipping", title=lazy("Shipping"))
