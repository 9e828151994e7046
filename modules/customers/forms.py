"""What people may type about customers. A form checks shape; the operations check rules."""

from typing import Any

from flask_babel import get_locale
from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from app.actor import current_actor
from app.fields import free_text
from app.forms import ChecksField, Form, SelectChoice
from app.i18n import lazy
from modules.customers import labels
from modules.customers.facts import groups_of, list_groups
from modules.customers.models import Customer, CustomerKind, IdentityKind
from modules.customers.operations import AddressData, ConsentData, Contacts

# fmt: off
_COUNTRIES = [
    "AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR", "HR", "HU",
    "IE", "IS", "IT", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK", "UA",
    "US",
]
# fmt: on
GROUPS = "customers.groups"
_FREE = ("name", "note", "warning")


def may_group() -> bool:
    """Test whether the caller may say who is in a group: groups belong to all stores."""
    actor = current_actor()
    return actor.may(GROUPS) and actor.stores(GROUPS) is None


def _choices(words: dict[Any, Any]) -> list[SelectChoice]:
    return [SelectChoice(str(getattr(key, "value", key)), word) for key, word in words.items()]


def _countries() -> list[SelectChoice]:
    names = get_locale().territories
    return [SelectChoice(code, names[code]) for code in sorted(_COUNTRIES, key=names.get)]


class NewCustomerForm(Form):
    """Three fields are enough: a name, and one thing to know the customer by."""

    name = StringField(lazy("Person or company"), [DataRequired(), Length(max=250)])
    email = StringField(lazy("E-mail"), [Length(max=254)])
    phone = StringField(lazy("Telephone"), [Length(max=40)])
    card = StringField(lazy("Loyalty card"), [Length(max=64)])
    kind = SelectField(lazy("Kind"), choices=_choices(labels.KIND))
    vat_id = StringField(lazy("VAT id"), [Length(max=30)])
    locale = SelectField(lazy("Language"), choices=_choices(labels.LANGUAGE), default="pl")

    def values(self) -> dict[str, Any]:
        """Return the arguments of `operations.create_customer`."""
        return {
            "name": self.name.data,
            "kind": CustomerKind(self.kind.data),
            "contacts": Contacts(
                emails=[self.email.data] if self.email.data else [],
                phones=[self.phone.data] if self.phone.data else [],
                cards=[self.card.data] if self.card.data else [],
            ),
            "vat_id": self.vat_id.data or None,
            "locale": self.locale.data,
        }


class CustomerForm(Form):
    """Its fields are arguments of `operations.update_customer`, by name."""

    name = StringField(lazy("Person or company"), [DataRequired(), Length(max=250)])
    kind = SelectField(lazy("Kind"), choices=_choices(labels.KIND))
    locale = SelectField(lazy("Language"), choices=_choices(labels.LANGUAGE))
    vat_id = StringField(lazy("VAT id"), [Length(max=30)])
    note = TextAreaField(lazy("Remark"), [Length(max=4000)])
    warning = StringField(lazy("Warning"), [Length(max=250)])
    birthday = StringField(lazy("Birthday"), [Length(max=5)])
    groups = ChecksField(lazy("Groups"))
    sales_blocked = BooleanField(lazy("Sell nothing to this customer"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.groups.choices = [SelectChoice(one.code, one.name) for one in list_groups()]
        if not self.groups.choices or not may_group():
            del self.groups

    @classmethod
    def of(cls, customer: Customer) -> "CustomerForm":
        form = cls(obj=customer)
        form.hide_contacts_of(customer)
        form.kind.data = customer.kind.value
        if "groups" in form:
            form.groups.data = [one.code for one in groups_of([customer.id]).get(customer.id, ())]
        if customer.locale not in labels.LANGUAGE:
            form.locale.choices = [*_choices(labels.LANGUAGE), SelectChoice(customer.locale)]
        return form

    def values(self) -> dict[str, Any]:
        return {
            **super().values(),
            "kind": CustomerKind(self.kind.data),
            "vat_id": self.vat_id.data or "",
            "birthday": self.birthday.data or "",
            **{name: self[name].data or "" for name in _FREE if name in self},
        }

    def hide_contacts_of(self, customer: Customer) -> None:
        """Leave out a text in which contacts are hidden from who writes here: it stays as it is."""
        for name in _FREE:
            kept = getattr(customer, name)
            if free_text(kept) != kept:
                del self[name]


class IdentityForm(Form):
    """Its fields are the arguments of `operations.add_identity`, by name."""

    kind = SelectField(
        lazy("Kind"),
        choices=_choices(
            {
                kind: word
                for kind, word in labels.IDENTITY.items()
                if kind is not IdentityKind.MARKETPLACE  # only a marketplace gives these
            }
        ),
    )
    value = StringField(lazy("Address or number"), [DataRequired(), Length(max=254)])
    verified = BooleanField(lazy("The customer showed that it is theirs"))

    def values(self) -> dict[str, Any]:
        return {**super().values(), "kind": IdentityKind(self.kind.data)}


class ConsentForm(Form):
    """One answer to "May we write to you?"."""

    purpose = SelectField(lazy("What for"), choices=_choices(labels.PURPOSE))
    channel = SelectField(lazy("How"), choices=_choices(labels.THROUGH))
    given = SelectField(
        lazy("Answer"),
        choices=[SelectChoice("yes", lazy("Yes, you may")), SelectChoice("no", lazy("No"))],
    )
    wording = StringField(
        lazy("The words in which it was asked"), [DataRequired(), Length(max=4000)]
    )

    def values(self) -> dict[str, Any]:
        data = ConsentData(
            purpose=self.purpose.data,
            channel=self.channel.data,
            given=self.given.data == "yes",
            wording=self.wording.data or "",
            source="screen",
        )
        return {"consent": data}


class NoteForm(Form):
    """Its field is the argument of `operations.add_note`."""

    text = TextAreaField(lazy("Note"), [DataRequired(), Length(max=4000)])


class AddressForm(Form):
    """The fields of an address."""

    name = StringField(lazy("Name"), [DataRequired(), Length(max=250)])
    company = StringField(lazy("Company"), [Length(max=250)])
    street = StringField(lazy("Street and number"), [DataRequired(), Length(max=250)])
    street2 = StringField(lazy("Further details"), [Length(max=250)])
    postal_code = StringField(lazy("Postal code"), [DataRequired(), Length(max=20)])
    city = StringField(lazy("Town"), [DataRequired(), Length(max=250)])
    country = SelectField(lazy("Country"), default="PL")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country.choices = _countries()

    def values(self) -> dict[str, Any]:
        given: dict[str, Any] = {name: one or None for name, one in super().values().items()}
        return {"address": AddressData(**given)}


class GroupForm(Form):
    """Its fields are arguments of `operations.update_group`, by name."""

    name = StringField(lazy("Name"), [DataRequired(), Length(max=120)])
    archived = BooleanField(lazy("Archived"))


class NewGroupForm(Form):
    """Its fields are the arguments of `operations.create_group`, by name."""

    code = StringField(lazy("Code"), [DataRequired(), Length(max=32)])
    name = StringField(lazy("Name"), [DataRequired(), Length(max=120)])
