"""What is installed is pinned with hashes and comes from wherever the machine gets its packages."""

import pytest

from tests.lint import requirements

HASH = "    --hash=sha256:" + "0" * 64


def test_both_locks_are_clean() -> None:
    assert list(requirements.faults()) == []


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://example.test/simple",
        "--extra-index-url file:///wheels",
        "--find-links /wheels",
        "-r other.txt",
        "-e .",
        "flask @ https://example.test/flask.whl",
        "flask @ file:///wheels/flask.whl",
        "flask>=3",
        "flask==3.1.3",
        "# from https://example.test",
    ],
)
def test_a_lock_with_an_address_an_option_or_a_loose_version_is_refused(line: str) -> None:
    assert requirements.faults_of_lock(f"waitress==3.0.2 \\\n{HASH}\n{line}\n") != []


def test_a_lock_of_pins_and_hashes_passes() -> None:
    lock = f"tzdata==2026.6 ; sys_platform == 'win32' \\\n{HASH} \\\n{HASH}\n"
    assert requirements.faults_of_lock(lock) == []
    assert requirements.pins_of_lock(lock) == {"tzdata": "2026.6"}


def test_a_request_that_the_lock_does_not_know_is_found() -> None:
    pins = {"flask": "3.1.3"}
    assert requirements.faults_against_request("flask>=3.1,<4\n", pins) == []
    assert requirements.faults_against_request("flask>=4\n", pins) != []
    assert requirements.faults_against_request("Flask-Login\n", pins) != []
