"""Fields of the builder: what is typed for each kind of setting, and how it is written back."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import wtforms
from wtforms import BooleanField, FormField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from app.forms import ChecksField, IntegerField, MoneyField, PartForm, SelectChoice, stop_if_unread
from app.i18n import _, lazy
from app.money import format_money, parse_money
from modules import catalog
from modules.promotions.checks import TOLD_OF_BUYER, TOLD_OF_GOODS
from modules.promotions.engine.conditions.customer_is import CustomerIs
from modules.promotions.engine.filters import Filter
from modules.promotions.engine.settings import Kind, Setting, settings_of
from modules.promotions.words import names_of

DRAWN = frozenset({*Kind} - {Kind.PAIRS, Kind.FILTERS, Kind.PARTS, Kind.CONDITION, Kind.CONDITIONS})
"""Kinds of settings that the builder has a field for; programs may set the others."""
STEPS = 4
_RATE = re.compile(r"([0-9]{1,3})(?:[.,]([0-9]{0,2}))?\s*%?")


class RateField(StringField):
    """A percentage as people write it, such as 10 or 7,5; its data are basis points."""

    data: Any

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.typed = valuelist[0].strip() if valuelist else ""
        self.data = None
        if not self.typed:
            return
        found = _RATE.fullmatch(self.typed)
        if found is None:
            raise ValidationError(_("Write a percentage such as 10 or 7,5."))
        self.data = int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))

    def pre_validate(self, form: Any) -> None:
        stop_if_unread(self)

    def _value(self) -> str:
        if getattr(self, "typed", ""):
            return self.typed
        if self.data is None:
            return ""
        whole, part = divmod(int(self.data), 100)
        return f"{whole},{part:02}".rstrip("0").rstrip(",")


class TextsField(StringField):
    """Several words, with commas between them; its data are a list."""

    data: Any

    def process_formdata(self, valuelist: list[Any]) -> None:
        typed = valuelist[0] if valuelist else ""
        self.data = list(dict.fromkeys(one.strip() for one in typed.split(",") if one.strip()))

    def _value(self) -> str:
        return ", ".join(self.data or ())


class StepForm(PartForm):
    """One step: from where it holds, and what it gives."""

    start = StringField(lazy("From"), [Length(max=20)])
    given = StringField(lazy("Gives"), [Length(max=20)])


def field_of(setting: Setting, currency: str) -> Any:
    """Return the field of a setting; nothing where the builder has none."""
    label, needed = setting.label, [InputRequired() if setting.required else Optional()]
    usual = setting.default
    match setting.kind:
        case Kind.MONEY:
            return MoneyField(label, needed, currency=currency, default=usual)
        case Kind.RATE:
            return RateField(label, needed, default=usual)
        case Kind.COUNT:
            within = NumberRange(min=setting.least, max=setting.most)
            return IntegerField(label, [*needed, within], default=usual)
        case Kind.FLAG:
            return BooleanField(label, default=usual)
        case Kind.CHOICE:
            choices = [SelectChoice(str(value), word) for value, word in setting.choices]
            return SelectField(label, choices=choices, default=str(usual))
        case Kind.TEXT:
            return StringField(label, [*needed, Length(max=120)])
        case Kind.TEXTS if setting.of in _OFFERED:
            return ChecksField(label, needed if setting.required else [])
        case Kind.TEXTS:
            return TextsField(label, needed)
        case Kind.STEPS:
            return wtforms.FieldList(FormField(StepForm), label, min_entries=STEPS)
        case Kind.FILTER:
            return FormField(form_of(Filter, currency), label)
    return None


@cache
def form_of(thing: type[Any], currency: str) -> type[PartForm]:
    """Return the form of a condition, benefit or filter, drawn from its settings."""
    fields = {}
    for setting in drawn_settings(thing):
        fields[setting.name] = field_of(setting, currency)
    return type(f"{thing.__name__}Form", (PartForm,), fields)


def drawn_settings(thing: type[Any]) -> Sequence[Setting]:
    """Return the settings that the builder shows."""
    told = {Filter: TOLD_OF_GOODS, CustomerIs: TOLD_OF_BUYER}.get(thing)
    return [
        one
        for one in settings_of(thing)
        if one.kind in DRAWN and (told is None or one.name in told)
    ]


def is_drawn(thing: Any) -> bool:
    """Test whether the builder shows all that is set on a condition, benefit or filter."""
    shown = {one.name for one in drawn_settings(type(thing))}
    for setting in settings_of(thing):
        value = getattr(thing, setting.name)
        if setting.name not in shown:
            if setting.required or value != setting.default:
                return False
        elif setting.kind is Kind.FILTER:
            if not is_drawn(value):
                return False
        elif setting.kind is Kind.STEPS and len(value) > STEPS:
            return False
    return True


_EMPTY: tuple[Any, ...] = ("", [], {})
_OFFERED = frozenset(
    {"category", "brand", "payment_method", "shipping_method", "customer_group", "stage"}
)


def choices_of(of: str) -> Mapping[str, str]:
    """Return what can be ticked, by code."""
    if of == "category":
        return {one: one for one in catalog.list_categories()}
    if of == "brand":
        return {one: one for one in catalog.list_brands()}
    return names_of(of)


def offer_choices(form: Any, thing: type[Any]) -> None:
    """Fill the ticks of a form with what there is; what was ticked and is gone stays to be seen."""
    for setting in drawn_settings(thing):
        field = form[setting.name]
        if setting.kind is Kind.FILTER:
            offer_choices(field.form, Filter)
        elif isinstance(field, ChecksField):
            known = dict(choices_of(setting.of))
            gone = {one: one for one in field.data or () if one not in known}
            field.choices = [SelectChoice(code, name) for code, name in (known | gone).items()]


# --- to and from a definition -----------------------------------------------------------------


def typed_of(thing: Any, currency: str) -> dict[str, Any]:
    """Return the settings of a condition, benefit or filter as its form shows them."""
    shown: dict[str, Any] = {}
    for setting in drawn_settings(type(thing)):
        value = getattr(thing, setting.name)
        match setting.kind:
            case Kind.TEXTS:
                shown[setting.name] = sorted(value)
            case Kind.CHOICE:
                shown[setting.name] = str(value)
            case Kind.FILTER:
                shown[setting.name] = typed_of(value, currency)
            case Kind.STEPS:
                shown[setting.name] = [_typed_step(setting, one, thing, currency) for one in value]
            case _:
                shown[setting.name] = value
    return shown


def written_of(form: Any, thing: type[Any], currency: str) -> dict[str, Any]:
    """Return what was typed as a definition has it; what stands as usual is left out."""
    written: dict[str, Any] = {}
    for setting in drawn_settings(thing):
        value = written_of_field(form, setting, currency)
        if setting.required or (value is not None and value is not False and value not in _EMPTY):
            written[setting.name] = value
        elif setting.kind is Kind.FLAG and setting.default:
            written[setting.name] = False
    return written


def written_of_field(form: Any, setting: Setting, currency: str) -> Any:
    """Return what was typed for one setting."""
    field = form[setting.name]
    if setting.kind is Kind.FILTER:
        return written_of(field.form, Filter, currency)
    if setting.kind is Kind.STEPS:
        by_amount = "measure" not in form or form["measure"].data == "amount"
        return _written_steps(field, setting, by_amount, currency)
    return field.data


def _typed_step(
    setting: Setting, step: tuple[int, int], thing: Any, currency: str
) -> dict[str, str]:
    start, given = step
    by_amount = str(getattr(thing, "measure", "amount")) == "amount"
    return {
        "start": _plain_money(start, currency) if by_amount else str(start),
        "given": _plain_rate(given) if setting.unit == "bp" else _plain_money(given, currency),
    }


def _plain_money(minor: int, currency: str) -> str:
    return format_money(minor, currency, "pl").rsplit("\u00a0", 1)[0].replace("\u00a0", "")


def _plain_rate(rate_bp: int) -> str:
    return f"{rate_bp // 100},{rate_bp % 100:02}".rstrip("0").rstrip(",")


def _written_steps(
    field: Any, setting: Setting, by_amount: bool, currency: str
) -> list[dict[str, Any]]:
    """Return the steps that were typed; what is no number goes as it is and is refused there."""
    written = []
    for entry in field.entries:
        start, given = (entry.form[name].data or "" for name in ("start", "given"))
        if not start.strip() and not given.strip():
            continue
        is_rate = setting.unit == "bp"
        written.append(
            {
                "from": _money_in(start, currency) if by_amount else _count_in(start),
                "gives": _rate_in(given) if is_rate else _money_in(given, currency),
            }
        )
    return written


def _money_in(typed: str, currency: str) -> int | str:
    try:
        return parse_money(typed.strip(), currency)
    except ValueError:
        return typed


def _count_in(typed: str) -> int | str:
    plain = typed.strip()
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 10 else typed


def _rate_in(typed: str) -> int | str:
    found = _RATE.fullmatch(typed.strip())
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0")) if found else typed
