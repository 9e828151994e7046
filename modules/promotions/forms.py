"""The builder's form: a promotion as a sentence of parts, each part with the fields it declares."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flask import request
from wtforms import BooleanField, DateTimeLocalField, SelectField, StringField, TimeField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from app.errors import RuleViolation
from app.forms import ChecksField, Form, IntegerField, MoneyField, PartForm, SelectChoice
from app.i18n import _, lazy, retold
from modules import organization
from modules.promotions.checks import CONDITIONS
from modules.promotions.definition.faults import BadDefinition
from modules.promotions.engine.offers import Phase
from modules.promotions.engine.promotion import Promotion, Trigger
from modules.promotions.engine.registry import benefit_kinds, condition_kinds
from modules.promotions.engine.settings import Kind, settings_of
from modules.promotions.fields import (
    TextsField,
    drawn_settings,
    form_of,
    is_drawn,
    offer_choices,
    typed_of,
    written_of,
    written_of_field,
)
from modules.promotions.limit_fields import LimitFields, shown_limits, written_limits
from modules.promotions.queries import list_groups
from modules.promotions.refund_field import refund_policy_field
from modules.promotions.words import PHASES, WEEKDAYS, names_of

MOST_PARTS = 10
_MINUTE = "%Y-%m-%dT%H:%M"


@dataclass
class Part:
    """One condition or benefit in the builder."""

    prefix: str
    thing: type[Any]
    form: PartForm
    currency: str
    is_new: bool = False
    """It was added a moment ago."""

    @property
    def kind(self) -> str:
        return str(self.thing.kind)

    @property
    def title(self) -> str:
        return str(self.thing.title)

    @property
    def needed(self) -> Sequence[Any]:
        return [self.form[one.name] for one in drawn_settings(self.thing) if one.required]

    @property
    def more(self) -> Sequence[Any]:
        """Return the fields that may stay as they are, those of goods last."""
        rest = [one for one in drawn_settings(self.thing) if not one.required]
        rest.sort(key=lambda one: one.kind is Kind.FILTER)
        return [self.form[one.name] for one in rest]

    @property
    def asks_goods(self) -> bool:
        """Test whether it can be narrowed to some goods."""
        return any(
            one.kind is Kind.FILTER and not one.required for one in drawn_settings(self.thing)
        )

    @property
    def units(self) -> Mapping[str, str]:
        """Return what stands behind a field, by its name."""
        words = {"bp": "%", "days": _("days")}
        found = {one.name: words.get(one.unit, "") for one in drawn_settings(self.thing)}
        return {self.form[name].short_name: word for name, word in found.items() if word}

    @property
    def is_set(self) -> bool:
        """Test whether something stands otherwise than usual, or is wrong: then it is shown."""
        usual = form_of(self.thing, self.currency)()  # type: ignore[arg-type]
        return any(
            bool(self.form[name].errors)
            or written_of_field(self.form, one, self.currency)
            != written_of_field(usual, one, self.currency)
            for one in drawn_settings(self.thing)
            if not one.required and (name := one.name)
        )


class PromotionForm(LimitFields, Form):
    """Its values are the arguments of `operations.revise_promotion`."""

    name = StringField(lazy("Name"), [DataRequired(), Length(max=120)])
    phase = SelectField(lazy("It makes cheaper"), default=Phase.LINE.value)
    starts_at = DateTimeLocalField(lazy("From"), [Optional()], format=_MINUTE)
    ends_at = DateTimeLocalField(lazy("Until"), [Optional()], format=_MINUTE)
    weekdays = ChecksField(lazy("Only on"), coerce=int)
    from_hour = TimeField(lazy("Each day from"), [Optional()])
    to_hour = TimeField(lazy("Each day until"), [Optional()])
    not_on = TextsField(lazy("Not on these days"))
    channels = ChecksField(lazy("Channels"))
    stores = ChecksField(lazy("Stores"))
    group = SelectField(lazy("Where several promotions fit"))
    priority = IntegerField(
        lazy("Priority"), [InputRequired(), NumberRange(-1000, 1000)], default=0
    )
    most_minor = MoneyField(lazy("At most off one order"), [Optional()])
    exclusive = BooleanField(lazy("Alone: where it applies, no other promotion does"))
    refund_policy = refund_policy_field()
    once_per_product = BooleanField(lazy("Not on pieces that another promotion made cheaper"))

    conditions: list[Part]
    benefits: list[Part]

    def __init__(self, promotion: Promotion | None = None, **more: Any) -> None:
        self.currency = organization.get_company().currency
        self.zone = organization.company_zone().key
        shown = _shown(promotion, self.zone) if promotion else {}
        super().__init__(**shown, **more)
        for amount in (self.most_minor, self.budget_minor, self.budget_per_month_minor):
            amount.currency = self.currency
        self.phase.choices = [SelectChoice(one.value, word) for one, word in PHASES.items()]
        self.weekdays.choices = [SelectChoice(at, word) for at, word in enumerate(WEEKDAYS)]
        for field, of in ((self.channels, "channel"), (self.stores, "store")):
            known = names_of(of)
            gone = {one: one for one in field.data or () if one not in known}
            field.choices = [SelectChoice(code, name) for code, name in (known | gone).items()]
        self.group.choices = [
            *(SelectChoice(one.code, retold(one.name)) for one in list_groups()),
            SelectChoice("", _("All that fit, one after another")),
        ]
        if self.is_submitted():
            self.conditions = self._typed_parts("conditions", offered_conditions())
            self.benefits = self._typed_parts("benefits", offered_benefits())
        else:
            self.conditions = self._parts("conditions", promotion.conditions if promotion else ())
            self.benefits = self._parts("benefits", promotion.benefits if promotion else ())

    # --- its parts ----------------------------------------------------------------------------

    def _parts(self, family: str, things: Sequence[Any]) -> list[Part]:
        return [
            self._part(family, place, type(one), data=typed_of(one, self.currency))
            for place, one in enumerate(things)
        ]

    def _typed_parts(self, family: str, kinds: Mapping[str, type[Any]]) -> list[Part]:
        found = []
        for place in range(MOST_PARTS):
            kind = request.form.get(f"{family}-{place}-kind", "")
            if kind in kinds:
                found.append(self._part(family, place, kinds[kind], formdata=request.form))
        return found

    def _part(
        self,
        family: str,
        place: int,
        thing: type[Any],
        *,
        data: Mapping[str, Any] | None = None,
        formdata: Any = None,
    ) -> Part:
        prefix = f"{family}-{place}-"
        own: Any = form_of
        form = own(thing, self.currency)(formdata=formdata, prefix=prefix, **(data or {}))
        offer_choices(form, thing)
        return Part(prefix=prefix, thing=thing, form=form, currency=self.currency)

    def add(self, family: str, kind: str) -> None:
        """Put one more condition or benefit into the sentence."""
        kinds = offered_conditions() if family == "conditions" else offered_benefits()
        parts = getattr(self, family, [])
        if kind not in kinds or len(parts) >= MOST_PARTS:
            return
        taken = {one.prefix for one in parts}
        free = next(at for at in range(MOST_PARTS) if f"{family}-{at}-" not in taken)
        parts.append(self._part(family, free, kinds[kind]))
        parts[-1].is_new = True

    def drop(self, prefix: str) -> None:
        """Take a condition or benefit out of the sentence."""
        self.conditions = [one for one in self.conditions if one.prefix != prefix]
        self.benefits = [one for one in self.benefits if one.prefix != prefix]

    # --- what was typed -----------------------------------------------------------------------

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        for part in (*self.conditions, *self.benefits):
            valid = part.form.validate() and valid
        if not self.benefits:
            self.form_errors.append(_("Say what the promotion gives."))
            return False
        if bool(self.from_hour.data) != bool(self.to_hour.data):
            missing = self.to_hour if self.from_hour.data else self.from_hour
            missing.errors = [*missing.errors, _("Write both hours, or none of them.")]
            return False
        return valid

    def values(self) -> dict[str, Any]:
        return {"name": self.name.data, "definition": self.definition()}

    def definition(self) -> dict[str, Any]:
        written: dict[str, Any] = {
            "phase": self.phase.data,
            "conditions": [self._written(one) for one in self.conditions],
            "benefits": [self._written(one) for one in self.benefits],
            "schedule": self._schedule(),
            "scope": {"channels": self.channels.data or [], "stores": self.stores.data or []},
            "priority": self.priority.data or 0,
            "most_minor": self.most_minor.data,
            "exclusive": self.exclusive.data,
            "refund_policy": self.refund_policy.data or "keep",
            "once_per_product": self.once_per_product.data,
            **written_limits(self),
        }
        if self.group.data:
            written["group"] = self.group.data
        return written

    def _written(self, part: Part) -> dict[str, Any]:
        return {"kind": part.kind, **written_of(part.form, part.thing, self.currency)}

    def _schedule(self) -> dict[str, Any]:
        zone = ZoneInfo(self.zone)
        moments = {
            name: value.replace(tzinfo=zone).astimezone(UTC).isoformat()
            for name, value in (("starts_at", self.starts_at.data), ("ends_at", self.ends_at.data))
            if value is not None
        }
        hours = (
            [[f"{self.from_hour.data:%H:%M}", f"{self.to_hour.data:%H:%M}"]]
            if (self.from_hour.data and self.to_hour.data)
            else []
        )
        return {
            **moments,
            "zone": self.zone,
            "weekdays": self.weekdays.data or [],
            "hours": hours,
            "not_on": self.not_on.data or [],
        }

    # --- what was refused ---------------------------------------------------------------------

    def refuse(self, violation: RuleViolation) -> None:
        """Show each fault of a definition beside the field that it speaks about."""
        if not isinstance(violation, BadDefinition):
            super().refuse(violation)
            return
        for fault in violation.faults:
            field = self._field_at(fault.pointer.split("/")[2:])
            if field is None:
                self.form_errors.append(fault.message)
            elif fault.message not in field.errors:
                field.errors = [*field.errors, fault.message]

    def _field_at(self, way: Sequence[str]) -> Any:
        """Return the field to which a way through the definition leads, as far as there is one."""
        family, *rest = way or [""]
        if family == "schedule" and rest:
            names = {"hours": "from_hour", "zone": "starts_at"}
            return self[names.get(rest[0], rest[0])] if rest[0] in _SCHEDULE else None
        if family in ("scope", "limits") and rest:
            return _of(self, rest[0])
        if family in ("conditions", "benefits"):
            return _field_in(getattr(self, family), rest)
        return _of(self, "needs_code" if family == "trigger" else family)

    @property
    def wrong(self) -> list[tuple[str, str, str]]:
        """Return (id, label, text) of each field that needs the person, as the page has them."""
        found: list[tuple[str, str, str]] = []
        for form in (self, *(one.form for one in (*self.conditions, *self.benefits))):
            found += _wrong_in(form)
        return found


_SCHEDULE = ("starts_at", "ends_at", "zone", "weekdays", "hours", "not_on")


def _of(form: Any, name: str) -> Any:
    return form[name] if name in form else None  # noqa: SIM401 - a form has no `get`


def _field_in(parts: Sequence[Part], way: Sequence[str]) -> Any:
    if not way or not way[0].isdigit() or int(way[0]) >= len(parts):
        return None
    form: Any = parts[int(way[0])].form
    field: Any = next(iter(form), None)
    for name in way[1:]:
        if name not in form:
            break
        field = form[name]
        if not hasattr(field, "form"):
            break
        form = field.form
    # A fault of the goods as a whole is told at the first word that says which.
    return next(iter(field.form)) if hasattr(field, "form") else field


def _wrong_in(form: Any) -> list[tuple[str, str, str]]:
    found: list[tuple[str, str, str]] = []
    for field in form:
        if hasattr(field, "form"):
            found += _wrong_in(field.form)
            continue
        said = [one for one in field.errors if isinstance(one, str)]
        if said:
            found.append((field.id, field.label.text, said[0]))
    return found


class NewPromotionForm(PromotionForm):
    """Its values are the arguments of `operations.draft_promotion`."""

    code = StringField(lazy("Code"), [DataRequired(), Length(max=32)])

    def values(self) -> dict[str, Any]:
        return {**super().values(), "code": self.code.data}


def offered_conditions() -> dict[str, type[Any]]:
    """Return the conditions that the builder offers: those it can draw whole."""
    kinds = {kind: one for kind, one in condition_kinds().items() if kind in CONDITIONS}
    # Where it holds is said once for the whole promotion.
    elsewhere = ("channel_is", "store_is")
    return {kind: one for kind, one in kinds.items() if _is_offered(one) and kind not in elsewhere}


def offered_benefits() -> dict[str, type[Any]]:
    """Return the benefits that the builder offers."""
    return {kind: one for kind, one in benefit_kinds().items() if _is_offered(one)}


def _is_offered(thing: type[Any]) -> bool:
    """Test whether the builder has a field for all that is needed."""
    drawn = {one.name for one in drawn_settings(thing)}
    return all(one.name in drawn for one in settings_of(thing) if one.required)


def can_be_built(promotion: Promotion) -> bool:
    """Test whether the builder shows all of a promotion, so that saving it loses nothing."""
    schedule, scope = promotion.schedule, promotion.scope
    usual = Promotion(id=0, phase=promotion.phase, benefits=())
    hidden = ("tags", "allow_tags", "deny_tags", "margin_bp")
    shown = {"channels", "stores"}
    return (
        all(getattr(promotion, name) == getattr(usual, name) for name in hidden)
        and promotion.trigger is not Trigger.MANUAL
        and all(
            not getattr(scope, name) for name in scope.__dataclass_fields__ if name not in shown
        )
        and len(schedule.hours) <= 1
        and len(promotion.conditions) <= MOST_PARTS
        and len(promotion.benefits) <= MOST_PARTS
        and all(one.kind in offered_conditions() and is_drawn(one) for one in promotion.conditions)
        and all(one.kind in offered_benefits() and is_drawn(one) for one in promotion.benefits)
    )


def _shown(promotion: Promotion, zone: str) -> dict[str, Any]:
    schedule, place = promotion.schedule, ZoneInfo(zone)

    def local(moment: datetime | None) -> datetime | None:
        return None if moment is None else moment.astimezone(place).replace(tzinfo=None)

    hours: tuple[time | None, time | None] = schedule.hours[0] if schedule.hours else (None, None)
    days: list[date] = sorted(schedule.not_on)
    return {
        "phase": promotion.phase.value,
        "starts_at": local(schedule.starts_at),
        "ends_at": local(schedule.ends_at),
        "weekdays": sorted(schedule.weekdays),
        "from_hour": hours[0],
        "to_hour": hours[1],
        "not_on": [one.isoformat() for one in days],
        "channels": sorted(promotion.scope.channels),
        "stores": sorted(promotion.scope.stores),
        "group": promotion.group,
        "priority": promotion.priority,
        "most_minor": promotion.most_minor,
        "exclusive": promotion.exclusive,
        "refund_policy": promotion.refund_policy.value,
        "once_per_product": promotion.once_per_product,
        **shown_limits(promotion),
    }
