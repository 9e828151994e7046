"""Conditions and benefits are found by their files, and each says all that a screen needs."""

import ast
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from modules.promotions import engine
from modules.promotions.engine.filters import Filter
from modules.promotions.engine.grouping import Part
from modules.promotions.engine.registry import benefit_kinds, condition_kinds
from modules.promotions.engine.settings import Kind, settings_of

FOLDER = Path(engine.__file__).parent
THINGS: list[Any] = [*condition_kinds().values(), *benefit_kinds().values(), Filter, Part]


def test_every_file_of_the_two_folders_gives_something() -> None:
    found = {thing.__module__.rpartition(".")[2] for thing in THINGS[:-2]}
    files = {
        file.stem
        for folder in ("conditions", "benefits")
        for file in (FOLDER / folder).glob("[!_]*.py")
    }
    assert found == files


@pytest.mark.parametrize("thing", THINGS, ids=lambda thing: thing.__name__)
def test_each_field_is_a_setting_with_a_label(thing: Any) -> None:
    settings = settings_of(thing)
    assert {one.name for one in settings} == {one.name for one in fields(thing)}
    for one in settings:
        assert str(one.label).strip()
        assert (one.kind is Kind.CHOICE) == bool(one.choices)
        if one.kind is Kind.MONEY:
            assert one.name.endswith("_minor")
        if one.kind is Kind.RATE:
            assert one.name.endswith("_bp")
            assert one.most == 10_000
        if one.kind is Kind.CHOICE:
            assert one.default in [value for value, _label in one.choices]


def imported() -> Iterator[str]:
    for file in FOLDER.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from (one.name for one in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield node.module or ""


def test_the_engine_knows_no_web_no_database_no_clock_and_no_chance() -> None:
    strange = {name.partition(".")[0] for name in imported()} & {
        *("flask", "sqlalchemy", "wtforms", "random", "secrets", "time", "os"),
    }
    assert strange == set()
    ours = {name for name in imported() if name.startswith(("app", "modules"))}
    assert {name for name in ours if not name.startswith("modules.promotions.engine")} <= {
        "app.i18n",
        "app.money",
    }
