"""What goes beyond somebody's limits waits for a second person, or is signed on the spot."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app import limits
from app.actor import acting_as
from app.approving import operations, queries
from app.approving.models import Approval, ApprovalState
from app.db import close_session, session, transact
from app.errors import RuleViolation
from app.limits import NeedsSecondPerson
from app.models import Account, Audit, Role, RoleGrant
from modules import organization, payments
from modules.orders.acts import refund_wanted
from tests.access.people import PASSWORD, actor, hire
from tests.app.door import HALF_MINUTE, START, with_app
from tests.orders.cast import place, read, stock_the_shop

SignIn = Callable[..., FlaskClient]
MUCH = 600_00


@pytest.fixture
def order(api: FlaskClient) -> dict[str, Any]:
    stock_the_shop()
    made = place(api)
    close_session()
    return made


def give_back(client: FlaskClient, order: dict[str, Any], amount: str, **more: str) -> Any:
    close_session()
    sent = {"refund-payment": order["payments"][0]["id"], "refund-amount_minor": amount}
    second = {f"refund-{name}": value for name, value in more.items()}
    return client.post(
        f"/orders/{order['id']}/refunds", data={**sent, "refund-reason": "a stain", **second}
    )


def given_back(api: FlaskClient, order: dict[str, Any]) -> int:
    close_session()
    payment = payments.get_payment(int(read(api, order)["payments"][0]["id"]))
    close_session()
    return payment.refunded_minor + payment.refunding_minor


def waiting() -> list[Approval]:
    close_session()
    found = session.scalars(select(Approval).where(Approval.state == ApprovalState.WAITING)).all()
    close_session()
    return list(found)


def test_within_the_limit_nobody_is_asked(
    api: FlaskClient, client_as: SignIn, order: dict[str, Any]
) -> None:
    assert give_back(client_as("shift_lead"), order, "500,00").status_code == 303
    assert given_back(api, order) == 500_00


def test_beyond_the_limit_nothing_is_given_back_and_the_page_says_who_may_approve(
    api: FlaskClient, client_as: SignIn, order: dict[str, Any]
) -> None:
    hire("Maria", "store_manager")
    answer = give_back(client_as("shift_lead"), order, "600,00")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "This needs a second person." in page
    assert "Maria" in page
    assert given_back(api, order) == 0


def test_a_second_person_signs_on_the_spot(
    api: FlaskClient, client_as: SignIn, order: dict[str, Any]
) -> None:
    maria = hire("Maria", "store_manager")
    signed = {"second": "here", "second_email": "maria@approving.example"}
    client = client_as("shift_lead")
    wrong = give_back(client, order, "600,00", **signed, second_password="not hers")
    assert wrong.status_code == 422
    assert given_back(api, order) == 0
    right = give_back(client, order, "600,00", **signed, second_password=PASSWORD)
    assert right.status_code == 303
    assert given_back(api, order) == MUCH
    approval = session.scalars(select(Approval)).one()
    assert (approval.state, approval.decided_by) == (ApprovalState.APPROVED, maria)
    refund = payments.get_payment(int(order["payments"][0]["id"]))
    assert refund.refunding_minor == MUCH


def test_nobody_signs_for_himself_or_beyond_his_own_limit(
    api: FlaskClient, client_as: SignIn, order: dict[str, Any]
) -> None:
    hire("Ola", "shift_lead")
    client = client_as("shift_lead")
    for email in ("shift_lead.all@example.test", "ola@approving.example"):
        answer = give_back(
            client, order, "600,00", second="here", second_email=email, second_password=PASSWORD
        )
        assert answer.status_code == 422, email
    assert given_back(api, order) == 0
    assert session.scalars(select(Approval)).all() == []


def test_the_password_of_a_second_person_cannot_be_guessed_for_long(
    client_as: SignIn, order: dict[str, Any]
) -> None:
    hire("Maria", "store_manager")
    client = client_as("shift_lead")
    signed = {"second": "here", "second_email": "maria@approving.example"}
    for _try in range(5):
        give_back(client, order, "600,00", **signed, second_password="a guess")
    answer = give_back(client, order, "600,00", **signed, second_password=PASSWORD)
    assert "Too many failed tries" in answer.get_data(as_text=True)


def test_what_waits_is_done_once_when_it_is_approved(
    api: FlaskClient, client_as: SignIn, order: dict[str, Any]
) -> None:
    lead = client_as("shift_lead")
    for _again in range(2):
        assert give_back(lead, order, "600,00", second="later").status_code == 303
    (asked,) = waiting()
    assert given_back(api, order) == 0
    assert "A second person was asked for" in lead.get(f"/orders/{order['id']}").get_data(
        as_text=True
    )
    close_session()
    boss = client_as("store_manager")
    assert "Approve and do it" in boss.get("/approvals").get_data(as_text=True)
    assert boss.post(f"/approvals/{asked.id}/approval").status_code == 303
    assert boss.post(f"/approvals/{asked.id}/approval").status_code == 409
    assert given_back(api, order) == MUCH
    told = session.scalars(select(Audit.action).where(Audit.ref_kind == "approval")).all()
    assert told == ["asked", "approved"]
    assert "Approved by a second person" in lead.get(f"/orders/{order['id']}").get_data(
        as_text=True
    )


def test_who_asked_does_not_approve_and_may_withdraw(
    api: FlaskClient, client_as: SignIn, order: dict[str, Any]
) -> None:
    lead = client_as("shift_lead")
    give_back(lead, order, "600,00", second="later")
    (asked,) = waiting()
    assert lead.post(f"/approvals/{asked.id}/approval").status_code == 409
    assert client_as("store_manager").post(f"/approvals/{asked.id}/withdrawal").status_code == 404
    assert lead.post(f"/approvals/{asked.id}/withdrawal").status_code == 303
    assert waiting() == []
    assert given_back(api, order) == 0


def test_a_refusal_is_told_with_its_reason(
    api: FlaskClient, client_as: SignIn, order: dict[str, Any]
) -> None:
    lead = client_as("shift_lead")
    give_back(lead, order, "600,00", second="later")
    (asked,) = waiting()
    boss = client_as("store_manager")
    field = f"refuse-{asked.id}-note"
    assert boss.post(f"/approvals/{asked.id}/refusal", data={field: ""}).status_code == 422
    assert boss.post(f"/approvals/{asked.id}/refusal", data={field: "Worn."}).status_code == 303
    assert "Worn." in lead.get("/approvals").get_data(as_text=True)
    assert given_back(api, order) == 0


def test_a_world_that_changed_is_said_and_the_request_waits_on(
    api: FlaskClient, client_as: SignIn, order: dict[str, Any]
) -> None:
    give_back(client_as("shift_lead"), order, "600,00", second="later")
    (asked,) = waiting()
    give_back(client_as("administrator"), order, "700,00")
    answer = client_as("store_manager").post(f"/approvals/{asked.id}/approval")
    assert answer.status_code == 409
    assert "can still be given back" in answer.get_data(as_text=True)
    assert [one.id for one in waiting()] == [asked.id]
    assert given_back(api, order) == 700_00


def test_who_lost_the_permission_is_not_approved_any_more(
    api: FlaskClient, client_as: SignIn, order: dict[str, Any]
) -> None:
    give_back(client_as("shift_lead"), order, "600,00", second="later")
    (asked,) = waiting()

    def take_away() -> None:
        for grant in session.scalars(
            select(RoleGrant).where(RoleGrant.account_id == asked.asked_by)
        ):
            session.delete(grant)

    transact(take_away)
    boss = actor(hire("Maria", "store_manager"))
    with acting_as(boss), pytest.raises(RuleViolation, match="no longer"):
        transact(lambda: operations.approve(approval_id=asked.id))


def test_the_database_itself_refuses_one_person_as_two(app: Flask, order: dict[str, Any]) -> None:
    lead = hire("Ola", "shift_lead")
    wanted = refund_wanted(
        order_id=int(order["id"]),
        payment_id=int(order["payments"][0]["id"]),
        amount_minor=MUCH,
        reason="x",
    )
    with acting_as(actor(lead)):
        refusal = NeedsSecondPerson({"refund": MUCH}, store_id=1, currency="PLN")
        asked = transact(lambda: operations.ask(wanted=wanted, refusal=refusal))

    def cheat() -> None:
        row = session.get_one(Approval, asked)
        row.state, row.decided_by, row.decided_at = ApprovalState.APPROVED, lead, row.asked_at

    with pytest.raises(IntegrityError, match="second_person"):
        transact(cheat)


def test_a_cancelled_order_gives_no_more_back_than_one_person_may(
    api: FlaskClient, client_as: SignIn, order: dict[str, Any]
) -> None:
    lines = {
        f"cancel-units-{place}-{name}": str(value)
        for place, line in enumerate(order["lines"])
        for name, value in (("line", line["id"]), ("quantity", line["quantity"]))
    }
    sent = {**lines, "cancel-reason": "changed her mind"}
    path = f"/orders/{order['id']}/cancellation"
    lead = client_as("shift_lead")
    assert lead.post(path, data=sent).status_code == 422
    assert given_back(api, order) == 0
    assert lead.post(path, data={**sent, "cancel-second": "later"}).status_code == 303
    (asked,) = waiting()
    assert client_as("store_manager").post(f"/approvals/{asked.id}/approval").status_code == 303
    assert given_back(api, order) == 752_80
    assert read(api, order)["status"] == "cancelled"


def test_a_program_is_limited_only_where_its_token_says_so(
    app: Flask, api: FlaskClient, order: dict[str, Any]
) -> None:
    from app.models import ApiToken

    path = f"/api/v1/payments/{order['payments'][0]['id']}/refunds"
    assert api.post(path, json={"amount_minor": MUCH}).status_code == 201

    def limit() -> None:
        for token in session.scalars(select(ApiToken)):
            token.limits = {"refund": 100}

    transact(limit)
    answer = api.post(path, json={"amount_minor": 101})
    assert (answer.status_code, answer.json and answer.json["code"]) == (409, "needs_second_person")


def test_small_refunds_of_one_order_and_day_add_up_to_a_large_one(
    api: FlaskClient, client_as: SignIn, order: dict[str, Any], freeze: Callable[[datetime], None]
) -> None:
    freeze(START)
    lead = client_as("shift_lead")
    assert give_back(lead, order, "400,00").status_code == 303
    again = give_back(lead, order, "100,01")
    assert again.status_code == 422
    assert "is counted too" in again.text
    assert give_back(lead, order, "100,00").status_code == 303
    assert given_back(api, order) == 500_00
    freeze(START + timedelta(hours=25))
    assert give_back(client_as("shift_lead"), order, "200,00").status_code == 303


def test_who_approves_sees_what_the_day_adds_up_to(
    api: FlaskClient, client_as: SignIn, order: dict[str, Any], freeze: Callable[[datetime], None]
) -> None:
    other = place(api, external_id="WEB-2")
    freeze(START)
    lead, boss = client_as("shift_lead"), client_as("store_manager")
    assert give_back(lead, order, "300,00").status_code == 303
    assert give_back(lead, other, "111,11").status_code == 303
    assert give_back(client_as("administrator"), order, "20,00").status_code == 303
    assert give_back(lead, order, "250,00", second="later").status_code == 303
    close_session()
    page = boss.get("/approvals").text.replace("\xa0", " ")
    assert '<span class="m num">250.00 zł</span>' in page
    assert "550.00 zł for the same record" in page
    assert "661.11 zł in all" in page
    freeze(START + timedelta(hours=25))
    tomorrow = client_as("store_manager").get("/approvals").text
    assert "250.00 zł for the same record" in tomorrow.replace("\xa0", " ")


def test_a_second_person_who_has_an_app_shows_its_code_too(
    api: FlaskClient, client_as: SignIn, order: dict[str, Any], freeze: Callable[[datetime], None]
) -> None:
    freeze(START)
    maria, _codes = with_app(hire("Maria", "store_manager"), freeze)
    signed = {
        "second": "here",
        "second_email": "maria@approving.example",
        "second_password": PASSWORD,
    }
    client = client_as("shift_lead")
    for code in ("", "000000", "1234-abcd"):
        answer = give_back(client, order, "600,00", **signed, second_code=code)
        assert answer.status_code == 422, code
    assert given_back(api, order) == 0
    freeze(START + HALF_MINUTE)
    code = maria.at(START + HALF_MINUTE)
    assert give_back(client, order, "600,00", **signed, second_code=code).status_code == 303
    assert given_back(api, order) == MUCH


def test_the_code_of_a_second_person_cannot_be_guessed_for_long(
    client_as: SignIn, order: dict[str, Any], freeze: Callable[[datetime], None]
) -> None:
    freeze(START)
    maria, _codes = with_app(hire("Maria", "store_manager"), freeze)
    freeze(START + HALF_MINUTE)
    signed = {
        "second": "here",
        "second_email": "maria@approving.example",
        "second_password": PASSWORD,
    }
    client = client_as("shift_lead")
    for _try in range(5):
        give_back(client, order, "600,00", **signed, second_code="000000")
    code = maria.at(START + HALF_MINUTE)
    answer = give_back(client, order, "600,00", **signed, second_code=code)
    assert "Too many failed tries" in answer.text


def test_in_production_nobody_signs_without_the_factor_that_his_role_needs(
    app: Flask, client_as: SignIn, order: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    hire("Maria", "store_manager")
    client = client_as("shift_lead")
    monkeypatch.setitem(app.config, "PROFILE", "production")
    signed = {"second_email": "maria@approving.example", "second_password": PASSWORD}
    answer = give_back(client, order, "600,00", second="here", **signed)
    assert answer.status_code == 422
    assert "set up a second factor first" in answer.text


def test_whoever_approves_has_proved_of_late_to_be_there(
    client_as: SignIn, order: dict[str, Any], freeze: Callable[[datetime], None]
) -> None:
    freeze(START)
    give_back(client_as("shift_lead"), order, "600,00", second="later")
    (asked,) = waiting()
    boss = client_as("store_manager")
    freeze(START + timedelta(minutes=11))
    for act in ("approval", "refusal"):
        answer = boss.post(f"/approvals/{asked.id}/{act}", data={"note": "no"})
        assert answer.location == "/confirmation", act
    assert len(waiting()) == 1


def test_the_widest_of_several_roles_counts_and_only_in_its_store(app: Flask) -> None:
    here = organization.get_store("MAIN").id
    store = transact(lambda: organization.create_store(code="B", name="B", kind="shop").id)

    def work() -> int:
        account = Account(email="two@approving.example", name="Two")
        session.add(account)
        session.flush()
        for role, where in (("shift_lead", None), ("store_manager", store)):
            row = session.scalars(select(Role).where(Role.code == role)).one()
            session.add(RoleGrant(account_id=account.id, role_id=row.id, store_id=where))
        return account.id

    two = actor(transact(work))
    assert limits.most_of(two, "refund", here) == 500_00
    assert limits.most_of(two, "refund", store) == 5_000_00
    clerk = actor(hire("Iga", "clerk"))
    assert limits.most_of(clerk, "refund", here) == 0
    boss = actor(hire("Ada", "administrator"))
    assert limits.most_of(boss, "refund", here) is None
    with acting_as(clerk):
        assert "Ada" in queries.who_may_approve({"refund": 10**9}, store_id=here)
