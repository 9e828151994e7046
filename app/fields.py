"""
What of a record not everybody sees: what goods cost, and how a customer is reached.

Pages, lists, files, search and histories ask here. Programs see what their scopes name.
"""

import re
from collections.abc import Callable
from typing import TypeVar

from app.actor import current_actor

COST = "catalog.cost.view"
PERSONAL = "customers.personal.view"
HIDDEN = "•••"

_MAIL = re.compile(r"[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+")
# Seven digits or more, however they are grouped; a date is none.
_NUMBER = re.compile(r"(?<!\d)(?!\d{4}-\d\d-\d\d(?!\d))\+?\(?\d(?:[\s().\-/]{0,2}\d){6,}(?!\d)")

Value = TypeVar("Value")


def sees(permission: str) -> bool:
    """Test whether whoever acts now sees such fields."""
    actor = current_actor()
    return actor.kind != "staff" or actor.may(permission)


def cost(amount: Value | None) -> Value | None:
    """Return a cost, or None to whoever does not see costs."""
    return amount if sees(COST) else None


def personal(text: str | None) -> str | None:
    """Return a contact as it is, or so much of it that two can be told apart ("••• 447")."""
    return masked(text) if text and not sees(PERSONAL) else text


def free_text(text: str | None) -> str:
    """Return what a person wrote; e-mails and telephones in it as `personal` shows them."""
    if not text or sees(PERSONAL):
        return text or ""
    return _NUMBER.sub(lambda it: masked(it[0]), _MAIL.sub(lambda it: masked(it[0]), text))


def masked(text: str) -> str:
    """Return "••• 447" of a number, "•••@poczta.example" of an address, else only the dots."""
    _name, at, domain = text.partition("@")
    if at:
        return f"{HIDDEN}@{domain}"
    digits = [sign for sign in text if sign.isdigit()]
    if len(digits) >= 7 and not any(sign.isalpha() for sign in text):
        return f"{HIDDEN} {''.join(digits[-3:])}"
    return HIDDEN


def shown_to(permission: str, words: Callable[[], str]) -> str:
    """Return the words to whoever sees such fields, and dots to others."""
    return words() if not permission or sees(permission) else HIDDEN
