"""The parts of the builder's sentence: conditions, groups of conditions, and what is given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import request

from app.forms import PartForm
from app.i18n import _
from modules.promotions.checks import CONDITIONS
from modules.promotions.engine.registry import benefit_kinds, condition_kinds
from modules.promotions.engine.settings import Kind, settings_of
from modules.promotions.fields import (
    drawn_settings,
    form_of,
    is_drawn,
    offer_choices,
    typed_of,
    written_of,
    written_of_field,
)

MOST_PARTS = 10
GROUPS = frozenset({"any_of", "none_of"})
"""Conditions about conditions that the builder draws, one level deep."""


def is_group(thing: type[Any]) -> bool:
    return thing.kind in GROUPS


@dataclass
class Part:
    """One condition or benefit in the builder; a group has conditions of its own inside."""

    prefix: str
    thing: type[Any]
    form: PartForm
    currency: str
    is_new: bool = False
    """It was added a moment ago."""
    inside: list["Part"] = field(default_factory=list)
    errors: Sequence[str] = ()
    """What is wrong with a group as a whole."""

    @property
    def is_group(self) -> bool:
        return is_group(self.thing)

    @property
    def family_inside(self) -> str:
        """Return by what its own conditions are named."""
        return f"{self.prefix}inside"

    @property
    def has_room(self) -> bool:
        return len(self.inside) < MOST_PARTS

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

    def validate(self) -> bool:
        if self.is_group and not self.inside:
            self.errors = [_("Add at least one condition to it, or take it out.")]
        return bool(self.form.validate()) and not self.errors

    @property
    def wrong(self) -> list[tuple[str, str, str]]:
        own = [(f"pr-{self.family_inside}-kind", self.title, text) for text in self.errors]
        return own + wrong_in(self.form)

    def written(self) -> dict[str, Any]:
        """Return it as a definition has it."""
        if self.is_group:
            return {"kind": self.kind, "conditions": [one.written() for one in self.inside]}
        return {"kind": self.kind, **written_of(self.form, self.thing, self.currency)}


# --- to and from a form -----------------------------------------------------------------------


def shown_parts(family: str, things: Sequence[Any], currency: str) -> list[Part]:
    """Return conditions or benefits as the builder shows them."""
    parts = []
    for place, one in enumerate(things):
        part = _part(family, place, type(one), currency, data=typed_of(one, currency))
        if part.is_group:
            part.inside = shown_parts(part.family_inside, one.conditions, currency)
        parts.append(part)
    return parts


def typed_parts(family: str, kinds: Mapping[str, type[Any]], currency: str) -> list[Part]:
    """Return the parts as they were sent."""
    parts = []
    for place in range(MOST_PARTS):
        kind = request.form.get(f"{family}-{place}-kind", "")
        if kind in kinds:
            part = _part(family, place, kinds[kind], currency, formdata=request.form)
            if part.is_group:
                part.inside = typed_parts(part.family_inside, offered_inside(), currency)
            parts.append(part)
    return parts


def add_part(
    parts: list[Part], family: str, kind: str, kinds: Mapping[str, type[Any]], currency: str
) -> None:
    """Put one more part where it was asked for."""
    if kind not in kinds or len(parts) >= MOST_PARTS:
        return
    taken = {one.prefix for one in parts}
    free = next(at for at in range(MOST_PARTS) if f"{family}-{at}-" not in taken)
    parts.append(_part(family, free, kinds[kind], currency))
    parts[-1].is_new = True


def _part(
    family: str,
    place: int,
    thing: type[Any],
    currency: str,
    *,
    data: Mapping[str, Any] | None = None,
    formdata: Any = None,
) -> Part:
    prefix = f"{family}-{place}-"
    own: Any = form_of
    form = own(thing, currency)(formdata=formdata, prefix=prefix, **(data or {}))
    offer_choices(form, thing)
    return Part(prefix=prefix, thing=thing, form=form, currency=currency)


# --- what the builder offers ------------------------------------------------------------------


def offered_conditions() -> dict[str, type[Any]]:
    """Return the conditions that the builder offers: those it can draw whole."""
    kinds = {kind: one for kind, one in condition_kinds().items() if kind in CONDITIONS}
    # Where it holds is said once for the whole promotion.
    elsewhere = ("channel_is", "store_is")
    return {kind: one for kind, one in kinds.items() if _is_offered(one) and kind not in elsewhere}


def offered_inside() -> dict[str, type[Any]]:
    """Return the conditions that stand inside of a group: a group of groups is for programs."""
    return {kind: one for kind, one in offered_conditions().items() if not is_group(one)}


def offered_benefits() -> dict[str, type[Any]]:
    """Return the benefits that the builder offers."""
    return {kind: one for kind, one in benefit_kinds().items() if _is_offered(one)}


def _is_offered(thing: type[Any]) -> bool:
    """Test whether the builder has a field for all that is needed."""
    drawn = {one.name for one in drawn_settings(thing)}
    return is_group(thing) or all(one.name in drawn for one in settings_of(thing) if one.required)


def is_built(thing: Any) -> bool:
    """Test whether the builder shows all of a condition or benefit."""
    if not is_group(type(thing)):
        return is_drawn(thing)
    inside = offered_inside()
    return len(thing.conditions) <= MOST_PARTS and all(
        one.kind in inside and is_drawn(one) for one in thing.conditions
    )


# --- what is wrong ----------------------------------------------------------------------------


def field_in(parts: Sequence[Part], way: Sequence[str]) -> Any:
    """Return the field to which the rest of a way leads: a place, then names of settings."""
    if not way or not way[0].isdigit() or int(way[0]) >= len(parts):
        return None
    part = parts[int(way[0])]
    if part.is_group:
        return field_in(part.inside, way[2:])
    form: Any = part.form
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


def wrong_in(form: Any) -> list[tuple[str, str, str]]:
    """Return (id, label, text) of each field of a form that needs the person."""
    found: list[tuple[str, str, str]] = []
    for one in form:
        if hasattr(one, "form"):
            found += wrong_in(one.form)
            continue
        said = [text for text in one.errors if isinstance(text, str)]
        if said:
            found.append((one.id, one.label.text, said[0]))
    return found
