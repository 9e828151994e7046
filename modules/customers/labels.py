"""The words that people read for what the tables of customers hold."""

from typing import Any

from flask_babel import lazy_pgettext as pgettext  # under the name that extraction looks for

from app.fields import HIDDEN, PERSONAL, free_text, personal, sees
from app.histories import History
from app.i18n import _, lazy
from modules.customers.contact import shown_phone
from modules.customers.models import CustomerKind, Identity, IdentityKind, Stage

KIND: dict[CustomerKind, Any] = {
    CustomerKind.PERSON: lazy("Person"),
    CustomerKind.COMPANY: lazy("Company"),
}
LANGUAGE: dict[str, Any] = {"pl": lazy("Polish"), "en": lazy("English")}
SPEAKS: dict[str, Any] = {"pl": lazy("speaks Polish"), "en": lazy("speaks English")}

STAGES: dict[str, Any] = {
    Stage.POTENTIAL: lazy("Potential"),
    Stage.FIRST: lazy("First"),
    Stage.REPEATING: lazy("Repeating"),
    Stage.CORE: lazy("Core"),
    Stage.ESCAPING: lazy("Escaping"),
    Stage.LOST: pgettext("stage", "Lost"),
}
"""In the order in which a customer comes to them."""

IDENTITY: dict[IdentityKind, Any] = {
    IdentityKind.EMAIL: lazy("E-mail"),
    IdentityKind.PHONE: lazy("Telephone"),
    IdentityKind.CARD: lazy("Loyalty card"),
    IdentityKind.MARKETPLACE: lazy("Marketplace"),
    IdentityKind.VAT: lazy("VAT id"),
}
ICON: dict[IdentityKind, str] = {
    IdentityKind.EMAIL: "mail",
    IdentityKind.PHONE: "phone",
    IdentityKind.CARD: "id-badge-2",
    IdentityKind.MARKETPLACE: "building-store",
    IdentityKind.VAT: "receipt-tax",
}
SAME: dict[str, Any] = {
    "email": lazy("same e-mail"),
    "phone": lazy("same telephone"),
    "card": lazy("same card"),
    "marketplace": lazy("same marketplace account"),
    "vat": lazy("same VAT id"),
    "number": lazy("same customer number"),
}
PURPOSE: dict[str, Any] = {
    "offers": lazy("Offers"),
    "profiling": lazy("Profiling for offers"),
    "survey": lazy("Questions after a purchase"),
}
THROUGH: dict[str, Any] = {
    "email": lazy("by e-mail"),
    "sms": lazy("by SMS"),
    "phone": lazy("by telephone"),
    "post": lazy("by post"),
}
ACTION: dict[str, Any] = {
    "made": lazy("Added"),
    "changed": lazy("Changed"),
    "archived": lazy("Archived"),
    "identity added": lazy("Contact added"),
    "identity verified": lazy("Contact verified"),
    "identity ended": lazy("Contact removed"),
    "address added": lazy("Address added"),
    "address removed": lazy("Address removed"),
    "not the same as": lazy("Found to be another person"),
}
FIELD: dict[str, Any] = {
    "name": lazy("Name"),
    "kind": lazy("Kind"),
    "language": lazy("Language"),
    "note": lazy("Remark"),
    "warning": lazy("Warning"),
    "sales blocked": lazy("Sales blocked"),
    "birthday": lazy("Birthday"),
    "groups": lazy("Groups"),
    "archived": lazy("Archived"),
    "known by": lazy("Known by"),
    "addresses": lazy("Addresses"),
    "address": lazy("Address"),
    "customer": lazy("Customer"),
    "email": lazy("E-mail"),
    "phone": lazy("Telephone"),
    "card": lazy("Loyalty card"),
    "vat": lazy("VAT id"),
    "marketplace": lazy("Marketplace"),
}


def shown(identity: Identity) -> str:
    """Return an identity as people read it: telephones and cards in groups."""
    if identity.kind is IdentityKind.PHONE:
        return personal(shown_phone(identity.value)) or ""
    if identity.kind is IdentityKind.EMAIL:
        return personal(identity.value) or ""
    if identity.kind is IdentityKind.CARD and identity.value.isdigit():
        return " ".join(identity.value[at : at + 4] for at in range(0, len(identity.value), 4))
    return identity.value


def consent_word(purpose: str, channel: str) -> str:
    """Return "Offers by e-mail"; words that a program made up are shown as they are."""
    return f"{PURPOSE.get(purpose, purpose)} {THROUGH.get(channel, channel)}"


_PLAIN = (
    "groups",
    "archived",
    "code",
    "kind",
    "language",
    "locale",
    "vat_id",
    "purpose",
    "channel",
    "state",
)
_WRITTEN = ("name", "note", "warning")


def value_word(name: str, value: Any) -> str:
    """Return one value of a change in words; contacts and addresses to whoever sees them."""
    if value in (None, "", []):
        return "–"
    if name in _WRITTEN:
        return free_text(str(value))
    if name not in _PLAIN and isinstance(value, str | list | dict) and not sees(PERSONAL):
        return HIDDEN
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, list):
        return "; ".join(str(one) for one in value)
    if name == "language":
        return str(LANGUAGE.get(value, value))
    if name == "kind" and value in set(CustomerKind):
        return str(KIND[CustomerKind(value)])
    return str(value)


HISTORY = History(
    kind="customer", actions=ACTION, field=lambda name: str(FIELD.get(name, name)), value=value_word
)
GROUP_HISTORY = History(
    kind="customer_group",
    actions={"made": lazy("Added"), "changed": lazy("Changed")},
    field=lambda name: str(FIELD.get(name, name)),
    value=value_word,
)
