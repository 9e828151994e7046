"""The models of the range as products: variants, SKUs, barcodes, prices and costs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from app.money import parse_money
from app.search import fold
from modules.catalog.bulk import NewOption, NewPhoto, NewProduct, NewVariant
from modules.catalog.demo.colours import COLOURS
from modules.catalog.demo.range import MENS_SHOES, ONE_SIZE, RANGE, Family, Model
from modules.catalog.models import ProductStatus
from modules.catalog.photo_files import StoredPhoto

# The number that GS1's own examples carry: right in form, and no manufacturer's.
_EAN_PREFIX = "5901234"
_VAT = 123  # percent of the net price
_DESCRIPTIONS = {
    "winter": "Warm, and made to be worn for many winters.",
    "summer": "Light, for long days.",
    "all": "For every month of the year.",
}


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A variant of the demo, as the floors above sell it."""

    sku: str
    colour: str
    size: str
    price_minor: int
    cost_minor: int


@dataclass(frozen=True, kw_only=True)
class Goods:
    """A model of the demo, as the floors above sell it."""

    code: str
    name: str
    category: str
    season: str
    wearer: str
    """"woman", "man" or "anyone"."""
    weight: float
    """How well it sells against the others."""
    active: bool
    pieces: list[Piece]


def code_of(family: Family, model: Model) -> str:
    return f"{family.prefix}-{fold(model.name)[:3].upper()}"


def models_by_code() -> dict[str, Model]:
    found = {code_of(family, model): model for family in RANGE for model in family.models}
    assert len(found) == sum(len(family.models) for family in RANGE), "two models have one code"
    return found


def make_goods(
    *,
    chance: Random,
    tax_class_id: int,
    since: datetime,
    photos: Mapping[tuple[str, str], StoredPhoto],
) -> Iterator[tuple[Goods, NewProduct]]:
    """Return each model both as the shop sells it and as a product to insert."""
    numbers = _barcodes()
    for family in RANGE:
        for place, model in enumerate(family.models):
            yield _make(family, model, place, chance, tax_class_id, since, photos, numbers)


def _make(
    family: Family,
    model: Model,
    place: int,
    chance: Random,
    tax_class_id: int,
    since: datetime,
    photos: Mapping[tuple[str, str], StoredPhoto],
    numbers: Iterator[str],
) -> tuple[Goods, NewProduct]:
    code = code_of(family, model)
    sizes = model.sizes or family.sizes
    colours = model.colours.split()
    price = parse_money(model.price, "PLN")
    cost = round(price * 100 / _VAT * chance.uniform(0.35, 0.55))
    status = ProductStatus.ACTIVE
    if place and place % 9 == 0:
        status = ProductStatus.DRAFT if chance.random() < 0.3 else ProductStatus.DISCONTINUED
    variants, pieces = [], []
    for colour in colours:
        for size in sizes:
            if _is_not_made(size, sizes, chance):
                continue
            known = COLOURS[colour]
            sku = f"{code}-{known.letters}"
            options = {"colour": known.name}
            if sizes != ONE_SIZE:
                sku += f"-{size}"
                options["size"] = size
            variants.append(
                NewVariant(
                    sku=sku,
                    price_minor=price,
                    cost_minor=cost,
                    options=options,
                    barcodes=[next(numbers)],
                    weight_grams=round(family.grams * chance.uniform(0.85, 1.15) / 10) * 10,
                )
            )
            pieces.append(
                Piece(sku=sku, colour=known.name, size=size, price_minor=price, cost_minor=cost)
            )
    axes = [
        NewOption(
            name="colour",
            values=[COLOURS[one].name for one in colours],
            swatches={COLOURS[one].name: COLOURS[one].hex for one in colours},
        )
    ]
    if sizes != ONE_SIZE:
        axes.append(NewOption(name="size", values=list(sizes)))
    name = f"{model.name} {model.noun}"
    product = NewProduct(
        code=code,
        name=name,
        tax_class_id=tax_class_id,
        options=axes,
        variants=variants,
        photos=[
            _photo(photos[code, one], name, COLOURS[one].name, at) for at, one in enumerate(colours)
        ],
        status=status,
        brand=family.brand,
        category=family.category,
        description=f"{name[:1].upper()}{name[1:]}. {_DESCRIPTIONS[family.season]}",
        created_at=since + timedelta(days=chance.randrange(90)),
    )
    goods = Goods(
        code=code,
        name=name,
        category=family.category,
        season=family.season,
        wearer=_wearer(family, model),
        weight=chance.lognormvariate(0, 0.7),
        active=status is ProductStatus.ACTIVE,
        pieces=pieces,
    )
    return goods, product


def _is_not_made(size: str, sizes: tuple[str, ...], chance: Random) -> bool:
    """Let some colours miss their smallest and largest sizes, as ranges do."""
    at_the_edge = len(sizes) > 3 and size in (sizes[0], sizes[-1])
    return at_the_edge and chance.random() < 0.22


def _wearer(family: Family, model: Model) -> str:
    if family.prefix in ("AC", "BG"):
        return "anyone"
    if family.prefix == "SO":
        return "man" if model.sizes == MENS_SHOES else "woman"
    # As in Polish: a name that ends in a is a woman's.
    return "woman" if model.name.endswith("a") else "man"


def _photo(stored: StoredPhoto, name: str, colour: str, position: int) -> NewPhoto:
    return NewPhoto(
        file=stored.file,
        width=stored.width,
        height=stored.height,
        colour=colour,
        alt=f"{name}, {colour}",
        position=position,
    )


def _barcodes() -> Iterator[str]:
    """Return EAN-13 numbers, one after the other (GS1: weights 1 and 3 from the left)."""
    for number in range(10_000, 100_000):
        digits = f"{_EAN_PREFIX}{number}"
        total = sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(digits))
        yield f"{digits}{-total % 10}"
