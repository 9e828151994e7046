"""The goods of the large demo: models by the thousand, twenty-five variants each, no pictures."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from app import clock
from app.db import transact
from app.demo import DemoContext
from modules import organization
from modules.catalog.bulk import NewOption, NewProduct, NewVariant, import_products
from modules.catalog.demo.colours import COLOURS
from modules.catalog.demo.range import RANGE

_SIZES = ("XS", "S", "M", "L", "XL")
_COLOURS = 5
_AT_ONCE = 200  # models
_OPENED = timedelta(days=760)
# Ours to give inside a shop: numbers that begin with 2 are nobody's (GS1 General Specifications).
_EAN_PREFIX = "20"


@dataclass(frozen=True, slots=True)
class MassVariant:
    """A variant of the large demo, as the floors above sell it."""

    id: int
    sku: str
    name: str
    label: str
    price_minor: int
    cost_minor: int


def demo_mass(context: DemoContext) -> None:
    assert context.mass
    chance = context.random_for("catalog mass")
    tax_class_id = organization.get_tax_class("standard").id
    models = -(-context.mass.variants // (_COLOURS * len(_SIZES)))
    made: list[MassVariant] = []
    with clock.at(context.end - _OPENED):
        for start in range(0, models, _AT_ONCE):
            numbers = range(start, min(start + _AT_ONCE, models))
            batch = [_model(number, tax_class_id, chance) for number in numbers]
            keys = transact(lambda some=batch: import_products(products=some)).variants  # type: ignore[misc]
            made += _known(batch, keys)
    context.made["mass_variants"] = made
    context.say(f"{models} models more, {len(made)} variants")


def _known(batch: Sequence[NewProduct], keys: dict[str, int]) -> Iterator[MassVariant]:
    for product in batch:
        for one in product.variants:
            label = " · ".join(one.options.values())
            assert one.cost_minor is not None
            yield MassVariant(
                keys[one.sku], one.sku, product.name, label, one.price_minor, one.cost_minor
            )


def _model(number: int, tax_class_id: int, chance: Random) -> NewProduct:
    family = RANGE[number % len(RANGE)]
    model = chance.choice(family.models)
    code = f"L{number:05d}"
    colours = chance.sample(sorted(COLOURS), _COLOURS)
    price = chance.randrange(4_900, 89_900, 1_000)
    cost = round(price / 1.23 * chance.uniform(0.35, 0.55))
    first = number * _COLOURS * len(_SIZES)
    cells = [(colour, size) for colour in colours for size in _SIZES]
    return NewProduct(
        code=code,
        name=f"{model.name} {model.noun} {number}",
        tax_class_id=tax_class_id,
        options=[
            NewOption(
                name="colour",
                values=[COLOURS[one].name for one in colours],
                swatches={COLOURS[one].name: COLOURS[one].hex for one in colours},
            ),
            NewOption(name="size", values=list(_SIZES)),
        ],
        variants=[
            NewVariant(
                sku=f"{code}-{COLOURS[colour].letters}-{size}",
                price_minor=price,
                cost_minor=cost,
                options={"colour": COLOURS[colour].name, "size": size},
                barcodes=[_barcode(first + place)],
                weight_grams=family.grams,
            )
            for place, (colour, size) in enumerate(cells)
        ],
        brand=family.brand,
        category=family.category,
    )


def _barcode(number: int) -> str:
    """Return an EAN-13 (GS1: weights 1 and 3 from the left)."""
    digits = f"{_EAN_PREFIX}{number:010d}"
    total = sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(digits))
    return f"{digits}{-total % 10}"
