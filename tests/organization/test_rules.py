"""What may be said of company, stores, channels and taxes, and who is told of the changes."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from app import audit, schema
from app.actor import Actor, acting_as
from app.db import session, transact
from app.errors import InvalidInput, NotFound, RuleViolation, StaleEdit
from app.reference import Reference
from modules import organization
from modules.organization import operations, queries
from modules.organization.errors import AlreadyExists
from modules.organization.models import OnShortage, TaxKind
from tests.organization.cast import open_channel, open_location, open_store

pytestmark = pytest.mark.usefixtures("app")


def _company(**values: Any) -> None:
    company = queries.get_company()
    transact(
        lambda: operations.update_company(
            **{"version": company.version, "name": "Łan Odzież sp. z o.o.", **values}
        )
    )
    session.expire_all()


# --- what every installation has --------------------------------------------------------------


def test_a_new_house_has_what_programs_rely_on() -> None:
    web = queries.channel_for_intake("web")
    assert (web.store_code, web.on_shortage) == ("MAIN", OnShortage.REFUSE)
    assert [place.code for place in web.locations] == ["MAIN"]
    assert queries.channel_for_intake("pos").locations == web.locations
    assert {one.code for one in queries.list_shipping_methods()} >= {"courier", "locker", "pickup"}
    assert {one.code for one in queries.list_payment_methods()} >= {"cod", "transfer", "paper_card"}
    rates = queries.rates_on(date(2026, 11, 21))
    found = {one.code: (one.kind, rates[one.id]) for one in queries.list_tax_classes()}
    assert found == {
        "standard": (TaxKind.STANDARD, 2300),
        "reduced": (TaxKind.STANDARD, 800),
        "reduced2": (TaxKind.STANDARD, 500),
        "zero": (TaxKind.ZERO, 0),
        "exempt": (TaxKind.EXEMPT, 0),
    }


def test_installing_again_changes_nothing_that_people_changed() -> None:
    web = queries.get_channel("web")
    transact(
        lambda: operations.update_channel(
            channel_id=web.id,
            version=web.version,
            name="Sklep internetowy",
            kind=web.kind,
            store_id=web.store_id,
            currency="PLN",
            price_basis=web.price_basis,
            on_shortage=web.on_shortage,
            locations=[],
        )
    )
    schema.install()
    session.expire_all()
    assert queries.get_channel("web").name == "Sklep internetowy"
    assert queries.channel_for_intake("web").locations == []


# --- the company ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "country", "kept"),
    [
        ("526-025-09-95", "PL", "PL5260250995"),
        ("PL 5260250995", "PL", "PL5260250995"),
        ("DE136695976", "PL", "DE136695976"),
        ("  ", "PL", None),
    ],
)
def test_a_vat_id_is_kept_with_its_country(typed: str, country: str, kept: str | None) -> None:
    _company(vat_id=typed, country=country)
    assert queries.get_company().vat_id == kept


@pytest.mark.parametrize("typed", ["5260250996", "PL123", "łódź", "DE136695977"])
def test_a_vat_id_with_a_wrong_check_digit_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        _company(vat_id=typed)
    assert refused.value.field == "vat_id"


def test_a_polish_account_number_becomes_an_iban() -> None:
    _company(bank_account="61 1090 1014 0000 0712 1981 2874")
    assert queries.get_company().bank_account == "PL61109010140000071219812874"
    with pytest.raises(InvalidInput) as refused:
        _company(bank_account="61 1090 1014 0000 0712 1981 2875")
    assert refused.value.field == "bank_account"


def test_the_day_is_the_one_of_the_company(freeze: Callable[[datetime], None]) -> None:
    late = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)  # half past midnight in Warsaw
    freeze(late)
    assert organization.today() == date(2026, 11, 22)
    assert organization.day_of(late - timedelta(hours=1)) == date(2026, 11, 21)


# --- stores, locations, channels --------------------------------------------------------------


def test_a_code_belongs_to_one_store() -> None:
    open_store("KRK1")
    with pytest.raises(AlreadyExists, match="KRK1") as refused:
        open_store("KRK1", "Another")
    assert refused.value.field == "code"


@pytest.mark.parametrize("code", ["", "-x", "a b", "ż", "x" * 33])
def test_a_code_can_be_typed_anywhere(code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        open_store(code)
    assert refused.value.field == "code"


def test_a_gln_is_checked_by_its_last_digit() -> None:
    assert open_store("A", gln="5 901234 123457").gln == "5901234123457"
    with pytest.raises(InvalidInput):
        open_store("B", gln="5901234123458")
    with pytest.raises(InvalidInput):
        open_store("C", gln="96385074")  # a valid EAN-8 is no GLN


def test_opening_hours_are_kept_by_day() -> None:
    store = open_store("A", opening_hours={"mon": "09:00 – 20:00", "sun": ""})
    assert store.opening_hours == {"mon": "09:00-20:00"}
    for wrong in ("9-20", "20:00-09:00", "25:00-26:00"):
        with pytest.raises(InvalidInput) as refused:
            open_store("B", opening_hours={"tue": wrong})
        assert refused.value.field == "tue"


def test_damaged_goods_are_never_sold() -> None:
    store = open_store()
    with pytest.raises(InvalidInput) as refused:
        open_location(store, kind="damaged", sellable=True)
    assert refused.value.field == "sellable"
    assert open_location(store, kind="damaged", sellable=False).sellable is False


def test_a_new_location_serves_after_those_that_serve_already() -> None:
    web = queries.get_channel("web")
    open_location(open_store(), channels=[web.id])
    served = queries.channel_for_intake("web")
    assert [place.code for place in served.locations] == ["MAIN", "KRK1-FLOOR"]


def test_a_channel_asks_its_locations_in_turn_and_only_the_sellable_ones() -> None:
    store = open_store()
    first = open_location(store, "A")
    second = open_location(store, "B")
    broken = open_location(store, "C", kind="damaged", sellable=False)
    open_channel(locations=[second.id, broken.id, first.id], on_shortage="backorder")
    intake = queries.channel_for_intake("allegro")
    assert [place.code for place in intake.locations] == ["B", "A"]
    assert intake.on_shortage is OnShortage.BACKORDER


def test_a_channel_that_is_switched_off_takes_no_orders() -> None:
    open_channel(active=False)
    with pytest.raises(NotFound):
        queries.channel_for_intake("allegro")
    assert queries.get_channel("allegro").name == "Allegro"


def test_intake_asks_one_statement_whatever_the_number_of_locations(
    statements: Callable[[], Any],
) -> None:
    store = open_store()
    open_channel(locations=[open_location(store, f"L{number}").id for number in range(9)])
    with statements() as asked:
        assert len(queries.channel_for_intake("allegro").locations) == 9
    assert len(asked) == 1


def test_a_location_that_is_not_there_serves_nobody() -> None:
    with pytest.raises(InvalidInput):
        open_channel(locations=[999])


# --- two people -------------------------------------------------------------------------------


def test_the_second_to_save_is_told_who_changed_what() -> None:
    store = open_store()
    version = store.version
    ola = Actor(kind="staff", id=7, name="Ola Wójcik", all_powerful=True)
    with acting_as(ola):
        transact(
            lambda: operations.update_store(
                store_id=store.id, version=version, name="Kraków Rynek", kind="shop"
            )
        )
    with pytest.raises(StaleEdit, match="Ola Wójcik") as refused:
        transact(
            lambda: operations.update_store(
                store_id=store.id, version=version, name="Mine", kind="shop"
            )
        )
    assert "Name" in str(refused.value)
    session.expire_all()
    assert queries.get_store("KRK1").name == "Kraków Rynek"


def test_saving_what_stands_there_already_is_no_change() -> None:
    store = open_store()
    for _again in range(2):
        transact(
            lambda: operations.update_store(
                store_id=store.id, version=store.version, name=store.name, kind=store.kind
            )
        )
    assert [one.action for one in audit.list_changes(Reference("store", store.id))] == ["made"]


def test_another_order_of_locations_is_a_change_of_the_channel() -> None:
    store = open_store()
    a, b = open_location(store, "A"), open_location(store, "B")
    channel = open_channel(locations=[a.id, b.id])

    def turn(version: int) -> None:
        operations.update_channel(
            channel_id=channel.id,
            version=version,
            name=channel.name,
            kind=channel.kind,
            store_id=channel.store_id,
            currency=channel.currency,
            price_basis=channel.price_basis,
            on_shortage=channel.on_shortage,
            locations=[b.id, a.id],
        )

    transact(lambda: turn(1))
    newest = audit.list_changes(Reference("channel", channel.id))[0]
    assert (newest.old, newest.new) == ({"locations": ["A", "B"]}, {"locations": ["B", "A"]})
    with pytest.raises(StaleEdit):
        transact(lambda: turn(1))


# --- taxes ------------------------------------------------------------------------------------


def test_a_rate_holds_from_its_day_on(freeze: Callable[[datetime], None]) -> None:
    freeze(datetime(2026, 11, 21, 12, tzinfo=UTC))
    standard = queries.get_tax_class("standard")
    new_year = date(2027, 1, 1)
    transact(
        lambda: operations.add_tax_rate(tax_class_id=standard.id, rate_bp=2200, valid_from=new_year)
    )
    assert queries.rate_on(standard.id, date(2026, 12, 31)) == 2300
    assert queries.rate_on(standard.id, new_year) == 2200
    assert queries.tax_class_for_rate(2200, new_year).code == "standard"
    with pytest.raises(InvalidInput) as refused:
        queries.tax_class_for_rate(2200, date(2026, 12, 31))
    assert refused.value.details[0]["pointer"] == "/tax_rate_bp"
    assert queries.tax_class_for_rate(0, new_year).code == "zero"


def test_no_rate_begins_in_the_past_or_twice_on_a_day(freeze: Callable[[datetime], None]) -> None:
    freeze(datetime(2026, 11, 21, 12, tzinfo=UTC))
    standard = queries.get_tax_class("standard")

    def add(day: date, rate_bp: int = 2200) -> Any:
        return transact(
            lambda: operations.add_tax_rate(
                tax_class_id=standard.id, rate_bp=rate_bp, valid_from=day
            )
        )

    with pytest.raises(InvalidInput, match="over"):
        add(date(2026, 11, 20))
    add(date(2026, 11, 21))
    with pytest.raises(AlreadyExists):
        add(date(2026, 11, 21))
    with pytest.raises(InvalidInput):
        add(date(2026, 12, 1), rate_bp=10_001)


def test_a_rate_can_be_withdrawn_until_it_begins(freeze: Callable[[datetime], None]) -> None:
    freeze(datetime(2026, 11, 21, 12, tzinfo=UTC))
    standard = queries.get_tax_class("standard")
    rate = transact(
        lambda: operations.add_tax_rate(
            tax_class_id=standard.id, rate_bp=2200, valid_from=date(2026, 11, 22)
        )
    )
    freeze(datetime(2026, 11, 22, 12, tzinfo=UTC))
    with pytest.raises(RuleViolation, match="holds already"):
        transact(lambda: operations.withdraw_tax_rate(rate_id=rate.id))
    freeze(datetime(2026, 11, 21, 12, tzinfo=UTC))
    transact(lambda: operations.withdraw_tax_rate(rate_id=rate.id))
    assert queries.rate_on(standard.id, date(2026, 11, 22)) == 2300


def test_an_exempt_class_has_no_rate(app: Flask) -> None:
    exempt = queries.get_tax_class("exempt")
    with pytest.raises(InvalidInput):
        transact(
            lambda: operations.add_tax_rate(
                tax_class_id=exempt.id, rate_bp=500, valid_from=queries.today()
            )
        )
