"""The rows of one order together: they must agree, and are taken or refused as one."""

from collections.abc import Callable, Mapping, Sequence

from app.i18n import _
from app.money import MOST_MINOR
from modules.orders.importing.rows import Refusal, Row, shown

_BUYER = ("customer_name", "email", "phone")
# What is said once for the whole order, and by what two rows are compared.
_SAID_ONCE: Mapping[str, Callable[[Row], object]] = {
    "placed_at": lambda row: row.placed_at,
    "customer_name": lambda row: " ".join(row.values["customer_name"].split()),
    "email": lambda row: row.values["email"].casefold(),
    "phone": lambda row: "".join(sign for sign in row.values["phone"] if sign not in " -()"),
    "currency": lambda row: row.values["currency"],
    "status": lambda row: row.values["status"],
}


def faults_of(rows: Sequence[Row]) -> dict[int, str]:
    """Return what is wrong with the rows of one order, by their numbers; nothing if they agree."""
    found: dict[int, list[str]] = {}
    for name, sense in _SAID_ONCE.items():
        # A buyer may be told in one row only; that is no contradiction.
        telling = [row for row in rows if row.values[name] or name not in _BUYER]
        for row in telling[1:]:
            if sense(row) != sense(telling[0]):
                found.setdefault(row.number, []).append(_contradiction(name, row, telling[0]))
    if found:
        return {number: " ".join(reasons) for number, reasons in found.items()}
    if sum(row.total_minor for row in rows) > MOST_MINOR:
        reason = _("The rows of this order come to more than %(most)s together.", most=MOST_MINOR)
        return {row.number: reason for row in rows}
    return {}


def _contradiction(name: str, row: Row, first: Row) -> str:
    text: str = _(
        "%(name)s is “%(word)s”, but row %(first)s of the same order says “%(other)s”.",
        name=name,
        word=shown(row.values[name]),
        first=first.number,
        other=shown(first.values[name]),
    )
    return text


def refuse_order(rows: Sequence[Row], faults: Mapping[int, str]) -> list[Refusal]:
    """Return a refusal of every row of an order: of those at fault, and of those beside them."""
    beside = _(
        "Row %(number)s of the same order is refused, and an order is taken whole or not at all.",
        number=min(faults),
    )
    return [Refusal(row.number, faults.get(row.number, beside)) for row in rows]


def buyer_of(rows: Sequence[Row]) -> dict[str, str]:
    """Return who bought, each thing as the first row says it that says it."""
    names = {"customer_name": "name", "email": "email", "phone": "phone"}
    told = {
        names[column]: next((row.values[column] for row in rows if row.values[column]), "")
        for column in _BUYER
    }
    return {key: value for key, value in told.items() if value}
