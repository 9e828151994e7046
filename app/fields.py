"""
What of a record not everybody sees: what goods cost, and how a customer is reached.

Pages, lists, files, search and histories ask here. Programs see what their scopes name.
"""

import re
from collections.abc import Callable, Iterable
from functools import reduce
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, and_, func, or_

from app.actor import current_actor
from app.folding import in_one_of

COST = "catalog.cost.view"
PERSONAL = "customers.personal.view"
HIDDEN = "•••"

# Begun only where a word begins: else each sign of a long word would be tried as a beginning.
_MAIL = re.compile(r"(?<![\w.+\-])[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+")
# Seven digits or more, however they are grouped; a date is none.
_NUMBER = re.compile(r"(?<!\d)(?!\d{4}-\d\d-\d\d(?!\d))\+?\(?\d(?:[\s().\-/]{0,2}\d){6,}(?!\d)")
_DIGITS_OF_A_NUMBER = 7

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
    """
    Return what a person wrote; e-mails and telephones in it as `personal` shows them.

    Names are shown by it too: whoever told none is called by what is known of him.
    """
    if not text or sees(PERSONAL):
        return text or ""
    return _NUMBER.sub(lambda it: masked(it[0]), _MAIL.sub(lambda it: masked(it[0]), text))


def in_a_name(word: str, names: Iterable[Any]) -> ColumnElement[bool]:
    """
    Return the condition that a folded word stands in one of these names and in no contact.

    Whoever told no name is called by an e-mail or a telephone: sign by sign it could be guessed.
    """
    return or_(*(and_(in_one_of(word, [one]), *_without_contact(one)) for one in names))


def _without_contact(name: Any) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that `free_text` leaves a name as it is."""
    rest = reduce(lambda left, digit: func.replace(left, digit, ""), "0123456789", name)
    digits: ColumnElement[int] = func.length(name) - func.length(rest)
    return ~name.contains("@"), digits < _DIGITS_OF_A_NUMBER


def masked(text: str) -> str:
    """Return "••• 447" of a number, "•••@poczta.example" of an address, else only the dots."""
    _name, at, domain = text.partition("@")
    if at:
        return f"{HIDDEN}@{domain}"
    digits = [sign for sign in text if sign.isdigit()]
    if len(digits) >= _DIGITS_OF_A_NUMBER and not any(sign.isalpha() for sign in text):
        return f"{HIDDEN} {''.join(digits[-3:])}"
    return HIDDEN


def shown_to(permission: str, words: Callable[[], str]) -> str:
    """Return the words to whoever sees such fields, and dots to others."""
    return words() if not permission or sees(permission) else HIDDEN
