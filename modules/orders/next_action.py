"""What to do next on an order: a pure answer to what is so. Templates draw it, Space presses it."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from app.fields import free_text
from app.i18n import _, language, ngettext, retold
from app.money import format_money
from modules.orders.models import HoldKind, OrderStatus, ParcelState
from modules.orders.statuses import Money

HOLD, PLACE_WORK = "orders.hold", "orders.work"
TAKE, GIVE_BACK, RECEIVE = "payments.take", "payments.refund", "returns.receive"


class Label(enum.StrEnum):
    """How far the label of a parcel is."""

    NONE = "none"
    MAKING = "making"
    FAILED = "failed"
    READY = "ready"
    WRITTEN = "written"
    """A number of a carrier outside, written down by a person."""


class Step(enum.StrEnum):
    """What a parcel waits for."""

    START = "start"
    PICK = "pick"
    PACK = "pack"
    LABEL = "label"
    WAIT = "wait"
    SHIP = "ship"
    NONE = "none"


def step_of(state: ParcelState, *, unpicked: int, label: Label, has_carrier: bool) -> Step:
    """Return what a parcel waits for. A label is asked for only where a carrier makes it."""
    if state is ParcelState.OPEN:
        return Step.START
    if state is ParcelState.PICKING:
        return Step.PICK if unpicked else Step.PACK
    if state is not ParcelState.PACKED:
        return Step.NONE
    if not has_carrier or label in (Label.READY, Label.WRITTEN):
        return Step.SHIP
    return Step.WAIT if label is Label.MAKING else Step.LABEL


@dataclass(frozen=True, kw_only=True)
class OpenHold:
    id: int
    kind: HoldKind
    reason: str
    owner: str | None = None
    due_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Work:
    """A parcel that has not left."""

    parcel_id: int
    number: str
    step: Step
    units: int
    place: str = ""
    needs_number: bool = False
    """It goes by a carrier that we make no labels of: somebody writes its number down."""
    failure: str = ""


@dataclass(frozen=True, kw_only=True)
class Expected:
    """Money that was promised and has not come."""

    payment_id: int
    method: str
    amount_minor: int


@dataclass(frozen=True, kw_only=True)
class Coming:
    """A return of which units are still on their way to us."""

    return_id: int
    number: str
    units: int


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is so with an order, as far as the next step depends on it."""

    status: OrderStatus
    currency: str
    money: Money
    refunding_minor: int = 0
    holds: Sequence[OpenHold] = field(default_factory=tuple)
    works: Sequence[Work] = field(default_factory=tuple)
    free_units: int = 0
    """Reserved, and in no parcel yet."""
    backordered: int = 0
    coming: Sequence[Coming] = field(default_factory=tuple)
    expected: Sequence[Expected] = field(default_factory=tuple)
    shipped: int = 0


@dataclass(frozen=True, kw_only=True)
class NextAction:
    """What is so, why, and the one thing to press; `act` is empty where there is none."""

    what: str
    why: str = ""
    act: str = ""
    button: str = ""
    icon: str = "circle-check"
    tone: str = "idle"
    target: int = 0
    permission: str = ""


def next_action(facts: Facts) -> NextAction:
    """Return the next best action; what stops all else comes first: holds, money, then work."""
    over = facts.status in (OrderStatus.CANCELLED, OrderStatus.CLOSED)
    if facts.holds and not over:
        return _held(facts.holds[0])
    begun = any(work.step is not Step.START for work in facts.works)
    waiting_goods = bool(facts.works or facts.free_units)
    if not over and waiting_goods and not begun and not facts.money.is_ready_to_ship:
        return _unpaid(facts)
    if not over and facts.works:
        return _work(facts, min(facts.works, key=lambda work: _URGENCY[work.step]))
    if not over and facts.free_units:
        return _begin(facts)
    if facts.coming and not over:
        return _coming(facts.coming[0])
    owed = -facts.money.balance_minor - facts.refunding_minor
    if owed > 0:
        return _give_back(facts, owed)
    if facts.refunding_minor:
        return _refunding(facts)
    if facts.status is OrderStatus.CANCELLED:
        return NextAction(what=_("Cancelled. Nothing is left to do."), icon="x")
    if facts.money.balance_minor > 0 and facts.shipped:
        return _unpaid(facts)
    if facts.backordered and not over:
        return _waits_for_goods(facts)
    if facts.status is OrderStatus.CLOSED:
        return NextAction(what=_("Sent and settled. Nothing is left to do."), tone="ok")
    return NextAction(what=_("Nothing is left to do for now."), tone="ok")


_URGENCY = {
    Step.SHIP: 0,
    Step.LABEL: 1,
    Step.PACK: 2,
    Step.PICK: 3,
    Step.START: 4,
    Step.WAIT: 5,
    Step.NONE: 6,
}


def _amount(facts: Facts, minor: int) -> str:
    return format_money(minor, facts.currency, language())


def _held(hold: OpenHold) -> NextAction:
    why = _("Nobody picks it or hands it over while this hold is open.")
    if hold.owner:
        why += " " + _("Owner: %(name)s.", name=hold.owner)
    return NextAction(
        what=free_text(retold(hold.reason)),
        why=why,
        act="release_hold",
        button=_("Release the hold"),
        icon="lock",
        tone="wait",
        target=hold.id,
        permission=HOLD,
    )


def _unpaid(facts: Facts) -> NextAction:
    owed = facts.money.uncovered_minor
    if facts.expected:
        first = facts.expected[0]
        return NextAction(
            what=_("%(amount)s has not come yet", amount=_amount(facts, first.amount_minor)),
            why=_("Expected: %(method)s.", method=first.method),
            act="capture",
            button=_("The money is here"),
            icon="receipt-2",
            tone="wait",
            target=first.payment_id,
            permission=TAKE,
        )
    return NextAction(
        what=_("%(amount)s is to be paid", amount=_amount(facts, owed)),
        why=_("No payment covers it. Nothing leaves before the money is here or promised."),
        act="take_payment",
        button=_("Take a payment"),
        icon="receipt-2",
        tone="wait",
        permission=TAKE,
    )


def _begin(facts: Facts) -> NextAction:
    return NextAction(
        what=ngettext(
            "%(num)s unit is reserved and waits to be picked",
            "%(num)s units are reserved and wait to be picked",
            facts.free_units,
        ),
        why=_("A parcel is opened for what lies at one place."),
        act="begin",
        button=_("Start picking"),
        icon="scan",
        tone="run",
        permission=PLACE_WORK,
    )


def _work(facts: Facts, work: Work) -> NextAction:
    units = ngettext("%(num)s unit", "%(num)s units", work.units)
    why = " · ".join(part for part in (work.number, units, work.place) if part)
    if work.step is Step.WAIT:
        return NextAction(
            what=_("The label is being made"),
            why=_("This page shows it as soon as it is there."),
            icon="progress",
            tone="run",
        )
    if work.step is Step.SHIP and not facts.money.is_ready_to_ship:
        return _unpaid(facts)
    if work.step is Step.LABEL and work.failure:
        return NextAction(
            what=_("The carrier refused the label"),
            why=work.failure,
            act="label",
            button=_("Ask again"),
            icon="printer-off",
            tone="bad",
            target=work.parcel_id,
            permission=PLACE_WORK,
        )
    what, act, button, icon = {
        Step.START: (
            _("A parcel is open and waits to be picked"),
            "start",
            _("Start picking"),
            "scan",
        ),
        Step.PICK: (_("The goods are being picked"), "pick", _("Go on picking"), "scan"),
        Step.PACK: (
            _("All is picked and waits to be packed"),
            "pack",
            _("Pack the parcel"),
            "package",
        ),
        Step.LABEL: (_("The label is missing"), "label", _("Make the label"), "printer"),
        Step.SHIP: (
            _("Packed and ready to leave"),
            "ship_dialog" if work.needs_number else "ship",
            _("Ship the parcel"),
            "truck-delivery",
        ),
    }[work.step]
    return NextAction(
        what=what,
        why=why,
        act=act,
        button=button,
        icon=icon,
        tone="run",
        target=work.parcel_id,
        permission=PLACE_WORK,
    )


def _coming(coming: Coming) -> NextAction:
    return NextAction(
        what=ngettext("%(num)s unit comes back", "%(num)s units come back", coming.units),
        why=_("Return %(number)s: look at the goods when they arrive.", number=coming.number),
        act="receive",
        button=_("Receive the return"),
        icon="arrow-back-up",
        tone="back",
        target=coming.return_id,
        permission=RECEIVE,
    )


def _give_back(facts: Facts, owed: int) -> NextAction:
    amount = _amount(facts, owed)
    return NextAction(
        what=_("%(amount)s more was paid than the order costs", amount=amount),
        why=_("Give it back over the payment it came by."),
        act="refund",
        button=_("Refund %(amount)s", amount=amount),
        icon="arrow-back-up",
        tone="back",
        permission=GIVE_BACK,
    )


def _refunding(facts: Facts) -> NextAction:
    return NextAction(
        what=_("%(amount)s is on its way back", amount=_amount(facts, facts.refunding_minor)),
        why=_("The gateway was asked; this page shows when it is done."),
        icon="progress",
        tone="back",
    )


def _waits_for_goods(facts: Facts) -> NextAction:
    return NextAction(
        what=ngettext(
            "%(num)s unit waits for goods", "%(num)s units wait for goods", facts.backordered
        ),
        why=_("As soon as they are received they are reserved for the oldest order."),
        icon="hourglass-low",
        tone="wait",
    )
