"""What a thing costs before any cart: lists, rules and offers on the shelf."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from modules.pricing import (
    CatalogueOffer,
    ListPrice,
    PriceRule,
    Specificity,
    base_price,
    ruled_price,
    shelf_price,
)

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def listed(price_list: str, price_minor: int, **more: object) -> ListPrice:
    return ListPrice(price_list=price_list, sku="A", price_minor=price_minor, **more)  # type: ignore[arg-type]


def test_the_highest_rank_decides_even_when_it_is_dearer() -> None:
    prices = [listed("RETAIL", 900), listed("CONTRACT", 950, rank=5)]
    found = base_price(prices, sku="A", quantity=1, at=NOW)
    assert found == ("CONTRACT", 950)


def test_a_list_of_another_currency_channel_or_store_is_not_looked_at() -> None:
    prices = [
        listed("RETAIL", 1_000),
        listed("EURO", 1, currency="EUR"),
        listed("WEB", 2, channels=frozenset(["WEB"])),
        listed("GDYNIA", 3, stores=frozenset(["GDYNIA"])),
        listed("STAFF", 4, groups=frozenset(["staff"])),
        listed("TEN", 5, least_quantity=10),
    ]
    found = base_price(prices, sku="A", quantity=9, at=NOW, currency="PLN", channel="POS")
    assert found == ("RETAIL", 1_000)


def test_a_list_is_valid_from_its_first_moment_and_no_longer_at_its_last() -> None:
    day = timedelta(days=1)
    prices = [listed("NOW", 700, valid_from=NOW, valid_to=NOW + day)]
    assert base_price(prices, sku="A", quantity=1, at=NOW) == ("NOW", 700)
    assert base_price(prices, sku="A", quantity=1, at=NOW + day) is None


def test_of_equally_close_rules_the_priority_decides() -> None:
    rules = [
        PriceRule(price_list="ONE", specificity=Specificity.BRAND, word="X", rate_bp=2_000),
        PriceRule(
            price_list="TWO", specificity=Specificity.BRAND, word="X", rate_bp=500, priority=1
        ),
        PriceRule(price_list="ALL", specificity=Specificity.EVERYTHING, rate_bp=9_000),
    ]
    assert ruled_price(999, rules, sku="A", brand="X") == (949, 500, "TWO")
    assert ruled_price(999, [], sku="A") == (999, 0, "")


def test_an_exclusive_offer_stands_alone_on_the_shelf() -> None:
    offers = [
        CatalogueOffer(id=1, priority=9, rate_bp=5_000),
        CatalogueOffer(id=2, rate_bp=1_000, exclusive=True),
    ]
    assert shelf_price(1_000, offers) == (900, (2,))


offers_of_any_kind = st.lists(
    st.builds(
        CatalogueOffer,
        id=st.integers(1, 99),
        priority=st.integers(0, 3),
        rate_bp=st.integers(0, 10_000),
        amount_minor=st.integers(0, 3_000),
    ),
    max_size=4,
)


@given(
    st.integers(0, 100_000),
    offers_of_any_kind,
    st.none() | st.integers(0, 100_000),
    st.integers(0, 50_000),
)
def test_a_shelf_price_is_never_dearer_nor_under_its_floor(
    price: int, offers: list[CatalogueOffer], original: int | None, floor: int
) -> None:
    found = shelf_price(price, offers, original_minor=original, floor_minor=floor)
    assert min(price, floor) <= found.price_minor <= price
