"""Letting people in, what they may give on, and how an account ends."""

from collections.abc import Callable
from typing import Any

import pytest
from click.testing import Result
from flask.testing import FlaskClient
from sqlalchemy import select

from app import audit, list_exports
from app.actor import Actor, acting_as
from app.db import session, transact
from app.errors import InvalidInput, NotFound, RuleViolation, StaleEdit
from app.list_models import ListExport
from app.models import Account, UserSession
from app.reference import Reference
from modules.organization import operations, queries
from modules.organization.errors import AlreadyExists, BeyondOwnReach, LastAdministrator
from modules.organization.models import Staff
from tests.organization.cast import PASSWORD, let_in, open_store

pytestmark = pytest.mark.usefixtures("app")


def _sessions_of(account_id: int) -> int:
    found = select(UserSession).where(UserSession.account_id == account_id)
    return len(session.scalars(found).all())


def _sign_in(client: FlaskClient, email: str, password: str = PASSWORD) -> int:
    answer = client.post("/sign-in", data={"email": email, "password": password})
    return answer.status_code


def _acts_in(store_id: int, *permissions: str) -> Actor:
    grants = dict.fromkeys(permissions, frozenset({store_id}))
    return Actor(kind="staff", id=999, name="Head of a shop", grants=grants)


# --- letting in -------------------------------------------------------------------------------


def test_somebody_let_in_signs_in_with_any_case_of_the_address(client: FlaskClient) -> None:
    let_in(" Ola@Example.TEST ")
    assert _sign_in(client, "OLA@example.test") == 303


def test_an_address_belongs_to_one_person() -> None:
    let_in()
    with pytest.raises(AlreadyExists) as refused:
        let_in("OLA@example.test")
    assert refused.value.field == "email"


def test_an_unknown_role_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(InvalidInput, match="clark.*clerk"):
        let_in(role="clark")
    assert session.scalar(select(Account).where(Account.email == "ola@example.test")) is None


@pytest.mark.parametrize("email", ["ola", "ola@", "@example.test", "o la@example.test", "a@b@c.d"])
def test_what_can_never_be_an_address_is_refused(email: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        let_in(email)
    assert refused.value.field == "email"


@pytest.mark.parametrize("password", ["short", "wójcik2026", "aaaaaaaaaaaa", "x" * 129])
def test_a_password_that_is_easily_guessed_is_refused(password: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        transact(
            lambda: operations.create_staff(
                email="ola@example.test", name="Ola Wójcik", password=password, role="clerk"
            )
        )
    assert refused.value.field == "password"


def test_a_password_is_kept_as_a_hash_and_never_written_down() -> None:
    staff = let_in()
    kept = session.get_one(Staff, staff.id).password_hash
    assert kept is not None
    assert kept.startswith("$argon2id$")
    transact(lambda: operations.set_password(account_id=staff.id, password="eleven dry socks"))
    for change in audit.list_changes(Reference("staff", staff.id)):
        assert PASSWORD not in str((change.old, change.new))
        assert "socks" not in str((change.old, change.new))
        assert "argon2" not in str((change.old, change.new))


# --- what one may give on ---------------------------------------------------------------------


def test_nobody_gives_more_than_he_has() -> None:
    main = queries.get_store("MAIN").id
    other = open_store().id
    permissions = ("staff.edit", *_permissions_of("clerk"))
    with acting_as(_acts_in(main, *permissions)):
        let_in("here@example.test", store_id=main)
        for more in ({"store_id": None}, {"store_id": other}):
            with pytest.raises(BeyondOwnReach):
                let_in("there@example.test", **more)
        with pytest.raises(BeyondOwnReach):
            let_in("boss@example.test", role="administrator", store_id=main)


def _permissions_of(role: str) -> list[str]:
    return next(one.permissions for one in queries.list_roles() if one.code == role)


def test_who_lets_people_into_one_store_does_not_touch_those_of_others() -> None:
    main = queries.get_store("MAIN").id
    everywhere = let_in("all@example.test")
    with acting_as(_acts_in(main, "staff.edit")):
        with pytest.raises(NotFound):
            transact(
                lambda: operations.set_password(
                    account_id=everywhere.id, password="eleven dry socks"
                )
            )
        with pytest.raises(NotFound):
            transact(lambda: operations.disable_staff(account_id=everywhere.id))


# --- how it ends ------------------------------------------------------------------------------


def test_a_new_password_ends_every_session(app: Any) -> None:
    staff = let_in()
    first, second = app.test_client(), app.test_client()
    assert _sign_in(first, staff.email) == 303
    assert _sign_in(second, staff.email) == 303
    transact(lambda: operations.set_password(account_id=staff.id, password="eleven dry socks"))
    assert first.get("/profile").status_code == 302
    assert second.get("/profile").status_code == 302
    assert _sign_in(first, staff.email) == 422
    assert _sign_in(first, staff.email, "eleven dry socks") == 303


def test_a_closed_account_is_out_at_once_and_may_come_back(client: FlaskClient) -> None:
    let_in("boss@example.test", role="administrator")
    staff = let_in()
    assert _sign_in(client, staff.email) == 303
    transact(lambda: operations.disable_staff(account_id=staff.id))
    assert _sessions_of(staff.id) == 0
    assert client.get("/profile").status_code == 302
    assert _sign_in(client, staff.email) == 422
    transact(lambda: operations.enable_staff(account_id=staff.id))
    assert _sign_in(client, staff.email) == 303


def test_the_last_administrator_stays() -> None:
    boss = let_in("boss@example.test", role="administrator")
    (grant,) = queries.list_grants(boss.id)
    with pytest.raises(LastAdministrator):
        transact(lambda: operations.disable_staff(account_id=boss.id))
    with pytest.raises(LastAdministrator):
        transact(lambda: operations.revoke_role(account_id=boss.id, grant_id=grant.id))
    let_in("second@example.test", role="administrator", name="Second")
    transact(lambda: operations.revoke_role(account_id=boss.id, grant_id=grant.id))
    assert queries.list_grants(boss.id) == []


@pytest.mark.parametrize("less", ["the role is taken", "the account is closed"])
def test_files_taken_out_with_a_role_go_with_it(less: str) -> None:
    let_in("boss@example.test", role="administrator")
    ola = let_in()
    (grant,) = queries.list_grants(ola.id)
    path = list_exports.folder() / "1-ola.csv"
    path.write_text("what Ola saw")
    asked = {"list_code": "products", "form": "csv", "query": "", "language": "en"}
    transact(lambda: session.add(ListExport(account_id=ola.id, file=path.name, **asked)))
    if less == "the role is taken":
        transact(lambda: operations.revoke_role(account_id=ola.id, grant_id=grant.id))
    else:
        transact(lambda: operations.disable_staff(account_id=ola.id))
    assert not path.exists()


def test_an_administrator_of_one_store_is_not_enough_to_stay_with() -> None:
    main = queries.get_store("MAIN").id
    boss = let_in("boss@example.test", role="administrator")
    let_in("second@example.test", role="administrator", store_id=main)
    with pytest.raises(LastAdministrator):
        transact(lambda: operations.disable_staff(account_id=boss.id))


def test_nobody_closes_his_own_account() -> None:
    let_in("second@example.test", role="administrator")
    boss = let_in("boss@example.test", role="administrator")
    me = Actor(kind="staff", id=boss.id, name=boss.name, all_powerful=True)
    with acting_as(me), pytest.raises(RuleViolation, match="your own"):
        transact(lambda: operations.disable_staff(account_id=boss.id))


def test_a_new_role_ends_the_session_and_counts_in_the_next(app: Any) -> None:
    staff = let_in()
    client = app.test_client()
    assert _sign_in(client, staff.email) == 303
    assert client.get("/organization/staff").status_code == 403
    transact(lambda: operations.grant_role(account_id=staff.id, role="administrator"))
    assert client.get("/profile").status_code == 302
    assert _sign_in(client, staff.email) == 303
    assert client.get("/organization/staff").status_code == 200


def test_two_who_edit_one_person_do_not_overwrite_each_other() -> None:
    staff = let_in()

    def rename(name: str) -> Any:
        return operations.update_staff(account_id=staff.id, version=1, name=name, email=staff.email)

    transact(lambda: rename("Aleksandra Wójcik"))
    with pytest.raises(StaleEdit):
        transact(lambda: rename("Ola W."))
    session.expire_all()
    assert queries.get_staff(staff.id).name == "Aleksandra Wójcik"


def test_a_badge_belongs_to_one_person() -> None:
    first, second = let_in(), let_in("second@example.test")

    def give(staff: Staff) -> Any:
        return operations.update_staff(
            account_id=staff.id, version=1, name=staff.name, email=staff.email, badge="B-17"
        )

    transact(lambda: give(first))
    with pytest.raises(AlreadyExists) as refused:
        transact(lambda: give(second))
    assert refused.value.field == "badge"


# --- the command ------------------------------------------------------------------------------


def test_the_first_person_is_let_in_at_the_terminal(
    cli: Callable[..., Result], client: FlaskClient
) -> None:
    words = ("staff", "create", "--email", "anna.nowak@example.test", "--role", "store_manager")
    done = cli(*words, "--store", "MAIN", "--password-stdin", input=PASSWORD + "\n")
    assert (done.exit_code, PASSWORD in done.output) == (0, False)
    assert _sign_in(client, "anna.nowak@example.test") == 303
    account = session.scalars(select(Staff)).one()
    assert account.name == "Anna Nowak"
    (grant,) = queries.list_grants(account.id)
    assert (grant.role.code, grant.store_id) == ("store_manager", queries.get_store("MAIN").id)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--role", "clark"), "There is no role clark"),
        (("--role", "clerk", "--store", "NOWHERE"), "There is no store NOWHERE"),
    ],
)
def test_the_command_refuses_in_one_line(
    cli: Callable[..., Result], words: tuple[str, ...], said: str
) -> None:
    done = cli(
        "staff", "create", "--email", "a@example.test", *words, "--password-stdin",
        input=PASSWORD + "\n",
    )  # fmt: skip
    assert done.exit_code == 2
    (line,) = done.stderr.strip().splitlines()
    assert said in line
