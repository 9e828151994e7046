"""What a backup file holds and refuses, and what a full disk does to it."""

import hashlib
import json
import os
import resource
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import audit, audit_chain, holding, outbox
from app.backups import archive, nightly
from app.backups.archive import NotABackup
from app.backups.making import back_up
from app.backups.nightly import Keeping, to_keep
from app.backups.restoring import restore
from app.db import close_session, session, transact
from app.errors import RuleViolation
from app.models import Setting
from app.reference import Reference
from tests.conftest import open_house
from tests.databases import ENCRYPTION_KEYS, Databases
from tests.live import ROOT

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def backup(real_house: Flask, tmp_path: Path) -> Path:
    folder = real_house.config["DATA_DIR"]
    (folder / "secret.key").write_text("nobody reads this in a backup")
    (folder / "documents").mkdir()
    (folder / "documents" / "a.pdf").write_bytes(b"%PDF")
    file = tmp_path / "shop.backup"
    with real_house.app_context():
        back_up(file)
    return file


def test_the_list_names_each_piece_and_no_key_is_among_them(backup: Path) -> None:
    with zipfile.ZipFile(backup) as found:
        said = json.loads(found.read("manifest.json"))
        names = {one["name"] for one in said["members"]}
        document = next(one for one in said["members"] if one["name"].endswith("a.pdf"))

    assert "database" in names
    assert document["sha256"] == hashlib.sha256(b"%PDF").hexdigest()
    assert not [name for name in names if ".key" in name]
    assert said["rows"]["role"] == 7
    assert set(said["audit"]) == {"rows", "place", "hash"}
    assert oct(backup.stat().st_mode & 0o777) == "0o600"


@pytest.mark.parametrize("hurt", ["a byte", "the list", "the end", "a piece more"])
def test_a_backup_that_was_changed_is_refused_before_anything_is_touched(
    backup: Path, databases: Databases, hurt: str
) -> None:
    _hurt(backup, hurt)
    url = databases.new_empty_database()
    with open_house(databases, url) as another, another.app_context():
        with pytest.raises(NotABackup):
            restore(backup)

        assert not (another.config["DATA_DIR"] / "documents").exists()
        close_session()


def _hurt(file: Path, how: str) -> None:
    if how == "the end":
        file.write_bytes(file.read_bytes()[:-200])
        return
    with zipfile.ZipFile(file) as found:
        pieces = {name: found.read(name) for name in found.namelist()}
    if how == "a byte":
        pieces["files/documents/a.pdf"] = b"%PDG"
    elif how == "the list":
        pieces["manifest.json"] = pieces["manifest.json"].replace(b'"rows"', b'"rows" ')
    else:
        pieces["files/more"] = b"more"
    with zipfile.ZipFile(file, "w") as target:
        for name, data in pieces.items():
            target.writestr(name, data)


def test_a_mark_that_unpacks_to_any_size_is_never_unpacked(
    backup: Path, real_house: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with zipfile.ZipFile(backup) as found:
        pieces = {name: found.read(name) for name in found.namelist()}
    with zipfile.ZipFile(backup, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in (pieces | {"manifest.mac": b"0" * 10_000_000}).items():
            target.writestr(name, data)
    read = zipfile.ZipFile.read

    def look(found: zipfile.ZipFile, name: str) -> bytes:
        assert name != "manifest.mac"
        return read(found, name)

    monkeypatch.setattr(zipfile.ZipFile, "read", look)
    with real_house.app_context(), archive.opened(backup) as found, pytest.raises(NotABackup):
        archive.read_manifest(found)


def test_only_the_shop_with_the_same_keys_can_restore_it(
    backup: Path, databases: Databases
) -> None:
    url = databases.new_empty_database()
    with open_house(databases, url, ENCRYPTION_KEYS="those of somebody else") as another:
        refused = another.test_cli_runner().invoke(args=["restore", str(backup)])

    assert refused.exit_code == 2
    assert "did not sign this backup" in refused.output
    assert len(refused.output.strip().splitlines()) <= 2


def test_a_backup_of_a_newer_schema_is_refused(
    backup: Path, databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = databases.new_empty_database()
    with open_house(databases, url) as another, another.app_context():
        monkeypatch.setattr(
            "alembic.script.ScriptDirectory.walk_revisions", lambda *_words, **_more: []
        )
        with pytest.raises(RuleViolation, match="this version does not know"):
            restore(backup)
        close_session()


def test_a_backup_is_never_written_over(backup: Path, real_house: Flask) -> None:
    before = backup.read_bytes()

    told = real_house.test_cli_runner().invoke(args=["backup", str(backup)])

    assert told.exit_code == 2
    assert "is there already" in told.output
    assert backup.read_bytes() == before


@pytest.mark.slow
def test_a_full_disk_is_said_in_one_line_and_leaves_no_half_file(
    real_house: Flask, tmp_path: Path
) -> None:
    """S35: this process may write no file longer than 100 kB; the database is larger."""
    place = tmp_path / "small disk"
    place.mkdir()
    environment = {name: value for name, value in os.environ.items() if "VERSO" not in name}
    environment |= {
        "VERSO_DATABASE_URL": real_house.config["DATABASE_URL"],
        "VERSO_DATA_DIR": str(real_house.config["DATA_DIR"]),
        "VERSO_ENCRYPTION_KEYS": ENCRYPTION_KEYS,
    }
    words = [sys.executable, "-m", "flask", "--app", "wsgi", "backup", str(place / "x.backup")]

    told = subprocess.run(
        words,
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)),
    )

    assert told.returncode == 2, told.stderr
    assert len(told.stderr.strip().splitlines()) == 1, told.stderr
    assert list(place.iterdir()) == []
    with real_house.app_context():  # and with room again it goes well
        back_up(place / "x.backup")


def test_the_heads_told_after_the_backup_do_not_accuse_the_restored_trail(
    real_house: Flask, databases: Databases, tmp_path: Path
) -> None:
    def change() -> None:
        def write() -> None:
            audit.record_change(Reference("lamp", 7), "changed", new={"watts": 7})
            outbox.enqueue(audit_chain.KIND)

        transact(write)
        outbox.run_due()

    file = tmp_path / "shop.backup"
    with real_house.app_context():
        change()
        back_up(file)
        change()
        restore(file, overwrite=True)

        assert [str(one) for one in audit_chain.prove_trail()] == []
        assert len(audit_chain.read_anchors()) == 1
        close_session()
        transact(holding.release)  # this house is that of the next tests too


def test_the_newest_of_each_day_week_and_month_stays() -> None:
    nights = [NOON - timedelta(days=number) for number in range(400)]

    kept = to_keep(nights, Keeping(daily=7, weekly=4, monthly=12))

    assert {NOON - timedelta(days=number) for number in range(7)} <= kept
    assert 7 + 3 + 11 - 2 <= len(kept) <= 7 + 4 + 12
    assert max(NOON - one for one in kept) > timedelta(days=300)


def test_the_nightly_job_makes_one_and_throws_the_old_away(
    real_house: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = real_house.config["DATA_DIR"] / "backups"
    place.mkdir()
    old = place / "verso-20200101T023000Z.backup"
    other = place / "before-the-move.backup"
    old.write_bytes(b"old")
    other.write_bytes(b"a person put it here")
    with real_house.app_context():
        transact(lambda: nightly.set_keeping(daily=1, weekly=0, monthly=0))
        transact(lambda: outbox.enqueue(nightly.KIND))
        outbox.run_due()

        last = nightly.get_last()
        assert last is not None
        assert not last.is_old
        assert (place / last.file).stat().st_size == last.bytes
        assert sorted(one.name for one in place.iterdir()) == sorted([other.name, last.file])
        close_session()


@pytest.mark.usefixtures("app")
def test_the_page_is_for_administrators_and_tells_of_the_hold(
    client_as: Callable[..., FlaskClient],
) -> None:
    manager, admin = client_as("store_manager"), client_as("administrator")
    assert manager.get("/backups").status_code == 403
    assert "on hold" not in admin.get("/jobs").text
    value = {"since": NOON.isoformat(), "made_at": NOON.isoformat()}
    transact(lambda: session.add(Setting(key=holding.KEY, value=value)))

    assert "on hold" in admin.get("/jobs").text
    assert "on hold" not in manager.get("/jobs").text
    assert "Let it go out" in admin.get("/backups").text
    assert admin.post("/backups/release").status_code == 303
    assert "on hold" not in admin.get("/jobs").text
    assert (
        admin.post(
            "/backups/keeping", data={"daily": "3", "weekly": "2", "monthly": "1"}
        ).status_code
        == 303
    )
    assert nightly.get_keeping() == Keeping(daily=3, weekly=2, monthly=1)
