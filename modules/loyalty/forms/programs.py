"""The form that sets up a programme: its terms, and its tiers row by row."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from enum import StrEnum
from typing import Any

from flask import request
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from app.errors import RuleViolation
from app.forms import ChecksField, Form, IntegerField, MoneyField, PartForm, SelectChoice
from app.i18n import _, lazy
from app.money import format_money, parse_money
from modules import organization
from modules.loyalty import words
from modules.loyalty.given import ProgramData, RewardData, TierData
from modules.loyalty.lots import ReturnPolicy
from modules.loyalty.models import (
    CountsFrom,
    EarnBase,
    JoinPolicy,
    Program,
    ProgramTier,
    RewardKind,
    SpendAs,
)
from modules.loyalty.pooling import PoolMode
from modules.loyalty.tiers import DowngradePolicy, TierMetric, TierWindow
from modules.loyalty.validity import Validity

TIERS = 6
_SHOWN_TIERS = 3
_TIMES = re.compile(r"([0-9]{1,3})(?:[.,]([0-9]{1,4}))?")
_MOST_DAYS = 3650
_DAYS = ("pending_days", "valid_for", "grace_days", "referral_days")
_ENUMS: dict[str, type[StrEnum]] = {
    "joins": JoinPolicy,
    "earn_base": EarnBase,
    "counts_from": CountsFrom,
    "validity": Validity,
    "return_policy": ReturnPolicy,
    "spend_as": SpendAs,
    "tier_metric": TierMetric,
    "tier_window": TierWindow,
    "downgrade": DowngradePolicy,
    "pool_mode": PoolMode,
}
_WORDS: dict[str, Mapping[Any, Any]] = {
    "joins": words.JOINS,
    "earn_base": words.BASES,
    "counts_from": words.COUNTS,
    "validity": words.VALIDITIES,
    "return_policy": words.RETURNS,
    "spend_as": words.SPENDS,
    "tier_metric": words.METRICS,
    "tier_window": words.WINDOWS,
    "downgrade": words.DOWNGRADES,
    "pool_mode": words.POOLS,
}


def _days(label: Any) -> IntegerField:
    return IntegerField(label, [InputRequired(), NumberRange(0, _MOST_DAYS)], default=0)


def _count(label: Any) -> IntegerField:
    return IntegerField(label, [InputRequired(), NumberRange(min=0)], default=0)


def _most(label: Any) -> IntegerField:
    return IntegerField(label, [Optional(), NumberRange(min=0)])


class TierForm(PartForm):
    """One tier; a row without a name is none."""

    code = StringField(lazy("Code"), [Length(max=32)])
    name = StringField(lazy("Tier"), [Length(max=120)])
    threshold = StringField(lazy("From"), [Length(max=20)])
    times = StringField(lazy("Points times"), [Length(max=8)], default="1")


class ProgramForm(Form):
    """Its values are the arguments of `save_program`: terms and tiers."""

    name = StringField(lazy("Name"), [DataRequired(), Length(max=120)])
    unit_name = StringField(lazy("Points are called"), [DataRequired(), Length(max=120)])
    currency = SelectField(lazy("Money that earns"))
    earn_per_minor = MoneyField(
        lazy("For each"), [InputRequired(), NumberRange(min=1, message=lazy("More than nothing."))]
    )
    earn_points = IntegerField(lazy("members get"), [InputRequired(), NumberRange(min=0)])
    earn_base = SelectField(lazy("Counted on"))
    least_order_minor = MoneyField(lazy("Only orders from"), [Optional(), NumberRange(min=0)])
    most_per_receipt = _most(lazy("At most on one order"))
    most_per_day = _most(lazy("At most in one day"))
    excluded = StringField(lazy("Nothing on these categories"), [Length(max=500)])
    staff_excluded = BooleanField(lazy("Members who work here earn nothing"))
    joins = SelectField(lazy("Who joins"))
    counts_from = SelectField(lazy("after"))
    pending_days = _days(lazy("Points can be spent"))
    validity = SelectField(lazy("They are valid"))
    valid_for = _days(lazy("How long"))
    return_policy = SelectField(lazy("What comes back takes its points along"))
    spend_as = SelectField(lazy("Points are"))
    step_points = _count(lazy("Each"))
    step_minor = MoneyField(lazy("are worth"), [Optional(), NumberRange(min=0)])
    tier_metric = SelectField(lazy("A tier is reached by"))
    tier_window = SelectField(lazy("within"))
    tier_months = IntegerField(lazy("Months"), [InputRequired(), NumberRange(1, 120)], default=12)
    downgrade = SelectField(lazy("Who no longer qualifies goes"))
    grace_days = _days(lazy("Days of grace"))
    returns_lower_tier = BooleanField(lazy("A return looks at the tier again at once"))
    pool_mode = SelectField(lazy("A household spends"))
    referrer_points = _count(lazy("Who brings a friend gets"))
    friend_points = _count(lazy("The friend gets"))
    referral_days = _days(lazy("Days after the friend’s first order"))
    referrals_per_month = _most(lazy("At most so many friends in a month"))
    channels = ChecksField(lazy("Channels"))
    stores = ChecksField(lazy("Stores"))

    tiers: list[TierForm]

    def __init__(
        self,
        program: Program | None = None,
        tiers: Sequence[ProgramTier] = (),
        *,
        beginning: ProgramData | None = None,
        **more: Any,
    ) -> None:
        self.standing = {one.code: one for one in tiers}
        super().__init__(**_shown(program or beginning), **more)
        self._offer(program)
        for name in ("earn_per_minor", "least_order_minor", "step_minor"):
            self[name].currency = self.currency.data or organization.get_company().currency
        if self.is_submitted():
            self.tiers = [
                TierForm(formdata=request.form, prefix=f"tiers-{at}-") for at in range(TIERS)
            ]
        else:
            self.tiers = [self._tier(at, one) for at, one in enumerate(tiers)]
            count = max(_SHOWN_TIERS, min(TIERS, len(tiers) + 1))
            self.tiers += [TierForm(prefix=f"tiers-{at}-") for at in range(len(self.tiers), count)]

    def _offer(self, program: Program | None) -> None:
        company = organization.get_company().currency
        channels = organization.list_channels()
        others = {one.currency for one in channels} - {company}
        if program is not None and program.currency != company:
            others.add(program.currency)
        self.currency.choices = [SelectChoice(one, one) for one in (company, *sorted(others))]
        for name, told in _WORDS.items():
            self[name].choices = [SelectChoice(one.value, word) for one, word in told.items()]
        places = {
            "channels": {one.code: one.name for one in channels},
            "stores": {one.code: one.name for one in organization.list_stores()},
        }
        for name, known in places.items():
            gone = {one: one for one in self[name].data or () if one not in known}
            self[name].choices = [SelectChoice(*one) for one in (known | gone).items()]

    def _tier(self, at: int, tier: ProgramTier) -> TierForm:
        return TierForm(
            prefix=f"tiers-{at}-",
            data={
                "code": tier.code,
                "name": tier.name,
                "threshold": self._written(tier.threshold),
                "times": words.times(tier.multiplier_bp),
            },
        )

    def _written(self, threshold: int) -> str:
        if self.tier_metric.data != TierMetric.SPEND:
            return str(threshold)
        return format_money(threshold, self.currency.data or "PLN", "pl").rsplit("\u00a0", 1)[0]

    # --- what was typed -----------------------------------------------------------------------

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        for row in self.tiers:
            valid = row.validate() and valid
            if not (row.name.data or "").strip():
                if (row.threshold.data or "").strip():
                    row.name.errors = [*row.name.errors, _("Write what the tier is called.")]
                    valid = False
                continue
            if self._threshold(row) is None:
                wrong = _("Write from how much, such as 2000.")
                row.threshold.errors = [*row.threshold.errors, wrong]
                valid = False
            if _bp(row.times.data) is None:
                row.times.errors = [*row.times.errors, _("Write a number such as 1,5.")]
                valid = False
        return valid

    def _threshold(self, row: TierForm) -> int | None:
        typed = (row.threshold.data or "").strip() or "0"
        if self.tier_metric.data == TierMetric.SPEND:
            try:
                minor = parse_money(typed, self.currency.data or "PLN")
            except ValueError:
                return None
            return minor if 0 <= minor <= 10**13 else None
        plain = re.sub(r"\s", "", typed)
        return int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 13 else None

    @property
    def typed_tiers(self) -> list[TierData]:
        """Return the rows that are filled in; a new tier has the code of its name."""
        found: list[TierData] = []
        taken: set[str] = {row.code.data for row in self.tiers if row.code.data}
        for row in self.tiers:
            name = " ".join((row.name.data or "").split())
            threshold = self._threshold(row)
            if not name or threshold is None:
                continue
            code = row.code.data or _code_of(name, taken)
            taken.add(code)
            standing = self.standing.get(code)
            found.append(
                TierData(
                    code=code,
                    name=name,
                    threshold=threshold,
                    multiplier_bp=_bp(row.times.data) or 0,
                    price_list=standing.price_list if standing else None,
                )
            )
        return found

    @property
    def terms(self) -> ProgramData:
        """Return the terms as they are typed; what cannot be read is as it usually is."""
        given: dict[str, Any] = {}
        for one in fields(ProgramData):
            if one.name == "excluded_categories":
                given[one.name] = [
                    word.strip() for word in (self.excluded.data or "").split(",") if word.strip()
                ]
                continue
            value = self[one.name].data
            if one.name in _ENUMS:
                known = _ENUMS[one.name]
                value = known(value) if value in [*known] else one.default
            elif one.name in ("most_per_receipt", "most_per_day", "referrals_per_month"):
                pass
            elif value is None or (one.name == "earn_per_minor" and value <= 0):
                value = one.default if one.default is not None else 0
            if one.name in _DAYS:
                value = min(max(value, 0), _MOST_DAYS)
            given[one.name] = value
        return ProgramData(**given)

    def values(self) -> dict[str, Any]:
        return {"data": self.terms, "tiers": self.typed_tiers}

    def refuse(self, violation: RuleViolation) -> None:
        """Show what a tier is refused for beside its row."""
        pointer = next((str(one.get("pointer", "")) for one in violation.details), "")
        found = re.fullmatch(r"/tiers/(\d+)/(\w+)", pointer)
        filled = [row for row in self.tiers if (row.name.data or "").strip()]
        if found and int(found[1]) < len(filled):
            row = filled[int(found[1])]
            name = {"multiplier_bp": "times", "code": "name"}.get(found[2], found[2])
            if name in row:
                row[name].errors = [*row[name].errors, str(violation)]
                return
        super().refuse(violation)

    @property
    def wrong(self) -> list[tuple[str, str, str]]:
        """Return (id, label, text) of each field that needs the person."""
        return [
            (one.id, one.label.text, str(one.errors[0]))
            for one in self._every_field()
            if one.errors and isinstance(one.errors[0], str)
        ]

    def _every_field(self) -> Iterator[Any]:
        yield from self
        for row in self.tiers:
            yield from row


class NewProgramForm(ProgramForm):
    code = StringField(lazy("Code"), [DataRequired(), Length(max=32)])

    def values(self) -> dict[str, Any]:
        return {**super().values(), "code": self.code.data}


class RewardForm(Form):
    """Something that members get for points."""

    name = StringField(lazy("What they get"), [DataRequired(), Length(max=120)])
    code = StringField(lazy("Code"), [DataRequired(), Length(max=32)])
    points = IntegerField(lazy("For so many points"), [InputRequired(), NumberRange(min=1)])
    kind = SelectField(lazy("It is"))
    amount_minor = MoneyField(lazy("Credit amount"), [Optional(), NumberRange(min=1)])
    promotion = StringField(lazy("Promotion"), [Length(max=32)])
    valid_days = IntegerField(lazy("Valid for days"), [Optional(), NumberRange(0, _MOST_DAYS)])
    stock = IntegerField(lazy("There are"), [Optional(), NumberRange(min=0)])
    most_per_member = IntegerField(lazy("At most for one member"), [Optional(), NumberRange(min=0)])

    def __init__(self, currency: str, **more: Any) -> None:
        super().__init__(**more)
        self.amount_minor.currency = currency
        self.kind.choices = [SelectChoice(one.value, word) for one, word in words.REWARDS.items()]

    def values(self) -> dict[str, Any]:
        typed = super().values()
        kind = RewardKind(typed.pop("kind"))
        if kind is not RewardKind.STORE_CREDIT:
            typed["amount_minor"] = None
        typed["promotion"] = (typed["promotion"] or "") if kind is RewardKind.COUPON else None
        return {"data": RewardData(kind=kind, **typed)}


def _shown(terms: Any) -> dict[str, Any]:
    if terms is None:
        return {}
    found = {one.name: getattr(terms, one.name) for one in fields(ProgramData)}
    found["excluded"] = ", ".join(found.pop("excluded_categories"))
    found["least_order_minor"] = found["least_order_minor"] or None
    found["step_minor"] = found["step_minor"] or None
    return found


def _bp(typed: str | None) -> int | None:
    found = _TIMES.fullmatch((typed or "").strip() or "1")
    return None if found is None else int(found[1]) * 10_000 + int((found[2] or "").ljust(4, "0"))


def _code_of(name: str, taken: set[str]) -> str:
    plain = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-").upper()[:24] or "TIER"
    code, at = plain, 1
    while code in taken:
        at += 1
        code = f"{plain}-{at}"
    return code
