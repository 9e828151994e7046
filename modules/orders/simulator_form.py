"""What is supposed of a cart that nobody has: goods, place, time, codes and the buyer."""

import re
from collections.abc import Sequence
from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo

from wtforms import BooleanField, DateField, DateTimeLocalField, SelectField, StringField
from wtforms import TextAreaField as LongField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from app import clock
from app.errors import NotFound, RuleViolation
from app.forms import Form, IntegerField, MoneyField, SelectChoice
from app.i18n import _, lazy
from modules import catalog, customers, organization, promotions
from modules.orders.basket import merge, sku_of
from modules.orders.quoting import Goods, Wanted
from modules.orders.shapes import MAX_LINES

MOST_DRAFTS = 100
_MINUTE = "%Y-%m-%dT%H:%M"
_WITH_COUNT = re.compile(r"(?P<code>.*?[^\s,;])(?:\s*[,;]\s*|\s+)(?:x\s*)?(?P<count>\d{1,4})")
_WORDS = {"groups": "groups", "segments": "segments", "tiers": "tiers"}


class SimulatorForm(Form):
    """Its values are the arguments of `quoting.simulate`."""

    promotion = SelectField(lazy("Try"), [Optional()])
    goods = LongField(lazy("Goods"), [DataRequired(), Length(max=20_000)])
    channel = SelectField(lazy("Channel"), [DataRequired()])
    store = SelectField(lazy("Store"), [Optional()])
    at = DateTimeLocalField(lazy("Day and hour"), [InputRequired()], format=_MINUTE)
    shipping_method = SelectField(lazy("Delivery"), [DataRequired()])
    shipping_minor = MoneyField(lazy("Price of the delivery"), [Optional()])
    payment_method = SelectField(lazy("Payment"), [Optional()])
    country = StringField(lazy("Country"), [Optional(), Length(2, 2)], default="PL")
    coupons = StringField(lazy("Codes"), [Length(max=400)])
    customer = StringField(lazy("Customer"), [Length(max=120)])
    groups = StringField(lazy("Customer groups"), [Length(max=400)])
    segments = StringField(lazy("Segments"), [Length(max=400)])
    stage = SelectField(lazy("Stage"), [Optional()])
    tiers = StringField(lazy("Loyalty tiers"), [Length(max=400)])
    has_card = BooleanField(lazy("Has a loyalty card"))
    order_count = IntegerField(lazy("Orders before"), [Optional(), NumberRange(0, 100_000)])
    days_since_last_order = IntegerField(
        lazy("Days since the last order"), [Optional(), NumberRange(0, 100_000)]
    )
    birthday = DateField(lazy("Birthday"), [Optional()])

    def __init__(self, **more: Any) -> None:
        self.zone: ZoneInfo = organization.company_zone()
        super().__init__(at=clock.now().astimezone(self.zone).replace(tzinfo=None), **more)
        drafts = dict(promotions.list_drafts(limit=MOST_DRAFTS))
        chosen = self.promotion.data or ""
        if chosen and chosen not in drafts:
            drafts[chosen] = promotions.get_promotion_by_code(chosen).name
        self.promotion.choices = [
            SelectChoice("", _("Only what is published")),
            *(SelectChoice(code, f"{name} ({code})") for code, name in drafts.items()),
        ]
        channels = [one for one in organization.list_channels() if one.active]
        self.channel.choices = [SelectChoice(one.code, one.name) for one in channels]
        self.store.choices = [SelectChoice("", _("That of the channel")), *_named("stores")]
        self.shipping_method.choices = _named("shipping_methods")
        self.payment_method.choices = [SelectChoice("", _("not chosen yet")), *_named("ways")]
        self.stage.choices = [
            SelectChoice("", _("As it is known")),
            *(SelectChoice(code, str(name)) for code, name in customers.STAGES.items()),
        ]
        self.currency = organization.get_company().currency
        self.shipping_minor.currency = self.currency

    def codes(self) -> list[str]:
        return promotions.plain_codes(_split(self.coupons.data))

    def wanted(self) -> Wanted | None:
        """Return the sale that is supposed; None where something typed is not there."""
        goods = self._goods()
        buyer = self._buyer()
        if self.errors or not goods:
            return None
        at = self.at.data or clock.now()
        moment = at.replace(tzinfo=self.zone).astimezone(UTC)
        try:
            channel = organization.channel_for_intake(self.channel.data or "")
            method, rates = organization.terms_for_intake(
                self.shipping_method.data or "", moment.astimezone(self.zone).date()
            )
        except (NotFound, RuleViolation) as missing:
            self.form_errors.append(str(missing))
            return None
        return Wanted(
            channel=channel,
            goods=[Goods(sku, count) for sku, count in goods],
            variants=catalog.variants_for_sale([sku for sku, _count in goods]),
            rates=rates,
            at=moment,
            currency=channel.currency,
            store=self.store.data or channel.store_code,
            shipping_minor=self.shipping_minor.data or 0,
            shipping_rate_bp=method.delivery_rate_bp,
            shipping_method=self.shipping_method.data or "",
            payment_method=self.payment_method.data or "",
            country=(self.country.data or "PL").upper(),
            customer_id=buyer,
            coupons=self.codes(),
            supposed=self._supposed(),
        )

    def _goods(self) -> list[tuple[str, int]]:
        """Return the SKUs and counts of the typed rows; what is not sold is told beside them."""
        found: list[tuple[str, int]] = []
        for row in (self.goods.data or "").splitlines():
            if not row.strip():
                continue
            code, count = counted(row)
            try:
                found.append((sku_of(code), count))
            except NotFound as unknown:
                self.goods.errors = [*self.goods.errors, str(unknown)]
        merged = merge(found)
        if len(merged) > MAX_LINES:
            self.goods.errors = [
                *self.goods.errors,
                _("At most %(max)s different goods.", max=MAX_LINES),
            ]
        return merged

    def _buyer(self) -> int | None:
        """Return the customer of a typed number, card, e-mail or telephone."""
        typed = (self.customer.data or "").strip()
        if not typed:
            return None
        try:
            return customers.get_customer_by_number(typed).id
        except NotFound:
            pass
        for keys in (
            customers.BuyerKeys(card=typed),
            customers.BuyerKeys(email=typed),
            customers.BuyerKeys(phone=typed),
        ):
            if (found := customers.find_buyer(keys)) is not None:
                return found
        self.customer.errors = [*self.customer.errors, _("Nobody is known by this.")]
        return None

    def _supposed(self) -> dict[str, Any]:
        """Return what was typed of the buyer; an empty field supposes nothing."""
        said: dict[str, Any] = {
            name: frozenset(words)
            for name, field in _WORDS.items()
            if (words := _split(self[field].data))
        }
        if self.stage.data:
            said["stage"] = self.stage.data
        if self.has_card.data:
            said["has_card"] = True
        for name in ("order_count", "days_since_last_order"):
            if self[name].data is not None:
                said[name] = self[name].data
        if self.birthday.data is not None:
            said["birthday"] = (self.birthday.data.month, self.birthday.data.day)
        return said


def counted(row: str) -> tuple[str, int]:
    """Return the code and the count of a row such as "SH-1 2", "SH-1, 2" or "SH-1"."""
    found = _WITH_COUNT.fullmatch(row.strip())
    return (found["code"], int(found["count"])) if found else (row.strip(), 1)


def _split(text: str | None) -> list[str]:
    return [word for one in (text or "").split(",") if (word := one.strip())]


def _named(what: str) -> list[SelectChoice]:
    found: Sequence[Any] = {
        "stores": organization.list_stores,
        "shipping_methods": organization.list_shipping_methods,
        "ways": organization.list_payment_methods,
    }[what]()
    return [SelectChoice(one.code, one.name) for one in found]
