"""The prices that were really presented, and the lowest of 30 days that the act asks for."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from app import clock
from app.db import close_session, session, transact
from app.reference import Reference
from modules import catalog, organization, pricing
from modules.organization.operations.channels import create_channel
from modules.pricing import Entry
from modules.pricing.effects import keep_periods
from modules.pricing.models import PriceBook, PricePeriod
from tests.pricing.cast import (
    DAY,
    NOON,
    change,
    differences,
    history,
    make_boots,
    make_list,
    put,
    set_price,
)

pytestmark = pytest.mark.usefixtures("app")


def lowest(variant_id: int, place: str = "") -> int | None:
    close_session()
    found = pricing.lowest_30_days([variant_id], place=place).get(variant_id)
    close_session()
    return found


def test_every_change_of_the_company_price_is_a_period() -> None:
    with clock.at(NOON):
        small, large = make_boots()
    with clock.at(NOON + DAY):
        set_price("BOOT-38", 15_000)
    assert history(small) == [(20_000, False), (15_000, True)]
    assert history(large) == [(20_000, True)]
    assert differences() == []


def test_goods_that_are_withdrawn_are_told_as_such() -> None:
    with clock.at(NOON):
        small, _large = make_boots()
    with clock.at(NOON + DAY):
        transact(lambda: catalog.archive_product(code="BOOT"))
        assert lowest(small) is None
    with clock.at(NOON + 2 * DAY):
        transact(lambda: catalog.restore_product(code="BOOT"))
        assert lowest(small) == 20_000
    assert history(small) == [(20_000, False), (None, False), (20_000, True)]
    assert differences() == []


def test_beside_a_reduction_stands_the_lowest_price_before_it() -> None:
    with clock.at(NOON):
        small, _large = make_boots()
    with clock.at(NOON + 40 * DAY):
        set_price("BOOT-38", 18_000)
    with clock.at(NOON + 50 * DAY):
        set_price("BOOT-38", 21_000)
    with clock.at(NOON + 60 * DAY):
        set_price("BOOT-38", 16_000)
        assert lowest(small) == 18_000
    with clock.at(NOON + 65 * DAY):
        set_price("BOOT-38", 15_000)  # deeper: a reduction of its own
        assert lowest(small) == 16_000
    with clock.at(NOON + 100 * DAY):
        assert lowest(small) == 15_000
    with clock.at(NOON + 101 * DAY):
        set_price("BOOT-38", 25_000)
        assert lowest(small) == 15_000
    assert differences() == []


def test_what_is_new_is_told_with_its_lowest_since_it_is_offered() -> None:
    with clock.at(NOON):
        small, _large = make_boots()
        assert lowest(small) == 20_000
    with clock.at(NOON + DAY / 24):
        set_price("BOOT-38", 15_000)
        assert lowest(small) == 20_000


def test_a_list_has_a_history_of_its_own_in_its_place() -> None:
    with clock.at(NOON):
        small, _large = make_boots()
        make_list("WEB", Entry(variant_id=small, price_minor=18_000), channels=["web"])
    with clock.at(NOON + DAY):
        made = make_list("SALE", Entry(variant_id=small, price_minor=14_000), channels=["web"])
        assert lowest(small, "web") == 18_000
        assert lowest(small) == 20_000
    with clock.at(NOON + 2 * DAY):
        change(made, active=False)
        assert lowest(small, "web") == 14_000
    assert history(small, "web") == [(18_000, False), (14_000, False), (18_000, True)]
    assert history(small) == [(20_000, True)]
    assert history(small, "pos") == []
    assert differences() == []


def test_a_list_for_some_customers_is_presented_to_nobody_else() -> None:
    small, _large = make_boots()
    make_list("STAFF", Entry(variant_id=small, price_minor=10_000), groups=["staff"])
    assert history(small, "web") == []
    assert lowest(small, "web") == 20_000


def test_a_price_of_the_future_is_never_seen_before_its_time() -> None:
    with clock.at(NOON):
        small, _large = make_boots()
        in_force: dict[str, Any] = {"valid_from": NOON + 10 * DAY, "valid_to": NOON + 12 * DAY}
        make_list("WEB", Entry(variant_id=small, price_minor=9_000, **in_force), channels=["web"])
        transact(keep_periods)
        assert history(small, "web") == []
    with clock.at(NOON + 9 * DAY):
        transact(keep_periods)
        assert lowest(small, "web") == 20_000
    with clock.at(NOON + 11 * DAY):
        transact(keep_periods)
        assert history(small, "web") == [(9_000, True)]
        assert lowest(small, "web") == 20_000
    with clock.at(NOON + 13 * DAY):
        transact(keep_periods)
        transact(keep_periods)
        assert lowest(small, "web") == 9_000
    assert history(small, "web") == [(9_000, False)]
    close_session()
    [row] = session.query(PricePeriod).filter(PricePeriod.place == "web").all()
    assert (row.valid_from, row.valid_to) == (in_force["valid_from"], in_force["valid_to"])
    assert row.prior_minor is None
    assert differences() == []


def test_a_day_with_the_scheduler_asleep_loses_no_period() -> None:
    with clock.at(NOON):
        small, _large = make_boots()
        make_list(
            "WEB",
            Entry(
                variant_id=small, price_minor=9_000, valid_from=NOON + DAY, valid_to=NOON + 2 * DAY
            ),
            Entry(variant_id=small, price_minor=8_000, valid_from=NOON + 3 * DAY),
            channels=["web"],
        )
    with clock.at(NOON + 10 * DAY):
        transact(keep_periods)
    assert history(small, "web") == [(9_000, False), (8_000, True)]
    assert differences() == []


def test_a_promotion_presents_its_prices_and_ends() -> None:
    of = Reference("promotion", 7)
    with clock.at(NOON):
        small, large = make_boots()
    with clock.at(NOON + 5 * DAY):
        told = pricing.announced({small: 15_000})[small]
        assert told == (20_000, True, 2_500)
        close_session()
        shown = {small: 15_000, large: 16_000}
        transact(lambda: pricing.present(reference=of, place="web", prices=shown, currency="PLN"))
        assert lowest(small, "web") == 20_000
    with clock.at(NOON + 6 * DAY):
        less = {small: 14_000}
        transact(lambda: pricing.present(reference=of, place="web", prices=less, currency="PLN"))
        assert lowest(small, "web") == 15_000
        assert lowest(large, "web") == 16_000
    with clock.at(NOON + 7 * DAY):
        transact(lambda: pricing.present_no_more(reference=of))
        assert lowest(small, "web") == 14_000
    assert history(small) == [(20_000, True)]
    assert history(small, "web") == [(15_000, False), (14_000, False)]
    assert differences() == []


def test_the_price_before_a_reduction_is_frozen_with_it() -> None:
    with clock.at(NOON):
        small, _large = make_boots()
    with clock.at(NOON + DAY):
        set_price("BOOT-38", 15_000)
    close_session()
    last = session.query(PricePeriod).filter_by(variant_id=small, price_minor=15_000).one()
    assert last.prior_minor == 20_000


def test_the_database_lets_nobody_change_what_was_presented() -> None:
    small, _large = make_boots()
    set_price("BOOT-38", 15_000)
    close_session()
    own = PricePeriod.variant_id == small
    for act in (
        update(PricePeriod).where(own).values(price_minor=1),
        update(PricePeriod).where(own, PricePeriod.valid_to.is_not(None)).values(valid_to=NOON),
        PricePeriod.__table__.delete().where(own),  # type: ignore[attr-defined]
    ):
        with pytest.raises(DBAPIError, match="never changes"):
            transact(lambda act=act: session.execute(act))  # type: ignore[misc]


def test_the_proof_finds_a_price_that_was_written_past_the_history() -> None:
    small, _large = make_boots()
    close_session()
    transact(
        lambda: session.execute(
            update(catalog.Variant).where(catalog.Variant.id == small).values(price_minor=1)
        )
    )
    assert differences() == ["price_period: variant BOOT-38: expected 1, found 20000"]


def test_a_rule_moves_with_the_company_price() -> None:
    with clock.at(NOON):
        small, _large = make_boots()
        rules = [{"of": "category", "word": "Shoes", "rate_bp": 1_000}]
        make_list("TEN", rules=rules, channels=["web"])
    with clock.at(NOON + DAY):
        set_price("BOOT-38", 10_000)
    assert history(small, "web") == [(18_000, False), (9_000, True)]
    with clock.at(NOON + 2 * DAY):
        transact(
            lambda: catalog.update_product(
                code="BOOT", version=catalog.get_product("BOOT").version, category="Boots"
            )
        )
    assert history(small, "web") == [(18_000, False), (9_000, False)]
    assert differences() == []


def test_many_prices_are_written_down_by_a_job(monkeypatch: pytest.MonkeyPatch) -> None:
    from app import outbox
    from modules.pricing import effects

    monkeypatch.setattr(effects, "AT_ONCE", 1)
    small, large = make_boots()
    made = make_list("WEB", channels=["web"])
    put(
        made,
        Entry(variant_id=small, price_minor=18_000),
        Entry(variant_id=large, price_minor=18_000),
    )
    assert history(small, "web") == []
    outbox.run_due()
    assert history(small, "web") == [(18_000, True)]
    assert session.get_one(PriceBook, 1).mark


def test_a_place_is_told_prices_of_its_own_currency_only() -> None:
    """99.00 PLN of last week is not 99 forints."""
    store_id = organization.list_stores()[0].id
    close_session()
    transact(
        lambda: create_channel(
            code="hu", name="Hungary", kind="web", store_id=store_id, currency="HUF"
        )
    )
    with clock.at(NOON):
        small, _large = make_boots(price_minor=9_900)
    with clock.at(NOON + 5 * DAY):
        made = make_list("HUF", Entry(variant_id=small, price_minor=990_000), currency="HUF")
    with clock.at(NOON + 7 * DAY):
        put(made, Entry(variant_id=small, price_minor=790_000))
    with clock.at(NOON + 8 * DAY):
        assert lowest(small, "hu") == 990_000
        close_session()
        assert pricing.announced({small: 790_000}, place="hu")[small].prior_minor == 790_000
        assert lowest(small) == 9_900


def test_a_sale_of_many_that_begins_by_the_calendar_is_written_down_by_a_job(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from app import outbox
    from modules.pricing import effects

    monkeypatch.setattr(effects, "AT_ONCE", 1)
    with clock.at(NOON):
        small, large = make_boots()
        both = (Entry(variant_id=key, price_minor=9_000) for key in (small, large))
        made = make_list("SALE", *both, channels=["web"], valid_from=NOON + DAY)
    with clock.at(NOON + DAY + timedelta(minutes=1)):
        close_session()
        transact(keep_periods)
        assert history(small, "web") == []
        outbox.run_due()
    assert history(small, "web") == history(large, "web") == [(9_000, True)]
    began = select(PricePeriod.valid_from).where(PricePeriod.price_list_id == made.id).distinct()
    assert session.scalars(began).all() == [NOON + DAY]
