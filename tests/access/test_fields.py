"""Who does not see costs or contacts finds them nowhere: not on a page, in a list or in a file."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import fields
from app.actor import Actor, acting_as
from app.db import close_session
from tests.access import marks
from tests.access.doors import person
from tests.access.test_matrix import Tried, held
from tests.access.world import World
from tests.orders.cast import ADDRESS, place, stock_the_shop

pytestmark = [pytest.mark.once, pytest.mark.slow]

_COST = f"{marks.COST // 100}.{marks.COST % 100}"
_CONTACTS = (marks.EMAIL, marks.PHONE, "601 447 21", marks.STREET)
_COSTS = (_COST, f"{marks.COST // 100:,}.{marks.COST % 100}", str(marks.COST))
_ASKED = (
    "/search?q={nameless}",
    "/customers/{key}",
    "/customers/{key}/edit",
    "/history/customer/{key}",
    "/customers/?q={nameless}",
    "/orders/new?customer={nameless}",
    "/orders/?lane=all",
    "/search?q=zuzanna",
    "/search?q=Buyer",
    "/orders/?q=Buyer",
    "/customers/?q=Buyer",
    "/orders/new/customers?who=Buyer",
    "/catalog/products/TE-BAZ?view=price",
    "/catalog/products/TE-BAZ/prices?what=cost",
)


def pages_with(world: World, secret: str, marked: tuple[str, ...]) -> list[str]:
    """Return the pages and files on which one of the texts stands."""
    found = []
    with held(world) as connection:
        tried = Tried(world, connection)
        visitor = person(world, secret)
        own = [one.home for one in tried.doors if one.reads and not one.is_program]
        key = world.shared["nameless"]
        for address in [*own, *(one.format(key=key, nameless=f"C-{key}") for one in _ASKED)]:
            answer = visitor.get(address)
            text = _text(answer)
            answer.close()
            found += [f"{address}: {mark}" for mark in marked if mark in text]
    return found


def _text(answer: TestResponse) -> str:
    is_text = (answer.mimetype or "").startswith("text/") or answer.is_json
    return answer.get_data(as_text=True) if is_text and answer.status_code == 200 else ""


@pytest.mark.parametrize("marked", [_CONTACTS, _COSTS], ids=["contacts", "costs"])
def test_who_may_not_see_it_finds_it_nowhere(world: World, marked: tuple[str, ...]) -> None:
    assert pages_with(world, world.blind, marked) == []


@pytest.mark.parametrize("marked", [_CONTACTS, _COSTS], ids=["contacts", "costs"])
def test_who_may_see_it_finds_it(world: World, marked: tuple[str, ...]) -> None:
    """Else the test above would pass on pages that show nothing at all."""
    assert len(pages_with(world, world.everywhere["administrator"], marked)) > 1


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("+48 601 447 218", "••• 218"),
        ("a.wisniewska@poczta.example", "•••@poczta.example"),
        ("ul. Długa 41", "•••"),
        ("31-147", "•••"),
    ],
)
def test_a_contact_is_told_from_another_and_no_more(text: str, shown: str) -> None:
    assert fields.masked(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Call +48 601-447-218 after five", "Call ••• 218 after five"),
        ("tel.601447218, (22) 555 01 99", "tel.••• 218, ••• 199"),
        ("write to ANNA.k+x@poczta.example!", "write to •••@poczta.example!"),
        ("Order VS-100012 of 2026-11-22 10:30, 2 shirts", None),
        ("Leave it at number 41, 31-147 Kraków; 1 299,00 zł", None),
        ("", None),
    ],
)
def test_in_a_note_contacts_are_masked_and_the_rest_is_read(
    app: Flask, text: str, shown: str | None
) -> None:
    with acting_as(Actor(kind="staff", name="x")):
        assert fields.free_text(text) == (text if shown is None else shown)
    assert fields.free_text(text) == text


@pytest.mark.parametrize("word", ["a", "1 ", "a@", "a@b", "1-", "a.b-", "2026-01-01", "("])
def test_a_long_note_is_read_once_and_not_from_each_of_its_signs(app: Flask, word: str) -> None:
    # Tried from every sign anew this would take an hour: the test would not end.
    with acting_as(Actor(kind="staff", name="x")):
        assert fields.free_text(word * 300_000)


_CLUES = [
    ("601447218", True),
    ("447218", False),
    ("anna.kow@poczta.example", True),
    ("anna.kow", False),
    ("kow@poczta", False),
    ("anna", True),
    ("ann li", True),
    ("kow", False),
    ("poczta", False),
    ("lis kow", False),
    ("zolta", True),
    ("żółta", True),
]


@pytest.mark.parametrize(("clue", "found"), _CLUES)
def test_a_hidden_contact_is_not_guessed_sign_by_sign(
    api: FlaskClient, client_as: Callable[..., FlaskClient], clue: str, found: bool
) -> None:
    stock_the_shop()
    customer = {
        "name": "Anna Lis-Żółta",
        "email": "anna.kow@poczta.example",
        "phone": "601447218",
    }
    place(api, customer=customer)
    close_session()
    for role, sees_it in (("marketing_manager", found), ("clerk", True)):
        client = client_as(role)
        for address in ("/customers/", "/orders/", "/search"):
            close_session()
            answer = client.get(address, query_string={"q": clue, "lane": "all"})
            assert ("Anna Lis" in answer.text) is sees_it, (role, address)


@pytest.mark.parametrize(
    ("clue", "found"),
    [("bez.nazwy@poczta.example", True), ("bez.naz", False), ("poczta", False), ("+4860", False)],
)
def test_who_told_no_name_is_not_guessed_by_what_he_is_called(
    api: FlaskClient, client_as: Callable[..., FlaskClient], clue: str, found: bool
) -> None:
    stock_the_shop()
    address = ADDRESS | {"name": "+48601447218"}
    order = place(api, customer={"email": "bez.nazwy@poczta.example"}, shipping_address=address)
    pages = {"/customers/": order["customer"]["number"], "/orders/": order["number"]}
    close_session()
    for role, sees_it in (("marketing_manager", found), ("clerk", True)):
        client = client_as(role)
        for page, number in pages.items():
            close_session()
            answer = client.get(page, query_string={"q": clue, "lane": "all"})
            assert (number in answer.text) is sees_it, (role, page)
