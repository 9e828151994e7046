"""The door of the catalogue's screens, and what several of them need."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue

from app.actor import current_actor
from app.i18n import _, language
from app.money import format_money
from app.web import chosen_store_id
from modules import organization

VIEW, EDIT, IMPORT = "catalog.view", "catalog.edit", "catalog.import"
EXPORT = "catalog.export"

blueprint = Blueprint(
    "catalog", "modules.catalog", url_prefix="/catalog", template_folder="templates"
)
Levels = Mapping[int, tuple[int, int, int]]


def currency() -> str:
    return organization.get_company().currency


def plain_amount(minor: int | None, code: str) -> str:
    """Return an amount as one types it: without the sign of the currency."""
    if minor is None:
        return ""
    return format_money(minor, code, language()).rsplit("\u00a0", 1)[0].replace("\u202f", "")


def tax_choices() -> list[tuple[str, str]]:
    """Return the tax classes to choose from, each with the rate of today."""
    rates = organization.rates_on(organization.today())
    return [(one.code, _tax_word(one, rates)) for one in organization.list_tax_classes()]


def tax_word(tax_class_id: int) -> str:
    """Return the VAT of a product in words: "VAT 23 %"."""
    rates = organization.rates_on(organization.today())
    for one in organization.list_tax_classes():
        if one.id == tax_class_id:
            return _tax_word(one, rates)
    return ""


def _tax_word(tax_class: organization.TaxClass, rates: Mapping[int, int]) -> str:
    rate = rates.get(tax_class.id, 0)
    if not rate and tax_class.kind.value != "zero":
        return str(tax_class.name)
    share = f"{rate / 100:g}".replace(".", "." if language() == "en" else ",")
    return str(_("VAT %(rate)s %%", rate=share))


def levels_of(variant_ids: Sequence[int]) -> Levels | None:
    """Return (here, elsewhere, incoming) by variant; None where nobody counts stock."""
    fillers: Sequence[Callable[..., Any]] = current_app.extensions["slots"].get(
        "catalog.levels", ()
    )
    if not fillers or not current_actor().may("stock.view"):
        return None
    found: dict[int, tuple[int, int, int]] = {}
    for filler in fillers:
        found |= filler(variant_ids=variant_ids, store_id=chosen_store_id())
    return found


Answer = ResponseReturnValue
