"""The form that every screen's form grows from."""

from collections.abc import Callable
from typing import Any

from flask_wtf import FlaskForm
from wtforms import IntegerField, StringField, ValidationError

# The stubs are older than the class; taken from here, it is excused once.
from wtforms.fields.choices import SelectChoice as SelectChoice  # type: ignore[attr-defined]

from app.api import BIGGEST_ID, is_plain
from app.db import transact
from app.errors import RuleViolation
from app.i18n import _, language
from app.money import format_money, parse_money


class Form(FlaskForm):
    """One form = the arguments of one operation, by name."""

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
            too_large = isinstance(field.data, int) and abs(field.data) > BIGGEST_ID
            if isinstance(field, IntegerField) and too_large:
                field.errors = [*field.errors, _("This number is too large.")]
                valid = False
        return valid


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

    def _value(self) -> str:
        if getattr(self, "typed", ""):
            return self.typed
        if self.data is None:
            return ""
        return format_money(self.data, self.currency, language()).rsplit("\u00a0", 1)[0]
