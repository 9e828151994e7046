"""The screens of the organization; each file holds those of one kind of record."""

from modules.organization.views import shell
from modules.organization.views.blueprint import blueprint

__all__ = ["blueprint", "shell"]
