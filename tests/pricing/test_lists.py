"""Price lists: for whom they hold, what stands on them, and who may change them."""

from typing import Any

import pytest

from app import clock
from app.db import close_session, transact
from app.errors import InvalidInput
from modules import catalog, pricing
from modules.pricing import BelowMinimum, Entry
from modules.pricing.entries import put_prices
from modules.pricing.errors import ListArchived, ListCodeTaken, StalePriceList
from modules.pricing.minimums import minimums_version, set_margins, set_minimums
from modules.pricing.operations import archive_price_list, update_price_list
from modules.pricing.queries import entries_of
from tests.conftest import statements_asked
from tests.pricing.cast import (
    DAY,
    NOON,
    change,
    cost,
    make_boots,
    make_list,
    put,
    set_price,
)

pytestmark = pytest.mark.usefixtures("app")


def test_without_a_list_the_company_price_stands() -> None:
    small, _large = make_boots()
    assert cost(small) == (None, "")


def test_a_list_holds_where_and_for_whom_it_says() -> None:
    small, large = make_boots()
    make_list("WEB", Entry(variant_id=small, price_minor=18_000), channels=["web"])
    make_list("STAFF", Entry(variant_id=small, price_minor=15_000), groups=["staff"], rank=5)
    make_list("EUR", Entry(variant_id=small, price_minor=5_000), currency="EUR")
    assert cost(small) == (18_000, "WEB")
    assert cost(small, channel="pos") == (None, "")
    assert cost(large) == (None, "")
    assert cost(small, groups=lambda: frozenset(["staff", "vip"])) == (15_000, "STAFF")
    assert cost(small, currency="EUR") == (5_000, "EUR")
    assert cost(large, currency="EUR") == (None, "")


def test_a_contract_holds_for_its_customers_alone() -> None:
    from modules import customers

    small, _large = make_boots()
    buyer = transact(lambda: customers.create_customer(name="Ewa Żak")).id
    make_list("DEAL", Entry(variant_id=small, price_minor=12_000), customers=[buyer])
    assert cost(small) == (None, "")
    assert cost(small, customer_id=buyer) == (12_000, "DEAL")
    assert cost(small, customer_id=buyer + 1) == (None, "")


def test_all_pieces_have_the_price_of_the_step_that_they_reach() -> None:
    small, _large = make_boots()
    steps = [Entry(variant_id=small, price_minor=19_000)]
    steps += [Entry(variant_id=small, price_minor=17_000, least_quantity=10)]
    make_list("STEPS", *steps)
    assert [cost(small, count)[0] for count in (1, 9, 10, 50)] == [19_000, 19_000, 17_000, 17_000]


def test_two_lines_of_one_thing_reach_a_step_together() -> None:
    small, _large = make_boots()
    make_list("STEPS", Entry(variant_id=small, price_minor=17_000, least_quantity=10))
    two = [pricing.Wanted(small, 5, 20_000), pricing.Wanted(small, 5, 20_000)]
    found = pricing.prices_for(two, at=NOON, currency="PLN", company_currency="PLN", channel="web")
    assert found[small].unit_price_minor == 17_000


def test_a_price_begins_and_ends_at_its_moments() -> None:
    small, _large = make_boots()
    usual = Entry(variant_id=small, price_minor=19_000)
    week = Entry(variant_id=small, price_minor=15_000, valid_from=NOON, valid_to=NOON + 7 * DAY)
    make_list("WEB", usual, week)
    assert cost(small, at=NOON - DAY)[0] == 19_000
    assert cost(small, at=NOON)[0] == 15_000
    assert cost(small, at=NOON + 7 * DAY)[0] == 19_000


def test_a_rule_takes_per_cent_off_the_company_price_and_a_price_beats_it() -> None:
    small, large = make_boots()
    rules = [
        {"of": "everything", "word": "", "rate_bp": 500},
        {"of": "brand", "word": "Bazar", "rate_bp": 1_000},
    ]
    make_list("TEN", Entry(variant_id=large, price_minor=11_111), rules=rules)
    assert cost(small) == (18_000, "TEN")
    assert cost(large) == (11_111, "TEN")
    set_price("BOOT-38", 10_005)
    assert cost(small) == (9_005, "TEN")


def test_a_list_that_is_off_archived_or_over_holds_for_nobody() -> None:
    small, _large = make_boots()
    made = make_list("WEB", Entry(variant_id=small, price_minor=18_000))
    change(made, active=False)
    assert cost(small) == (None, "")
    change(made, active=True, valid_to=NOON)
    assert cost(small, at=NOON - DAY) == (18_000, "WEB")
    assert cost(small, at=NOON) == (None, "")
    version = change(made, valid_to=None).version
    transact(lambda: archive_price_list(price_list_id=made.id, version=version))
    assert cost(small) == (None, "")
    with pytest.raises(ListArchived):
        put(made, Entry(variant_id=small, price_minor=1))


def test_who_comes_second_is_refused() -> None:
    small, _large = make_boots()
    made = make_list("WEB", Entry(variant_id=small, price_minor=18_000))
    put(made, Entry(variant_id=small, price_minor=17_000), version=made.version)
    with pytest.raises(StalePriceList):
        put(made, Entry(variant_id=small, price_minor=16_000), version=made.version - 1)
    with pytest.raises(StalePriceList):
        transact(
            lambda: update_price_list(price_list_id=made.id, version=made.version - 1, name="X")
        )
    assert cost(small) == (17_000, "WEB")


def test_what_cannot_be_is_refused() -> None:
    small, _large = make_boots()
    made = make_list("WEB")
    for bad in (
        Entry(variant_id=small, price_minor=-1),
        Entry(variant_id=small, price_minor=1, least_quantity=0),
        Entry(variant_id=small, price_minor=1, valid_from=NOON, valid_to=NOON),
        Entry(variant_id=10**9, price_minor=1),
    ):
        with pytest.raises(InvalidInput):
            put(made, bad)
    for facts in (
        {"channels": ["nowhere"]},
        {"stores": ["NOWHERE"]},
        {"currency": "zl"},
        {"rules": [{"of": "brand", "word": "", "rate_bp": 100}]},
        {"rules": [{"of": "everything", "rate_bp": 0}]},
        {"valid_from": NOON, "valid_to": NOON},
        {"name": " "},
    ):
        with pytest.raises(InvalidInput):
            change(made, **facts)
    for code in ("WEB", "new", "minimums"):
        with pytest.raises(ListCodeTaken):
            make_list(code)


def test_prices_are_written_anew_by_step_and_start_and_taken_off() -> None:
    small, large = make_boots()
    made = make_list(
        "WEB",
        Entry(variant_id=small, price_minor=18_000),
        Entry(variant_id=small, price_minor=17_000, least_quantity=5),
        Entry(variant_id=large, price_minor=18_000),
    )
    put(
        made,
        Entry(variant_id=small, price_minor=18_500),
        Entry(variant_id=small, price_minor=None, least_quantity=5),
    )
    left = entries_of(made.id, [small, large])
    assert [(one.variant_id, one.price_minor) for one in left] == [(small, 18_500), (large, 18_000)]
    put(made, Entry(variant_id=small, price_minor=1, least_quantity=2), instead_of=[small, large])
    assert [one.least_quantity for one in entries_of(made.id, [small, large])] == [2]


def guard(**values: Any) -> None:
    close_session()
    version = minimums_version()
    close_session()
    if "margins" in values:
        transact(lambda: set_margins(version=version, **values))
    else:
        transact(lambda: set_minimums(version=version, **values))
    close_session()


def test_no_price_is_typed_under_the_minimum() -> None:
    small, large = make_boots()
    guard(minimums={small: 15_000})
    made = make_list("WEB")
    with pytest.raises(BelowMinimum):
        put(made, Entry(variant_id=small, price_minor=14_999))
    put(made, Entry(variant_id=small, price_minor=15_000), Entry(variant_id=large, price_minor=1))
    with pytest.raises(BelowMinimum):
        set_price("BOOT-38", 14_999)
    close_session()
    assert catalog.variants_by_id([small])[small].price_minor == 20_000
    close_session()
    guard(minimums={small: None})
    set_price("BOOT-38", 14_999)


def test_the_margin_of_a_category_goes_before_that_of_the_company() -> None:
    small, _large = make_boots()  # it costs 80.00 without VAT
    guard(margins={"": 1_000, "Shoes": 5_000})
    wanted = [pricing.Wanted(small, 1, 20_000, "Bazar", "Shoes", 8_000, 2_300)]
    asked: dict[str, Any] = {
        "at": NOON,
        "currency": "PLN",
        "company_currency": "PLN",
        "channel": "web",
    }
    assert pricing.prices_for(wanted, **asked)[small].floor_minor == 14_760
    with pytest.raises(BelowMinimum):
        set_price("BOOT-38", 14_759)
    set_price("BOOT-38", 14_760)
    guard(margins={"Shoes": None})
    close_session()
    assert pricing.prices_for(wanted, **asked)[small].floor_minor == 10_824


def test_the_prices_of_a_cart_are_one_question() -> None:
    boots = [key for number in range(10) for key in make_boots(f"B{number}")]
    made = make_list("WEB", *(Entry(variant_id=key, price_minor=9_000) for key in boots))
    guard(minimums={boots[0]: 100})
    wanted = [pricing.Wanted(key, 1, 20_000) for key in boots]
    asked: dict[str, Any] = {"currency": "PLN", "company_currency": "PLN", "channel": "web"}

    def ask() -> int:
        close_session()
        with statements_asked() as heard:
            found = pricing.prices_for(wanted, at=clock.now(), **asked)
        assert len(found) == len(boots)
        return len(heard)

    ask()
    assert ask() == 1
    change(made, active=False)
    ask()
    assert ask() == 1


def test_a_change_that_was_rolled_back_is_not_remembered() -> None:
    small, _large = make_boots()
    made = make_list("WEB", Entry(variant_id=small, price_minor=18_000))

    def fail() -> None:
        update_price_list(price_list_id=made.id, version=made.version, active=False)
        assert cost_inside(small) is None
        raise RuntimeError

    with pytest.raises(RuntimeError):
        transact(fail)
    assert cost(small) == (18_000, "WEB")


def cost_inside(variant_id: int) -> int | None:
    wanted = [pricing.Wanted(variant_id, 1, 20_000)]
    found = pricing.prices_for(
        wanted, at=clock.now(), currency="PLN", company_currency="PLN", channel="web"
    )
    return found.get(variant_id, pricing.Priced()).unit_price_minor


def test_a_whole_file_of_prices_is_a_few_statements() -> None:
    boots = make_boots()
    made = make_list("WEB")
    entries = [
        Entry(variant_id=boots[at % 2], price_minor=9_000, least_quantity=1 + at)
        for at in range(400)
    ]
    close_session()
    with statements_asked() as heard:
        transact(lambda: put_prices(price_list_id=made.id, entries=entries, source="prices.csv"))
    assert len(heard) < 30
