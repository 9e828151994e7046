"""Production does not start on what is unsafe: one line for each fault, and `doctor` lists them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import text

from app import safety
from app.config import Unsafe, settings
from app.db import close_session, session, transact
from app.models import Account, Setting
from app.safety import file_system_of
from tests.conftest import open_house
from tests.databases import Databases

_OLDER = text("UPDATE alembic_version SET version_num = '0001'")
PRODUCTION = {"PROFILE": "production", "BASE_URL": "https://shop.example"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"BASE_URL": "http://shop.example"}, "https://"),
        ({"BASE_URL": "http://127.0.0.1:8000"}, "https://"),
        ({"BASE_URL": "https://"}, "what people type"),
        ({"SECRET_KEY": "short"}, "VERSO_SECRET_KEY needs 32"),
        ({"ENCRYPTION_KEYS": "short"}, "VERSO_ENCRYPTION_KEYS needs 32"),
        ({"DEBUG": True}, "FLASK_DEBUG"),
        ({"TRUSTED_HOSTS": []}, "VERSO_BASE_URL"),
        ({"TRUSTED_HOSTS": ["*"]}, "any Host header"),
        ({"METRICS_TOKEN": "abc"}, "VERSO_METRICS_TOKEN"),
    ],
)
def test_production_refuses_unsafe_settings(
    tmp_path: Path, change: dict[str, Any], said: str
) -> None:
    with pytest.raises(Unsafe, match=said) as refused:
        settings({**PRODUCTION, "DATA_DIR": tmp_path, **change})

    assert len(str(refused.value).splitlines()) == 2
    settings({**PRODUCTION, "DATA_DIR": tmp_path})  # and nothing else is wrong
    settings({**change, "PROFILE": "demo", "DATA_DIR": tmp_path})  # the demo is for one person


def test_each_fault_has_a_line_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(Unsafe) as refused:
        settings(
            {
                "PROFILE": "production",
                "DATA_DIR": tmp_path,
                "BASE_URL": "http://x",
                "SECRET_KEY": "short",
                "DEBUG": True,
            }
        )

    assert len(str(refused.value).splitlines()) == 4


def test_debugging_by_the_environment_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLASK_DEBUG", "1")

    with pytest.raises(Unsafe, match="Debugging is on"):
        settings({**PRODUCTION, "DATA_DIR": tmp_path})


@pytest.mark.parametrize("name", ["secret.key", "encryption.key"])
def test_keys_that_others_can_read_keep_production_closed(tmp_path: Path, name: str) -> None:
    settings({**PRODUCTION, "DATA_DIR": tmp_path})  # makes them
    (tmp_path / name).chmod(0o640)

    with pytest.raises(Unsafe, match=f"{name}: chmod 600"):
        settings({**PRODUCTION, "DATA_DIR": tmp_path})


def test_a_folder_into_which_everybody_writes_keeps_production_closed(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)

    with pytest.raises(Unsafe, match="chmod 700"):
        settings({**PRODUCTION, "DATA_DIR": tmp_path})


def test_sqlite_over_the_network_keeps_production_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(
        f"/dev/sda1 / ext4 rw 0 0\nserver:/data {str(tmp_path).replace(' ', chr(92) + '040')} "
        "nfs4 rw 0 0\n"
    )
    monkeypatch.setattr(safety, "_MOUNTS", mounts)

    assert file_system_of(tmp_path / "verso.db") == "nfs4"
    assert file_system_of(Path("/etc")) == "ext4"
    with pytest.raises(Unsafe, match="network file system"):
        settings({**PRODUCTION, "DATA_DIR": tmp_path})
    far = "postgresql://verso@db.example/verso"
    settings({**PRODUCTION, "DATA_DIR": tmp_path, "DATABASE_URL": far})


@pytest.fixture
def production(databases: Databases) -> Iterator[Flask]:
    keys = {"ENCRYPTION_KEYS": "a-key-of-this-house-alone-and-long-enough"}
    with open_house(databases, databases.new_database(), **PRODUCTION, **keys) as house:
        yield house


def _run(house: Flask, *words: str) -> Result:
    result = house.test_cli_runner().invoke(args=list(words))
    with house.app_context():
        close_session()
    return result


def _add(house: Flask, *rows: Any) -> None:
    with house.app_context():
        transact(lambda: session.add_all(rows))


def test_doctor_finds_nothing_to_refuse_in_a_good_house(production: Flask) -> None:
    told = _run(production, "doctor")

    assert told.exit_code == 0, told.output
    assert "FAULT" not in told.output
    assert "LOOK  backup" in told.output
    assert "ok    address" in told.output


@pytest.mark.parametrize("process", ["web", "worker", "scheduler"])
def test_accounts_of_the_demo_keep_production_closed(production: Flask, process: str) -> None:
    _add(production, Account(email="clerk@verso.test", name="Clerk", password_hash="x"))

    refused = _run(production, process)

    assert refused.exit_code == 2
    assert "accounts of the demo" in refused.output
    assert _run(production, "doctor").exit_code == 1


def test_the_demo_shop_keeps_production_closed(production: Flask) -> None:
    kept = {"seed": 1, "day": "2026-01-01", "finished": True, "sign_ins": []}
    _add(production, Setting(key="demo", value=kept))

    told = _run(production, "doctor")

    assert told.exit_code == 1
    assert "FAULT demo" in told.output


def test_an_old_schema_keeps_production_closed(production: Flask) -> None:
    with production.app_context():
        transact(lambda: session.execute(_OLDER))

    told = _run(production, "worker")

    assert told.exit_code == 2
    assert "db upgrade" in told.output


def test_doctor_tells_of_an_empty_database(databases: Databases) -> None:
    with open_house(databases, databases.new_empty_database()) as house:
        told = _run(house, "doctor")

    assert told.exit_code == 1
    assert "not set up yet" in told.output
