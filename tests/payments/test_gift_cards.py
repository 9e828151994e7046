"""Gift cards: money that stands in a ledger, is paid once, and finds its way back."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app import clock, keys
from app.actor import Actor, acting_as
from app.db import session, transact, unit_of_work
from app.errors import InvalidInput, RuleViolation
from app.limits import NeedsSecondPerson
from app.reference import Reference
from app.tries import TooManyTries
from modules import customers, payments
from modules.payments import giftcards
from modules.payments.giftcards.operations import AlreadyIssued
from modules.payments.giftcards.secrets import ShownAlready
from tests.payments.cards import change, left_on, pay, sold, story
from tests.payments.cast import ORDER, fresh, refund

OTHER_ORDER = Reference("thing", 8)
LEAD = Actor(
    kind="staff",
    id=7,
    name="Ola",
    grants={"giftcards.manage": None},
    limits={"gift_card": {None: 500_00}},
)


def test_a_card_pays_for_an_order_and_the_payment_is_taken_at_once(app: Flask) -> None:
    card = sold(100_00)
    [payment] = pay(30_00, card)
    paid = fresh(payment)
    assert (paid.kind.value, paid.state.value, paid.captured_minor) == (
        "gift_card",
        "captured",
        30_00,
    )
    assert payments.totals_of(ORDER).captured_minor == 30_00
    assert story(card) == [("issue", 100_00, 100_00), ("redeem", -30_00, 70_00)]
    assert list(giftcards.prove_gift_cards()) == []


def test_more_than_a_card_holds_is_refused_and_it_says_how_much_there_is(app: Flask) -> None:
    card = sold(10_00)
    with pytest.raises(giftcards.NotEnoughOnCard, match="10.00") as refused:
        pay(10_01, card)
    [told] = refused.value.details
    assert (told["have"], told["needed"]) == (10_00, 10_01)
    assert left_on(card) == 10_00
    assert payments.list_payments(ORDER) == []


def test_of_several_cards_the_one_that_expires_first_pays_first(app: Flask) -> None:
    today = clock.now().date()
    never, late = sold(50_00), sold(50_00, expires_on=today + timedelta(days=90))
    early = sold(50_00, expires_on=today + timedelta(days=30))
    made = pay(80_00, never, late, early)
    assert [fresh(one).amount_minor for one in made] == [50_00, 30_00]
    assert [left_on(card) for card in (early, late, never)] == [0, 20_00, 50_00]


def test_the_same_request_pays_once(app: Flask) -> None:
    card = sold(100_00)
    first = pay(30_00, card, client_id="request 1")
    assert pay(30_00, card, client_id="request 1") == first
    assert left_on(card) == 70_00
    with pytest.raises(payments.AlreadyRecorded):
        pay(30_00, card, reference=OTHER_ORDER, client_id="request 1")
    with pytest.raises(payments.AlreadyRecorded):
        pay(31_00, card, client_id="request 1")


def test_requests_that_begin_alike_are_two(app: Flask) -> None:
    card = sold(100_00)
    longer = pay(10_00, card, client_id="till 1/77")
    assert pay(10_00, card, client_id="till 1") != longer
    assert pay(10_00, card, client_id="TILL 1") != longer
    assert left_on(card) == 70_00


def test_a_request_that_several_cards_paid_is_known_though_they_are_empty(app: Flask) -> None:
    one, two, more = sold(30_00), sold(50_00), sold(100_00)
    made = pay(80_00, one, two, client_id="request 1")
    assert len(made) == 2
    assert pay(80_00, more, client_id="request 1") == made
    assert (left_on(one), left_on(two), left_on(more)) == (0, 0, 100_00)


def test_a_refund_goes_back_onto_the_card_in_the_same_act(app: Flask) -> None:
    card = sold(100_00)
    [payment] = pay(100_00, card)
    given = refund(payment, 40_00)
    assert payments.get_refund(given).state is payments.RefundState.SETTLED
    assert left_on(card) == 40_00
    assert story(card)[-1] == ("give_back", 40_00, 40_00)
    with pytest.raises(payments.NotRefundable):
        refund(payment, 60_01)
    refund(payment, 60_00)
    assert left_on(card) == 100_00
    assert list(giftcards.prove_gift_cards()) == []


def test_the_same_refund_comes_onto_the_card_once(app: Flask) -> None:
    card = sold(100_00)
    [payment] = pay(100_00, card)
    given = refund(payment, 40_00, client_id="one")
    assert refund(payment, 40_00, client_id="one") == given
    again: dict[str, Any] = {"payment_id": payment, "amount_minor": 40_00, "reason": "again"}
    transact(lambda: giftcards.give_back(refund_id=given, **again))
    assert left_on(card) == 40_00


def test_each_part_of_a_refund_finds_the_card_that_paid_it(app: Flask) -> None:
    one, two = sold(30_00), sold(50_00)
    first, second = pay(60_00, one, two)
    refund(second, 10_00)
    assert (left_on(one), left_on(two)) == (0, 30_00)
    refund(first, 30_00)
    assert (left_on(one), left_on(two)) == (30_00, 30_00)


def test_what_comes_back_to_an_expired_card_can_be_spent_again(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = sold(100_00, expires_on=clock.now().date() + timedelta(days=30))
    [payment] = pay(60_00, card)
    later = clock.now() + timedelta(days=40)
    monkeypatch.setattr(clock, "now", lambda: later)
    with pytest.raises(giftcards.CardUnusable, match="expired"):
        pay(10_00, card, reference=OTHER_ORDER)
    assert transact(giftcards.expire_cards) == 1
    assert transact(giftcards.expire_cards) == 0
    assert story(card)[-1] == ("expire", -40_00, 0)
    refund(payment, 60_00)
    pay(60_00, card, reference=OTHER_ORDER)
    assert left_on(card) == 0
    assert list(giftcards.prove_gift_cards()) == []


def test_only_what_came_back_is_good_again_on_an_expired_card(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = sold(100_00, expires_on=clock.now().date() + timedelta(days=30))
    [payment] = pay(60_00, card)
    later = clock.now() + timedelta(days=40)
    monkeypatch.setattr(clock, "now", lambda: later)
    refund(payment, 25_00)  # before the job of the night
    assert story(card)[2:] == [("expire", -40_00, 0), ("give_back", 25_00, 25_00)]
    assert transact(giftcards.expire_cards) == 0
    much_later = later + timedelta(days=90)
    monkeypatch.setattr(clock, "now", lambda: much_later)
    assert transact(giftcards.expire_cards) == 1
    assert left_on(card) == 0
    assert list(giftcards.prove_gift_cards()) == []


def test_a_card_pays_on_the_eve_of_its_expiry_and_not_on_the_day(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = sold(100_00, expires_on=date(2027, 3, 1))
    monkeypatch.setattr(clock, "now", lambda: datetime.fromisoformat("2027-02-28T20:00:00+00:00"))
    pay(1_00, card)
    monkeypatch.setattr(clock, "now", lambda: datetime.fromisoformat("2027-03-01T09:00:00+00:00"))
    with pytest.raises(giftcards.CardUnusable):
        pay(1_00, card)


def test_a_blocked_card_pays_nothing_until_it_is_let_go(app: Flask) -> None:
    card = sold()
    transact(lambda: giftcards.block(card_id=card, reason="lost"))
    with pytest.raises(giftcards.CardUnusable, match="blocked"):
        pay(1_00, card)
    transact(lambda: giftcards.unblock(card_id=card, reason="found"))
    pay(1_00, card)
    assert left_on(card) == 99_00


def test_a_card_of_another_currency_pays_nothing(app: Flask) -> None:
    with pytest.raises(giftcards.CardUnusable, match="EUR"):
        pay(1_00, sold(currency="EUR"))


def test_a_correction_needs_a_reason_and_never_takes_more_than_there_is(app: Flask) -> None:
    card = sold(50_00)
    with pytest.raises(InvalidInput, match="why"):
        change(1_00, card, reason=" ")
    with pytest.raises(InvalidInput):
        change(0, card)
    with pytest.raises(giftcards.NotEnoughOnCard):
        change(-50_01, card)
    change(-20_00, card, client_id="one")
    change(-20_00, card, client_id="one")
    assert left_on(card) == 30_00


def test_beyond_his_limit_nobody_issues_or_corrects_alone(app: Flask) -> None:
    with acting_as(LEAD):
        card = sold(500_00)
        with pytest.raises(NeedsSecondPerson):
            sold(500_01)
        with pytest.raises(NeedsSecondPerson):
            change(500_01, card)
        change(-500_00, card)
    assert left_on(card) == 0


def test_store_credit_has_an_owner_and_no_number(app: Flask) -> None:
    owner = transact(
        lambda: customers.create_customer(kind=customers.CustomerKind.PERSON, name="Ewa Lis")
    )
    with pytest.raises(InvalidInput, match="customer"):
        sold(with_number=False)
    credit = sold(40_00, with_number=False, customer_id=owner.id)
    blocked = sold(5_00, with_number=False, customer_id=owner.id)
    transact(lambda: giftcards.block(card_id=blocked, reason="a mistake"))
    sold(70_00, customer_id=owner.id)  # her gift card pays only by its code
    assert giftcards.credits_of(owner.id, "PLN") == [credit]
    assert giftcards.credits_of(owner.id, "EUR") == []
    with pytest.raises(ShownAlready):
        giftcards.reveal(credit)


# --- codes ------------------------------------------------------------------------------------


def test_a_code_is_found_however_it_is_typed(app: Flask) -> None:
    card = sold()
    shown = giftcards.reveal(card)
    assert len(shown.code) == 19
    assert len(shown.pin) == 4
    typed = shown.code.lower().replace("-", " ")
    assert giftcards.card_of_code(typed, f" {shown.pin}") == card


def test_a_wrong_pin_and_a_wrong_code_are_told_alike(app: Flask) -> None:
    shown = giftcards.reveal(sold())
    said = set()
    for code, pin in ((shown.code, _another(shown.pin)), ("ABCD-EFGH-JKLM-NPQR", shown.pin)):
        with pytest.raises(giftcards.WrongCard) as refused:
            giftcards.card_of_code(code, pin)
        said.add(str(refused.value))
    assert len(said) == 1


def test_who_guesses_a_pin_has_to_wait_even_with_the_right_one(app: Flask) -> None:
    shown = giftcards.reveal(sold())
    for _try in range(5):
        with pytest.raises(giftcards.WrongCard):
            giftcards.card_of_code(shown.code, _another(shown.pin))
    with pytest.raises(TooManyTries):
        giftcards.card_of_code(shown.code, shown.pin)
    other = sold()
    with acting_as(LEAD):
        assert giftcards.card_of_code(shown.code, shown.pin)
        with pytest.raises(ShownAlready):
            giftcards.reveal(other)


def test_the_database_holds_neither_code_nor_pin(app: Flask) -> None:
    card = giftcards.get_card(sold())
    shown = giftcards.reveal(card.id)
    bare = shown.code.replace("-", "")
    row = session.execute(text("SELECT * FROM gift_card WHERE id = :id"), {"id": card.id}).one()
    assert not any(bare in str(value) or shown.code in str(value) for value in row)
    assert shown.pin not in (card.pin_mark, card.code_mark)
    assert card.last_four == bare[-4:]


def test_codes_are_found_after_the_keys_of_the_house_were_changed(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = sold()
    shown = giftcards.reveal(card)
    before = app.config["ENCRYPTION_KEYS"]
    monkeypatch.setitem(app.config, "ENCRYPTION_KEYS", f"another key of the house,{before}")
    assert keys.rotate().done >= 1
    monkeypatch.setitem(app.config, "ENCRYPTION_KEYS", "another key of the house")
    assert giftcards.card_of_code(shown.code, shown.pin) == card


def test_the_code_is_shown_for_a_while_and_the_same_request_is_the_same_card(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = sold(client_id="request 1")
    shown = giftcards.reveal(card)
    assert sold(client_id="request 1") == card
    assert giftcards.reveal(card) == shown
    with pytest.raises(AlreadyIssued):
        sold(200_00, client_id="request 1")
    later = clock.now() + timedelta(minutes=16)
    monkeypatch.setattr(clock, "now", lambda: later)
    with pytest.raises(ShownAlready):
        giftcards.reveal(card)


# --- the database keeps it --------------------------------------------------------------------


@pytest.mark.parametrize(
    "act", ["UPDATE gift_card_entry SET amount_minor = 1", "DELETE FROM gift_card_entry"]
)
def test_the_ledger_never_changes(app: Flask, act: str) -> None:
    sold()
    with pytest.raises(DBAPIError, match="append-only"), unit_of_work():
        session.execute(text(act))


def test_the_database_lets_no_card_fall_below_nothing(app: Flask) -> None:
    sold()
    with pytest.raises(DBAPIError), unit_of_work():
        session.execute(text("UPDATE gift_card SET balance_minor = -1"))


def test_the_proof_finds_a_sum_that_somebody_changed_by_hand(app: Flask) -> None:
    card = sold()
    transact(lambda: session.execute(text("UPDATE gift_card SET balance_minor = 99999")))
    found = [one.entry for one in giftcards.prove_gift_cards()]
    assert found == [f"card {card} balance", f"card {card} balance after its latest entry"]


def test_the_proof_finds_a_payment_that_took_nothing_off_a_card(app: Flask) -> None:
    payment = payments.prepare_payment(
        store_id=giftcards.get_card(sold()).store_id,
        method="gift_card",
        kind="gift_card",
        amount_minor=5_00,
        currency="PLN",
        state="captured",
    )
    key = transact(lambda: payments.record_payment(payment, reference=ORDER))
    [found] = giftcards.prove_gift_cards()
    assert (found.entry, found.expected, found.found) == (
        f"payment {key} taken off its card",
        5_00,
        0,
    )


def test_what_was_given_back_in_cash_stays_off_the_card(app: Flask) -> None:
    card = sold()
    [payment] = pay(100_00, card)
    refund(payment, 30_00, method="transfer")
    assert left_on(card) == 0
    refund(payment, 70_00)
    assert left_on(card) == 70_00
    assert list(giftcards.prove_gift_cards()) == []


def test_a_refusal_after_the_payment_leaves_nothing_behind(app: Flask) -> None:
    one, blocked = sold(10_00), sold(10_00)
    transact(lambda: giftcards.block(card_id=blocked, reason="lost"))
    with pytest.raises(RuleViolation):
        pay(15_00, one, blocked)
    assert left_on(one) == 10_00
    assert payments.list_payments(ORDER) == []


def _another(pin: str) -> str:
    return f"{(int(pin) + 1) % 10_000:04}"
