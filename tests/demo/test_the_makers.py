"""What is made up follows from the seed alone, and is right in form."""

import hashlib
from collections import Counter
from datetime import UTC, datetime, timedelta
from io import BytesIO
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image
from stdnum import ean
from stdnum.pl import nip

from app.demo import DemoContext
from modules.catalog.demo.colours import COLOURS
from modules.catalog.demo.drawing import SIZE, Garment, encoded
from modules.catalog.demo.garments import DRAWN
from modules.catalog.demo.goods import make_goods, models_by_code
from modules.catalog.demo.range import RANGE
from modules.catalog.photo_files import StoredPhoto
from modules.customers.contact import normal_email, normal_phone
from modules.customers.demo.people import make_people
from modules.orders.demo.history import make_history
from modules.orders.demo.tastes import Range, make_shoppers

END = datetime(2026, 11, 21, 5, 30, tzinfo=UTC)
SHOPS = [
    SimpleNamespace(code=code, city=city)
    for code, city in (("KRA", "Kraków"), ("LDZ", "Łódź"), ("GDN", "Gdańsk"), ("WAW", "Warszawa"))
]


def goods_of(seed: int) -> list[Any]:
    photos = {
        (code, colour): StoredPhoto(file="x", width=4, height=5)
        for code, model in models_by_code().items()
        for colour in model.colours.split()
    }
    made = make_goods(chance=Random(seed), tax_class_id=1, since=END, photos=photos)
    return list(made)


def history_of(seed: int, count: int = 300) -> list[Any]:
    chance = Random(seed)
    buyers = [
        buyer.known_as(key + 1)
        for key, (buyer, _row) in enumerate(make_people(chance, count=count, end=END))
    ]
    stock = Range([goods for goods, _product in goods_of(seed)])
    shoppers = make_shoppers(buyers, SHOPS, END, chance)
    return make_history(shoppers, stock, END - timedelta(days=14), chance)


def fingerprint(things: list[Any]) -> str:
    return hashlib.sha256(repr(things).encode()).hexdigest()


def test_the_same_seed_tells_the_same_story_and_another_seed_another() -> None:
    assert fingerprint(goods_of(7)) == fingerprint(goods_of(7))
    assert fingerprint(goods_of(7)) != fingerprint(goods_of(8))
    assert fingerprint(history_of(7)) == fingerprint(history_of(7))
    assert fingerprint(history_of(7)) != fingerprint(history_of(8))


def test_each_topic_has_chance_of_its_own() -> None:
    context = DemoContext(seed=1, day=END.date(), end=END, say=lambda _text: None)
    assert context.random_for("goods").random() == context.random_for("goods").random()
    assert context.random_for("goods").random() != context.random_for("people").random()


def test_the_range_has_150_models_whose_every_cell_can_be_scanned() -> None:
    made = goods_of(1)
    assert len(made) == 150
    variants = [variant for _goods, product in made for variant in product.variants]
    codes = [code for variant in variants for code in variant.barcodes]
    assert all(ean.is_valid(code) and code.startswith("590") for code in codes)
    assert len(set(codes)) == len(codes) == len({one.sku for one in variants})
    assert all(39_90 <= one.price_minor <= 1_299_00 for one in variants)
    assert all(0.27 < one.cost_minor / one.price_minor < 0.46 for one in variants if one.cost_minor)


def test_every_colour_of_the_range_is_drawn_and_every_garment_used() -> None:
    models = [model for family in RANGE for model in family.models]
    assert {colour for model in models for colour in model.colours.split()} <= set(COLOURS)
    assert {model.garment for model in models} == set(DRAWN)


@pytest.mark.parametrize("name", sorted(DRAWN))
def test_a_garment_is_a_picture_of_five_to_six_with_goods_in_its_middle(name: str) -> None:
    picture = Garment(DRAWN[name]()).painted("#77293b")
    assert picture.size == SIZE
    assert SIZE[0] * 6 == SIZE[1] * 5
    with Image.open(BytesIO(encoded(picture))) as stored:
        assert (stored.format, stored.size) == ("WEBP", SIZE)
    colours = picture.getcolors(SIZE[0] * SIZE[1])
    assert colours is not None
    assert len(colours) > 300, "a flat picture has no shade"


def test_customers_can_be_reached_by_nobody_but_in_the_right_form() -> None:
    people = make_people(Random(3), count=600, end=END)
    emails = [row.email for _buyer, row in people if row.email]
    phones = [row.phone for _buyer, row in people if row.phone]
    assert all(normal_email(one) == one and one.endswith(".example") for one in emails)
    assert all(normal_phone(one) == one for one in phones)
    assert len(set(emails)) == len(emails)
    assert len(set(phones)) == len(phones)
    assert all(row.email or row.phone for _buyer, row in people)
    firms = [row for _buyer, row in people if row.vat_id]
    assert firms
    assert all(nip.is_valid((row.vat_id or "").removeprefix("PL")) for row in firms)


def test_people_buy_as_people_do() -> None:
    history = history_of(5, count=1_000)
    assert [one.placed_at for one in history] == sorted(one.placed_at for one in history)
    assert len({one.external_id for one in history}) == len(history)
    per_customer = Counter(one.customer_id for one in history if one.customer_id)
    once = sum(count == 1 for count in per_customer.values()) / len(per_customer)
    assert 0.3 < once < 0.6
    assert max(per_customer.values()) > 15
    statuses = Counter(one.status for one in history)
    assert 0.03 < statuses["returned"] / len(history) < 0.15
    assert 0.01 < statuses["cancelled"] / len(history) < 0.06
    months = Counter(one.placed_at.month for one in history)
    assert months[12] > months[2]
