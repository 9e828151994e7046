"""How the changes of the settings are told: roles, permissions and limits by their names."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import current_app

from app import limits
from app.histories import History
from app.i18n import _
from app.roles import GROUND, ROLES
from modules.organization import labels
from modules.organization.queries import get_company

# A kind is called by one word wherever it occurs: that of a store, a location, a channel, a method.
_KIND: Mapping[str, Any] = {
    str(one): word
    for words in (
        labels.STORE_KIND,
        labels.LOCATION_KIND,
        labels.CHANNEL_KIND,
        labels.TAX_KIND,
        labels.SHIPPING_KIND,
        labels.PAYMENT_KIND,
    )
    for one, word in words.items()
}
_VALUE: Mapping[str, Mapping[str, Any]] = {
    "kind": _KIND,
    "role": ROLES,
    "price_basis": {one.value: word for one, word in labels.PRICE_BASIS.items()},
    "on_shortage": {one.value: word for one, word in labels.ON_SHORTAGE.items()},
}


def value_word(name: str, value: Any) -> str:
    """Return what a person reads for one value of the audit trail."""
    if name in _TOLD and value:
        return _TOLD[name](value)
    word = _VALUE.get(name, {}).get(str(value))
    return labels.value_word(name, value) if word is None else str(word)


def _permissions(codes: list[str]) -> str:
    known = (*GROUND, *current_app.extensions["permissions"])
    titles = {one.code: one.title for one in known}
    return "; ".join(str(titles.get(code, code)) for code in codes)


def _limits(most: Mapping[str, int | None]) -> str:
    known, currency = limits.known(), get_company().currency
    return "; ".join(
        f"{known[code].title}: "
        + (_("no limit") if amount is None else limits.amount_words(code, amount, currency))
        for code, amount in most.items()
        if code in known
    )


_TOLD: Mapping[str, Callable[[Any], str]] = {
    "permissions": _permissions,
    "limits": _limits,
}

HISTORIES = tuple(
    History(kind=kind, actions=labels.ACTION, field=labels.field_word, value=value_word)
    for kind in (
        "company",
        "store",
        "location",
        "channel",
        "tax_class",
        "shipping_method",
        "payment_method",
        "role",
        "staff",
    )
)
