"""A definition as people read it: a sentence drawn from the settings of its parts."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import lazy_pgettext as pgettext  # under the name that extraction looks for

from app.histories import History
from app.i18n import _, lazy
from app.look import day, moment, money, number
from modules import customers, organization
from modules.promotions.definition import read_promotion
from modules.promotions.definition.reading import Reader
from modules.promotions.engine.benefit import Benefit
from modules.promotions.engine.benefits.tiered import Measure
from modules.promotions.engine.condition import Condition
from modules.promotions.engine.filters import Filter
from modules.promotions.engine.offers import Phase
from modules.promotions.engine.promotion import (
    Limits,
    Promotion,
    RefundPolicy,
    Schedule,
    Trigger,
)
from modules.promotions.engine.settings import Kind, Setting, settings_of
from modules.promotions.limit_words import code_words, limit_words
from modules.promotions.phrases import phrase_of, rate_words

WEEKDAYS = (
    lazy("Monday"),
    lazy("Tuesday"),
    lazy("Wednesday"),
    lazy("Thursday"),
    lazy("Friday"),
    lazy("Saturday"),
    lazy("Sunday"),
)
PHASES = {
    Phase.CATALOGUE: lazy("The price on the shelf"),
    Phase.LINE: lazy("Goods, line by line"),
    Phase.ORDER: lazy("The whole order"),
    Phase.SHIPPING: lazy("The delivery"),
}
REFUND_POLICIES = {
    RefundPolicy.KEEP: lazy("It gives back what it was paid"),
    RefundPolicy.RECALCULATE: lazy("What stays is priced anew, and the rest is given back"),
    RefundPolicy.RETURN_TOGETHER: lazy("All of it comes back together, or nothing"),
}
ACTIONS = {
    "drafted": lazy("Drafted"),
    "revised": lazy("Revised"),
    "discarded": lazy("Draft thrown away"),
    "published": lazy("Published"),
    "paused": lazy("Paused"),
    "resumed": lazy("Resumed"),
    "ended": lazy("Ended"),
    "archived": lazy("Archived"),
    "codes_made": lazy("Codes made"),
    "codes_issued": lazy("Codes given out"),
    "codes_blocked": lazy("Codes blocked"),
    "codes_freed": lazy("Codes let free"),
}
_FIELD = {
    "name": lazy("Name"),
    "number": lazy("Version"),
    "count": lazy("Codes"),
    "note": lazy("Why it is right"),
    "conditions": pgettext("promotion", "When"),
    "benefits": pgettext("promotion", "Then"),
    "schedule": lazy("Valid"),
    "scope": lazy("Where"),
    "beside": lazy("Beside others"),
}


def promotion_of(definition: Mapping[str, Any]) -> Promotion:
    """Return a kept definition as the engine takes it, to be told of."""
    return read_promotion(definition, key=0)


class Teller:
    """Tells what promotions say; the names of the house's own things are read once for all."""

    def __init__(self) -> None:
        self.currency = organization.get_company().currency
        self._known: dict[str, Mapping[str, str]] = {}

    def when(self, promotion: Promotion) -> list[str]:
        """Return each condition as a piece of a sentence."""
        return [self.thing(one) for one in promotion.conditions]

    def then(self, promotion: Promotion) -> list[str]:
        """Return each benefit as a piece of a sentence."""
        return [self.thing(one) for one in promotion.benefits]

    def gives(self, promotion: Promotion) -> str:
        return "; ".join(self.then(promotion))

    def sentence(self, promotion: Promotion) -> str:
        """Return the whole as one sentence."""
        then = "; ".join([self.gives(promotion), *self.limits(promotion)])
        if not promotion.conditions:
            return then
        when = "; ".join(self.when(promotion))
        return str(_("When: %(when)s. Then: %(then)s", when=when, then=then))

    def comes_back(self, promotion: Promotion) -> str:
        return str(REFUND_POLICIES[promotion.refund_policy])

    def where(self, promotion: Promotion) -> list[str]:
        """Return in which channels and stores; nothing where it is everywhere."""
        said = []
        if promotion.scope.channels:
            names = ", ".join(self.names("channel", promotion.scope.channels))
            said.append(_("Channels: %(names)s", names=names))
        if promotion.scope.stores:
            names = ", ".join(self.names("store", promotion.scope.stores))
            said.append(_("Stores: %(names)s", names=names))
        return said

    def code(self, promotion: Promotion) -> str:
        """Return which code has to be named."""
        return code_words(promotion)

    def limits(self, promotion: Promotion) -> list[str]:
        """Return how often it may be used and for how much."""
        return limit_words(promotion, self.currency)

    def thing(self, thing: Condition | Benefit) -> str:
        """Return a condition or benefit as people say it, or by its title and what was set."""
        said_so = phrase_of(thing, self)
        if said_so is not None:
            return said_so
        needed, more = [], []
        settings = settings_of(thing)
        is_one = sum(one.required for one in settings) == 1
        for setting in settings:
            value = getattr(thing, setting.name)
            if setting.required:
                tell = self._value if is_one else self.labelled
                needed.append(tell(setting, value, thing))
            elif value != setting.default:
                more.append(self.labelled(setting, value, thing))
        said = str(thing.title)
        if needed:
            said = f"{said}: {', '.join(needed)}"
        return f"{said} ({'; '.join(more)})" if more else said

    def goods(self, filter_: Filter) -> str:
        """Return which goods are meant."""
        said = [
            self._plainly(setting, value, filter_)
            for setting in settings_of(filter_)
            if (value := getattr(filter_, setting.name)) != setting.default
        ]
        return "; ".join(said) if said else str(_("all goods"))

    def _plainly(self, setting: Setting, value: Any, filter_: Filter) -> str:
        """Return one kind of goods: categories and brands speak for themselves."""
        if setting.name in ("categories", "brands"):
            return ", ".join(self.names(setting.of, value))
        return self.labelled(setting, value, filter_)

    def names(self, of: str, codes: Iterable[str]) -> list[str]:
        """Return what codes are called, where a person knows them by a name."""
        if of in NAMED and of not in self._known:
            self._known[of] = names_of(of)
        known = self._known.get(of, {})
        return [known.get(code, code) for code in sorted(codes)]

    def labelled(self, setting: Setting, value: Any, thing: Any) -> str:
        """Return one setting with its name before it."""
        label = str(setting.label)
        return label if value is True else f"{label}: {self._value(setting, value, thing)}"

    def _value(self, setting: Setting, value: Any, thing: Any) -> str:
        match setting.kind:
            case Kind.MONEY:
                return money(value, self.currency)
            case Kind.RATE:
                return rate_words(value)
            case Kind.COUNT:
                return number(value)
            case Kind.FLAG:
                return str(_("yes") if value else _("no"))
            case Kind.CHOICE:
                return str(dict(setting.choices)[value])
            case Kind.TEXT:
                return str(value)
            case Kind.TEXTS:
                return ", ".join(self.names(setting.of, value))
            case Kind.PAIRS:
                return ", ".join(f"{name} {one}" for name, one in sorted(value))
            case Kind.STEPS:
                return ", ".join(self._step(setting, one, thing) for one in value)
            case Kind.FILTER:
                return self.goods(value)
            case Kind.FILTERS:
                return " + ".join(self.goods(one) for one in value)
            case Kind.PARTS:
                return " + ".join(
                    f"{number(one.count)} × {self.goods(one.filter)}" for one in value
                )
            case Kind.CONDITION:
                return self.thing(value)
            case Kind.CONDITIONS:
                return "; ".join(self.thing(one) for one in value)

    def _step(self, setting: Setting, step: tuple[int, int], thing: Any) -> str:
        start, given = step
        by_amount = getattr(thing, "measure", Measure.AMOUNT) is Measure.AMOUNT
        said = money(start, self.currency) if by_amount else number(start)
        off = rate_words(given) if setting.unit == "bp" else money(given, self.currency)
        return str(_("from %(start)s: %(off)s", start=said, off=off))


def names_of(of: str) -> dict[str, str]:
    """Return the names of the house's own things by their codes."""
    if of == "stage":
        return {code: str(name) for code, name in customers.STAGES.items()}
    found: Sequence[Any] = {
        "channel": organization.list_channels,
        "store": organization.list_stores,
        "payment_method": organization.list_payment_methods,
        "shipping_method": organization.list_shipping_methods,
        "customer_group": customers.list_groups,
    }[of]()
    return {one.code: one.name for one in found}


NAMED = ("channel", "store", "payment_method", "shipping_method", "customer_group", "stage")


def valid_words(schedule: Schedule) -> list[str]:
    """Return when an offer is valid, piece by piece; nothing where it always is."""
    said = []
    if schedule.starts_at is not None:
        said.append(_("from %(when)s", when=moment(schedule.starts_at)))
    if schedule.ends_at is not None:
        said.append(_("until %(when)s", when=moment(schedule.ends_at)))
    if schedule.weekdays:
        said.append(_days(sorted(schedule.weekdays)))
    for start, end in schedule.hours:
        said.append(f"{start:%H:%M}–{end:%H:%M}")
    if schedule.not_on:
        days = ", ".join(day(one) for one in sorted(schedule.not_on))
        said.append(_("not on %(days)s", days=days))
    return said


def _days(weekdays: Sequence[int]) -> str:
    """Return days of the week; three or more in a row from the first to the last."""
    first, last = weekdays[0], weekdays[-1]
    if last - first == len(weekdays) - 1 >= 2:
        return f"{WEEKDAYS[first]} – {WEEKDAYS[last]}"
    return ", ".join(str(WEEKDAYS[one]) for one in weekdays)


def _told(name: str, value: Any) -> str:
    """Return one part of a definition in words, as the audit trail keeps it."""
    if name not in _FIELD or name in ("name", "number", "note", "count"):
        return str(value)
    part = json.loads(value) if value else {}
    reader, teller = Reader(), Teller()
    match name:
        case "conditions":
            said = [teller.thing(reader.condition(one, "")) for one in part.get(name, ())]
            return "; ".join(said) or _("for every order")
        case "benefits":
            return "; ".join(teller.thing(reader.benefit(one, "")) for one in part.get(name, ()))
        case "schedule":
            return ", ".join(valid_words(reader.schedule(part.get(name, {}), ""))) or _("always")
        case "scope":
            scope = reader.scope(part.get(name, {}), "")
            where = teller.where(Promotion(id=0, phase=Phase.LINE, benefits=(), scope=scope))
            return "; ".join(where) or _("everywhere")
    return _beside(part, teller.currency)


def _beside(part: Mapping[str, Any], currency: str) -> str:
    """Return how it stands beside other promotions."""
    said = [str(PHASES[Phase(part["phase"])])] if "phase" in part else []
    if part.get("priority"):
        said.append(f"{_('Priority')}: {part['priority']}")
    if part.get("group"):
        said.append(f"{_('Where several promotions fit')}: {part['group']}")
    if part.get("most_minor") is not None:
        said.append(f"{_('At most off one order')}: {money(part['most_minor'], currency)}")
    if "codes" in part or "limits" in part or part.get("trigger") == "code":
        told = Promotion(
            id=0,
            phase=Phase.LINE,
            benefits=(),
            trigger=Trigger(part.get("trigger", "auto")),
            codes=frozenset(part.get("codes", ())),
            limits=Limits(**part.get("limits", {})),
        )
        code = code_words(told)
        said += [f"{_('Code')}: {code}"] if code else []
        said += limit_words(told, currency)
    if part.get("refund_policy"):
        said.append(str(REFUND_POLICIES[RefundPolicy(part["refund_policy"])]))
    if part.get("exclusive"):
        said.append(_("Alone: where it applies, no other promotion does"))
    if part.get("once_per_product"):
        said.append(_("Not on pieces that another promotion made cheaper"))
    return "; ".join(said)


HISTORY = History(
    kind="promotion",
    actions=ACTIONS,
    field=lambda name: str(_FIELD.get(name, name)),
    value=_told,
    tells=lambda name: name != "state",
    bare=("drafted",),
    icons={"published": "check", "paused": "player-pause", "ended": "x"},
)
