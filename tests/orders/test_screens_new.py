"""Writing an order down: found, scanned, priced, placed; and refused with all that was typed."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.db import transact
from modules import customers, organization
from tests.orders.cast import DRESS, SHIRT, fetch, on_shelf, stock_the_shop
from tests.orders.screens import form_to, page, parsed, press, text_of, words

People = Callable[..., FlaskClient]
HX = {"HX-Request": "true"}
WHO = {
    "name": "Zofia Jabłońska",
    "phone": "+48601447218",
    "street": "Sienkiewicza 5",
    "postal_code": "25-002",
    "city": "Kielce",
    "shipping_method": "courier",
    "shipping_minor": "14,90",
}
ONE_DRESS = {"lines-0-sku": DRESS, "lines-0-quantity": "1"}


@pytest.fixture
def clerk(client_as: People) -> FlaskClient:
    return client_as("clerk")


@pytest.fixture(autouse=True)
def _goods(app: Any) -> None:
    stock_the_shop(dresses=2)


def orders(api: FlaskClient) -> list[dict[str, Any]]:
    return list(fetch(api, "/orders")["items"])


def place(client: FlaskClient, **typed: str) -> Any:
    form = form_to(page(client, "/orders/new"), "/orders/new")
    return press(client, form, **typed)


def basket(client: FlaskClient, **typed: str) -> Any:
    return client.post("/orders/new/basket", data={"channel": "pos", **typed}, headers=HX)


# --- the basket -------------------------------------------------------------------------------


def test_what_is_scanned_stands_in_the_basket_with_its_price(clerk: FlaskClient) -> None:
    said = text_of(basket(clerk, add=DRESS))

    assert "Maja linen dress" in said
    assert "2 can be sold now" in said
    assert "329.00" in said


def test_the_same_item_again_is_one_more_and_the_delivery_is_added(clerk: FlaskClient) -> None:
    answer = basket(clerk, add=DRESS, shipping_minor="14,90", **ONE_DRESS)

    assert "672.90" in text_of(answer)
    assert 'value="2"' in answer.get_data(as_text=True)


def test_a_part_of_a_name_is_enough_where_it_means_one_thing(clerk: FlaskClient) -> None:
    assert "Maja linen dress" in text_of(basket(clerk, add="maja linen"))


@pytest.mark.parametrize("code", ["NO-SUCH", "N\x00O", "<b>"])
def test_an_unknown_code_is_refused_and_the_basket_stays(clerk: FlaskClient, code: str) -> None:
    answer = basket(clerk, add=code, **ONE_DRESS)

    assert answer.status_code == 422
    assert "Nothing that we sell" in text_of(answer)
    assert "Maja linen dress" in text_of(answer)


def test_a_count_of_nothing_and_the_cross_take_an_item_out(clerk: FlaskClient) -> None:
    two = {**ONE_DRESS, "lines-1-sku": SHIRT, "lines-1-quantity": "1"}

    assert "Maja" not in text_of(basket(clerk, remove=DRESS, **two))
    assert "Maja" not in text_of(basket(clerk, **{**two, "lines-0-quantity": "0"}))


# --- who --------------------------------------------------------------------------------------


def test_a_customer_is_found_and_brings_contact_and_address(clerk: FlaskClient) -> None:
    found = transact(
        lambda: customers.create_customer(
            name="Zofia Jabłońska",
            kind=customers.CustomerKind.PERSON,
            contacts=customers.Contacts(phones=["+48601447218"]),
            addresses=[
                customers.AddressData(
                    name="Zofia Jabłońska",
                    street="Sienkiewicza 5",
                    postal_code="25-002",
                    city="Kielce",
                    country="PL",
                )  # fmt: skip
            ],
        )
    )
    listed = clerk.get("/orders/new/customers", query_string={"who": "jablonska"}, headers=HX)
    assert "Zofia Jabłońska" in text_of(listed)

    shown = page(clerk, f"/orders/new?customer={found.number}")

    form = form_to(shown, "/orders/new")
    assert form.fields["customer"] == found.number
    assert form.fields["street"] == "Sienkiewicza 5"


def test_the_page_of_a_customer_leads_to_an_order_for_him(
    clerk: FlaskClient, client_as: Callable[..., FlaskClient]
) -> None:
    number = _customer().number
    button = f"//a[contains(@class, 'btn-primary')][@href='/orders/new?customer={number}']"
    shown = f"/customers/{number.removeprefix('C-')}"
    assert len(page(clerk, shown).xpath(button)) == 1
    assert page(client_as("accountant"), shown).xpath(button) == []
    _block(number)
    assert page(clerk, shown).xpath(button) == []


@pytest.mark.parametrize("told", ["customer", "email", "phone"])
def test_nothing_is_sold_to_who_is_barred_however_he_is_told(
    api: FlaskClient, clerk: FlaskClient, told: str
) -> None:
    number = _customer().number
    _block(number)
    listed = clerk.get("/orders/new/customers", query_string={"who": "jablonska"}, headers=HX)
    assert "Sales blocked" in text_of(listed)
    assert "Choose" not in text_of(listed)
    known = {"customer": number, "email": "Z@Jablonska.example", "phone": "601 447 218"}
    who = dict.fromkeys(known, "") | {"name": "Somebody", told: known[told]}

    answer = place(clerk, **(WHO | who), **ONE_DRESS, payment_method="cod")

    assert answer.status_code == 422
    assert f"Nothing is sold to Zofia Jabłońska ({number})." in text_of(answer)
    assert orders(api) == []


def _customer() -> customers.Customer:
    contacts = customers.Contacts(emails=["z@jablonska.example"], phones=["+48601447218"])
    return transact(lambda: customers.create_customer(name="Zofia Jabłońska", contacts=contacts))


def _block(number: str) -> None:
    customer = customers.get_customer_by_number(number)
    transact(
        lambda: customers.update_customer(
            customer_id=customer.id, version=customer.version, sales_blocked=True
        )
    )


def test_who_is_not_known_is_said_and_one_letter_asks_nobody(clerk: FlaskClient) -> None:
    nobody = clerk.get("/orders/new/customers", query_string={"who": "xyzzy"}, headers=HX)
    one = clerk.get("/orders/new/customers", query_string={"who": "x"}, headers=HX)

    assert "Nobody is known by “xyzzy”" in text_of(nobody)
    assert one.get_data(as_text=True).strip() == ""


# --- placing ----------------------------------------------------------------------------------


def test_an_order_is_written_down_and_holds_its_goods(api: FlaskClient, clerk: FlaskClient) -> None:
    answer = place(clerk, **WHO, **ONE_DRESS, payment_method="cod", note="Ring twice.")

    [order] = orders(api)
    assert answer.headers["Location"].endswith(f"/orders/{order['id']}")
    assert order["totals"]["total_minor"] == 34_390
    assert order["payment_status"] == "cod_pending"
    assert order["buyer"]["name"] == "Zofia Jabłońska"
    assert on_shelf(DRESS) == (2, 1)
    said = words(page(clerk, f"/orders/{order['id']}"))
    assert "Sienkiewicza 5" in said
    assert "Ring twice." in said


def test_an_order_that_is_sent_twice_is_placed_once(api: FlaskClient, clerk: FlaskClient) -> None:
    form = form_to(page(clerk, "/orders/new"), "/orders/new")
    assert press(clerk, form, **WHO, **ONE_DRESS).status_code == 303
    again = press(clerk, form, **WHO, **ONE_DRESS)
    assert again.status_code == 422
    assert "for Zofia Jabłońska over the same sum was placed" in text_of(again)
    assert len(orders(api)) == 1
    # She wants a second one: it is placed from what is shown now.
    assert press(clerk, form_to(parsed(again), "/orders/new")).status_code == 303
    assert len(orders(api)) == 2


def test_who_sells_through_no_channel_is_told_before_writing_anything_down(
    client_as: People, app: Any
) -> None:
    store = transact(
        lambda: organization.create_store(code="LAGER", name="Lager", kind="warehouse").id
    )
    said = text_of(client_as("clerk", store_id=store).get("/orders/new"))
    assert "None of your stores sells through a channel" in said


def test_a_known_customer_keeps_the_order(api: FlaskClient, clerk: FlaskClient) -> None:
    known = transact(
        lambda: customers.create_customer(
            name="Zofia Jabłońska", kind=customers.CustomerKind.PERSON
        )
    )

    place(clerk, **WHO, **ONE_DRESS, customer=known.number)

    [order] = orders(api)
    assert order["customer"]["id"] == str(known.id)


def test_short_stock_says_how_many_there_are_and_keeps_all(
    api: FlaskClient, clerk: FlaskClient
) -> None:
    answer = place(clerk, **WHO, **{**ONE_DRESS, "lines-0-quantity": "5"}, note="Ring twice.")

    said = text_of(answer)
    assert answer.status_code == 422
    assert "Only 2 can be sold." in said
    assert "Ring twice." in said
    assert 'value="Sienkiewicza 5"' in answer.get_data(as_text=True)
    assert 'value="5"' in answer.get_data(as_text=True)
    assert orders(api) == []
    assert on_shelf(DRESS) == (2, 0)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": ""}, "Who buys?"),
        ({"city": ""}, "An address needs this."),
        ({"lines-0-sku": "NO-SUCH"}, "There is no SKU NO-SUCH."),
        ({"lines-0-sku": ""}, "Add at least one item."),
        ({"lines-0-quantity": "many"}, "Add at least one item."),
        ({"lines-0-quantity": "-1"}, "Add at least one item."),
        ({"shipping_minor": "a lot"}, "Write an amount"),
        ({"shipping_method": "rocket"}, "Not placed yet."),
        ({"channel": "moon"}, "Not placed yet."),
        ({"name": "nul\x00"}, "signs that cannot be kept"),
        ({"country": "POL"}, "Not placed yet."),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    api: FlaskClient, clerk: FlaskClient, typed: dict[str, str], said: str
) -> None:
    answer = place(clerk, **{**WHO, **ONE_DRESS, **typed})

    assert answer.status_code == 422
    assert said in text_of(answer)
    assert 'value="+48601447218"' in answer.get_data(as_text=True)
    assert orders(api) == []


def test_a_customer_who_is_not_there_is_not_found(api: FlaskClient, clerk: FlaskClient) -> None:
    for number in ("C-999", "x"):
        answer = place(clerk, **WHO, **ONE_DRESS, customer=number)
        assert answer.status_code == 404
    assert orders(api) == []
