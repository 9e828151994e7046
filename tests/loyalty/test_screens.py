"""Loyalty as people use it: a programme set up, members enrolled, cards, points by hand."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.db import close_session
from modules import loyalty, organization
from modules.loyalty import queries
from modules.loyalty.cards import prints
from modules.loyalty.models import Member, Program
from modules.loyalty.operations.points import adjust, earn
from tests.access.people import PASSWORD, hire
from tests.loyalty.cast import act, customer, member, program
from tests.orders.screens import form_to, page, parsed, press, text_of, words

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("app")]
SignIn = Callable[..., FlaskClient]

SET_UP = {
    "name": "Wera Club",
    "code": "WERA",
    "unit_name": "points",
    "earn_per_minor": "1,00",
    "earn_points": "1",
    "pending_days": "14",
    "validity": "days",
    "valid_for": "365",
    "step_points": "500",
    "step_minor": "10,00",
    "tiers-0-name": "Silver",
    "tiers-0-threshold": "2000",
    "tiers-0-times": "1,5",
}


def give(of: Member, points: int, *, active_in: int = 0) -> None:
    """Give a member points that begin in so many days."""
    today = organization.today()
    wallet = queries.points_wallet(of.program_id).id
    act(
        lambda: earn(
            member=queries.get_member(of.id),
            wallet_id=wallet,
            points=points,
            key=f"test {of.id} {points} {active_in}",
            on=today,
            active_on=today + timedelta(days=active_in),
        )
    )


def set_up(client: FlaskClient, **changes: Any) -> Any:
    form = form_to(page(client, "/loyalty/programs/new"), "/programs/new")
    answer = press(client, form, **(SET_UP | changes))
    close_session()
    return answer


def points_of(of: Member) -> tuple[int, int]:
    close_session()
    held = queries.holdings_of(of.id, on=organization.today())[0]
    close_session()
    return held.active, held.pending


def joined(of: Program, name: str) -> int:
    who = customer(name)
    return int(act(lambda: loyalty.enrol(program_id=of.id, customer_id=who)).id)


def ready(**terms: Any) -> tuple[Program, Member]:
    of = program(**terms)
    return of, member(of)


def test_a_manager_sets_a_programme_up_from_nothing_and_opens_it(client_as: SignIn) -> None:
    manager = client_as("marketing_manager")
    assert "No loyalty programme yet" in text_of(manager.get("/loyalty/"))
    answer = set_up(manager)
    assert answer.status_code == 303, text_of(answer)[:2000]
    shown = page(manager, "/loyalty/programs/WERA")
    told = words(shown)
    assert "For each 1.00" in told.replace("\xa0", " ") or "1.00" in told
    assert "250 points" in told
    assert re.search(r"Silver from .*2.000[.,]00.* in 12 months: the points times 1.5", told)
    press(manager, form_to(shown, "/opening"))
    close_session()
    found = queries.get_program_by_code("WERA")
    assert (found.state, found.pending_days, found.valid_for) == ("active", 14, 365)
    [silver] = queries.tiers_of(found.id)
    assert (silver.code, silver.threshold, silver.multiplier_bp) == ("SILVER", 200_000, 15_000)
    shown = page(manager, "/loyalty/programs/WERA")
    press(manager, form_to(shown, "/pause"))
    assert "Paused" in text_of(manager.get("/loyalty/programs/WERA"))


def test_the_sentences_beside_the_fields_follow_what_is_typed(client_as: SignIn) -> None:
    manager = client_as("marketing_manager")
    form = form_to(page(manager, "/loyalty/programs/new"), "/programs/new")
    sent = dict(form.form_values()) | {"earn_points": "3", "pending_days": "0"}
    told = text_of(manager.post("/loyalty/programs/sentences", data=sent))
    assert "750 points" in told
    wild = {"earn_per_minor": "0", "valid_for": "99999999", "pending_days": "-5"}
    answer = manager.post("/loyalty/programs/sentences", data=sent | wild)
    assert answer.status_code == 200


def test_what_cannot_be_is_told_beside_its_field_and_what_was_typed_stays(
    client_as: SignIn,
) -> None:
    manager = client_as("marketing_manager")
    answer = set_up(manager, **{"tiers-0-threshold": "many", "earn_per_minor": "0"})
    assert answer.status_code == 422
    shown = parsed(answer)
    assert shown.get_element_by_id("tiers-0-threshold").get("aria-invalid") == "true"
    assert shown.get_element_by_id("tiers-0-threshold").value == "many"
    assert shown.get_element_by_id("earn_per_minor").get("aria-invalid") == "true"
    twice = {"tiers-1-name": "Gold", "tiers-1-threshold": "2000"}
    answer = set_up(manager, **twice)
    assert "Two tiers have the same threshold" in text_of(answer)
    set_up(manager)
    assert "There is a WERA already" in text_of(set_up(manager))


def test_a_change_keeps_the_tiers_and_is_refused_to_who_looked_before(
    client_as: SignIn,
) -> None:
    manager = client_as("marketing_manager")
    set_up(manager)
    old = form_to(page(manager, "/loyalty/programs/WERA/edit"), "/edit")
    assert press(manager, old, pending_days="7").status_code == 303
    close_session()
    found = queries.get_program_by_code("WERA")
    assert found.pending_days == 7
    assert [one.threshold for one in queries.tiers_of(found.id)] == [200_000]
    answer = press(manager, old, pending_days="3")
    assert answer.status_code == 409
    assert "Somebody changed Wera Club" in text_of(answer)


def test_clerks_see_a_programme_and_do_not_change_it(client_as: SignIn) -> None:
    program("club")
    clerk = client_as("clerk")
    assert "/edit" not in clerk.get("/loyalty/programs/club").get_data(as_text=True)
    assert clerk.get("/loyalty/programs/club/edit").status_code == 403
    assert clerk.get("/loyalty/programs/club/owed.csv").status_code == 403


def test_a_clerk_enrols_a_customer_from_the_customers_page_with_a_printed_card(
    client_as: SignIn,
) -> None:
    of = program("club")
    who = customer("Ewa Lis")
    manager = client_as("marketing_manager")
    press(manager, form_to(page(manager, "/loyalty/programs/club/cards"), "/cards"), count="3")
    close_session()
    [made] = prints.prints_of(of.id)
    number = prints.numbers_of(made.id)[0]
    close_session()
    assert manager.get(f"/loyalty/prints/{made.id}").get_data().startswith(b"%PDF")
    clerk = client_as("clerk")
    side = page(clerk, f"/customers/{who}").get_element_by_id("loyalty")
    [link] = side.xpath(".//a[contains(@href, '/members/new')]/@href")
    answer = press(clerk, form_to(page(clerk, link), "/members/new"), number=number)
    assert answer.status_code == 303, text_of(answer)[:1500]
    close_session()
    enrolled = queries.member_of_card(number)
    assert enrolled.customer_id == who
    assert "Ewa Lis" in text_of(clerk.get(answer.headers["Location"]))
    close_session()
    assert prints.given_of([made.id]) == {made.id: 1}
    close_session()
    again = press(clerk, form_to(page(clerk, link), "/members/new"), number=number)
    assert again.status_code == 422
    hits = page(clerk, f"/search?q={number}").xpath("//main//a/@href")
    assert {f"/loyalty/members/{enrolled.id}", f"/customers/{who}"} <= set(hits)
    scanned = clerk.get(f"/search?scan={number}")
    assert scanned.headers["Location"].endswith(f"/customers/{who}")


def test_a_lost_card_is_replaced_and_the_points_stay(client_as: SignIn) -> None:
    _of, one = ready()
    give(one, 300)
    clerk = client_as("clerk")
    home = f"/loyalty/members/{one.id}"
    press(clerk, form_to(page(clerk, home), "/cards"))
    close_session()
    [first] = queries.cards_of([one.id])
    close_session()
    form = form_to(page(clerk, home), "/cards/replacement")
    assert press(clerk, form, **{"replace-reason": ""}).status_code == 422
    press(clerk, form, **{"replace-reason": "lost in a tram"})
    close_session()
    second, old = queries.cards_of([one.id])
    replaced = old.id, old.state, old.replaced_by_id
    number, key = second.number, second.id
    close_session()
    assert replaced == (first.id, "replaced", key)
    form = form_to(page(clerk, home), "/cards/block")
    answer = press(clerk, form, **{"block-reason": "found by others"})
    assert answer.status_code == 303, text_of(answer)[:1500]
    close_session()
    assert queries.get_card(number).state == "blocked"
    assert points_of(one) == (300, 0)
    press(clerk, form_to(page(clerk, home), "/unblock"))
    assert clerk.get(f"/loyalty/cards/{key}/print").get_data().startswith(b"%PDF")


def test_points_by_hand_need_a_reason_and_beyond_the_limit_a_second_person(
    client_as: SignIn,
) -> None:
    hire("Points-Maria", "store_manager")
    _of, one = ready()
    lead = client_as("shift_lead")
    home = f"/loyalty/members/{one.id}"
    form = form_to(page(lead, home), "/points")
    assert press(lead, form, **{"points-points": "100"}).status_code == 422
    typed = {"points-points": "100", "points-reason": "late parcel"}
    assert press(lead, form, **typed).status_code == 303
    assert press(lead, form, **typed).status_code == 303, "the same form is the same act"
    assert points_of(one) == (100, 0)
    form = form_to(page(lead, home), "/points")
    large = {"points-points": "900", "points-reason": "broken promise"}
    answer = press(lead, form, **large)
    assert answer.status_code == 422
    form = form_to(parsed(answer), "/points")
    signed = press(
        lead,
        form,
        **{
            "points-second": "here",
            "points-second_email": "points-maria@approving.example",
            "points-second_password": PASSWORD,
        },
    )
    assert signed.status_code == 303, text_of(signed)[:2000]
    assert points_of(one) == (1000, 0)
    told = text_of(lead.get(home))
    assert "broken promise" in told
    assert client_as("clerk").post(f"{home}/points", data={}).status_code == 403


def test_a_request_beyond_the_limit_waits_and_is_done_when_approved(client_as: SignIn) -> None:
    _of, one = ready()
    lead = client_as("shift_lead")
    form = form_to(page(lead, f"/loyalty/members/{one.id}"), "/points")
    typed = {"points-points": "900", "points-reason": "made good", "points-second": "later"}
    assert press(lead, form, **typed).status_code == 303
    assert points_of(one) == (0, 0)
    manager = client_as("store_manager")
    press(manager, form_to(page(manager, "/approvals"), "/approval"))
    assert points_of(one) == (900, 0)


def test_a_member_page_tells_what_begins_what_ends_and_what_is_missing(
    client_as: SignIn,
) -> None:
    manager = client_as("marketing_manager")
    set_up(manager)
    press(manager, form_to(page(manager, "/loyalty/programs/WERA"), "/opening"))
    close_session()
    one = member(queries.get_program_by_code("WERA"))
    give(one, 700)
    give(one, 250, active_in=14)
    told = text_of(manager.get(f"/loyalty/members/{one.id}"))
    assert re.search(r"2.000[.,]00 zł to Silver", told) or "to Silver" in told
    assert "Can be spent from then" in told
    assert "Expire" in told
    owed = page(manager, "/loyalty/programs/WERA/owed")
    assert "19.00" in words(owed), "950 points of which 500 are worth 10.00"
    assert "10.00" in words(owed)
    sheet = manager.get("/loyalty/programs/WERA/owed.csv").get_data(as_text=True)
    assert '"700"' in sheet
    assert '"250"' in sheet


def test_a_reward_is_given_for_points_and_goods_can_be_taken_back(client_as: SignIn) -> None:
    of, one = ready()
    give(one, 600)
    manager = client_as("marketing_manager")
    form = form_to(page(manager, f"/loyalty/programs/{of.code}"), "/rewards")
    mug = {"reward-name": "Mug", "reward-code": "MUG", "reward-points": "200"}
    assert press(manager, form, **mug, **{"reward-kind": "goods"}).status_code == 303
    ten = {"reward-name": "Ten", "reward-code": "TEN", "reward-points": "300"}
    refused = press(manager, form, **ten, **{"reward-kind": "store_credit"})
    assert "Write how much credit it gives." in text_of(refused)
    credit = {"reward-kind": "store_credit", "reward-amount_minor": "10,00"}
    assert press(manager, form, **ten, **credit).status_code == 303
    clerk = client_as("clerk")
    home = f"/loyalty/members/{one.id}"
    for code in ("MUG", "TEN"):
        form = form_to(page(clerk, home), "/claims")
        answer = press(clerk, form, **{"claim-reward": code})
        assert answer.status_code == 303, text_of(answer)[:1500]
    assert points_of(one) == (100, 0)
    refused = press(clerk, form_to(page(clerk, home), "/claims"), **{"claim-reward": "TEN"})
    assert "There are only 100 points to spend" in text_of(refused)
    press(clerk, form_to(page(clerk, home), "/undo"))
    assert points_of(one) == (300, 0)
    press(manager, form_to(page(manager, f"/loyalty/programs/{of.code}"), "/MUG/end"))
    close_session()
    assert [one.code for one in queries.rewards_of(of.id)] == ["TEN"]


def test_members_are_found_by_card_name_and_tier(client_as: SignIn) -> None:
    of = program("club")
    ewa, jan = joined(of, "Ewa Lis"), joined(of, "Jan Sowa")
    clerk = client_as("clerk")
    press(clerk, form_to(page(clerk, f"/loyalty/members/{ewa}"), "/cards"))
    close_session()
    number = queries.cards_of([ewa])[0].number
    close_session()

    def found(query: str) -> list[str]:
        shown = page(clerk, f"/loyalty/members/?{query}").xpath("//tbody//th//a/@href")
        return [one.rsplit("/", 1)[1] for one in shown]

    assert found("") == [str(jan), str(ewa)]
    assert found(f"q={number}") == [str(ewa)]
    assert found("q=Sowa") == [str(jan)]
    assert found("tier=none&standing=active") == [str(jan), str(ewa)]
    assert found("q=Nobody") == []


def test_two_members_spend_together_and_part_again(client_as: SignIn) -> None:
    of = program("club")
    ewa, jan = joined(of, "Ewa Lis"), joined(of, "Jan Lis")
    clerk = client_as("clerk")
    form = form_to(page(clerk, f"/loyalty/members/{ewa}"), "/household")
    assert press(clerk, form, **{"household-with_member": "Ewa Lis"}).status_code == 422
    press(clerk, form, **{"household-with_member": "Jan Lis"})
    assert "Jan Lis" in text_of(clerk.get(f"/loyalty/members/{ewa}"))
    press(clerk, form_to(page(clerk, f"/loyalty/members/{ewa}"), "/household/leave"))
    close_session()
    assert queries.get_member(ewa).household_id is None
    assert queries.get_member(jan).household_id is not None


def test_who_leaves_is_shown_as_gone_and_may_come_back(client_as: SignIn) -> None:
    _of, one = ready()
    clerk = client_as("clerk")
    home = f"/loyalty/members/{one.id}"
    press(clerk, form_to(page(clerk, home), "/departure"))
    assert "No longer a member" in text_of(clerk.get(home))
    answer = clerk.post(f"{home}/phone-link", data=_token(page(clerk, home)))
    assert answer.status_code == 422


def _token(shown: Any) -> dict[str, str]:
    return {"csrf_token": shown.xpath("//input[@name='csrf_token']/@value")[0]}


def test_a_phone_shows_the_card_until_the_link_ends(app: Any, client_as: SignIn) -> None:
    of, one = ready()
    give(one, 1200)
    act(
        lambda: adjust(
            member_id=one.id,
            points=-200,
            reason="wrong",
            client_id="x",
            on=organization.today(),
            store_id=organization.get_store("MAIN").id,
        )
    )
    clerk = client_as("clerk")
    home = f"/loyalty/members/{one.id}"
    press(clerk, form_to(page(clerk, home), "/phone-link"))
    shown = page(clerk, f"{home}/phone-link")
    [address] = re.findall(r"/loyalty/mine/\S+", words(shown))
    phone = app.test_client()
    answer = phone.get(address)
    assert answer.status_code == 200
    told = text_of(answer)
    close_session()
    assert queries.cards_of([one.id])[0].number in told
    assert "1 000" in told
    assert of.name in told
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    close_session()
    press(clerk, form_to(page(clerk, home), "/phone-link/end"))
    assert phone.get(address).status_code == 404


def test_who_guesses_addresses_of_cards_waits(app: Any) -> None:
    phone = app.test_client()
    answers = [phone.get(f"/loyalty/mine/guess-{at}").status_code for at in range(22)]
    assert set(answers[:20]) == {404}
    assert answers[-1] == 429
