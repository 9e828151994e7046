"""The form that every screen's form grows from."""

from collections.abc import Callable
from typing import Any

import wtforms
from flask_wtf import FlaskForm
from wtforms import Field, StringField, ValidationError

# The stubs are older than the class; taken from here, it is excused once.
from wtforms.fields.choices import SelectChoice as SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from app import metrics
from app.api import BIGGEST_ID, is_plain
from app.db import transact
from app.errors import RuleViolation
from app.i18n import _, language, lazy
from app.money import format_money, parse_money

# What the form library says by itself, in words that tell what to do.
_SAID = {
    "This field is required.": lazy("Fill this in."),
    "Not a valid choice.": lazy("Choose one of the list."),
    "Invalid Choice: could not coerce.": lazy("Choose one of the list."),
    "'%(value)s' is not a valid choice for this field.": lazy("Choose from the list."),
    "Invalid choice(s): one or more data inputs could not be coerced.": lazy(
        "Choose from the list."
    ),
    "Not a valid integer value.": lazy("Write a whole number, such as 3."),
    "Not a valid date value.": lazy("This is no date. Choose one in the calendar."),
    "Not a valid datetime value.": lazy("This is no date with a time. Choose one in the calendar."),
    "Number must be at least %(min)s.": lazy("At least %(min)s."),
    "Number must be at most %(max)s.": lazy("At most %(max)s."),
    "Number must be between %(min)s and %(max)s.": lazy("From %(min)s to %(max)s."),
    "Field cannot be longer than %(max)d character.": lazy("Too long: %(max)d signs fit here."),
    "Field must be at least %(min)d character long.": lazy(
        "Too short: write %(min)d signs or more."
    ),
    "Field must be between %(min)d and %(max)d characters long.": lazy(
        "Write from %(min)d to %(max)d signs."
    ),
}


class _Words:
    """The library's sentences in the reader's language."""

    def gettext(self, sentence: str) -> str:
        return str(_SAID.get(sentence, sentence))

    def ngettext(self, one: str, many: str, count: int) -> str:
        return str(_SAID.get(one) or (one if count == 1 else many))


class PartForm(wtforms.Form):
    """A row of a form that has many."""

    class Meta:
        def get_translations(self, form: Any) -> _Words:
            return _Words()


class Form(FlaskForm):
    """One form = the arguments of one operation, by name."""

    class Meta(FlaskForm.Meta):
        def get_translations(self, form: Any) -> _Words:
            return _Words()

    done: Any = None
    """What the operation returned, once it went through."""

    def carry_out(self, operation: Callable[..., Any], **more: Any) -> bool:
        """
        Test whether the submitted form is valid and its one operation went through.

        A broken rule becomes an error on the field that it speaks about, so that a view
        need not catch anything: it redirects on True, and shows the form again on False.
        """
        if not self.validate_on_submit():
            return False
        try:
            self.done = transact(lambda: operation(**self.values(), **more))
        except RuleViolation as violation:
            self.refuse(violation)
            return False
        return True

    def values(self) -> dict[str, Any]:
        """Return what was typed, by field name, without the fields of the form itself."""
        return {name: value for name, value in self.data.items() if name != "csrf_token"}

    def refuse(self, violation: RuleViolation) -> None:
        """Show a refusal beside the field that it speaks about, else above the form."""
        metrics.REFUSALS.add(violation.code)
        if violation.field and violation.field in self:
            field = self[violation.field]
            field.errors = [*field.errors, str(violation)]
        else:
            self.form_errors.append(str(violation))

    def validate(self, extra_validators: Any = None) -> bool:
        valid = bool(super().validate(extra_validators))
        for field in self:
            if isinstance(field.data, str) and not is_plain(field.data):
                field.errors = [*field.errors, _("This text holds signs that cannot be kept.")]
                valid = False
        return valid


def stop_if_unread(field: Field) -> None:
    """Let no rule complain of a value that could not be read: one fault is told once."""
    if field.process_errors:
        raise StopValidation()


class ChecksField(wtforms.SelectMultipleField):
    """Several of a list, each with a tick of its own."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class IntegerField(wtforms.IntegerField):
    """A whole number; none where the field may be left empty and is."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        if self.flags.optional and valuelist and not str(valuelist[0]).strip():
            self.data = None
            return
        super().process_formdata(valuelist)
        # Here and not later: a rule about its range stumbles over hundreds of digits.
        if self.data is not None and abs(self.data) > BIGGEST_ID:
            self.data = None
            raise ValidationError(_("This number is too large."))

    def pre_validate(self, form: Any) -> None:
        stop_if_unread(self)


class MoneyField(StringField):
    """An amount as people type it; its data are minor units."""

    def __init__(self, *args: Any, currency: str = "PLN", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency

    data: Any

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.typed = valuelist[0].strip() if valuelist else ""
        self.data = None
        if not self.typed:
            return
        try:
            minor = parse_money(self.typed, self.currency)
        except ValueError:
            raise ValidationError(_("Write an amount such as 129,00.")) from None
        if abs(minor) > 10**13:
            raise ValidationError(_("This amount is too large."))
        self.data = minor

    def pre_validate(self, form: Any) -> None:
        stop_if_unread(self)

    def _value(self) -> str:
        if getattr(self, "typed", ""):
            return self.typed
        if self.data is None:
            return ""
        return format_money(self.data, self.currency, language()).rsplit("\u00a0", 1)[0]
