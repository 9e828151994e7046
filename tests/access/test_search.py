"""Whatever the search names to somebody he may open: it is no window into closed rooms."""

from collections.abc import Iterator
from typing import Any

import pytest
from lxml import html

from app.roles import ROLES
from tests.access.doors import person
from tests.access.test_matrix import held
from tests.access.world import AWAY, HOME, World
from tests.orders.cast import SHIRT

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def asked(world: World) -> Iterator[World]:
    with held(world):
        yield world


def hits(answer: Any) -> set[str]:
    page: Any = html.document_fromstring(answer.text)
    return set(page.xpath("//main//section//a[not(starts-with(@href, '#'))]/@href"))


@pytest.mark.parametrize("role", ROLES)
def test_every_hit_opens_for_whoever_found_it(asked: World, role: str) -> None:
    away = asked.of_store[AWAY]
    clues = [away["number"], AWAY, f"{AWAY}-1", asked.of_store[HOME]["number"], "rynek", "buyer"]
    clues += ["access", "main", SHIRT, "T-1", "maj", "clerk", "wera", "paper", "C-1", "P-1", "FV"]
    wrong = []
    for store, secret in (("home", asked.secrets[role]), ("all", asked.everywhere[role])):
        visitor = person(asked, secret)
        found: set[str] = set()
        for clue in clues:
            answer = visitor.open(f"/search?q={clue}", method="GET")
            assert answer.status_code == 200
            found |= hits(answer)
        assert found or role not in ("clerk", "store_manager", "administrator")
        for address in sorted(found):
            status = visitor.open(address, method="GET").status_code
            if status not in (200, 202, 302, 303):  # 202: a paper that is being drawn
                wrong.append(f"{store} {address}: {status}")
    assert not wrong
