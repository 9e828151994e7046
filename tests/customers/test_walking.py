"""Pages of a common clue are the same rows, in the same order, however they are found."""

import pytest

from app import walking
from app.db import session
from app.lists import Sort
from modules.customers import Customer, list_customers
from modules.customers.queries import NEWEST_FIRST, OLDEST_FIRST, count_customers
from tests.customers.cast import known

pytestmark = pytest.mark.usefixtures("app")

SHOP = [
    ("Anna Kowalska", "anna@poczta.example"),
    ("Jan Kowalski", "jan_k@poczta.example"),
    ("Ewa Łoś", "ewa@inna.example"),
    ("Piotr Kowal", "50%rabatu@poczta.example"),
    ("Ola Kowalska-Ro", "ola@poczta.example"),
    ("Jan Nowak", "j.nowak@poczta.example"),
]


@pytest.fixture
def people() -> list[int]:
    return [known(name, email=email) for name, email in SHOP]


@pytest.mark.parametrize(
    ("clue", "places"),
    [
        ("kowal", [0, 1, 3, 4]),
        ("kowal ro", [4]),
        ("KOWALSKA anna", [0]),
        ("jan_k", [1]),
        ("50%r", [3]),
        ("łos", [2]),
        ("ja", [1, 5]),
        ("poczta.example", [0, 1, 3, 4, 5]),
        ("nobody", []),
    ],
)
@pytest.mark.parametrize("order", [NEWEST_FIRST, OLDEST_FIRST], ids=lambda it: it.code)
def test_a_clue_finds_all_of_them_page_by_page(
    people: list[int], clue: str, places: list[int], order: Sort
) -> None:
    wanted = [people[at] for at in places]
    found: list[int] = []
    while page := list_customers(
        q=clue, order=order, limit=2, after=(found[-1],) if found else None
    ):
        found += [row.id for row in page]
    assert found == sorted(wanted, reverse=order.down)
    assert count_customers(q=clue, cap=100) == len(wanted)
    assert count_customers(q=clue, cap=1) == min(1, len(wanted))


def test_what_came_after_the_question_is_left_out(people: list[int]) -> None:
    found = list_customers(q="kowal", up_to=people[1])
    assert [row.id for row in found] == [people[1], people[0]]


def test_only_what_is_common_among_the_newest_is_walked_to(
    people: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walking, "_LOOKED_AT", 4)
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    assert walking.is_common(Customer, "poczta") is on_sqlite
    assert not walking.is_common(Customer, "inna")
    assert not walking.is_common(Customer, "ja")
    walked = session.scalars(
        NEWEST_FIRST.page(
            Customer.__table__.select()
            .with_only_columns(Customer.id)
            .where(walking.holds(Customer, "poczta")),
            after=None,
            limit=3,
        )
    )
    assert list(walked) == [people[at] for at in (5, 4, 3)]
