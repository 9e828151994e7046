"""What people may type on the screens of orders. A form checks shape, operations rules."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from wtforms import (
    BooleanField,
    DateTimeLocalField,
    FieldList,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

from app.api import BIGGEST_ID, is_plain
from app.approving import WithSecondPerson
from app.forms import Form, IntegerField, MoneyField, PartForm, SelectChoice
from app.i18n import _, lazy
from app.statuses import HOLD
from modules.orders.models import HoldKind, Verdict
from modules.orders.shapes import MAX_COUPONS

REASON = [DataRequired(message=lazy("Say why.")), Length(max=250)]
AMOUNT = [
    InputRequired(message=lazy("Write an amount such as 129,00.")),
    NumberRange(min=1, message=lazy("An amount is more than nothing.")),
]
MOST_ROWS = 500
ONE_BY_ONE = 10


class ActionForm(Form):
    """A small form in a dialog: what it refuses is said in one block on top of it."""

    def refusals(self) -> list[str]:
        """Return everything that is wrong, each said once, with the field's name before it."""
        said = [str(text) for text in self.form_errors]
        for field in self:
            for text in _flat(field.errors):
                named = field.label.text if not isinstance(field, FieldList) else ""
                said.append(f"{named}: {text}" if named else text)
        return list(dict.fromkeys(said))

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        for field in self:
            if isinstance(field, FieldList) and not _is_storable(field.data):
                field.errors = [*field.errors, _("This text holds signs that cannot be kept.")]
                valid = False
        return valid


def _flat(errors: Any) -> Iterable[str]:
    if isinstance(errors, Mapping):
        for part in errors.values():
            yield from _flat(part)
    elif isinstance(errors, list | tuple):
        for part in errors:
            yield from _flat(part)
    elif errors:
        yield str(errors)


def _is_storable(value: Any) -> bool:
    if isinstance(value, Mapping):
        return all(_is_storable(part) for part in value.values())
    if isinstance(value, list):
        return all(_is_storable(part) for part in value)
    if isinstance(value, str):
        return is_plain(value)
    return not isinstance(value, int) or abs(value) <= BIGGEST_ID


class LineUnits(PartForm):
    """So many units of one line."""

    line = IntegerField(widget=HiddenInput())
    quantity = IntegerField(
        lazy("Units"),
        [Optional(), NumberRange(min=0, message=lazy("A count is zero or more."))],
    )


class UnitsForm(ActionForm):
    """A form that counts units line by line."""

    units = FieldList(FormField(LineUnits), max_entries=MOST_ROWS)

    def offer(self, counts: Iterable[tuple[int, int]]) -> None:
        """Fill in a row for each (line, count), unless the form was sent."""
        if not self.units.entries:
            for line, count in counts:
                self.units.append_entry({"line": line, "quantity": count})

    def counts(self) -> dict[int, int]:
        """Return units by order line; rows without a count are left out."""
        found: dict[int, int] = {}
        for row in self.units.data:
            if row["line"] is not None and row["quantity"]:
                found[row["line"]] = found.get(row["line"], 0) + row["quantity"]
        return found


class HoldForm(ActionForm):
    kind = SelectField(
        lazy("What it waits for"),
        choices=[
            SelectChoice(kind.value, HOLD[kind.value])
            for kind in sorted(HoldKind, key=lambda kind: kind is not HoldKind.MANUAL)
        ],
    )
    reason = StringField(lazy("Why"), REASON)
    owner = StringField(lazy("Who takes care of it"), [Length(max=250)])
    due_at = DateTimeLocalField(lazy("Until when"), [Optional()], format="%Y-%m-%dT%H:%M")

    def due(self, zone: ZoneInfo) -> datetime | None:
        """Return the due moment, as the company's clocks show it."""
        typed: datetime | None = self.due_at.data
        return typed.replace(tzinfo=zone).astimezone(UTC) if typed else None


class CancelForm(UnitsForm, WithSecondPerson):
    reason = StringField(lazy("Why"), REASON)


class ReturnForm(UnitsForm):
    reason = StringField(lazy("Why do they come back"), REASON)
    note = TextAreaField(lazy("Note for colleagues"), [Length(max=4000)])


VERDICTS: dict[str, Any] = {
    Verdict.SELLABLE.value: lazy("Sellable: back on the shelf"),
    Verdict.DAMAGED.value: lazy("Damaged: kept apart"),
    Verdict.WRONG_ITEM.value: lazy("Wrong item: not ours"),
    Verdict.MISSING.value: lazy("Missing: not in the parcel"),
    Verdict.KEPT.value: lazy("Kept by the customer, paid back"),
    Verdict.LOST.value: lazy("Lost on the way, paid back"),
}
CREDITED = ("sellable", "damaged", "kept", "lost")


class ReceivedRow(PartForm):
    """Some units of one line, under one verdict; without a verdict they are not here yet."""

    line = IntegerField(widget=HiddenInput())
    quantity = IntegerField(
        lazy("Units"), [Optional(), NumberRange(min=0, message=lazy("A count is zero or more."))]
    )
    verdict = SelectField(
        lazy("Verdict"),
        choices=[
            *(SelectChoice(code, words) for code, words in VERDICTS.items()),
            SelectChoice("", lazy("Not here yet")),
        ],
    )


class RefundRow(PartForm):
    """How much goes back over one payment."""

    payment = IntegerField(widget=HiddenInput())
    amount_minor = MoneyField(lazy("Amount"), [Optional()])


class ReceiptForm(ActionForm, WithSecondPerson):
    kept_back_minor: int = 0
    """What is not given back of what the units were paid: without them the rest costs more."""
    location = SelectField(lazy("Where they lie now"), choices=[], validate_choice=False)
    rows = FieldList(FormField(ReceivedRow), max_entries=MOST_ROWS)
    refunds = FieldList(FormField(RefundRow), max_entries=50)

    def offer(
        self, expected: Iterable[tuple[int, int]], payments: Iterable[tuple[int, int]]
    ) -> None:
        """
        Fill in a row for each unit that is expected, and what goes back over each payment.

        Of a line with many units one row holds all: nobody ticks fifty shirts one by one.
        """
        if self.rows.entries:
            return
        for line, count in expected:
            rows = [1] * count if count <= ONE_BY_ONE else [count]
            for quantity in rows:
                self.rows.append_entry({"line": line, "quantity": quantity, "verdict": "sellable"})
        for payment, amount in payments:
            self.refunds.append_entry({"payment": payment, "amount_minor": amount})

    def received(self) -> list[tuple[int, int, str]]:
        """Return (line, units, verdict), each verdict of a line once."""
        found: dict[tuple[int, str], int] = {}
        for row in self.rows.data:
            if row["line"] is not None and row["quantity"] and row["verdict"]:
                key = (row["line"], row["verdict"])
                found[key] = found.get(key, 0) + row["quantity"]
        return [(line, count, verdict) for (line, verdict), count in found.items()]

    def given_back(self) -> list[tuple[int, int]]:
        """Return (payment, amount) of what is refunded with it."""
        return [
            (row["payment"], row["amount_minor"])
            for row in self.refunds.data
            if row["payment"] is not None and row["amount_minor"]
        ]


class PaymentForm(ActionForm):
    seen = IntegerField(widget=HiddenInput(), validators=[Optional()])
    method = SelectField(lazy("Method"), choices=[])
    amount_minor = MoneyField(lazy("Amount"), AMOUNT)
    state = RadioField(
        lazy("The money"),
        choices=[
            SelectChoice("captured", lazy("is here")),
            SelectChoice("expected", lazy("is still to come")),
        ],
        default="captured",
    )
    reference = StringField(lazy("Its number at the bank or terminal"), [Length(max=200)])
    code = StringField(lazy("Code of the gift card"), [Length(max=64)])
    pin = StringField(lazy("Its PIN"), [Length(max=16)])


class RefundForm(ActionForm, WithSecondPerson):
    seen = IntegerField(widget=HiddenInput(), validators=[Optional()])
    payment = SelectField(lazy("Back over"), choices=[], coerce=int)
    amount_minor = MoneyField(lazy("Amount"), AMOUNT)
    reason = StringField(lazy("Why"), REASON)


class ShipForm(ActionForm):
    tracking_number = StringField(lazy("Tracking number"), [Length(max=64)])
    override = StringField(lazy("Why it leaves unpaid"), [Length(max=250)])


class NoteForm(ActionForm):
    text = TextAreaField(
        lazy("Note for colleagues"),
        [DataRequired(message=lazy("Write something first.")), Length(max=4000)],
    )


class ShortForm(ActionForm):
    line = IntegerField(widget=HiddenInput())
    quantity = IntegerField(
        lazy("How many are missing"),
        [InputRequired(), NumberRange(min=1, message=lazy("At least one."))],
    )
    reason = StringField(lazy("What is wrong"), REASON)


class OrderedUnits(PartForm):
    sku = HiddenField()
    quantity = IntegerField(
        lazy("Units"), [Optional(), NumberRange(min=0, message=lazy("A count is zero or more."))]
    )


class NewOrderForm(ActionForm, WithSecondPerson):
    """An order that a clerk writes down; what is typed stays, whatever is refused."""

    seen = IntegerField(widget=HiddenInput(), validators=[Optional()])
    channel = SelectField(lazy("Sold through"), choices=[])
    customer = HiddenField()
    name = StringField(
        lazy("Full name"), [DataRequired(message=lazy("Who buys?")), Length(max=250)]
    )
    email = StringField(lazy("E-mail"), [Length(max=254)])
    phone = StringField(lazy("Phone"), [Length(max=40)])
    company = StringField(lazy("Company"), [Length(max=250)])
    vat_id = StringField(lazy("VAT number"), [Length(max=32)])
    street = StringField(lazy("Street and number"), [Length(max=250)])
    postal_code = StringField(lazy("Postal code"), [Length(max=20)])
    city = StringField(lazy("Town"), [Length(max=250)])
    country = StringField(lazy("Country"), [Length(max=2)], default="PL")
    pickup_point = StringField(lazy("Locker or point"), [Length(max=64)])
    shipping_method = SelectField(lazy("Delivery"), choices=[])
    shipping_minor = MoneyField(lazy("Price of delivery"), [Optional()])
    discount_minor = MoneyField(
        lazy("Discount on the goods"),
        [Optional(), NumberRange(min=0, message=lazy("A discount is not less than nothing."))],
    )
    discount_reason = StringField(lazy("Why it costs less"), [Length(max=250)])
    payment_method = SelectField(lazy("Payment"), choices=[], validate_choice=False)
    paid = BooleanField(lazy("The money is here already"))
    note = TextAreaField(lazy("Note on the order"), [Length(max=4000)])
    coupons = StringField(lazy("Codes of the customer"), [Length(max=250)])
    lines = FieldList(FormField(OrderedUnits), max_entries=MOST_ROWS)

    def codes(self) -> list[str]:
        """Return the codes that were typed, with commas or spaces between them."""
        return (self.coupons.data or "").replace(",", " ").split()[:MAX_COUPONS]

    def wanted(self) -> list[tuple[str, int]]:
        """Return (SKU, count) of the basket's rows."""
        return [(row["sku"], row["quantity"] or 0) for row in self.lines.data if row["sku"]]

    def address(self) -> dict[str, str] | None:
        """Return the delivery address; None where none was typed."""
        if not (self.street.data or self.city.data or self.postal_code.data):
            return None
        found = {
            "name": self.name.data,
            "company": self.company.data,
            "street": self.street.data,
            "postal_code": self.postal_code.data,
            "city": self.city.data,
            "country": (self.country.data or "PL").upper(),
            "phone": self.phone.data,
        }
        return {key: value.strip() for key, value in found.items() if value and value.strip()}

    def refuse_half_an_address(self) -> bool:
        """Test whether an address was begun and not finished; each gap is named."""
        if self.address() is None:
            return False
        gaps = [one for one in (self.street, self.postal_code, self.city) if not one.data]
        for one in gaps:
            one.errors = [*one.errors, _("An address needs this.")]
        return bool(gaps)


def choices(pairs: Sequence[tuple[Any, Any]]) -> list[SelectChoice]:
    return [SelectChoice(value, words) for value, words in pairs]
