"""The forms of price lists: the head of one, a file of prices, the margins that are kept."""

import re
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, DateTimeLocalField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from app.errors import InvalidInput, NotFound
from app.forms import ChecksField, Form, IntegerField, SelectChoice
from app.i18n import _, lazy
from modules import customers, organization
from modules.pricing.models import PriceList
from modules.pricing.words import Names

RULES = 4
_MINUTE = "%Y-%m-%dT%H:%M"
_RATE = re.compile(r"([0-9]{1,4})(?:[.,]([0-9]{0,2}))?\s*%?")
_OF = (
    ("", lazy("no rule")),
    ("everything", lazy("everything")),
    ("brand", lazy("the brand")),
    ("category", lazy("the category")),
)


def rate_in(text: str) -> int | None:
    """Return basis points of a percentage as people write it: 10 or 7,5; None where it is none."""
    found = _RATE.fullmatch(text.strip())
    return None if found is None else int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))


def rate_text(rate_bp: int | None) -> str:
    """Return basis points as people type them."""
    if rate_bp is None:
        return ""
    whole, part = divmod(rate_bp, 100)
    return f"{whole},{part:02}".rstrip("0").rstrip(",") if part else str(whole)


class PriceListForm(Form):
    """Its values are the facts that `operations.update_price_list` takes."""

    name = StringField(lazy("Name"), [DataRequired(), Length(max=120)])
    currency = StringField(lazy("Currency"), [DataRequired(), Length(min=3, max=3)])
    rank = IntegerField(lazy("Rank"), [InputRequired(), NumberRange(-1000, 1000)], default=0)
    channels = ChecksField(lazy("Channels"))
    stores = ChecksField(lazy("Stores"))
    groups = ChecksField(lazy("Customer groups"))
    customers = StringField(lazy("Contract with"), [Length(max=4000)])
    valid_from = DateTimeLocalField(lazy("From"), [Optional()], format=_MINUTE)
    valid_to = DateTimeLocalField(lazy("Until"), [Optional()], format=_MINUTE)
    active = BooleanField(lazy("In use"))
    of_0 = SelectField(lazy("Off what"))
    word_0 = StringField(lazy("Which"), [Length(max=250)])
    rate_0 = StringField(lazy("Per cent"), [Length(max=9)])
    of_1 = SelectField(lazy("Off what"))
    word_1 = StringField(lazy("Which"), [Length(max=250)])
    rate_1 = StringField(lazy("Per cent"), [Length(max=9)])
    of_2 = SelectField(lazy("Off what"))
    word_2 = StringField(lazy("Which"), [Length(max=250)])
    rate_2 = StringField(lazy("Per cent"), [Length(max=9)])
    of_3 = SelectField(lazy("Off what"))
    word_3 = StringField(lazy("Which"), [Length(max=250)])
    rate_3 = StringField(lazy("Per cent"), [Length(max=9)])

    def __init__(self, record: PriceList | None = None, **more: Any) -> None:
        self.zone = organization.company_zone()
        self._hidden_rules = record.rules[RULES:] if record else []
        super().__init__(**(_shown(record, self.zone) if record else {}), **more)
        names = Names()
        known = (
            (self.channels, names.channels),
            (self.stores, names.stores),
            (self.groups, names.groups),
        )
        for field, words in known:
            gone = {one: one for one in field.data or () if one not in words}
            field.choices = [SelectChoice(code, name) for code, name in (words | gone).items()]
        for of, _word, _rate in self.rules:
            of.choices = [SelectChoice(*one) for one in _OF]

    @property
    def rules(self) -> list[tuple[Any, Any, Any]]:
        """Return the fields of each rule: off what, which, how much."""
        return [(self[f"of_{at}"], self[f"word_{at}"], self[f"rate_{at}"]) for at in range(RULES)]

    def values(self) -> dict[str, Any]:
        """
        Return the facts.

        :raises InvalidInput: a customer or a percentage is none
        """
        return {
            "name": self.name.data,
            "currency": (self.currency.data or "").upper(),
            "rank": self.rank.data,
            "channels": self.channels.data,
            "stores": self.stores.data,
            "groups": self.groups.data,
            "customers": self._buyers(),
            "rules": [
                *(self._rule(at) for at in range(RULES) if self[f"of_{at}"].data),
                *self._hidden_rules,
            ],
            "valid_from": self._moment(self.valid_from.data),
            "valid_to": self._moment(self.valid_to.data),
            "active": self.active.data,
        }

    def _buyers(self) -> list[int]:
        keys = []
        for number in re.split(r"[\s,;]+", self.customers.data or ""):
            if not number:
                continue
            try:
                keys.append(customers.get_customer_by_number(number).id)
            except NotFound as missing:
                raise InvalidInput(str(missing), field="customers") from None
        return keys

    def _rule(self, at: int) -> dict[str, Any]:
        rate_bp = rate_in(self[f"rate_{at}"].data or "")
        if rate_bp is None:
            raise InvalidInput(_("Write a percentage such as 10 or 7,5."), field=f"rate_{at}")
        word = self[f"word_{at}"].data or ""
        if self[f"of_{at}"].data != "everything" and not word.strip():
            raise InvalidInput(_("Say of which brand or category."), field=f"word_{at}")
        return {"of": self[f"of_{at}"].data, "word": word, "rate_bp": rate_bp}

    def _moment(self, typed: datetime | None) -> datetime | None:
        return None if typed is None else typed.replace(tzinfo=self.zone).astimezone(UTC)


class NewPriceListForm(PriceListForm):
    """Its values are the arguments of `operations.create_price_list`."""

    code = StringField(lazy("Code"), [DataRequired(), Length(max=32)])

    def values(self) -> dict[str, Any]:
        return {**super().values(), "code": self.code.data}


class PricesFileForm(Form):
    file = FileField(lazy("File"), [FileRequired()])


def _shown(record: PriceList, zone: ZoneInfo) -> dict[str, Any]:
    def local(moment: datetime | None) -> datetime | None:
        return None if moment is None else moment.astimezone(zone).replace(tzinfo=None)

    facts: dict[str, Any] = {
        name: getattr(record, name)
        for name in ("name", "currency", "rank", "channels", "stores", "groups", "active")
    }
    facts["customers"] = ", ".join(f"C-{key}" for key in record.customers)
    facts |= {"valid_from": local(record.valid_from), "valid_to": local(record.valid_to)}
    for at, rule in enumerate(record.rules[:RULES]):
        facts |= {
            f"of_{at}": rule["of"],
            f"word_{at}": rule["word"],
            f"rate_{at}": rate_text(rule["rate_bp"]),
        }
    return facts
