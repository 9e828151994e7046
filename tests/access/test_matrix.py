"""Every door of the house tried by everybody: who may enter, where, and to whose records."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, select
from werkzeug.test import TestResponse

from app.db import Model
from app.models import Role
from app.roles import ROLES
from tests.access.doors import Door, Visitor, doors, person, program
from tests.access.world import World
from tests.conftest import statements_asked

pytestmark = [pytest.mark.once, pytest.mark.slow]

# What a request may write though it is refused: that somebody was seen, that a key was used.
_ALWAYS = ("UPDATE user_session", "UPDATE api_token")
_ALWAYS_WRITTEN = ("user_session", "api_token")
_WRITES = ("INSERT", "UPDATE", "DELETE", "WITH")


class Tried:
    """The house held in one transaction: what a request did is undone when it was looked at."""

    def __init__(self, world: World, connection: Connection) -> None:
        self._connection = connection
        self.doors = list(doors(world))
        self.before = self._print()

    def ask(self, visitor: Visitor, door: Door, address: str) -> tuple[TestResponse, bool]:
        """Return the answer, and whether it changed anything."""
        point = self._connection.begin_nested()
        try:
            with statements_asked() as heard:
                answer = visitor.open(address, method=door.method, **door.body)
                answer.close()  # a file that is sent is read to its end, or not at all
            wrote = any(
                one.startswith(_WRITES) and not one.startswith(_ALWAYS)
                for one in map(str.lstrip, heard)
            )
            return answer, wrote and self._print() != self.before
        finally:
            if point.is_active:
                point.rollback()

    def _print(self) -> dict[str, int]:
        """Return a number for each table that is another one when anything in it is."""
        tables = [one for one in Model.metadata.sorted_tables if one.name not in _ALWAYS_WRITTEN]
        return {
            one.name: hash(tuple(sorted(map(repr, self._connection.execute(select(one))))))
            for one in tables
        }


@pytest.fixture(scope="module")
def tried(world: World) -> Iterator[Tried]:
    with held(world) as connection:
        yield Tried(world, connection)


@contextmanager
def held(world: World) -> Iterator[Connection]:
    database = world.house.extensions["database"]
    with database.engine.connect() as connection, connection.begin() as outer:
        with database.held_by(connection), world.house.app_context():
            yield connection
        outer.rollback()


@pytest.fixture(scope="module")
def granted(world: World) -> dict[str, set[str]]:
    """Role -> what it may do, as the house set it up."""
    from app.db import session

    with world.house.app_context():
        return {one.code: set(one.permissions) for one in session.scalars(select(Role))}


def wrong_doors(
    tried: Tried,
    visitor: Visitor,
    chosen: Callable[[Door], bool],
    good: Callable[[TestResponse], bool],
    *,
    address: Callable[[Door], str | None] = lambda door: door.home,
) -> list[str]:
    """Return the doors whose answer was another one, or that changed something."""
    found = []
    for door in tried.doors:
        if not chosen(door) or (path := address(door)) is None:
            continue
        answer, changed = tried.ask(visitor, door, path)
        if not good(answer) or changed:
            found.append(f"{door}: {answer.status}{', and it wrote' if changed else ''}")
    return found


def is_sent_to_the_door(answer: TestResponse) -> bool:
    return answer.status_code == 401 or "/sign-in" in answer.headers.get("Location", "")


def answers(*statuses: int) -> Callable[[TestResponse], bool]:
    return lambda answer: answer.status_code in statuses


# --- people -----------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["a stranger", "a closed account", "a forged session"])
def test_who_is_not_signed_in_enters_nowhere(world: World, tried: Tried, who: str) -> None:
    secret = {"a closed account": world.closed, "a forged session": "x" * 43}.get(who)
    visitor = person(world, secret)
    inside = wrong_doors(
        tried,
        visitor,
        lambda door: door.declared.kind in ("person", "permission"),
        is_sent_to_the_door,
    )
    assert not inside, "\n".join(inside)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_opens_no_door_that_it_does_not_name(
    world: World, tried: Tried, granted: dict[str, set[str]], role: str
) -> None:
    def is_closed(door: Door) -> bool:
        return door.declared.kind == "permission" and door.declared.needed not in granted[role]

    for secret in (world.secrets[role], world.everywhere[role]):
        assert wrong_doors(tried, person(world, secret), is_closed, answers(403)) == []


@pytest.mark.parametrize("role", ROLES)
def test_a_role_opens_every_door_that_it_names(
    world: World, tried: Tried, granted: dict[str, set[str]], role: str
) -> None:
    """Own records are there; what is sent empty is refused or done, never a fault of ours."""

    def is_open(door: Door) -> bool:
        needed = door.declared.needed
        return door.declared.kind == "permission" and needed in granted[role] and door.reads

    found = wrong_doors(
        tried, person(world, world.everywhere[role]), is_open, answers(200, 202, 302, 303)
    )
    assert not found, "\n".join(found)


@pytest.mark.parametrize("role", ROLES)
def test_records_of_another_store_are_not_there(
    world: World, tried: Tried, granted: dict[str, set[str]], role: str
) -> None:
    def is_open(door: Door) -> bool:
        return door.declared.kind == "permission" and door.declared.needed in granted[role]

    visitor = person(world, world.secrets[role])
    found = wrong_doors(tried, visitor, is_open, answers(404), address=lambda door: door.away)
    assert not found, "\n".join(found)


def test_what_somebody_keeps_for_himself_is_found_by_nobody_else(
    world: World, tried: Tried
) -> None:
    visitor = person(world, world.everywhere["administrator"])
    found = wrong_doors(tried, visitor, lambda door: door.is_personal, answers(404))
    assert not found, "\n".join(found)


def test_who_has_no_role_finds_no_list(world: World, tried: Tried) -> None:
    visitor = person(world, world.nobody)
    found = wrong_doors(
        tried, visitor, lambda door: door.rule.startswith("/lists/<"), answers(403, 404)
    )
    assert not found, "\n".join(found)


def test_what_belongs_to_the_whole_house_is_changed_by_who_may_do_so_everywhere(
    world: World, tried: Tried
) -> None:
    """An administrator of one store changes neither the company nor the shop of a colleague."""

    def is_of_the_house(door: Door) -> bool:
        needed = door.declared.needed in (
            *("organization.edit", "connectors.edit", "backups.run", "promotions.manage"),
            "customers.groups",
            "pricing.manage",
        )
        return needed and not door.reads and door.away is None

    visitor = person(world, world.secrets["administrator"])
    found = wrong_doors(
        tried, visitor, is_of_the_house, answers(403, 404), address=lambda door: door.elsewhere
    )
    assert not found, "\n".join(found)


# --- programs ---------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["nobody", "an expired token", "a revoked token", "a wrong token"])
def test_a_program_without_a_valid_token_enters_nowhere(
    world: World, tried: Tried, who: str
) -> None:
    text = {
        "nobody": None,
        "an expired token": world.tokens["expired"],
        "a revoked token": world.tokens["revoked"],
        "a wrong token": "vrt_00000000_nothing",
    }[who]
    found = wrong_doors(tried, program(world, text), lambda door: door.is_program, answers(401))
    assert not found, "\n".join(found)


def test_a_token_is_no_key_for_the_pages(world: World, tried: Tried) -> None:
    found = wrong_doors(
        tried,
        program(world, world.tokens["admin"]),
        lambda door: door.declared.kind in ("person", "permission"),
        is_sent_to_the_door,
    )
    assert not found, "\n".join(found)


def test_a_session_is_no_key_for_programs(world: World, tried: Tried) -> None:
    found = wrong_doors(
        tried,
        person(world, world.everywhere["administrator"]),
        lambda door: door.is_program,
        answers(401),
    )
    assert not found, "\n".join(found)


def test_a_token_opens_only_what_its_scopes_name(world: World, tried: Tried) -> None:
    found = []
    for scope in world.house.extensions["scopes"]:
        visitor = program(world, world.tokens[scope])
        found += [
            f"{scope}: {one}"
            for one in wrong_doors(
                tried,
                visitor,
                lambda door, own=scope: (
                    door.declared.kind == "scope"  # type: ignore[misc]
                    and door.declared.needed != own
                ),
                answers(403),
            )
        ]
    assert not found, "\n".join(found)


def test_a_token_of_a_store_opens_what_is_there(world: World, tried: Tried) -> None:
    found = wrong_doors(
        tried,
        program(world, world.tokens["home"]),
        lambda door: door.is_program and door.reads,
        answers(200, 202),
    )
    assert not found, "\n".join(found)


def test_a_token_of_another_store_finds_nothing(world: World, tried: Tried) -> None:
    found = wrong_doors(
        tried,
        program(world, world.tokens["away"]),
        lambda door: door.is_program and door.away is not None,
        answers(404),
    )
    assert not found, "\n".join(found)
