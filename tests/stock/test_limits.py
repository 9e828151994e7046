"""How much stock one person corrects alone."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.approving.models import Approval
from app.db import close_session, session, transact
from app.fields import HIDDEN
from modules import stock
from modules.stock.operations import counts
from tests.stock.cast import Cast, make_cast, receive

SignIn = Callable[..., FlaskClient]


@pytest.fixture
def cast(app: Flask) -> Cast:
    made = make_cast()
    receive(made.shop, {made.m: 40})
    close_session()
    return made


def on_hand(cast: Cast) -> int:
    close_session()
    (level,) = stock.available_for([cast.m], [cast.shop])
    close_session()
    return level.on_hand


def correct(client: FlaskClient, cast: Cast, change: int, **more: str) -> int:
    close_session()
    sent = {"location_id": str(cast.shop), "quantity_change": str(change), "reason": "gone"}
    return client.post("/stock/corrections/HALINA-M", data={**sent, **more}).status_code


def test_a_few_pieces_are_corrected_alone_and_many_are_not(client_as: SignIn, cast: Cast) -> None:
    lead = client_as("shift_lead")
    assert correct(lead, cast, -5) == 303
    assert on_hand(cast) == 35
    assert correct(lead, cast, -21) == 422
    assert on_hand(cast) == 35


def test_few_pieces_of_much_worth_need_a_second_person_too(client_as: SignIn, cast: Cast) -> None:
    """Six jumpers at 349,00 are beyond 2 000,00."""
    assert correct(client_as("shift_lead"), cast, -6) == 422


def test_whoever_sees_no_cost_is_told_what_he_may_read_of_it_in_plain_words(
    client_as: SignIn, cast: Cast
) -> None:
    sent = {"location_id": str(cast.shop), "quantity_change": "-21", "reason": "gone"}
    refused = client_as("shift_lead").post("/stock/corrections/HALINA-M", data=sent).text
    assert "21 pieces, and your role goes up to 20 pieces." in refused
    assert "Worth of a correction: more than your role goes up to." in refused
    assert correct(client_as("shift_lead"), cast, -21, second="later") == 303
    page = client_as("shift_lead").get("/approvals").text
    assert "21 pieces" in page
    assert HIDDEN not in refused + page
    assert "21 pieces · " in client_as("store_manager").get("/approvals").text


def test_what_is_found_is_limited_as_what_is_lost(client_as: SignIn, cast: Cast) -> None:
    assert correct(client_as("shift_lead"), cast, 30) == 422


def test_an_approved_correction_is_entered_in_the_name_of_who_asked(
    client_as: SignIn, cast: Cast
) -> None:
    assert correct(client_as("shift_lead"), cast, -21, second="later") == 303
    assert on_hand(cast) == 40
    asked = session.scalars(select(Approval.id)).one()
    close_session()
    boss = client_as("store_manager")
    assert boss.post(f"/approvals/{asked}/approval").status_code == 303
    assert on_hand(cast) == 19
    entry = stock.list_movements(cast.m)[0]
    assert entry.actor.endswith("Shift Lead")


def test_a_count_that_loses_too_much_waits_for_a_second_person(
    client_as: SignIn, cast: Cast
) -> None:
    def work() -> int:
        count = counts.start_count(location_id=cast.shop)
        counts.put_on_count(count_id=count.id, variant_id=cast.m, counted=1)
        return count.id

    count_id = transact(work)
    close_session()
    lead = client_as("shift_lead")
    answer = lead.post(f"/stock/counts/{count_id}/posting")
    assert answer.status_code == 409
    assert "This needs a second person." in answer.get_data(as_text=True)
    assert on_hand(cast) == 40
    sent = {"second": "later"}
    assert lead.post(f"/stock/counts/{count_id}/posting", data=sent).status_code == 303
    asked = session.scalars(select(Approval.id)).one()
    close_session()
    assert client_as("store_manager").post(f"/approvals/{asked}/approval").status_code == 303
    assert on_hand(cast) == 1
