"""The shapes of the catalogue's forms."""

from collections.abc import Sequence
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from app.forms import Form, IntegerField, MoneyField, SelectChoice
from app.i18n import lazy
from modules.catalog.models import ProductStatus

STATUSES = [
    (ProductStatus.ACTIVE.value, lazy("Active")),
    (ProductStatus.DRAFT.value, lazy("Draft")),
    (ProductStatus.DISCONTINUED.value, lazy("Discontinued")),
]


class ProductForm(Form):
    """The facts of a product."""

    name = StringField(lazy("Name"), [DataRequired(), Length(max=250)])
    brand = StringField(lazy("Brand"), [Length(max=250)])
    category = StringField(lazy("Category"), [Length(max=250)])
    tax_class = SelectField(lazy("VAT"))
    status = SelectField(lazy("Status"), choices=[SelectChoice(*one) for one in STATUSES])
    is_gift_card = BooleanField(lazy("It is a gift card"))
    gift_card_months = IntegerField(
        lazy("Months for which it pays"), [Optional(), NumberRange(min=1, max=1200)]
    )
    description = TextAreaField(lazy("Description"), [Length(max=4000)])

    def offer(self, tax_classes: Sequence[tuple[str, str]]) -> None:
        self.tax_class.choices = [SelectChoice(*one) for one in tax_classes]

    def facts(self) -> dict[str, Any]:
        return {
            "name": (self.name.data or "").strip(),
            "brand": (self.brand.data or "").strip(),
            "category": (self.category.data or "").strip(),
            "tax_class": self.tax_class.data,
            "status": ProductStatus(self.status.data),
            "description": (self.description.data or "").strip(),
            "is_gift_card": self.is_gift_card.data,
            "gift_card_months": self.gift_card_months.data,
        }


class NewProductForm(ProductForm):
    """A product that is to be made, and the axes of its grid."""

    code = StringField(lazy("Code"), [DataRequired(), Length(max=64)])
    colours = StringField(lazy("Colours"), [Length(max=1000)])
    sizes = StringField(lazy("Sizes"), [Length(max=1000)])
    price = MoneyField(lazy("Price"), [InputRequired()])
    weight_grams = IntegerField(lazy("Weight"), [Optional(), NumberRange(min=0, max=10**9)])


class PhotoForm(Form):
    photo = FileField(lazy("Picture"), [FileRequired()])
    colour = SelectField(lazy("Shows"))

    def offer(self, colours: Sequence[str]) -> None:
        self.colour.choices = [
            SelectChoice("", lazy("All colours")),
            *(SelectChoice(one, one) for one in colours),
        ]


class BarcodeForm(Form):
    sku = StringField(lazy("SKU"), [DataRequired(), Length(max=64)])
    barcode = StringField(lazy("Barcode"), [DataRequired(), Length(max=64)])


class ImportForm(Form):
    file = FileField(lazy("File"), [FileRequired()])
    format = SelectField(lazy("Format"))
    location = SelectField(lazy("Receive the quantities at"))
    dry_run = BooleanField(lazy("Only try it: say what would happen and change nothing"))

    def offer(
        self, formats: Sequence[tuple[str, str]], locations: Sequence[tuple[str, str]]
    ) -> None:
        self.format.choices = [SelectChoice(*one) for one in formats]
        self.location.choices = [
            SelectChoice("", lazy("Nowhere: leave the stock as it is")),
            *(SelectChoice(*one) for one in locations),
        ]
