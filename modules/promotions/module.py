"""What promotions hand to the house."""

from app.i18n import lazy
from app.module import Module
from modules.promotions.operations import install

promotions = Module(name="promotions", title=lazy("Promotions"), install=install)
