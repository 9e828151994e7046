"""The checks that run side by side: each has its say, and one that fails makes all fail."""

import sys
from pathlib import Path

import pytest

from tests.lint import __main__ as static
from tests.lint import bandit


def _check(says: str, code: int) -> tuple[str, ...]:
    return sys.executable, "-c", f"print({says!r}); raise SystemExit({code})"


def test_one_check_that_fails_makes_the_whole_fail_and_shows_what_it_found(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    checks = {"first": _check("line 7 is wrong", 1), "second": _check("all is well", 0)}
    monkeypatch.setattr(static, "CHECKS", checks)
    assert static.main() == 1
    told = capsys.readouterr().out
    assert "line 7 is wrong" in told
    assert "ok: second" in told
    assert told.strip().endswith("FAILED: first")


def test_checks_that_find_nothing_pass_together(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(static, "CHECKS", {"first": _check("a", 0), "second": _check("b", 0)})
    assert static.main() == 0
    assert "FAILED" not in capsys.readouterr().out


def test_a_file_is_read_by_bandit_until_it_was_clean_and_again_when_it_changes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "wsgi.py"
    reader = tmp_path / "reader.py"
    reader.write_text(
        "import pathlib, sys\n"
        "pathlib.Path('read').write_text(' '.join(sys.argv[1:]))\n"
        "raise SystemExit('bad' in pathlib.Path('wsgi.py').read_text())\n"
    )
    monkeypatch.setattr(bandit, "ROOT", tmp_path)
    monkeypatch.setattr(bandit, "PLACES", ("wsgi.py",))
    monkeypatch.setattr(bandit, "KNOWN", tmp_path / "known.json")
    monkeypatch.setattr(bandit, "COMMAND", (sys.executable, str(reader)))
    (tmp_path / "tests" / "dast").mkdir(parents=True)
    (tmp_path / "tests" / "dast" / "requirements.txt").write_text("bandit==1")
    read = tmp_path / "read"

    def is_read() -> bool:
        read.unlink(missing_ok=True)
        bandit.main()
        return read.exists()

    file.write_text("x = 'bad'")
    assert bandit.main() == 1
    assert is_read()  # what was found is found again
    file.write_text("x = 1")
    assert is_read()
    assert not is_read()
    file.write_text("x = 2")
    assert is_read()
