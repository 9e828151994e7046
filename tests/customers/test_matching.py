"""Match at intake: one test for each sentence of the rule, and what it costs."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.db import session, transact
from app.errors import InvalidInput
from modules.customers import BuyerKeys, Customer, get_customer, list_customers, match_or_create
from modules.customers.models import Identity
from tests.customers.cast import (
    buys,
    how_many,
    identities_of,
    known,
    known_at_marketplace,
    rumoured,
    suggestions,
)
from tests.organization.cast import open_channel

MAIL, PHONE, CARD = "m.szczesna@poczta.example", "+48502118764", "2900 0418 7735"
pytestmark = pytest.mark.usefixtures("app")


# --- strongest first --------------------------------------------------------------------------


def test_a_card_is_stronger_than_the_own_number() -> None:
    holder, other = known(card=CARD), known("Jan Nowak", email="jan@poczta.example")
    assert buys(card=CARD, customer_id=other) == holder


def test_the_own_number_is_stronger_than_a_marketplace_id() -> None:
    allegro = open_channel().id
    own, other = known(), known("Jan Nowak")
    known_at_marketplace(other, allegro, "magda_sz82")
    assert buys(customer_id=own, marketplace_id="magda_sz82", channel_id=allegro) == own


def test_a_marketplace_id_is_stronger_than_a_verified_email() -> None:
    allegro = open_channel().id
    buyer, other = known(), known("Jan Nowak", email=MAIL)
    known_at_marketplace(buyer, allegro, "magda_sz82")
    assert buys(marketplace_id="magda_sz82", channel_id=allegro, email=MAIL) == buyer
    assert other != buyer


def test_a_verified_email_is_stronger_than_a_verified_phone() -> None:
    by_mail, by_phone = known(email=MAIL), known("Jan Nowak", phone=PHONE)
    assert buys(email=MAIL, phone=PHONE) == by_mail
    assert by_phone != by_mail


def test_a_verified_phone_is_stronger_than_an_unverified_email() -> None:
    rumoured(email=MAIL)
    by_phone = known("Jan Nowak", phone=PHONE)
    assert buys(email=MAIL, phone=PHONE) == by_phone


def test_an_unverified_email_is_stronger_than_an_unverified_phone() -> None:
    by_mail = rumoured(email=MAIL)
    rumoured("Jan Nowak", phone=PHONE)
    assert buys(email=MAIL, phone=PHONE) == by_mail


def test_an_unverified_phone_alone_is_enough() -> None:
    by_phone = rumoured(phone=PHONE)
    assert buys(phone=PHONE) == by_phone


# --- compared normalised ----------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["M.Szczesna@Poczta.Example", f"  {MAIL} ", MAIL.upper()])
def test_an_email_is_the_same_in_any_case(typed: str) -> None:
    buyer = known(email=MAIL)
    assert buys(email=typed) == buyer


@pytest.mark.parametrize(
    ("typed", "country"),
    [
        ("502 118 764", "PL"),
        ("502-118-764", None),
        ("0048 502 118 764", "PL"),
        ("+48 502118764", "DE"),
        ("(+48) 502 118 764", "RO"),
    ],
)
def test_a_phone_is_read_by_the_rules_of_its_country(typed: str, country: str | None) -> None:
    buyer = known(phone=PHONE)
    assert buys(phone=typed, country=country) == buyer


def test_the_same_digits_in_another_country_are_another_phone() -> None:
    buyer = known(phone="+40721234567")
    assert buys(phone="0721 234 567", country="RO") == buyer
    assert buys(phone="+48 721 234 567", country="RO") != buyer


def test_a_card_is_the_same_with_and_without_spaces() -> None:
    buyer = known(card=CARD)
    assert buys(card="290004187735") == buyer


def test_a_marketplace_id_counts_in_its_channel_only() -> None:
    allegro, emag = open_channel().id, open_channel("emag").id
    buyer = known()
    known_at_marketplace(buyer, allegro, "4711")
    assert buys(marketplace_id="4711", channel_id=allegro) == buyer
    assert buys(marketplace_id="4711", channel_id=emag) != buyer


# --- exactly one, several, none ---------------------------------------------------------------


def test_keys_that_point_to_different_people_open_a_suggestion() -> None:
    by_mail, by_phone = known(email=MAIL), known("Jan Nowak", phone=PHONE)
    assert buys(email=MAIL, phone=PHONE) == by_mail
    assert suggestions() == {(by_mail, by_phone, "phone")}


def test_a_suggestion_is_opened_once_and_not_again_after_it_was_dismissed() -> None:
    from modules.customers.operations import dismiss_suggestion
    from modules.customers.queries import list_suspects

    by_mail, by_phone = known(email=MAIL), known("Jan Nowak", phone=PHONE)
    buys(email=MAIL, phone=PHONE)
    suspect = list_suspects(by_mail)[0]
    assert suspect.customer.id == by_phone
    transact(lambda: dismiss_suggestion(suggestion_id=suspect.suggestion_id))
    buys(email=MAIL, phone=PHONE)
    assert len(suggestions()) == 1
    assert list_suspects(by_mail) == []


def test_where_one_key_hits_several_the_next_key_decides() -> None:
    first, second = rumoured("Anna", email=MAIL), rumoured("Beata", email=MAIL, phone=PHONE)
    assert buys(email=MAIL, phone=PHONE) == second
    assert (first, second, "email") in suggestions()


def test_where_several_are_hit_and_no_key_decides_a_new_customer_is_made() -> None:
    first, second = rumoured("Anna", email=MAIL), rumoured("Beata", email=MAIL)
    made = buys(email=MAIL, name="Cecylia")
    assert made not in (first, second, None)
    assert made is not None
    assert get_customer(made).name == "Cecylia"
    assert {(first, made, "email"), (second, made, "email")} <= suggestions()


def test_where_nothing_hits_a_new_customer_has_these_identities_unverified() -> None:
    made = buys(email=MAIL, phone="502118764", card=CARD, name="  Magdalena   Szczęsna ")
    assert made is not None
    assert identities_of(made) == {
        ("email", MAIL, False),
        ("phone", PHONE, False),
        ("card", "290004187735", False),
    }
    customer = get_customer(made)
    assert (customer.name, customer.email, customer.phone) == ("Magdalena Szczęsna", MAIL, PHONE)
    assert suggestions() == set()


def test_no_key_at_all_is_a_guest() -> None:
    before = how_many()
    assert buys(name="Ktoś") is None
    assert buys(name="Ktoś", email="brak", phone="12") is None
    assert how_many() == before


def test_the_second_order_with_the_same_keys_finds_the_first_ones_customer() -> None:
    assert buys(email=MAIL) == buys(email=MAIL.upper())


def test_an_own_number_that_is_nobodys_is_refused() -> None:
    with pytest.raises(InvalidInput) as refused:
        buys(customer_id=999_999, email=MAIL)
    assert refused.value.details[0]["pointer"] == "/customer/id"


# --- live, merged, learned --------------------------------------------------------------------


def test_an_archived_customer_is_not_matched() -> None:
    from modules.customers.operations import archive_customer

    gone = known(email=MAIL)
    transact(lambda: archive_customer(customer_id=gone, version=get_customer(gone).version))
    assert buys(email=MAIL) != gone


def test_the_number_of_a_merged_customer_means_the_one_who_took_him_over() -> None:
    old, into = known("Magda"), known("Magdalena Szczęsna")

    def merge() -> None:
        session.get_one(Customer, old).merged_into_id = into

    transact(merge)
    assert buys(customer_id=old) == into
    assert get_customer(old).id == into


def test_a_new_key_of_a_known_customer_is_remembered_unverified() -> None:
    buyer = known(email=MAIL)
    assert buys(email=MAIL, phone="502 118 764") == buyer
    assert ("phone", PHONE, False) in identities_of(buyer)
    assert get_customer(buyer).phone == PHONE
    assert [one.id for one in list_customers(q="118 764")] == [buyer]


def test_a_key_that_somebody_else_has_is_not_given_to_the_buyer() -> None:
    buyer = known(email=MAIL)
    rumoured("Jan Nowak", phone=PHONE)
    buys(email=MAIL, phone=PHONE)
    assert identities_of(buyer) == {("email", MAIL, True)}


# --- what it costs ----------------------------------------------------------------------------


def _asked(statements: Callable[[], Any], **keys: Any) -> int:
    def match() -> int:
        with statements() as asked:
            match_or_create(BuyerKeys(**keys))
        return len(asked)

    return transact(match)


def test_a_known_customer_costs_one_statement(statements: Callable[[], Any]) -> None:
    buyer = known(email=MAIL, phone=PHONE, card=CARD)
    assert _asked(statements, email=MAIL, phone=PHONE, card=CARD, customer_id=buyer) == 1


def test_a_known_customer_with_a_suspect_costs_two(statements: Callable[[], Any]) -> None:
    known(email=MAIL)
    known("Jan Nowak", phone=PHONE)
    assert _asked(statements, email=MAIL, phone=PHONE) == 2


def test_a_new_customer_costs_at_most_four(statements: Callable[[], Any]) -> None:
    assert _asked(statements, email=MAIL, phone=PHONE, card=CARD) <= 4


def test_a_guest_costs_nothing(statements: Callable[[], Any]) -> None:
    assert _asked(statements, name="Ktoś") == 0


# --- many hands -------------------------------------------------------------------------------

HANDS = 8


def test_parallel_intakes_of_one_new_email_make_one_customer(real_house: Flask) -> None:
    together = Barrier(HANDS)

    def intake(hand: int) -> int | None:
        with real_house.app_context():
            together.wait()
            # Half of them bring the phone too: their locks overlap and must not cross.
            keys: dict[str, Any] = {"email": MAIL, "name": f"Hand {hand}"}
            if hand % 2:
                keys["phone"] = PHONE
            return transact(lambda: match_or_create(BuyerKeys(**keys)))

    with ThreadPoolExecutor(HANDS) as pool:
        found = set(pool.map(intake, range(HANDS)))
    assert len(found) == 1
    with real_house.app_context():
        assert how_many() == 1
        values = session.scalars(select(Identity.value)).all()
        assert sorted(values) == sorted([MAIL, PHONE])


def test_the_database_keeps_one_owner_of_a_verified_identity() -> None:
    from sqlalchemy.exc import IntegrityError

    known(email=MAIL)
    other = known("Jan Nowak")

    def take() -> None:
        session.add(Identity(customer_id=other, kind="email", value=MAIL, verified_at=clock.now()))

    with pytest.raises(IntegrityError):
        transact(take)
