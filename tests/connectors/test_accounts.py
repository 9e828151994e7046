"""Accounts, their secrets, and how a partner who is away is left alone."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import Result
from flask import Flask

from app import clock, outbox, secret_box
from app.audit import list_changes
from app.db import session, transact, unit_of_work
from app.reference import Reference
from modules import connectors
from modules.connectors.models import ConnectorAccount, Exchange
from modules.connectors.operations import change_settings, forget_old_calls
from modules.connectors.registry import access_of

pytestmark = pytest.mark.usefixtures("app")
PORT = "payments.Gateway"


@pytest.fixture
def account(app: Flask) -> ConnectorAccount:
    found = connectors.find_account("paper")
    assert found is not None
    return found


def state_of(account: ConnectorAccount) -> str:
    return connectors.state_word(connectors.account_by_id(account.id))


def give_secret(account: ConnectorAccount, **secrets: str) -> None:
    transact(
        lambda: change_settings(account_id=account.id, settings={"folder": ""}, secrets=secrets)
    )


def test_a_secret_is_kept_sealed_and_opens_only_for_its_account(account: ConnectorAccount) -> None:
    give_secret(account, key="hush")
    kept = connectors.account_by_id(account.id)
    assert kept.secrets is not None
    assert kept.secrets.startswith("v1:")
    assert "hush" not in kept.secrets
    assert access_of(kept).secrets == {"key": "hush"}
    with pytest.raises(secret_box.Unreadable):
        secret_box.unseal(
            kept.secrets, table="connector_account", row=account.id + 1, column="secrets"
        )


def test_a_secret_that_is_not_given_again_stays(account: ConnectorAccount) -> None:
    give_secret(account, key="hush")
    give_secret(account, key="", other="more")
    assert access_of(connectors.account_by_id(account.id)).secrets == {
        "key": "hush",
        "other": "more",
    }


def test_no_secret_is_written_into_the_history(account: ConnectorAccount) -> None:
    give_secret(account, key="hush")
    changes = list_changes(Reference("connector_account", account.id))
    assert changes[0].action == "settings"
    assert "hush" not in str([change.new for change in changes])


def test_an_old_key_still_opens_after_a_new_one_came(app: Flask) -> None:
    place = {"table": "connector_account", "row": 1, "column": "secrets"}
    old = app.config["ENCRYPTION_KEYS"]
    sealed = secret_box.seal("hush", **place)  # type: ignore[arg-type]
    try:
        app.config["ENCRYPTION_KEYS"] = f"a new key,{old}"
        assert secret_box.unseal(sealed, **place) == "hush"  # type: ignore[arg-type]
        app.config["ENCRYPTION_KEYS"] = "a new key"
        with pytest.raises(secret_box.Unreadable):
            secret_box.unseal(sealed, **place)  # type: ignore[arg-type]
    finally:
        app.config["ENCRYPTION_KEYS"] = old


def test_an_account_that_nobody_set_up_is_named(account: ConnectorAccount) -> None:
    with pytest.raises(connectors.NoSuchAccount, match="allegro"):
        connectors.find_port(PORT, "allegro")
    with pytest.raises(connectors.NoSuchAccount):
        connectors.find_port("messaging.Sender", "paper")


def test_a_partner_is_never_called_inside_a_transaction() -> None:
    line = connectors.open_line(PORT, "paper")
    with unit_of_work(), pytest.raises(AssertionError, match="unit of work"):
        line.call("find", lambda gateway: gateway.find("x"))


def test_every_call_is_written_down_with_its_outcome(account: ConnectorAccount) -> None:
    line = connectors.open_line(PORT, "paper")
    line.call("find", lambda gateway: gateway.find("x"), reference="r-1")
    with pytest.raises(ZeroDivisionError):
        line.call("find", lambda _gateway: 1 // 0, reference="r-1")
    said = [(one.operation, one.outcome) for one in connectors.exchanges_about("r-1")]
    assert said == [("find", "done"), ("find", "error")]


@pytest.fixture
def at(freeze: Callable[[datetime], None]) -> Callable[[int], None]:
    begin = datetime(2026, 11, 21, 12, tzinfo=UTC)

    def move(seconds: int) -> None:
        freeze(begin + timedelta(seconds=seconds))

    move(0)
    return move


def fail(times: int = 1) -> None:
    def away(_gateway: object) -> None:
        raise connectors.PartnerDown("connection refused")

    for _time in range(times):
        with pytest.raises(connectors.PartnerDown):
            connectors.open_line(PORT, "paper").call("find", away)


def test_a_partner_that_fails_five_times_rests_for_a_minute(
    account: ConnectorAccount, at: Callable[[int], None]
) -> None:
    assert state_of(account) == "healthy"
    fail(4)
    assert state_of(account) == "slow"
    fail()
    assert state_of(account) == "down"
    with pytest.raises(outbox.Postponed) as rest:
        connectors.open_line(PORT, "paper")
    assert rest.value.wait == timedelta(seconds=60)


def test_after_the_rest_one_call_is_let_through(
    account: ConnectorAccount, at: Callable[[int], None]
) -> None:
    fail(5)
    at(61)
    fail()
    with pytest.raises(outbox.Postponed) as rest:
        connectors.open_line(PORT, "paper")
    assert rest.value.wait == timedelta(seconds=120)
    at(61 + 121)
    connectors.open_line(PORT, "paper").call("find", lambda gateway: gateway.find("x"))
    assert state_of(account) == "healthy"


def test_the_longest_rest_is_a_quarter_of_an_hour(
    account: ConnectorAccount, at: Callable[[int], None]
) -> None:
    fail(5)
    seconds = 0
    for _time in range(8):
        seconds += 1_000
        at(seconds)
        fail()
    with pytest.raises(outbox.Postponed) as rest:
        connectors.open_line(PORT, "paper")
    assert rest.value.wait == timedelta(minutes=15)


def test_a_refusal_is_an_answer_and_no_failure(account: ConnectorAccount) -> None:
    from modules.payments import Answer, Outcome

    line = connectors.open_line(PORT, "paper")
    line.call("refund", lambda _gateway: Answer(outcome=Outcome.REFUSED, message="no"))
    assert state_of(account) == "healthy"


def test_what_came_in_is_kept_once() -> None:
    first = transact(lambda: connectors.store_event(source="s", event_id="1", body="{}"))
    assert first is not None
    assert transact(lambda: connectors.store_event(source="s", event_id="1", body="{}")) is None
    assert transact(lambda: connectors.store_event(source="t", event_id="1", body="{}")) is not None


def test_a_cursor_moves_with_what_it_brings_or_not_at_all(account: ConnectorAccount) -> None:
    transact(lambda: connectors.move_cursor(account_id=account.id, name="orders", value="5"))

    def bring_in() -> None:
        connectors.move_cursor(account_id=account.id, name="orders", value="9")
        raise RuntimeError("the rows were refused")

    with pytest.raises(RuntimeError):
        transact(bring_in)
    assert connectors.read_cursor(account.id, "orders") == "5"


def test_the_log_of_calls_is_kept_for_thirty_days(account: ConnectorAccount) -> None:
    line = connectors.open_line(PORT, "paper")
    line.call("find", lambda gateway: gateway.find("x"))
    old = clock.now() - timedelta(days=31)
    with unit_of_work() as writing:
        writing.add(
            Exchange(
                account_id=account.id, operation="find", reference="", outcome="done", ms=1, at=old
            )
        )
    assert transact(forget_old_calls) == 1
    assert session.query(Exchange).count() == 1


def test_the_connectors_are_listed_without_a_database(cli: Callable[..., Result]) -> None:
    listed = cli("connectors", "list")
    assert listed.exit_code == 0
    assert "paper" in listed.output
    assert "payments.Gateway" in listed.output


def test_a_check_tells_which_partner_is_not_there(cli: Callable[..., Result]) -> None:
    from integrations.paper.client import PaperBank
    from integrations.paper.partners import reach

    assert cli("connectors", "check").exit_code == 0
    reach(PaperBank).lay_fault("ping", "down")
    checked = cli("connectors", "check")
    assert checked.exit_code == 1
    assert "not ok" in checked.output
