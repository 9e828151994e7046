"""The builder's form: a promotion as a sentence of parts, each part with the fields it declares."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from wtforms import BooleanField, DateTimeLocalField, SelectField, StringField, TimeField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from app.errors import RuleViolation
from app.forms import ChecksField, Form, IntegerField, MoneyField, SelectChoice
from app.i18n import _, lazy, retold
from modules import organization
from modules.promotions.builder_parts import (
    MOST_PARTS,
    Part,
    add_part,
    field_in,
    is_built,
    offered_benefits,
    offered_conditions,
    offered_inside,
    shown_parts,
    typed_parts,
    wrong_in,
)
from modules.promotions.definition.faults import BadDefinition
from modules.promotions.engine.offers import Phase
from modules.promotions.engine.promotion import Promotion, Trigger
from modules.promotions.fields import TextsField
from modules.promotions.limit_fields import LimitFields, shown_limits, written_limits
from modules.promotions.queries import list_groups
from modules.promotions.refund_field import refund_policy_field
from modules.promotions.words import PHASES, WEEKDAYS, names_of

_MINUTE = "%Y-%m-%dT%H:%M"


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
            self.conditions = typed_parts("conditions", offered_conditions(), self.currency)
            self.benefits = typed_parts("benefits", offered_benefits(), self.currency)
        else:
            own = (promotion.conditions, promotion.benefits) if promotion else ((), ())
            self.conditions = shown_parts("conditions", own[0], self.currency)
            self.benefits = shown_parts("benefits", own[1], self.currency)

    # --- its parts ----------------------------------------------------------------------------

    @property
    def parts(self) -> list[Part]:
        """Return each condition and benefit, and what stands inside of groups."""
        return [one for part in (*self.conditions, *self.benefits) for one in (part, *part.inside)]

    def add(self, family: str, kind: str) -> None:
        """Put one more condition or benefit into the sentence, or into a group of conditions."""
        if family == "benefits":
            add_part(self.benefits, family, kind, offered_benefits(), self.currency)
            return
        if family == "conditions":
            add_part(self.conditions, family, kind, offered_conditions(), self.currency)
        for part in self.conditions:
            if part.is_group and family == part.family_inside:
                add_part(part.inside, family, kind, offered_inside(), self.currency)

    def drop(self, prefix: str) -> None:
        """Take a condition or benefit out of the sentence."""
        self.conditions = [one for one in self.conditions if one.prefix != prefix]
        self.benefits = [one for one in self.benefits if one.prefix != prefix]
        for part in self.conditions:
            part.inside = [one for one in part.inside if one.prefix != prefix]

    # --- what was typed -----------------------------------------------------------------------

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        for part in self.parts:
            valid = part.validate() and valid
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
            "conditions": [one.written() for one in self.conditions],
            "benefits": [one.written() for one in self.benefits],
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
            return field_in(getattr(self, family), rest)
        return _of(self, "needs_code" if family == "trigger" else family)

    @property
    def wrong(self) -> list[tuple[str, str, str]]:
        """Return (id, label, text) of each field that needs the person, as the page has them."""
        found = wrong_in(self)
        for part in self.parts:
            found += part.wrong
        return found


_SCHEDULE = ("starts_at", "ends_at", "zone", "weekdays", "hours", "not_on")


def _of(form: Any, name: str) -> Any:
    return form[name] if name in form else None  # noqa: SIM401 - a form has no `get`


class NewPromotionForm(PromotionForm):
    """Its values are the arguments of `operations.draft_promotion`."""

    code = StringField(lazy("Code"), [DataRequired(), Length(max=32)])

    def values(self) -> dict[str, Any]:
        return {**super().values(), "code": self.code.data}


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
        and all(one.kind in offered_conditions() and is_built(one) for one in promotion.conditions)
        and all(one.kind in offered_benefits() and is_built(one) for one in promotion.benefits)
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
