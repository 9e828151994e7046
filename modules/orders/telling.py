"""What happened to an order, in words: every kind of the timeline has its sentence."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from flask_babel import to_user_timezone

from app.approving import act_title
from app.fields import free_text
from app.i18n import _, language, ngettext, retold
from app.money import format_money
from app.statuses import hold_word
from modules.orders.models import OrderEvent
from modules.orders.timeline import KINDS

Data = Mapping[str, Any]
_WRITTEN = ("reason", "note", "text")  # by people, who write down whatever they hear


class Told(NamedTuple):
    """One event as the page shows it: the verb, what there is to add, who and when."""

    icon: str
    tone: str
    verb: str
    more: str
    who: str
    at: datetime


def tell(event: OrderEvent, names: Mapping[str, str]) -> Told:
    """Return an event in words; `names` are what channels and methods are called, by code."""
    icon, tone = KINDS[event.kind]
    verb, more = SENTENCES[event.kind](_Named(event.data or {}, names))
    return Told(icon, tone, verb, more, _who(event.actor), event.at)


def by_day(events: Sequence[OrderEvent], names: Mapping[str, str]) -> list[tuple[date, list[Told]]]:
    """Return events in words, newest first, grouped by the reader's days."""
    days: list[tuple[date, list[Told]]] = []
    for event in reversed(events):
        told = tell(event, names)
        day = to_user_timezone(told.at).date()
        if not days or days[-1][0] != day:
            days.append((day, []))
        days[-1][1].append(told)
    return days


def _who(actor: str) -> str:
    # Jobs act in their own name, which is a word for programs: people know them as the house.
    kind, _sep, rest = actor.partition(":")
    return "Verso" if kind == "system" else rest.rpartition(":")[2]


class _Named:
    """The numbers of an event, said as people say them; what is missing is said as nothing."""

    def __init__(self, data: Data, names: Mapping[str, str]) -> None:
        self.data = data
        self.names = names

    def text(self, key: str) -> str:
        value = self.data.get(key)
        words = "" if value is None else str(value)
        return free_text(words) if key in _WRITTEN else words

    def retold(self, key: str) -> str:
        return free_text(retold(str(self.data.get(key) or "")))

    def name(self, key: str) -> str:
        return self.names.get(self.text(key), self.text(key))

    def all_names(self, key: str) -> list[str]:
        return [self.names.get(code, code) for code in self.data.get(key) or ()]

    def units(self) -> str:
        count = int(self.data.get("units") or 0)
        return str(ngettext("%(num)s unit", "%(num)s units", count))

    def points(self, key: str) -> str:
        count = int(self.data.get(key) or 0)
        return str(ngettext("%(num)s point", "%(num)s points", count))

    def money(self, key: str = "amount_minor") -> str:
        amount = int(self.data.get(key) or 0)
        return format_money(amount, self.text("currency") or "PLN", language())

    def act(self) -> str:
        return act_title(self.text("act"))

    def hold(self) -> str:
        return str(hold_word(self.text("hold") or "manual"))


def _parts(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


Sentence = Callable[[_Named], tuple[str, str]]

SENTENCES: Mapping[str, Sentence] = {
    "placed": lambda one: (
        _("Placed"),
        _parts(one.name("channel"), one.units(), one.money("total_minor")),
    ),
    "imported": lambda one: (_("Brought in from an earlier system"), one.text("source")),
    "promotions_applied": lambda one: (
        _("Made cheaper by promotions"),
        _parts(one.money(), ", ".join(one.all_names("names"))),
    ),
    "gifts_added": lambda one: (
        _("Gifts added by promotions"),
        _parts(one.units(), ", ".join(one.all_names("names"))),
    ),
    "discount_given": lambda one: (
        _("Discount given by hand"),
        _parts(one.money(), one.text("reason")),
    ),
    "gift_cards_issued": lambda one: (
        _("Gift cards issued"),
        _parts(one.units(), one.money()),
    ),
    "points_earned": lambda one: (_("Points earned"), one.points("points")),
    "points_spent": lambda one: (
        _("Paid with points"),
        _parts(one.points("points"), one.money()),
    ),
    "points_returned": lambda one: (
        _("Points moved with the goods"),
        _parts(
            _("%(points)s taken back", points=one.points("taken")) if one.data.get("taken") else "",
            _("%(points)s given back", points=one.points("given")) if one.data.get("given") else "",
        ),
    ),
    "routed": lambda one: (
        _("Goods found"),
        _("at %(places)s", places=", ".join(one.all_names("locations"))),
    ),
    "backordered": lambda one: (_("Backordered"), one.units()),
    "backorder_filled": lambda one: (_("Goods came in"), one.units()),
    "hold_opened": lambda one: (_("Put on hold"), _parts(one.hold(), one.retold("reason"))),
    "hold_released": lambda one: (_("Hold released"), _parts(one.hold(), one.retold("reason"))),
    "parcel_opened": lambda one: (_("Parcel opened"), _parts(one.text("parcel"), one.units())),
    "picking_started": lambda one: (_("Picking begun"), one.text("parcel")),
    "picked": lambda one: (_("Picked"), _parts(one.units(), one.text("parcel"))),
    "short_picked": lambda one: (
        _("Not found"),
        _parts(one.units(), one.text("parcel"), one.text("reason")),
    ),
    "packed": lambda one: (_("Packed"), _parts(one.units(), one.text("parcel"))),
    "parcel_cancelled": lambda one: (_("Parcel taken apart"), one.text("parcel")),
    "label_asked": lambda one: (_("Label asked for"), one.text("parcel")),
    "label_made": lambda one: (
        _("Label made"),
        _parts(one.text("parcel"), one.text("tracking_number")),
    ),
    "label_failed": lambda one: (
        _("Label refused"),
        _parts(one.text("parcel"), one.text("reason")),
    ),
    "shipped": lambda one: (
        _("Shipped"),
        _parts(one.units(), one.text("parcel"), one.text("tracking_number")),
    ),
    "delivered": lambda one: (_("Delivered"), one.text("parcel")),
    "payment_added": lambda one: (
        _("Payment of %(amount)s expected", amount=one.money()),
        one.name("method"),
    ),
    "payment_captured": lambda one: (
        _("%(amount)s received", amount=one.money()),
        one.name("method"),
    ),
    "approval_asked": lambda one: (
        _("A second person was asked for"),
        _parts(one.act(), one.text("amount")),
    ),
    "approval_given": lambda one: (
        _("Approved by a second person"),
        _parts(one.act(), one.text("amount"), _("asked by %(name)s", name=one.text("asked_by"))),
    ),
    "approval_refused": lambda one: (
        _("Refused by a second person"),
        _parts(one.act(), one.text("amount"), one.text("note")),
    ),
    "approval_withdrawn": lambda one: (
        _("The request to a second person was withdrawn"),
        _parts(one.act(), one.text("amount")),
    ),
    "payment_voided": lambda one: (
        _("Payment of %(amount)s let go", amount=one.money()),
        _parts(one.name("method"), one.text("reason")),
    ),
    "refunded": lambda one: (
        _("Refund of %(amount)s", amount=one.money()),
        _parts(one.name("method"), one.text("reason")),
    ),
    "refund_failed": lambda one: (
        _("Refund of %(amount)s refused", amount=one.money()),
        one.text("reason"),
    ),
    "invoice_issued": lambda one: (_("Invoice issued"), one.money("total_minor")),
    "correction_issued": lambda one: (_("Correction issued"), one.money("total_minor")),
    "units_cancelled": lambda one: (_("Cancelled"), _parts(one.units(), one.retold("reason"))),
    "cancelled": lambda one: (_("Order cancelled"), _parts(one.units(), one.retold("reason"))),
    "return_requested": lambda one: (
        _("Return announced"),
        _parts(one.text("number"), one.units(), one.text("reason")),
    ),
    "return_received": lambda one: (
        _("Return received"),
        _parts(one.text("number"), one.units(), one.money("credit_minor")),
    ),
    "return_cancelled": lambda one: (_("Return dropped"), one.text("number")),
    "closed": lambda one: (_("Closed"), _("everything is sent and settled")),
    "reopened": lambda one: (_("Opened again"), ""),
    "note": lambda one: (_("Note"), one.text("text")),
}
