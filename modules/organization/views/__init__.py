"""The screens of the organization; each file holds those of one kind of record."""

from modules.organization.views import (
    channels,
    company,
    methods,
    roles,
    shell,
    staff,
    stores,
    taxes,
    tokens,
)
from modules.organization.views.blueprint import blueprint

__all__ = [
    "blueprint",
    "channels",
    "company",
    "methods",
    "roles",
    "shell",
    "staff",
    "stores",
    "taxes",
    "tokens",
]
