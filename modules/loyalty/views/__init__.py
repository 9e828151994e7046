"""The screens of loyalty: programmes, members with their cards, and what is owed in points."""

from modules.loyalty.views import cards, members, owed, programs
from modules.loyalty.views.blueprint import blueprint
from modules.loyalty.views.naming import find, member_names, program_names
from modules.loyalty.views.owed import owed_today
from modules.loyalty.views.slots import customer_points

__all__ = [
    "blueprint",
    "cards",
    "customer_points",
    "find",
    "member_names",
    "members",
    "owed",
    "owed_today",
    "program_names",
    "programs",
]
