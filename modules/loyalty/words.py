"""What a programme says, in sentences: on its page, and beside the fields while it is set up."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from app.histories import History
from app.i18n import _, language, lazy, ngettext
from app.look import day, number
from app.money import format_money
from modules import organization
from modules.loyalty.earning import EarnedLine, EarningRule, points_for
from modules.loyalty.given import ProgramData, TierData
from modules.loyalty.lots import ReturnPolicy
from modules.loyalty.models import CountsFrom, EarnBase, JoinPolicy, RewardKind, SpendAs
from modules.loyalty.pooling import PoolMode
from modules.loyalty.tiers import DowngradePolicy, TierMetric, TierWindow
from modules.loyalty.validity import Validity, expiry

_EXAMPLE_MINOR = 250_00
Said = tuple[str, list[str]]
"""A word, and the sentences behind it."""

JOINS: dict[JoinPolicy, Any] = {
    JoinPolicy.ASKED: lazy("Whoever asks: staff enrol them"),
    JoinPolicy.FIRST_ORDER: lazy("Every known customer, with the first order"),
}
BASES: dict[EarnBase, Any] = {
    EarnBase.PAID: lazy("What is really paid for goods"),
    EarnBase.BEFORE_DISCOUNTS: lazy("The price before discounts"),
}
COUNTS: dict[CountsFrom, Any] = {
    CountsFrom.SHIPPED: lazy("the day the goods leave"),
    CountsFrom.PLACED: lazy("the day of the order"),
}
VALIDITIES: dict[Validity, Any] = {
    Validity.FOREVER: lazy("they do not expire"),
    Validity.DAYS: lazy("so many days"),
    Validity.END_OF_MONTH: lazy("to the end of a month, so many months later"),
    Validity.END_OF_YEAR: lazy("to the end of a year, so many years later"),
}
RETURNS: dict[ReturnPolicy, Any] = {
    ReturnPolicy.WITHIN_BALANCE: lazy("As far as the member has points"),
    ReturnPolicy.ONLY_PENDING: lazy("Only while they are pending"),
    ReturnPolicy.UNLIMITED: lazy("All of them: what is missing is owed"),
}
SPENDS: dict[SpendAs, Any] = {
    SpendAs.REBATE: lazy("A discount on the order"),
    SpendAs.REWARDS: lazy("Rewards only, not on orders"),
}
METRICS: dict[TierMetric, Any] = {
    TierMetric.SPEND: lazy("money spent"),
    TierMetric.POINTS: lazy("points earned"),
    TierMetric.ORDERS: lazy("number of orders"),
}
WINDOWS: dict[TierWindow, Any] = {
    TierWindow.ROLLING_MONTHS: lazy("the last months"),
    TierWindow.CALENDAR_YEAR: lazy("the calendar year"),
    TierWindow.SINCE_JOINING: lazy("all the time since joining"),
}
DOWNGRADES: dict[DowngradePolicy, Any] = {
    DowngradePolicy.ONE_DOWN: lazy("One tier down"),
    DowngradePolicy.BALANCE_BASED: lazy("Down to the tier that was reached"),
    DowngradePolicy.NONE: lazy("Nobody goes down"),
}
POOLS: dict[PoolMode, Any] = {
    PoolMode.OWN_FIRST: lazy("One’s own points first"),
    PoolMode.OLDEST_FIRST: lazy("The oldest points first"),
}
REWARDS: dict[RewardKind, Any] = {
    RewardKind.STORE_CREDIT: lazy("Store credit"),
    RewardKind.COUPON: lazy("A coupon of a promotion"),
    RewardKind.GOODS: lazy("Goods at the counter"),
}


def money(minor: int, currency: str) -> str:
    return format_money(minor, currency, language())


def times(multiplier_bp: int) -> str:
    """Return a multiplier as people say it, such as 1,5."""
    text = number(multiplier_bp / 10_000, 4)
    return text.rstrip("0").rstrip(".,")


def measure(metric: TierMetric, amount: int, data: Any) -> str:
    """Return so much of what decides the tier: money, points, or orders."""
    if metric is TierMetric.SPEND:
        return money(amount, data.currency)
    if metric is TierMetric.ORDERS:
        return str(ngettext("%(num)s order", "%(num)s orders", amount))
    return f"{number(amount)} {data.unit_name}"


def sentences(data: ProgramData, tiers: Sequence[TierData]) -> list[Said]:
    """Return what a programme says, word by word, with an example of today."""
    today = organization.today()
    said = [
        (_("Earning"), _earning(data)),
        (_("Example"), _example(data, today)),
        (_("Spending"), [spending(data)]),
        (_("Validity"), [_valid(data)]),
        (_("Returns"), [_returned(data)]),
    ]
    if tiers:
        said.append((_("Tiers"), _tiers(data, tiers)))
    if data.referrer_points or data.friend_points:
        said.append((_("Friends"), [_referral(data)]))
    return said


def _earning(data: ProgramData) -> list[str]:
    told = [
        _(
            "For each %(money)s members get %(points)s %(unit)s.",
            money=money(data.earn_per_minor, data.currency),
            points=number(data.earn_points),
            unit=data.unit_name,
        )
    ]
    if data.least_order_minor:
        least = money(data.least_order_minor, data.currency)
        told.append(_("Orders below %(money)s give nothing.", money=least))
    if data.most_per_receipt is not None:
        told.append(_("One order gives at most %(points)s.", points=number(data.most_per_receipt)))
    if data.most_per_day is not None:
        told.append(_("One day gives at most %(points)s.", points=number(data.most_per_day)))
    if data.excluded_categories:
        named = ", ".join(data.excluded_categories)
        told.append(_("Nothing is earned on: %(categories)s.", categories=named))
    return told


def earned_by_example(data: ProgramData, minor: int = _EXAMPLE_MINOR) -> int:
    rule = EarningRule(
        per_minor=data.earn_per_minor,
        points=data.earn_points,
        least_order_minor=data.least_order_minor,
        most_points=data.most_per_receipt,
    )
    return points_for(rule, [EarnedLine(paid_minor=minor)])


def _example(data: ProgramData, today: date) -> list[str]:
    begins = today + timedelta(days=data.pending_days)
    ends = expiry(data.validity, data.valid_for, begins)
    given = {
        "money": money(_EXAMPLE_MINOR, data.currency),
        "points": number(earned_by_example(data)),
        "unit": data.unit_name,
        "day": day(begins),
    }
    if data.counts_from is CountsFrom.PLACED:
        told = _(
            "An order of %(money)s today gives %(points)s %(unit)s, to be spent from %(day)s.",
            **given,
        )
    else:
        told = _(
            "An order of %(money)s that leaves today gives %(points)s %(unit)s, to be spent "
            "from %(day)s.",
            **given,
        )
    if ends is None:
        return [told]
    last = day(ends - timedelta(days=1))
    return [told, _("Their last day is %(day)s.", day=last)]


def spending(data: Any) -> str:
    """Return what points are worth when an order is paid; data: terms, or a programme."""
    if data.spend_as is SpendAs.REWARDS:
        return _("Points are spent on rewards only.")
    if not data.step_points:
        return _("What points are worth on an order is not said yet.")
    given = {
        "points": number(data.step_points),
        "unit": data.unit_name,
        "money": money(data.step_minor, data.currency),
    }
    return _("Each %(points)s %(unit)s take %(money)s off an order.", **given)


def _valid(data: ProgramData) -> str:
    count = data.valid_for
    if data.validity is Validity.FOREVER:
        return _("Points do not expire.")
    if data.validity is Validity.DAYS:
        return str(
            ngettext(
                "Points are valid for %(num)s day from when they can be spent.",
                "Points are valid for %(num)s days from when they can be spent.",
                count,
            )
        )
    if data.validity is Validity.END_OF_MONTH:
        if not count:
            return _("Points are valid to the end of the month in which they can be spent.")
        return str(
            ngettext(
                "Points are valid to the end of the month %(num)s month later.",
                "Points are valid to the end of the month %(num)s months later.",
                count,
            )
        )
    if not count:
        return _("Points are valid to the end of the year in which they can be spent.")
    return str(
        ngettext(
            "Points are valid to the end of the year %(num)s year later.",
            "Points are valid to the end of the year %(num)s years later.",
            count,
        )
    )


def _returned(data: ProgramData) -> str:
    return {
        ReturnPolicy.WITHIN_BALANCE: _(
            "What comes back takes its points along, as far as the member has points."
        ),
        ReturnPolicy.ONLY_PENDING: _("What comes back takes its points along while they wait."),
        ReturnPolicy.UNLIMITED: _(
            "What comes back takes its points along; those that are spent are owed, and the next "
            "points repay them."
        ),
    }[data.return_policy]


def _tiers(data: ProgramData, tiers: Sequence[TierData]) -> list[str]:
    return [
        _(
            "%(tier)s from %(amount)s %(window)s: the points times %(times)s.",
            tier=one.name,
            amount=measure(data.tier_metric, one.threshold, data),
            window=window_words(data),
            times=times(one.multiplier_bp),
        )
        if one.threshold
        else _(
            "%(tier)s from the beginning: the points times %(times)s.",
            tier=one.name,
            times=times(one.multiplier_bp),
        )
        for one in sorted(tiers, key=lambda tier: tier.threshold)
    ]


def window_words(data: Any) -> str:
    """Return in which time a tier has to be reached."""
    if data.tier_window is TierWindow.CALENDAR_YEAR:
        return _("in a calendar year")
    if data.tier_window is TierWindow.SINCE_JOINING:
        return _("since joining")
    return str(ngettext("in %(num)s month", "in %(num)s months", data.tier_months))


def _referral(data: ProgramData) -> str:
    return _(
        "Who brings a friend gets %(points)s, and the friend %(friend)s, %(days)s days after the "
        "friend’s first order.",
        points=number(data.referrer_points),
        friend=number(data.friend_points),
        days=number(data.referral_days),
    )


# --- histories --------------------------------------------------------------------------------

_FIELDS: dict[str, Any] = {
    "name": lazy("Name"),
    "code": lazy("Code"),
    "unit_name": lazy("Points are called"),
    "earn_per_minor": lazy("For each"),
    "earn_points": lazy("Members get"),
    "pending_days": lazy("Days of waiting"),
    "valid_for": lazy("How long"),
    "step_points": lazy("Points of a step"),
    "step_minor": lazy("What a step is worth"),
    "tier_months": lazy("Months"),
    "number": lazy("Number"),
    "reason": lazy("Why"),
    "points": lazy("Points"),
    "program": lazy("Programme"),
    "is_staff": lazy("Works here"),
}
_SILENT = {"household"}


def _value(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name.endswith("_minor") and isinstance(value, int):
        return money(value, organization.get_company().currency)
    if isinstance(value, list):
        return ", ".join(str(one["name"]) if isinstance(one, dict) else str(one) for one in value)
    return str(value)


PROGRAM_HISTORY = History(
    kind="loyalty_program",
    actions={
        "created": lazy("Programme made"),
        "changed": lazy("Changed"),
        "opened": lazy("Opened"),
        "closed": lazy("Paused"),
        "wallet added": lazy("Wallet added"),
        "tiers set": lazy("Tiers changed"),
        "rules set": lazy("Earning rules changed"),
        "reward added": lazy("Reward added"),
        "reward ended": lazy("Reward taken off the list"),
        "cards printed": lazy("Cards printed"),
    },
    field=lambda name: str(_FIELDS.get(name, name.replace("_", " "))),
    value=_value,
    icons={"opened": "player-play", "closed": "player-pause", "cards printed": "printer"},
)

MEMBER_HISTORY = History(
    kind="loyalty_member",
    actions={
        "enrolled": lazy("Enrolled"),
        "came back": lazy("Joined again"),
        "left": lazy("Left the programme"),
        "changed": lazy("Changed"),
        "card issued": lazy("Card given"),
        "card blocked": lazy("Card blocked"),
        "card unblocked": lazy("Card can be used again"),
        "card replaced": lazy("Card replaced"),
        "household begun": lazy("Began a household"),
        "joined household": lazy("Joined a household"),
        "left household": lazy("Left the household"),
        "phone link made": lazy("Link for the phone made"),
        "phone link ended": lazy("Link for the phone ended"),
    },
    field=lambda name: str(_FIELDS.get(name, name.replace("_", " "))),
    value=_value,
    tells=lambda name: name not in _SILENT,
    icons={"card blocked": "lock", "card unblocked": "lock-open", "left": "logout"},
)
