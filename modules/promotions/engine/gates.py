"""What is asked of a promotion before its conditions: open, for this buyer, with its code, left."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from modules.promotions.engine.cart import Cart, EnteredCode, Key, normalized
from modules.promotions.engine.promotion import (
    UNLIMITED,
    Promotion,
    Remaining,
    Schedule,
    Scope,
    Trigger,
)
from modules.promotions.engine.verdicts import Miss, Reason

Gate = Callable[["Door"], Miss | None]


class Door:
    """One cart's facts as the gates ask for them, each worked out once."""

    def __init__(
        self,
        cart: Cart,
        entered: Mapping[Key, Sequence[EnteredCode]],
        remaining: Mapping[Key, Remaining],
    ) -> None:
        self.cart = cart
        self.entered = entered
        self.remaining = remaining
        self.moment = cart.moment.astimezone(UTC)
        self._local: dict[str, datetime] = {}

    def local(self, zone: str) -> datetime:
        """Return the moment on the clocks of a zone."""
        found = self._local.get(zone)
        if found is None:
            found = self._local[zone] = self.moment.astimezone(ZoneInfo(zone))
        return found


def gates_of(promotion: Promotion) -> tuple[Gate, ...]:
    """Return the gates that a promotion has: what it does not ask for costs nothing."""
    gates: list[Gate] = []
    if promotion.paused:
        gates.append(lambda _door: Miss(Reason.PAUSED, "status"))
    if promotion.trigger is Trigger.CODE:
        gates.append(_code_gate(promotion.id))
    if promotion.trigger is Trigger.MANUAL:
        gates.append(_chosen_gate(promotion.id))
    gates += _schedule_gates(promotion.schedule)
    if promotion.scope != Scope():
        gates.append(_scope_gate(promotion.scope))
    return tuple(gates)


def _code_gate(key: Key) -> Gate:
    def gate(door: Door) -> Miss | None:
        codes = door.entered.get(key)
        if not codes:
            return Miss(Reason.CODE_NOT_ENTERED, "trigger.code")
        if any(code.refusal is None for code in codes):
            return None
        refusal = codes[0].refusal
        assert refusal is not None
        return Miss(refusal, "trigger.code")

    return gate


def _chosen_gate(key: Key) -> Gate:
    def gate(door: Door) -> Miss | None:
        return None if key in door.cart.chosen else Miss(Reason.NOT_CHOSEN, "trigger.manual")

    return gate


def _schedule_gates(schedule: Schedule) -> list[Gate]:
    gates: list[Gate] = []
    starts_at, ends_at = schedule.starts_at, schedule.ends_at
    if starts_at is not None or ends_at is not None:
        starts = starts_at.astimezone(UTC) if starts_at else None
        ends = ends_at.astimezone(UTC) if ends_at else None

        def is_open(door: Door) -> Miss | None:
            if starts is not None and door.moment < starts:
                return Miss(Reason.NOT_STARTED, "schedule.starts_at")
            if ends is not None and door.moment >= ends:
                return Miss(Reason.EXPIRED, "schedule.ends_at")
            return None

        gates.append(is_open)
    if schedule.weekdays or schedule.hours or schedule.not_on:
        gates.append(lambda door: _hours(schedule, door.local(schedule.zone)))
    return gates


def _hours(schedule: Schedule, local: datetime) -> Miss | None:
    if local.date() in schedule.not_on:
        return Miss(Reason.OUTSIDE_HOURS, "schedule.not_on")
    if schedule.weekdays and local.weekday() not in schedule.weekdays:
        return Miss(Reason.OUTSIDE_HOURS, "schedule.weekdays")
    if schedule.hours and not any(_within(local.time(), *span) for span in schedule.hours):
        return Miss(Reason.OUTSIDE_HOURS, "schedule.hours")
    return None


def _within(moment: time, start: time, end: time) -> bool:
    if start <= end:
        return start <= moment < end
    return moment >= start or moment < end


def _scope_gate(scope: Scope) -> Gate:
    def gate(door: Door) -> Miss | None:
        cart, buyer = door.cart, door.cart.customer
        if scope.currency and cart.currency != scope.currency:
            return Miss(Reason.CURRENCY_MISMATCH, "scope.currency")
        if scope.channels and cart.channel not in scope.channels:
            return Miss(Reason.CHANNEL_MISMATCH, "scope.channels")
        if scope.stores and cart.store not in scope.stores:
            return Miss(Reason.STORE_MISMATCH, "scope.stores")
        if scope.till_groups and cart.till_group not in scope.till_groups:
            return Miss(Reason.STORE_MISMATCH, "scope.till_groups")
        if scope.needs_card and not buyer.has_card:
            return Miss(Reason.CARD_REQUIRED, "scope.needs_card")
        if scope.stages and buyer.stage not in scope.stages:
            return Miss(Reason.SEGMENT_MISMATCH, "scope.stages")
        for name, wanted, found in (
            ("price_lists", scope.price_lists, cart.price_lists),
            ("groups", scope.groups, buyer.groups),
            ("segments", scope.segments, buyer.segments),
            ("tiers", scope.tiers, buyer.tiers),
            ("programmes", scope.programmes, buyer.programmes),
        ):
            if wanted and wanted.isdisjoint(found):
                return Miss(Reason.SEGMENT_MISMATCH, f"scope.{name}")
        return None

    return gate


def limit_reached(remaining: Remaining) -> Miss | None:
    """Return which limit leaves no further use."""
    if remaining is UNLIMITED:
        return None
    if remaining.needs_customer:
        return Miss(Reason.CUSTOMER_UNKNOWN, "limits.uses_of_customer")
    for name, left, reason in (
        ("uses", remaining.uses, Reason.USAGE_LIMIT_REACHED),
        ("uses_of_customer", remaining.uses_of_customer, Reason.CUSTOMER_LIMIT_REACHED),
        ("uses_of_code", remaining.uses_of_code, Reason.USAGE_LIMIT_REACHED),
        ("uses_today", remaining.uses_today, Reason.USAGE_LIMIT_REACHED),
        ("budget_minor", remaining.budget_minor, Reason.BUDGET_EXHAUSTED),
        ("period_budget_minor", remaining.period_budget_minor, Reason.BUDGET_EXHAUSTED),
    ):
        if left is not None and left <= 0:
            return Miss(reason, f"limits.{name}", needed=1, have=0)
    return None


def budget_short(remaining: Remaining, amount: int) -> Miss | None:
    """Return which budget does not hold an amount: a promise is kept whole, or not made."""
    if remaining is UNLIMITED:
        return None
    for name, left in (
        ("budget_minor", remaining.budget_minor),
        ("period_budget_minor", remaining.period_budget_minor),
    ):
        if left is not None and amount > left:
            return Miss(Reason.BUDGET_EXHAUSTED, f"limits.{name}", needed=amount, have=left)
    return None


def entered_codes(
    cart: Cart, by_code: Mapping[str, Sequence[Key]]
) -> tuple[dict[Key, list[EnteredCode]], list[EnteredCode]]:
    """Return the entered codes by promotion, and those that belong to none."""
    found: dict[Key, list[EnteredCode]] = {}
    unknown = []
    for code in cart.codes:
        keys = list(by_code.get(normalized(code.text), ()))
        if code.promotion is not None and code.promotion not in keys:
            keys.append(code.promotion)
        for key in keys:
            found.setdefault(key, []).append(code)
        if not keys:
            unknown.append(code)
    return found, unknown
