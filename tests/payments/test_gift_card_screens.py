"""Gift cards as people use them: issued, printed, found, corrected within limits, reported."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import clock
from app.db import close_session, transact
from app.reference import Reference
from modules import customers
from modules.payments import giftcards
from modules.payments.giftcards.liability import liability
from tests.access.people import PASSWORD, hire
from tests.orders.cast import place, stock_the_shop
from tests.orders.screens import form_to, page, parsed, press, text_of, words
from tests.payments.cards import left_on, pay, sold, story

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("app")]
SignIn = Callable[..., FlaskClient]


def issue(client: FlaskClient, **typed: Any) -> Any:
    form = form_to(page(client, "/gift-cards/new"), "/gift-cards/new")
    answer = press(client, form, **{"amount_minor": "150,00", **typed})
    close_session()
    return answer


def card_of(answer: Any) -> int:
    assert answer.status_code == 303, text_of(answer)[:2000]
    return int(answer.headers["Location"].rsplit("/", 1)[1])


def buyer() -> str:
    work = customers.create_customer
    contacts = customers.Contacts(emails=["ewa@poczta.example"])
    return str(transact(lambda: work(name="Ewa Lis", contacts=contacts)).number)


def test_who_issues_a_card_reads_and_prints_its_code_and_nobody_else_does(
    client_as: SignIn,
) -> None:
    lead = client_as("shift_lead")
    card = card_of(issue(lead))
    shown = page(lead, f"/gift-cards/{card}")
    code = words(shown.get_element_by_id("gift-code"))
    pin = words(shown.get_element_by_id("gift-pin"))
    close_session()
    assert giftcards.card_of_code(code, pin) == card
    close_session()
    paper = lead.get(f"/gift-cards/{card}/print")
    assert paper.get_data().startswith(b"%PDF")
    assert paper.headers["Cache-Control"] == "no-store"
    manager = client_as("store_manager")
    assert code not in manager.get(f"/gift-cards/{card}").get_data(as_text=True)
    refused = manager.get(f"/gift-cards/{card}/print")
    assert refused.headers["Location"].endswith(f"/gift-cards/{card}")


def test_the_same_form_sent_twice_issues_one_card(client_as: SignIn) -> None:
    lead = client_as("shift_lead")
    form = form_to(page(lead, "/gift-cards/new"), "/gift-cards/new")
    first, again = (press(lead, form, amount_minor="20,00") for _ in range(2))
    assert card_of(first) == card_of(again)


def test_a_card_without_a_pin_pays_by_its_code_alone(client_as: SignIn) -> None:
    lead = client_as("shift_lead")
    form = form_to(page(lead, "/gift-cards/new"), "/gift-cards/new")
    sent = {name: value for name, value in form.form_values() if name != "with_pin"}
    card = card_of(lead.post("/gift-cards/new", data=sent | {"amount_minor": "20,00"}))
    shown = page(lead, f"/gift-cards/{card}")
    code = words(shown.get_element_by_id("gift-code"))
    assert not shown.xpath("//*[@id='gift-pin']")
    close_session()
    assert giftcards.card_of_code(code, "") == card
    with pytest.raises(giftcards.WrongCard):
        giftcards.card_of_code(code, "1234")


def test_beyond_the_limit_a_second_person_signs_the_new_card(client_as: SignIn) -> None:
    hire("Gift-Maria", "store_manager")
    lead = client_as("shift_lead")
    answer = issue(lead, amount_minor="900,00")
    assert answer.status_code == 422
    form = form_to(parsed(answer), "/gift-cards/new")
    signed = press(
        lead,
        form,
        second="here",
        second_email="gift-maria@approving.example",
        second_password=PASSWORD,
    )
    assert left_on(card_of(signed)) == 900_00


def test_a_correction_beyond_the_limit_waits_and_is_done_when_approved(client_as: SignIn) -> None:
    card = sold(100_00)
    lead = client_as("shift_lead")
    form = form_to(page(lead, f"/gift-cards/{card}"), "/adjustment")
    typed = {"adjust-amount_minor": "900,00", "adjust-reason": "printed wrong"}
    answer = press(lead, form, **typed, **{"adjust-second": "later"})
    assert answer.status_code == 303, text_of(answer)[:1500]
    assert left_on(card) == 100_00
    manager = client_as("store_manager")
    assert "printed wrong" in text_of(manager.get(f"/gift-cards/{card}"))
    approving = form_to(page(manager, "/approvals"), "/approval")
    press(manager, approving)
    close_session()
    assert story(card)[-1] == ("adjust", 900_00, 1_000_00)


def test_store_credit_needs_a_customer_and_a_reason_and_stands_on_the_customer(
    client_as: SignIn,
) -> None:
    number = buyer()
    lead = client_as("shift_lead")
    refused = issue(lead, kind="credit", customer=number)
    assert refused.status_code == 422
    assert "Say why." in text_of(refused)
    refused = issue(lead, kind="credit", reason="late parcel")
    assert "Store credit belongs to a customer." in text_of(refused)
    card_of(issue(lead, kind="credit", customer="ewa@poczta.example", reason="late parcel"))
    shown = page(lead, f"/customers/{number.removeprefix('C-')}")
    assert "150.00" in words(shown.get_element_by_id("gift-cards"))


def test_a_card_is_found_by_its_last_signs_its_holder_and_the_order_it_paid_for(
    api: FlaskClient, client_as: SignIn
) -> None:
    stock_the_shop()
    order = place(api)
    number = buyer()
    holder = customers.get_customer_by_number(number).id
    mine, other = sold(100_00, customer_id=holder), sold(50_00)
    pay(1_00, other, reference=Reference("order", int(order["id"])))
    four = giftcards.get_card(mine).last_four or ""
    close_session()
    clerk = client_as("clerk")

    def found(text: str) -> list[str]:
        shown = page(clerk, f"/gift-cards/?q={text}").xpath("//tbody//th//a/@href")
        return [one.rsplit("/", 1)[1] for one in shown]

    assert found(four) == [str(mine)]
    assert found("Ewa") == [str(mine)]
    assert found(order["number"]) == [str(other)]
    assert found("nobody") == []
    assert "/gift-cards/new" not in clerk.get("/gift-cards/").get_data(as_text=True)
    assert clerk.get("/gift-cards/new").status_code == 403


def test_a_blocked_card_is_let_go_again_and_its_page_says_who_did_it(client_as: SignIn) -> None:
    card = sold(100_00)
    lead = client_as("shift_lead")
    form = form_to(page(lead, f"/gift-cards/{card}"), "/block")
    assert press(lead, form, **{"block-reason": ""}).status_code == 422
    press(lead, form, **{"block-reason": "lost in a tram"})
    shown = text_of(lead.get(f"/gift-cards/{card}"))
    assert "lost in a tram" in shown
    close_session()
    with pytest.raises(giftcards.CardUnusable):
        pay(1_00, card)
    form = form_to(page(lead, f"/gift-cards/{card}"), "/unblock")
    press(lead, form, **{"unblock-reason": "found again"})
    close_session()
    pay(1_00, card)


def test_a_card_pays_longer_and_never_shorter(client_as: SignIn) -> None:
    ends = clock.now().date() + timedelta(days=30)
    card = sold(100_00, expires_on=ends)
    lead = client_as("shift_lead")
    form = form_to(page(lead, f"/gift-cards/{card}"), "/extension")
    typed = {"extend-reason": "asked"}
    refused = press(lead, form, **typed, **{"extend-last_day": clock.now().date().isoformat()})
    assert refused.status_code == 422
    assert "A card only pays longer" in text_of(refused)
    press(lead, form, **typed, **{"extend-last_day": ends.isoformat()})
    close_session()
    assert giftcards.get_card(card).expires_on == ends + timedelta(days=1)


def test_what_expired_of_late_is_on_the_card_again_when_it_pays_longer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    card = sold(100_00, expires_on=clock.now().date() + timedelta(days=30))
    later = clock.now() + timedelta(days=40)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert transact(giftcards.expire_cards) == 1
    transact(lambda: giftcards.extend(card_id=card, expires_on=None, reason="asked"))
    assert story(card)[-1] == ("adjust", 100_00, 100_00)
    pay(100_00, card)
    assert list(giftcards.prove_gift_cards()) == []


def test_what_is_owed_counts_open_money_by_month_and_leaves_out_what_is_over(
    app: Flask, client_as: SignIn
) -> None:
    today = clock.now().date()
    ends = today + timedelta(days=5)
    soon = sold(30_00, expires_on=ends)
    sold(70_00)
    spent = sold(10_00)
    pay(10_00, spent)
    told = liability(None)
    [owed] = told.owed
    assert (owed.cards, owed.total_minor, owed.credit_minor) == (2, 100_00, 0)
    assert sum(one.total_minor for one in told.months) == 100_00
    last_day = ends - timedelta(days=1)
    assert [one.begins for one in told.months] == [last_day.replace(day=1), None]
    assert [one.id for one in told.next_to_end] == [soon]
    assert liability(frozenset()).owed == []
    close_session()
    assert re.search(r"100[.,]00", text_of(client_as("accountant").get("/gift-cards/owed")))
