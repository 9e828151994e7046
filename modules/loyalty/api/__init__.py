"""Loyalty for programs: programmes, members by card, points by hand, rewards."""

from modules.loyalty.api import members as members
from modules.loyalty.api import programs as programs
from modules.loyalty.api.base import READ, WRITE, api

__all__ = ["READ", "WRITE", "api"]
