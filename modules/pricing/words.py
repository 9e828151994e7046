"""Price lists as people read them: who gets one, when it holds, what its rules take off."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.histories import History
from app.i18n import _, lazy
from app.look import moment, number, percent
from modules import customers, organization
from modules.pricing.models import PriceList

ACTIONS = {
    "made": lazy("Made"),
    "changed": lazy("Changed"),
    "prices": lazy("Prices changed"),
    "imported": lazy("Prices taken from a file"),
    "archived": lazy("Archived"),
    "restored": lazy("Brought back"),
}
FIELDS = {
    "name": lazy("Name"),
    "currency": lazy("Currency"),
    "rank": lazy("Rank"),
    "channels": lazy("Channels"),
    "stores": lazy("Stores"),
    "groups": lazy("Customer groups"),
    "customers": lazy("Contract with"),
    "rules": lazy("Under the company's price"),
    "valid_from": lazy("From"),
    "valid_to": lazy("Until"),
    "active": lazy("In use"),
    "added": lazy("Prices added"),
    "changed": lazy("Prices changed"),
    "removed": lazy("Prices taken off"),
}


class Names:
    """What channels, stores, groups and customers are called; each is asked for once."""

    def __init__(self) -> None:
        self.channels = {one.code: one.name for one in organization.list_channels()}
        self.stores = {one.code: one.name for one in organization.list_stores()}
        self.groups = {one.code: one.name for one in customers.list_groups(archived=True)}

    def who(self, record: PriceList) -> list[str]:
        """Return for whom a list holds, piece by piece; nothing where it is for everybody."""
        said = []
        for known, codes in (
            (self.channels, record.channels),
            (self.stores, record.stores),
            (self.groups, record.groups),
        ):
            if codes:
                said.append(", ".join(known.get(one, one) for one in codes))
        if record.customers:
            said.append(_("contract"))
        return said


def rule_words(rule: Mapping[str, Any]) -> str:
    """Return a rule as a sentence."""
    rate = _rate(rule["rate_bp"])
    if rule["of"] == "brand":
        return _("%(rate)s off the brand %(word)s", rate=rate, word=rule["word"])
    if rule["of"] == "category":
        return _("%(rate)s off the category %(word)s", rate=rate, word=rule["word"])
    return _("%(rate)s off everything", rate=rate)


def valid_words(record: Any) -> str:
    """Return when a list, or a price on it, holds."""
    said = []
    if record.valid_from is not None:
        said.append(_("from %(when)s", when=moment(record.valid_from)))
    if record.valid_to is not None:
        said.append(_("until %(when)s", when=moment(record.valid_to)))
    return " ".join(said) or _("always")


def _told(name: str, value: Any) -> str:
    if name == "rules":
        return "; ".join(rule_words(one) for one in value)
    if name == "customers":
        return ", ".join(contract_names(value))
    if name == "active":
        return _("yes") if value else _("no")
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(str(one) for one in value)
    return _amount(value) if name not in FIELDS and isinstance(value, int) else str(value)


def _amount(minor: int) -> str:
    """Return a price of the history, which names no currency."""
    return number(minor / 100, 2)


def _minimum(name: str, value: Any) -> str:
    if isinstance(value, Mapping):
        said = [
            f"{_('All goods') if category == '*' else category} {_rate(rate_bp)}"
            for category, rate_bp in value.items()
        ]
        return ", ".join(said)
    return _amount(value) if isinstance(value, int) else str(value)


def _rate(rate_bp: int) -> str:
    return percent(rate_bp / 10_000, 2 if rate_bp % 100 else 0)


def contract_names(keys: Sequence[int]) -> list[str]:
    """Return the names of the customers of a contract, in its order."""
    known = customers.customer_names(list(keys))
    return [known.get(key) or str(key) for key in keys]


HISTORIES = (
    History(
        kind="price_list",
        actions=ACTIONS,
        field=lambda name: str(FIELDS.get(name, name)),
        value=_told,
        icons={"imported": "file-import"},
    ),
    History(
        kind="minimum_prices",
        actions={"margins": lazy("Margins changed"), "minimums": lazy("Minimum prices changed")},
        field=lambda name: _("Above cost") if name == "margins" else name,
        value=_minimum,
    ),
)
