"""All that was done to a record stands on a page of its own, for whoever may see the record."""

from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import select

from app.audit import record_change
from app.db import session, transact
from app.models import Role
from app.reference import Reference
from modules import catalog, organization
from tests.orders.cast import stock_the_shop


def found_by(path: str, page: str) -> list[Any]:
    found: Any = html.fromstring(page).xpath(path)
    return list(found)


def changed_often(kind: str, key: int, times: int, *, field: str = "name") -> None:
    def change() -> None:
        for number in range(times):
            record_change(
                Reference(kind, key), "changed", old={field: number}, new={field: number + 1}
            )

    transact(change)


def changes_on(client: FlaskClient, url: str) -> list[str]:
    answer = client.get(url)
    assert answer.status_code == 200, answer.status
    found = found_by("//ol[@class='tl']/li/div", answer.text)
    return [" ".join(one.text_content().split()) for one in found]


def test_the_last_changes_stand_beside_the_record_and_lead_to_all(
    client_as: Callable[..., FlaskClient],
) -> None:
    manager = client_as("administrator")
    store = organization.get_store("MAIN")
    before = len(changes_on(manager, f"/history/store/{store.id}"))
    changed_often("store", store.id, 60)

    beside = manager.get("/organization/stores/MAIN").text
    assert f'href="/history/store/{store.id}"' in beside
    assert len(found_by("//ol[@class='tl']/li", beside)) == 10

    page = f"/history/store/{store.id}"
    first = changes_on(manager, page)
    [following] = found_by("//a[@rel='next']/@href", manager.get(page).text)
    rest = changes_on(manager, following)
    assert len(first) == 50
    assert len(rest) == before + 10
    assert first[0].endswith("Name: 59 → 60")
    assert not set(first) & set(rest)


def test_few_changes_need_no_page_of_their_own(client_as: Callable[..., FlaskClient]) -> None:
    changed_often("store", organization.get_store("MAIN").id, 2)

    assert "/history/" not in client_as("administrator").get("/organization/stores/MAIN").text


def test_a_change_of_cost_is_told_to_who_sees_costs(
    client_as: Callable[..., FlaskClient],
) -> None:
    stock_the_shop()
    product = catalog.get_product("TE-BAZ").id
    changed_often("product", product, 1, field="cost_minor")

    seen, unseen = (
        changes_on(client_as(role), f"/history/product/{product}")
        for role in ("administrator", "clerk")
    )
    assert "cost" in seen[0]
    assert "cost" not in unseen[0]


def test_nobody_reads_the_history_of_what_he_may_not_see(
    client_as: Callable[..., FlaskClient],
) -> None:
    marketing = client_as("marketing_manager")
    store = organization.get_store("MAIN")

    assert marketing.get(f"/history/store/{store.id}").status_code == 404
    assert client_as("administrator").get("/history/store/999999").status_code == 404
    assert client_as("administrator").get("/history/secret/1").status_code == 404


def test_of_a_list_only_what_came_and_went_is_told_and_by_its_name(
    client_as: Callable[..., FlaskClient],
) -> None:
    role = session.scalars(select(Role.id).where(Role.code == "clerk")).one()

    def change() -> None:
        record_change(
            Reference("role", role),
            "changed",
            old={
                "permissions": ["orders.view", "orders.place"],
                "limits": {"refund": 50_000, "correction_pieces": 20},
            },
            new={
                "permissions": ["orders.view", "jobs.view"],
                "limits": {"refund": 60_000, "correction_pieces": 20},
            },
        )
        # A limit that is named and none is no other than one that is not named.
        record_change(
            Reference("role", role),
            "changed",
            old={"name": "A", "limits": {}},
            new={"name": "B", "limits": {"refund": None}},
        )
        record_change(Reference("role", role), "role given", new={"role": "clerk", "kind": "web"})

    transact(change)
    given, named, changed, *_rest = changes_on(client_as("administrator"), f"/history/role/{role}")
    assert named.endswith("Name: A → B")
    assert "Role: Clerk" in given
    assert "Kind: Web store" in given
    assert "What it may do: Place orders → See jobs" in changed
    assert "See orders" not in changed
    assert "500.00 zł →" in changed
    assert "20" not in changed
