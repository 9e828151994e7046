"""The page of one order: what it shows, and each small form on it, accepted and refused."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.orders.cast import DRESS, SHIRT, on_shelf, place, post, read, ship_all, stock_the_shop
from tests.orders.screens import (
    Page,
    form_to,
    next_step,
    page,
    parsed,
    press,
    text_of,
    words,
)

People = Callable[..., FlaskClient]
Order = dict[str, Any]


@pytest.fixture
def clerk(client_as: People) -> FlaskClient:
    return client_as("clerk")


@pytest.fixture
def manager(client_as: People) -> FlaskClient:
    return client_as("store_manager")


@pytest.fixture
def lead(client_as: People) -> FlaskClient:
    return client_as("shift_lead")


@pytest.fixture
def order(api: FlaskClient) -> Order:
    stock_the_shop()
    return place(api)


def card(client: FlaskClient, order: Order, **query: str) -> Page:
    more = "?" + "&".join(f"{name}={value}" for name, value in query.items()) if query else ""
    return page(client, f"/orders/{order['id']}{more}")


def step(client: FlaskClient, order: Order) -> str:
    return words(next_step(card(client, order)))


def shipped(api: FlaskClient, order: Order) -> Order:
    ship_all(api, order)
    return read(api, order)


def shown_dialog(answer: TestResponse) -> str:
    """Return the words of the dialog that a refused form opened again."""
    [found] = parsed(answer).xpath("//dialog[@data-shown]")
    return words(found)


# --- what it shows ----------------------------------------------------------------------------


def test_the_card_tells_the_whole_order(clerk: FlaskClient, order: Order) -> None:
    said = words(card(clerk, order))

    for part in (
        order["number"],
        "Bazyli organic tee",
        SHIRT,
        "2 reserved",
        "752.80",
        "140.77",
        "Agnieszka Wiśniewska",
        "ul. Długa 41",
        "a.wisniewska@poczta.example",
        "Placed",
        "Goods found",
    ):
        assert part in said, part


def test_an_order_opens_by_its_number_too(clerk: FlaskClient, order: Order) -> None:
    assert order["number"] in words(page(clerk, f"/orders/{order['number']}"))


@pytest.mark.parametrize("text", ["999999", "VS-999999", "nonsense", "9" * 40, "0"])
def test_no_such_order_is_not_found(clerk: FlaskClient, text: str) -> None:
    assert clerk.get(f"/orders/{text}").status_code == 404


def test_a_customer_is_named_only_to_those_who_may_see_customers(
    order: Order, clerk: FlaskClient, client_as: People
) -> None:
    assert "/customers/" in " ".join(card(clerk, order).xpath("//aside//a/@href"))
    assert "/customers/" not in " ".join(
        card(client_as("integrator"), order).xpath("//aside//a/@href")
    )


def test_a_name_of_the_buyer_is_text_and_never_markup(api: FlaskClient, clerk: FlaskClient) -> None:
    stock_the_shop()
    name = "<script>alert(1)</script> “Kot” & O'Brien"
    order = place(api, customer={"name": name}, note=name)

    shown = card(clerk, order)

    assert shown.text_content().count(name) >= 2
    assert shown.xpath("//script[not(@src)]") == []


# --- the next step ----------------------------------------------------------------------------


def test_space_leads_from_the_reserved_order_to_the_shipped_one(
    api: FlaskClient, clerk: FlaskClient, order: Order, run_jobs: Callable[[], None]
) -> None:
    shown = card(clerk, order)
    assert "3 units are reserved" in words(next_step(shown))
    [begin] = [
        form for form in next_step(shown).iter("form") if form.xpath(".//button[@data-key=' ']")
    ]
    picking = press(clerk, begin)
    assert picking.status_code == 303
    assert picking.headers["Location"].endswith("/pick")
    assert "Go on picking" in step(clerk, order)

    [parcel] = read(api, order)["parcels"]
    post(api, f"/parcels/{parcel['id']}/pick", {})
    assert "Pack the parcel" in step(clerk, order)
    post(api, f"/parcels/{parcel['id']}/pack", {})
    shown = card(clerk, order)
    assert "The label is missing" in words(next_step(shown))

    press(clerk, form_to(next_step(shown).getroottree().getroot(), "/label"))
    assert "The label is being made" in step(clerk, order)
    run_jobs()
    shown = card(clerk, order)
    assert "Packed and ready to leave" in words(next_step(shown))
    gone = clerk.post(f"/orders/parcels/{parcel['id']}/shipment")

    assert gone.status_code == 303
    assert "Sent and settled" in step(clerk, order)
    assert read(api, order)["status"] == "closed"


def test_a_hold_is_the_first_thing_to_settle(
    api: FlaskClient, clerk: FlaskClient, order: Order
) -> None:
    post(api, f"/orders/{order['id']}/holds", {"kind": "fraud", "reason": "Odd card."}, status=201)
    shown = card(clerk, order)
    assert "Odd card." in words(next_step(shown))

    press(clerk, form_to(shown, "/release"))

    assert read(api, order)["holds"] == []
    assert "3 units are reserved" in step(clerk, order)


def test_who_may_not_do_the_step_reads_it_without_its_button(
    order: Order, client_as: People
) -> None:
    shown = card(client_as("accountant"), order)

    assert "Your role does not include this step." in words(next_step(shown))
    assert shown.xpath("//*[@data-key=' ']") == []
    assert [form.get("action") for form in shown.forms if "/parcels" in form.get("action")] == []


def test_what_a_job_will_change_asks_again_by_itself(
    api: FlaskClient, clerk: FlaskClient, order: Order, run_jobs: Callable[[], None]
) -> None:
    shipped(api, order)
    assert next_step(card(clerk, order)).get("hx-trigger") == "every 2s"
    fragment = clerk.get(f"/orders/{order['id']}", headers={"HX-Request": "true"})
    assert "Being made" in text_of(fragment)
    assert "What happened" not in text_of(fragment)

    run_jobs()

    shown = card(clerk, order)
    assert next_step(shown).get("hx-trigger") is None
    papers = shown.get_element_by_id("o-documents")
    for link in papers.iter("a"):
        assert clerk.get(link.get("href")).mimetype == "application/pdf"
    assert len(list(papers.iter("a"))) == 2


# --- holds and notes --------------------------------------------------------------------------


def test_an_order_is_held_with_a_reason_and_a_due_time(
    api: FlaskClient, clerk: FlaskClient, order: Order
) -> None:
    form = form_to(card(clerk, order), "/holds")

    press(
        clerk,
        form,
        **{
            "hold-kind": "customer_request",
            "hold-reason": "Waits for her holiday to end.",
            "hold-due_at": "2031-06-01T12:00",
        },
    )

    [hold] = read(api, order)["holds"]
    assert hold["kind"] == "customer_request"
    assert hold["due_at"] == "2031-06-01T10:00:00Z"  # noon in Warsaw
    assert hold["owner"] == "Clerk"
    assert "Waits for her holiday to end." in step(clerk, order)


@pytest.mark.parametrize(
    "typed",
    [
        {"hold-reason": ""},
        {"hold-reason": "x" * 251},
        {"hold-reason": "nul\x00byte"},
        {"hold-kind": "weather", "hold-reason": "Rain."},
        {"hold-due_at": "soon", "hold-reason": "Rain."},
    ],
)
def test_a_hold_that_cannot_be_is_refused_with_what_was_typed(
    api: FlaskClient, clerk: FlaskClient, order: Order, typed: dict[str, str]
) -> None:
    form = form_to(card(clerk, order), "/holds")

    answer = press(clerk, form, **{"hold-owner": "Ewelina", **typed})

    assert answer.status_code == 422
    assert "Not done yet. What you typed is still here." in shown_dialog(answer)
    assert 'value="Ewelina"' in answer.get_data(as_text=True)
    assert read(api, order)["holds"] == []


def test_a_note_stands_in_the_timeline_under_its_author(clerk: FlaskClient, order: Order) -> None:
    form = form_to(card(clerk, order), "/notes")

    press(clerk, form, **{"note-text": "Rang twice.\nNobody there."})
    empty = press(clerk, form, **{"note-text": "   "})

    assert "Rang twice. Nobody there. by Clerk" in words(card(clerk, order))
    assert empty.status_code == 422


# --- cancelling -------------------------------------------------------------------------------


def test_a_clerk_may_not_cancel(clerk: FlaskClient, order: Order) -> None:
    assert [f for f in card(clerk, order).forms if "cancellation" in f.get("action")] == []
    assert clerk.post(f"/orders/{order['id']}/cancellation").status_code == 403


def test_all_counted_units_cancel_the_order(
    api: FlaskClient, manager: FlaskClient, order: Order, run_jobs: Callable[[], None]
) -> None:
    form = form_to(card(manager, order), "/cancellation")

    answer = press(manager, form, **{"cancel-reason": "She rang."})
    run_jobs()

    assert answer.status_code == 303
    after = read(api, order)
    assert after["status"] == "cancelled"
    assert after["totals"]["refunded_minor"] == 75_280
    assert on_shelf(DRESS) == (10, 0)
    assert "Cancelled. Nothing is left to do." in step(manager, order)


def test_lowered_counts_cancel_units_alone(
    api: FlaskClient, lead: FlaskClient, order: Order
) -> None:
    form = form_to(card(lead, order), "/cancellation")

    press(
        lead,
        form,
        **{
            "cancel-reason": "One is enough.",
            "cancel-units-0-quantity": "0",
            "cancel-units-1-quantity": "1",
        },
    )

    after = read(api, order)
    assert after["status"] == "placed"
    assert [line["units"]["cancelled"] for line in after["lines"]] == [0, 1]
    assert after["payment_status"] == "overpaid"
    ship_all(api, order)
    assert "Refund 329.00" in step(lead, order)


@pytest.mark.parametrize("count", ["3", "-1", "two", "9" * 30])
def test_counts_that_cannot_be_cancelled_are_refused(
    api: FlaskClient, lead: FlaskClient, order: Order, count: str
) -> None:
    form = form_to(card(lead, order), "/cancellation")

    answer = press(lead, form, **{"cancel-reason": "So.", "cancel-units-1-quantity": count})

    assert answer.status_code == 422
    assert f'value="{count}"' in answer.get_data(as_text=True)
    assert read(api, order)["status"] == "placed"
    assert all(line["units"]["cancelled"] == 0 for line in read(api, order)["lines"])


# --- money ------------------------------------------------------------------------------------


def test_an_unpaid_order_asks_for_its_money(api: FlaskClient, clerk: FlaskClient) -> None:
    stock_the_shop()
    order = place(api, payment=None)
    shown = card(clerk, order)
    assert "752.80\u00a0zł is to be paid" in next_step(shown).text_content()
    form = form_to(shown, "/payments")
    assert form.fields["payment-amount_minor"] == "752.80"

    press(clerk, form, **{"payment-method": "paper_card", "payment-reference": "TERM-7"})

    after = read(api, order)
    assert (after["payment_status"], after["totals"]["balance_minor"]) == ("paid", 0)
    assert after["payments"][0]["reference"] == "TERM-7"


def test_a_gift_card_pays_an_order_and_its_pin_is_asked(
    api: FlaskClient, clerk: FlaskClient
) -> None:
    stock_the_shop()
    order = place(api, payment=None)
    bought = {"store": "MAIN", "amount_minor": 100_00, "currency": "PLN"}
    gift = post(api, "/gift-cards", bought, status=201)["id"]
    told = post(api, f"/gift-cards/{gift}/code", {})
    by_card = {
        "payment-method": "gift_card",
        "payment-amount_minor": "100.00",
        "payment-code": told["code"].lower(),
    }
    answer = press(clerk, form_to(card(clerk, order), "/payments"), **by_card)
    assert "Type the code of the gift card and its PIN." in shown_dialog(answer)
    answer = press(clerk, form_to(parsed(answer), "/payments"), **{"payment-pin": "none"})
    assert "No card has this code with this PIN." in shown_dialog(answer)
    form = form_to(parsed(answer), "/payments")
    assert press(clerk, form, **{"payment-pin": told["pin"]}).status_code == 303

    after = read(api, order)
    assert (after["payment_status"], after["totals"]["paid_minor"]) == ("partly_paid", 100_00)
    assert "Gift card" in card(clerk, order).text_content()
    assert api.get(f"/api/v1/gift-cards/{gift}").json["balance_minor"] == 0  # type: ignore[index]


def test_a_card_that_holds_less_says_how_much_it_holds(
    api: FlaskClient, clerk: FlaskClient
) -> None:
    stock_the_shop()
    order = place(api, payment=None)
    form = form_to(card(clerk, order), "/payments")
    credit = {"payment-method": "store_credit"}
    answer = press(clerk, form, **credit)
    assert "There are only 0.00" in shown_dialog(answer)
    given = {"customer": buyer_of(api, order), "with_number": False}
    bought = {"store": "MAIN", "amount_minor": 800_00, "currency": "PLN"} | given
    post(api, "/gift-cards", bought, status=201)
    assert press(clerk, form, **credit).status_code == 303
    assert read(api, order)["payment_status"] == "paid"


def buyer_of(api: FlaskClient, order: Order) -> str:
    return str(read(api, order)["customer"]["id"])


@pytest.mark.parametrize("amount", ["", "0", "-5", "many", "1,234,5", "99999999999999999999"])
def test_an_amount_that_is_none_is_refused(
    api: FlaskClient, clerk: FlaskClient, amount: str
) -> None:
    stock_the_shop()
    order = place(api, payment=None)
    form = form_to(card(clerk, order), "/payments")

    answer = press(
        clerk, form, **{"payment-amount_minor": amount, "payment-reference": "kept words"}
    )

    assert answer.status_code == 422
    assert 'value="kept words"' in answer.get_data(as_text=True)
    assert read(api, order)["payments"] == []


def test_an_expected_transfer_is_captured_with_one_press(
    api: FlaskClient, clerk: FlaskClient
) -> None:
    stock_the_shop()
    order = place(api, payment={"method": "transfer", "amount_minor": 75_280})
    shown = card(clerk, order)
    assert "has not come yet" in words(next_step(shown))

    press(clerk, form_to(shown, "/capture"))

    assert read(api, order)["payment_status"] == "paid"
    assert "received" in words(card(clerk, order).get_element_by_id("history"))


def test_a_payment_that_will_not_come_is_let_go(api: FlaskClient, clerk: FlaskClient) -> None:
    stock_the_shop()
    order = place(api, payment={"method": "transfer", "amount_minor": 75_280})

    press(clerk, form_to(card(clerk, order), "/void"))

    assert read(api, order)["payment_status"] == "voided"
    assert "is to be paid" in step(clerk, order)


def test_a_payment_of_another_order_is_not_found(api: FlaskClient, clerk: FlaskClient) -> None:
    stock_the_shop()
    order = place(api, payment={"method": "transfer", "amount_minor": 75_280})
    other = place(api, payment={"method": "transfer", "amount_minor": 75_280})
    payment = other["payments"][0]["id"]

    for verb in ("capture", "void"):
        answer = clerk.post(f"/orders/{order['id']}/payments/{payment}/{verb}")
        assert answer.status_code == 404
    assert read(api, other)["payments"][0]["state"] == "pending"


def test_a_refund_gives_back_what_was_paid_at_the_most(
    api: FlaskClient, lead: FlaskClient, clerk: FlaskClient, order: Order
) -> None:
    form = form_to(card(lead, order), "/refunds")

    too_much = press(lead, form, **{"refund-amount_minor": "752,81", "refund-reason": "Kindness."})
    press(lead, form, **{"refund-amount_minor": "10", "refund-reason": "Kindness."})

    assert too_much.status_code == 422
    assert "of this payment can still be given back" in shown_dialog(too_much)
    [refund] = read(api, order)["payments"][0]["refunds"]
    assert (refund["amount_minor"], refund["reason"]) == (1_000, "Kindness.")
    assert "Refund of 10.00" in words(card(lead, order).get_element_by_id("history"))
    assert clerk.post(f"/orders/{order['id']}/refunds").status_code == 403


# --- parcels ----------------------------------------------------------------------------------


def test_a_parcel_is_opened_and_taken_apart(
    api: FlaskClient, clerk: FlaskClient, order: Order
) -> None:
    opened = clerk.post(f"/orders/{order['id']}/parcels")
    again = clerk.post(f"/orders/{order['id']}/parcels")

    assert opened.status_code == 303
    assert again.status_code == 409
    assert "Nothing of this order is reserved and without a parcel." in text_of(again)
    shown = card(clerk, order)
    press(clerk, form_to(shown, "/cancellation"))
    assert [parcel["state"] for parcel in read(api, order)["parcels"]] == ["cancelled"]
    assert "3 units are reserved" in step(clerk, order)


def test_a_held_order_is_not_begun_and_the_page_says_why(
    api: FlaskClient, clerk: FlaskClient, order: Order
) -> None:
    post(api, f"/orders/{order['id']}/holds", {"kind": "fraud", "reason": "Odd card."}, status=201)

    answer = clerk.post(f"/orders/{order['id']}/parcels", data={"start": "1"})

    assert answer.status_code == 409
    assert "The order is on hold: Odd card." in text_of(answer)
    assert read(api, order)["parcels"] == []


def _packed(api: FlaskClient, order: Order) -> str:
    parcel = post(api, f"/orders/{order['id']}/parcels", {}, status=201)
    post(api, f"/parcels/{parcel['id']}/pick", {})
    post(api, f"/parcels/{parcel['id']}/pack", {})
    return str(parcel["id"])


def test_a_parcel_leaves_with_a_number_that_somebody_wrote_down(
    api: FlaskClient, clerk: FlaskClient, order: Order
) -> None:
    parcel = _packed(api, order)
    form = form_to(card(clerk, order), "/shipment")

    without = press(clerk, form)
    press(clerk, form, **{f"ship-{parcel}-tracking_number": " 520 111 "})

    assert without.status_code == 422
    assert "There is no label yet." in shown_dialog(without)
    assert read(api, order)["parcels"][0]["tracking_number"] == "520 111"


def test_an_unpaid_parcel_needs_a_role_and_a_reason(
    api: FlaskClient, clerk: FlaskClient, lead: FlaskClient
) -> None:
    stock_the_shop()
    order = place(api, payment=None)
    parcel = _packed(api, order)
    number = {f"ship-{parcel}-tracking_number": "T-9"}
    reason = {f"ship-{parcel}-override": "Known for years."}

    refused = clerk.post(f"/orders/parcels/{parcel}/shipment", data=number)
    forbidden = clerk.post(f"/orders/parcels/{parcel}/shipment", data=number | reason)
    allowed = lead.post(f"/orders/parcels/{parcel}/shipment", data=number | reason)

    assert refused.status_code == 422
    assert "not paid" in shown_dialog(refused)
    assert forbidden.status_code == 403
    assert allowed.status_code == 303
    assert "Shipped unpaid: Known for years." in words(card(lead, order))


def test_a_dialog_of_what_somebody_else_did_first_becomes_a_note(
    api: FlaskClient, clerk: FlaskClient, order: Order
) -> None:
    parcel = _packed(api, order)
    form = form_to(card(clerk, order), "/shipment")
    post(api, f"/parcels/{parcel}/ship", {"tracking_number": "T-1"})

    answer = press(clerk, form, **{f"ship-{parcel}-tracking_number": "T-2"})

    assert "has left already" in text_of(answer)
    assert read(api, order)["parcels"][0]["tracking_number"] == "T-1"


def test_a_payment_that_is_sent_twice_is_written_down_once(
    api: FlaskClient, clerk: FlaskClient
) -> None:
    stock_the_shop()
    order = place(api, payment=None)
    form = form_to(card(clerk, order), "/payments")
    assert press(clerk, form, **{"payment-amount_minor": "100.00"}).status_code == 303
    again = press(clerk, form, **{"payment-amount_minor": "100.00"})
    assert again.status_code == 422
    assert "A payment was written down since you opened this." in shown_dialog(again)
    assert len(read(api, order)["payments"]) == 1
    # It is another one: the same amount goes through from what is shown now.
    assert press(clerk, form_to(parsed(again), "/payments")).status_code == 303
    assert [one["amount_minor"] for one in read(api, order)["payments"]] == [10_000, 10_000]


def test_a_refund_that_is_sent_twice_goes_back_once(
    api: FlaskClient, lead: FlaskClient, order: Order
) -> None:
    form = form_to(card(lead, order), "/refunds")
    typed = {"refund-amount_minor": "1.00", "refund-reason": "a stain"}
    assert press(lead, form, **typed).status_code == 303
    again = press(lead, form, **typed)
    assert again.status_code == 422
    assert "Money of this order moved since you opened this." in shown_dialog(again)


# --- returns ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "Write a whole number, such as 3."), ("pl", "Wpisz liczbę całkowitą, np. 3.")],
)
def test_a_count_that_is_none_is_told_once_in_the_language_of_the_page(
    api: FlaskClient, clerk: FlaskClient, order: Order, language: str, said: str
) -> None:
    shipped(api, order)
    clerk.post("/profile", data={"language": language, "theme": "auto"})
    form = form_to(card(clerk, order), "/returns")
    answer = press(clerk, form, **{"return-units-0-quantity": "abc", "return-reason": "zbyt mała"})
    text = shown_dialog(answer)
    assert answer.status_code == 422
    assert text.count(said) == 1
    assert "zero" not in text  # no second fault of the same field
    [field] = parsed(answer).xpath("//input[@name='return-units-0-quantity']")
    assert field.get("value") == "abc"


def _wish(client: FlaskClient, order: Order, **counts: str) -> Any:
    typed = {f"return-units-{place}-quantity": count for place, count in counts.items()}
    typed = {name.replace("at", ""): count for name, count in typed.items()}
    form = form_to(card(client, order), "/returns")
    return press(client, form, **{"return-reason": "Too long", **typed})


def test_a_piece_comes_back_with_verdict_correction_and_refund(
    api: FlaskClient, manager: FlaskClient, order: Order, run_jobs: Callable[[], None]
) -> None:
    shipped(api, order)

    assert _wish(manager, order, at1="2").status_code == 303
    shown = card(manager, order)
    assert "2 units come back" in words(next_step(shown))
    form = form_to(shown, "/receipt")
    [amount] = [name for name in form.fields if name.endswith("amount_minor")]
    assert form.fields[amount] == "658.00"
    [wanted] = read(api, order)["returns"]
    key = f"receive-{wanted['id']}"
    press(manager, form, **{f"{key}-rows-1-verdict": "", amount: "329,00"})

    after = read(api, order)
    assert after["returns"][0]["credit_minor"] == 32_900
    assert after["fulfilment_status"] == "partly_returned"
    assert on_shelf(DRESS) == (9, 0)
    press(
        manager,
        form_to(card(manager, order), "/receipt"),
        **{f"{key}-rows-0-verdict": "damaged", f"{key}-refunds-0-amount_minor": "329"},
    )
    run_jobs()
    after = read(api, order)
    assert (after["totals"]["refunded_minor"], after["status"]) == (65_800, "closed")
    assert after["returns"][0]["state"] == "settled"
    assert "Damaged" in words(card(manager, order).get_element_by_id("returns"))


def test_a_clerk_takes_back_what_somebody_else_refunds(
    api: FlaskClient, clerk: FlaskClient, lead: FlaskClient, order: Order
) -> None:
    shipped(api, order)
    _wish(clerk, order, at0="1")
    form = form_to(card(clerk, order), "/receipt")
    assert [name for name in form.fields if name.endswith("amount_minor")] == []
    [wanted] = read(api, order)["returns"]
    payment = read(api, order)["payments"][0]["id"]

    smuggled = {
        f"receive-{wanted['id']}-refunds-0-payment": payment,
        f"receive-{wanted['id']}-refunds-0-amount_minor": "79,90",
    }
    press(clerk, form, **smuggled)

    assert read(api, order)["payments"][0]["refunds"] == []
    assert "Your role does not include this step." in step(clerk, order)
    assert "Refund 79.90" in step(lead, order)


def test_more_than_was_paid_for_the_units_is_not_refunded_with_them(
    api: FlaskClient, lead: FlaskClient, order: Order
) -> None:
    shipped(api, order)
    _wish(lead, order, at1="1")
    form = form_to(card(lead, order), "/receipt")
    [wanted] = read(api, order)["returns"]
    key = f"receive-{wanted['id']}"

    answer = press(
        lead, form, **{f"{key}-rows-0-verdict": "missing", f"{key}-refunds-0-amount_minor": "329"}
    )

    assert answer.status_code == 422
    assert "no more" in shown_dialog(answer)
    assert read(api, order)["returns"][0]["state"] == "requested"
    assert on_shelf(DRESS) == (8, 0)


@pytest.mark.parametrize("typed", [{}, {"at0": "2"}, {"at1": "-1"}, {"at1": "some"}])
def test_a_wish_for_what_was_not_shipped_is_refused(
    api: FlaskClient, clerk: FlaskClient, order: Order, typed: dict[str, str]
) -> None:
    shipped(api, order)

    answer = _wish(clerk, order, **typed)

    assert answer.status_code == 422
    assert 'value="Too long"' in answer.get_data(as_text=True)
    assert read(api, order)["returns"] == []


def test_a_return_of_which_nothing_came_is_dropped(
    api: FlaskClient, clerk: FlaskClient, order: Order
) -> None:
    shipped(api, order)
    _wish(clerk, order, at0="1")
    [wanted] = read(api, order)["returns"]

    clerk.post(f"/orders/returns/{wanted['id']}/cancellation")
    late = clerk.post(f"/orders/returns/{wanted['id']}/receipt")

    assert read(api, order)["returns"][0]["state"] == "cancelled"
    assert late.status_code in (409, 422)


def test_the_list_of_returns_leads_to_the_open_ones(
    api: FlaskClient, clerk: FlaskClient, order: Order
) -> None:
    assert "Nothing is on its way back." in words(page(clerk, "/orders/returns"))
    shipped(api, order)
    _wish(clerk, order, at1="1")
    [wanted] = read(api, order)["returns"]

    shown = page(clerk, "/orders/returns")

    [row] = [words(one) for one in shown.xpath("//tbody/tr")]
    for said in (wanted["number"], order["number"], "Agnieszka", "Too long", "Requested"):
        assert said in row
    [receive] = shown.xpath("//td[@class='act']//a/@href")
    [dialog] = page(clerk, receive).xpath("//dialog[@data-shown]")
    assert wanted["number"] in words(dialog)
    press(clerk, form_to(page(clerk, receive), "/receipt"))
    assert "Nothing is on its way back." in words(page(clerk, "/orders/returns"))
    assert wanted["number"] in words(page(clerk, "/orders/returns?which=due"))
    assert wanted["number"] in words(page(clerk, "/orders/returns?which=all"))


def test_the_customers_card_lists_the_orders(
    api: FlaskClient, clerk: FlaskClient, order: Order
) -> None:
    customer = order["customer"]["id"]

    shown = words(page(clerk, f"/customers/{customer}"))

    assert order["number"] in shown
    assert "752.80" in shown
