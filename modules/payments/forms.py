"""What people may type about gift cards. A form checks shape; the operations check rules."""

from datetime import date, timedelta
from typing import Any

from wtforms import BooleanField, DateField, HiddenField, RadioField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from app.actor import current_actor
from app.approving import WithSecondPerson
from app.errors import InvalidInput, NotFound
from app.forms import Form, MoneyField, SelectChoice
from app.i18n import _, lazy
from modules import customers

CARD, CREDIT = "card", "credit"
REASON = [DataRequired(message=lazy("Say why.")), Length(max=250)]
_MONEY = lazy("Write an amount such as 129,00.")


def ends_on(last_day: date | None) -> date | None:
    """Return the first day on which a card no longer pays."""
    return last_day + timedelta(days=1) if last_day and last_day < date.max else None


class IssueForm(WithSecondPerson):
    """A new gift card, or store credit of a customer."""

    client_id = HiddenField(validators=[Length(max=100)])
    kind = RadioField(
        lazy("What is issued"),
        choices=[
            SelectChoice(CARD, lazy("A gift card: whoever holds it pays with it")),
            SelectChoice(CREDIT, lazy("Store credit: one customer pays with it")),
        ],
        default=CARD,
    )
    amount_minor = MoneyField(
        lazy("Amount"),
        [
            InputRequired(message=_MONEY),
            NumberRange(min=1, message=lazy("An amount is more than nothing.")),
        ],
    )
    currency = SelectField(lazy("Currency"), choices=[])
    store = SelectField(lazy("Store"), choices=[])
    customer = StringField(lazy("Customer"), [Length(max=254)])
    last_day = DateField(lazy("Valid to"), [Optional()])
    with_pin = BooleanField(lazy("With a PIN"), default=True)
    reason = StringField(lazy("Why"), [Length(max=250)])

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        if self.kind.data == CREDIT and not (self.reason.data or "").strip():
            self.reason.errors = [*self.reason.errors, _("Say why.")]
            valid = False
        return valid


class ReasonForm(Form):
    """Blocking a card, or letting it pay again."""

    reason = StringField(lazy("Why"), REASON)


class AdjustForm(WithSecondPerson):
    client_id = HiddenField(validators=[Length(max=100)])
    way = RadioField(
        lazy("What happens"),
        choices=[
            SelectChoice("on", lazy("Money comes onto the card")),
            SelectChoice("off", lazy("Money is taken off the card")),
        ],
        default="on",
    )
    amount_minor = MoneyField(
        lazy("Amount"),
        [
            InputRequired(message=_MONEY),
            NumberRange(min=1, message=lazy("An amount is more than nothing.")),
        ],
    )
    reason = StringField(lazy("Why"), REASON)

    @property
    def change_minor(self) -> int:
        amount: int = self.amount_minor.data or 0
        return amount if self.way.data == "on" else -amount


class ExtendForm(WithSecondPerson):
    last_day = DateField(lazy("Valid to"), [Optional()])
    reason = StringField(lazy("Why"), REASON)


def customer_of(typed: str | None) -> int | None:
    """
    Return the customer whose number, e-mail, telephone or card was typed; None where nothing was.

    :raises InvalidInput: nobody is known by it, or several are
    """
    text = (typed or "").strip()
    if not text:
        return None
    try:
        return int(customers.get_customer_by_number(text).id)
    except NotFound:
        sees = current_actor().may("customers.view")
        found = customers.list_customers(q=text, limit=2) if sees else []
    if len(found) == 1:
        return int(found[0].id)
    words = (
        _("Several customers are found by “%(text)s”. Type the number of one.", text=text)
        if found
        else _("Nobody is known by “%(text)s”. Type the customer’s number.", text=text)
    )
    raise InvalidInput(words, field="customer")
