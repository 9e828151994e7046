"""Passwords that are tried first are not taken."""

from pathlib import Path

import pytest
from flask import Flask

import app.passwords
from app.accounts import hash_password
from app.db import session, transact
from app.errors import InvalidInput
from modules.organization.models import Company
from tests.passwords import REAL

LIST = Path(app.passwords.__file__).parent / "common_passwords.txt"


@pytest.mark.parametrize(
    "password",
    [
        "password",
        "Password1",
        "P@ssw0rd!",
        "qwertyuiop",
        "1q2w3e4r",
        "12345678",
        "zaq12wsx",
        "Kochanie123",
        "haslo12345",
        "monkeymonkey",
        "abcabcabc",
        "summer2026!",
        "11111111",
        "verso2026",
        "Verso!Verso!",
    ],
)
@pytest.mark.usefixtures("app")
def test_what_everybody_tries_first_is_refused(password: str) -> None:
    with pytest.raises(InvalidInput, match="easy to guess") as refused:
        hash_password(password)
    assert refused.value.field == "password"


@pytest.mark.parametrize(
    "password",
    ["seven wet umbrellas", "a long walk home", "Ledger-demo-1", "kolorowe kredki w pudełku"],
)
@pytest.mark.usefixtures("app")
def test_some_words_of_ones_own_are_taken(password: str) -> None:
    assert hash_password(password).startswith("$argon2id$")


def test_the_names_of_the_shop_alone_are_no_password(app: Flask) -> None:
    def rename() -> None:
        session.query(Company).one().name = "Szafa Babci sp. z o.o."

    transact(rename)
    for password in ("szafababci1", "Szafa-Babci-2026", "babcibabci"):
        with pytest.raises(InvalidInput, match="easy to guess"):
            hash_password(password)
    assert hash_password("babcia lubi szafirowe guziki")


def test_the_list_holds_three_thousand_each_once() -> None:
    lines = [line for line in LIST.read_text("utf-8").splitlines() if not line.startswith("#")]
    assert len(lines) == len(set(lines)) >= 3000
    assert [line for line in lines if line != line.casefold() or line != line.strip()] == []


def test_a_password_of_the_shop_costs_a_thief_as_much_as_is_asked_for() -> None:
    """OWASP ASVS 5, appendix C: 19 MiB and two rounds at least; the tests' own ones cost less."""
    kept = REAL.hash("a long walk home")
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert REAL.verify(kept, "a long walk home")
