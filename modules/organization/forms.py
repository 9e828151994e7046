"""What people may type on the organization's screens. A form checks shape, operations rules."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from wtforms import (
    BooleanField,
    DateField,
    PasswordField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, Regexp

from app import limits as limiting
from app.forms import ChecksField, Form, IntegerField, MoneyField, SelectChoice
from app.i18n import _, get_locale, lazy
from app.models import Role
from app.roles import ROLES
from modules.organization import labels
from modules.organization.models import Location, Store
from modules.organization.operations.stores import DAYS

# fmt: off
_COUNTRIES = [
    "AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR", "HR", "HU",
    "IE", "IS", "IT", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK", "UA",
    "US",
]
# fmt: on
_CODE = Regexp(
    re.compile(r"^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$"),
    message=lazy("Letters, digits, - or _, at most 32 signs."),
)


class PercentField(StringField):
    """A rate as people write it, such as 23 or 5,5; its data are basis points."""

    data: Any

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.typed = valuelist[0].strip() if valuelist else ""
        self.data = None
        if not self.typed:
            return
        whole, _comma, part = self.typed.rstrip(" %").replace(",", ".").partition(".")
        if not re.fullmatch(r"[0-9]{1,3}", whole) or not re.fullmatch(r"[0-9]{0,2}", part):
            raise ValidationError(_("Write a rate such as 23 or 5,5."))
        self.data = int(whole) * 100 + int(part.ljust(2, "0"))

    def _value(self) -> str:
        return getattr(self, "typed", "")


def _choices(words: Mapping[Any, Any]) -> list[SelectChoice]:
    return [SelectChoice(one.value, word) for one, word in words.items()]


@cache
def _zones() -> Sequence[str]:
    return sorted(zone for zone in available_timezones() if zone.startswith("Europe/")) + ["UTC"]


def _countries() -> list[SelectChoice]:
    names = get_locale().territories
    return [SelectChoice(code, names[code]) for code in sorted(_COUNTRIES, key=names.get)]


class AddressForm(Form):
    """The fields that company and stores have in common."""

    name = StringField(lazy("Name"), [DataRequired(), Length(max=120)])
    street = StringField(lazy("Street and number"), [Length(max=120)])
    postal_code = StringField(lazy("Postal code"), [Length(max=20)])
    city = StringField(lazy("Town"), [Length(max=80)])
    country = SelectField(lazy("Country"), default="PL")
    phone = StringField(lazy("Telephone"), [Length(max=40)])
    email = StringField(lazy("E-mail"), [Length(max=254)])
    time_zone = SelectField(lazy("Time zone"), default="Europe/Warsaw")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country.choices = _countries()
        self.time_zone.choices = [SelectChoice(zone) for zone in _zones()]


class CompanyForm(AddressForm):
    """Its fields are the arguments of `operations.update_company`, by name."""

    vat_id = StringField(lazy("VAT id"), [Length(max=40)])
    bank_account = StringField(lazy("Bank account"), [Length(max=60)])


class StoreForm(AddressForm):
    """Its fields are those of `operations.update_store`; the days become `opening_hours`."""

    kind = SelectField(lazy("Kind"), choices=_choices(labels.STORE_KIND))
    gln = StringField(lazy("GLN"), [Length(max=20)])
    mon = StringField(lazy("Monday"), [Length(max=20)])
    tue = StringField(lazy("Tuesday"), [Length(max=20)])
    wed = StringField(lazy("Wednesday"), [Length(max=20)])
    thu = StringField(lazy("Thursday"), [Length(max=20)])
    fri = StringField(lazy("Friday"), [Length(max=20)])
    sat = StringField(lazy("Saturday"), [Length(max=20)])
    sun = StringField(lazy("Sunday"), [Length(max=20)])

    def values(self) -> dict[str, Any]:
        found = super().values()
        hours = {day: found.pop(day) or "" for day in DAYS}
        return {**found, "opening_hours": hours}

    def days(self) -> Iterable[Any]:
        return [self[day] for day in DAYS]


class NewStoreForm(StoreForm):
    code = StringField(lazy("Code"), [DataRequired(), _CODE])


class LocationForm(Form):
    """Its fields are the arguments of `operations.update_location`, by name."""

    name = StringField(lazy("Name"), [DataRequired(), Length(max=120)])
    kind = SelectField(lazy("Kind"), choices=_choices(labels.LOCATION_KIND))
    sellable = BooleanField(lazy("Goods here may be sold"), default=True)
    channels = ChecksField(lazy("Channels served"), coerce=int)


class NewLocationForm(LocationForm):
    code = StringField(lazy("Code"), [DataRequired(), _CODE])


class ChannelForm(Form):
    """Its fields are the arguments of `operations.update_channel`; ranks become `locations`."""

    name = StringField(lazy("Name"), [DataRequired(), Length(max=120)])
    kind = SelectField(lazy("Kind"), choices=_choices(labels.CHANNEL_KIND))
    store_id = SelectField(lazy("Store its orders belong to"), coerce=int)
    currency = StringField(lazy("Currency"), [DataRequired(), Length(max=3)], default="PLN")
    price_basis = SelectField(lazy("Prices"), choices=_choices(labels.PRICE_BASIS))
    on_shortage = SelectField(lazy("When goods are short"), choices=_choices(labels.ON_SHORTAGE))
    active = BooleanField(lazy("In use: orders come in"), default=True)

    ranks: dict[int, str]
    """What was typed as the turn of each location."""

    def offer(self, stores: Sequence[Store]) -> None:
        self.store_id.choices = [SelectChoice(store.id, store.name) for store in stores]

    def read_ranks(self, typed: Mapping[str, str], locations: Sequence[Location]) -> None:
        """Take the turns that were typed beside the locations; empty means it does not serve."""
        self.ranks = {one.id: typed.get(f"rank-{one.id}", "").strip() for one in locations}

    def show_ranks(self, location_ids: Sequence[int]) -> None:
        self.ranks = {key: str(turn) for turn, key in enumerate(location_ids, start=1)}

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        if any(turn and not _is_turn(turn) for turn in self.ranks.values()):
            self.form_errors.append(
                _("The turn of a location is a number from 1 to 99, or nothing.")
            )
            return False
        return valid

    def values(self) -> dict[str, Any]:
        turns = [(int(turn), key) for key, turn in self.ranks.items() if turn]
        return {**super().values(), "locations": [key for _turn, key in sorted(turns)]}


class NewChannelForm(ChannelForm):
    code = StringField(lazy("Code"), [DataRequired(), _CODE])


def _is_turn(typed: str) -> bool:
    return typed.isascii() and typed.isdigit() and 1 <= int(typed) <= 99


class ShippingMethodForm(Form):
    """Its fields are the arguments of `operations.update_shipping_method`, by name."""

    name = StringField(lazy("Name"), [DataRequired(), Length(max=120)])
    carrier = StringField(lazy("Carrier"), [Length(max=40)])
    active = BooleanField(lazy("In use"), default=True)


class NewShippingMethodForm(Form):
    code = StringField(lazy("Code"), [DataRequired(), _CODE])
    name = StringField(lazy("Name"), [DataRequired(), Length(max=120)])
    kind = SelectField(lazy("Kind"), choices=_choices(labels.SHIPPING_KIND))
    carrier = StringField(lazy("Carrier"), [Length(max=40)])


class PaymentMethodForm(Form):
    """Its fields are the arguments of `operations.update_payment_method`, by name."""

    name = StringField(lazy("Name"), [DataRequired(), Length(max=120)])
    gateway = StringField(lazy("Gateway"), [Length(max=40)])
    active = BooleanField(lazy("In use"), default=True)


class NewPaymentMethodForm(Form):
    code = StringField(lazy("Code"), [DataRequired(), _CODE])
    name = StringField(lazy("Name"), [DataRequired(), Length(max=120)])
    kind = SelectField(lazy("Kind"), choices=_choices(labels.PAYMENT_KIND))
    gateway = StringField(lazy("Gateway"), [Length(max=40)])


class TaxRateForm(Form):
    """Its fields are the arguments of `operations.add_tax_rate`, by name."""

    rate_bp = PercentField(lazy("Rate"), [InputRequired()])
    valid_from = DateField(lazy("From"), [InputRequired()])


class TaxClassForm(Form):
    """Its fields are the arguments of `operations.create_tax_class`, by name."""

    code = StringField(lazy("Code"), [DataRequired(), _CODE])
    name = StringField(lazy("Name"), [DataRequired(), Length(max=120)])
    kind = SelectField(lazy("Kind"), choices=_choices(labels.TAX_KIND))
    rate_bp = PercentField(lazy("Rate from today"))
    note = TextAreaField(lazy("Legal note"), [Length(max=400)])


class StaffForm(Form):
    """Its fields are the arguments of `operations.update_staff`, by name."""

    name = StringField(lazy("Full name"), [DataRequired(), Length(max=120)])
    email = StringField(lazy("E-mail"), [DataRequired(), Length(max=254)])
    badge = StringField(lazy("Badge"), [Length(max=64)])


class RoleForm(Form):
    """A role, and the store it holds in; its fields are those of `operations.grant_role`."""

    role = SelectField(lazy("Role"))
    store_id = SelectField(lazy("Where"), coerce=lambda typed: int(typed) if typed else None)

    def offer(self, roles: Sequence[Role], stores: Sequence[Store], *, everywhere: bool) -> None:
        self.role.choices = [SelectChoice(role.code, role_word(role)) for role in roles]
        own = [SelectChoice("", _("All stores"))] if everywhere else []
        self.store_id.choices = own + [SelectChoice(store.id, store.name) for store in stores]


class RoleEditForm(Form):
    """What a role may do; the page adds a field for each limit."""

    name = StringField(lazy("Name"), [DataRequired(), Length(max=60)])
    permissions = ChecksField(lazy("What it may do"))


class NewStaffForm(RoleForm):
    name = StringField(lazy("Full name"), [DataRequired(), Length(max=120)])
    email = StringField(lazy("E-mail"), [DataRequired(), Length(max=254)])
    password = PasswordField(lazy("First password"), [DataRequired(), Length(max=128)])


class PasswordForm(Form):
    password = PasswordField(lazy("New password"), [DataRequired(), Length(max=128)])


class TokenForm(Form):
    """Its fields are the arguments of `operations.create_token`, by name."""

    name = StringField(lazy("What it is for"), [DataRequired(), Length(max=120)])
    scopes = ChecksField(lazy("What it may do"))
    store_ids = ChecksField(lazy("Only in these stores"), coerce=int)
    expires_on = DateField(lazy("Last day"), [Optional()])

    def values(self) -> dict[str, Any]:
        found = super().values()
        limits = {code: found.pop(code) for code in limiting.of_programs()}
        return {**found, "limits": limits}


def limit_fields(limits: Mapping[str, limiting.Limit]) -> dict[str, Any]:
    """Return a field for each limit, by its code; left empty it is no limit."""
    fields: dict[str, Any] = {}
    for code, limit in limits.items():
        kind = MoneyField if limit.unit == "money" else IntegerField
        most = NumberRange(min=0, message=_("A limit is zero or more; empty is no limit."))
        fields[code] = kind(limit.title, [Optional(), most])
    return fields


def role_word(role: Role) -> str:
    """Return the name of a role as it is read; a role of the house in the reader's language."""
    return str(ROLES.get(role.code, role.name))
