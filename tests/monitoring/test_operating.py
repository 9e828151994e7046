"""What the operating manual names exists: commands, settings, units, the Dockerfile's pieces."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import click
import pytest
from flask import Flask

from tests.live import ROOT

pytestmark = pytest.mark.once

FOLDER = ROOT / "docs" / "operating"
MANUAL = ROOT / "docs" / "OPERATING.md"
_SETTING = re.compile(r"VERSO_[A-Z_]+[A-Z]")
_UNITS = sorted([*FOLDER.glob("*.service"), *FOLDER.glob("*.timer")])
_INSTRUCTIONS = {
    *("FROM", "WORKDIR", "RUN", "COPY", "ENV", "VOLUME", "EXPOSE", "USER", "HEALTHCHECK", "CMD"),
}


def _texts() -> dict[Path, str]:
    found = [MANUAL, *(one for one in FOLDER.iterdir() if one.is_file())]
    return {one: one.read_text("utf-8") for one in found}


def test_every_command_that_is_named_exists(house: Flask) -> None:
    named = {
        (file.name, match)
        for file, text in _texts().items()
        for match in re.findall(r"flask --app wsgi ([a-z][a-z -]*[a-z])", text)
    }

    assert len({match for _file, match in named}) >= 8
    lacking = {(file, words) for file, words in named if not _exists(house, words.split())}
    assert lacking == set()


def _exists(house: Flask, words: list[str]) -> bool:
    group: click.Command = house.cli
    for word in words:
        if not isinstance(group, click.Group):
            return True  # the rest are its own words
        if word not in group.commands:
            return False
        group = group.commands[word]
    return True


def test_every_setting_that_is_read_is_told_and_the_other_way_round() -> None:
    read = set(_SETTING.findall((ROOT / "app" / "config.py").read_text("utf-8")))
    told = {name for text in _texts().values() for name in _SETTING.findall(text)}
    rows = set(_SETTING.findall("\n".join(re.findall(r"^\| `VERSO.*", MANUAL.read_text(), re.M))))

    assert told - read == set()
    assert read - rows == set()


def test_what_the_manual_links_to_is_there() -> None:
    linked = re.findall(r"\]\((operating/[^)]*)\)", MANUAL.read_text("utf-8"))

    assert len(linked) >= 10
    assert [one for one in linked if not (ROOT / "docs" / one).exists()] == []
    files = {one.name for one in FOLDER.iterdir()}
    assert files == {Path(one).name for one in linked if one != "operating/"}


@pytest.mark.parametrize("unit", _UNITS, ids=lambda one: one.name)
def test_a_unit_is_one_that_systemd_takes(unit: Path, tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    text = unit.read_text("utf-8")
    if unit.suffix == ".service":
        for needed in ("User=verso", "NoNewPrivileges=yes", "EnvironmentFile=", "ExecStart="):
            assert needed in text, needed
    if program is None:
        return
    # Nothing of ours is installed here: the programs are asked to be some that are.
    there = text.replace("/opt/verso/.venv/bin/flask --app", "/bin/echo --app")
    name = unit.name.replace("@", "@8000")
    for other in _UNITS:  # a timer wants its service
        copy = other.read_text("utf-8").replace("/opt/verso/.venv/bin/flask", "/bin/echo")
        (tmp_path / other.name.replace("@", "@8000")).write_text(copy)
    (tmp_path / name).write_text(there)

    told = subprocess.run(
        [program, "verify", "--man=no", str(tmp_path / name)], capture_output=True, text=True
    )

    mine = [line for line in told.stderr.splitlines() if name in line]
    assert mine == []


def _instructions(text: str) -> list[tuple[str, str]]:
    joined = re.sub(r"\\\n\s*", " ", re.sub(r"^#.*\n", "", text, flags=re.M))
    return [
        (line.split(" ", 1)[0], line.split(" ", 1)[1].strip())
        for line in joined.splitlines()
        if line.strip()
    ]


def test_the_dockerfile_is_whole(house: Flask) -> None:
    found = _instructions((FOLDER / "Dockerfile").read_text("utf-8"))

    assert {name for name, _rest in found} <= _INSTRUCTIONS
    for name, rest in found:
        if name == "FROM":
            assert re.match(r"[\w./-]+:\d+\.\d+\.\d+\S*( AS \w+)?$", rest), f"not pinned: {rest}"
        if name == "COPY" and not rest.startswith("--from"):
            *sources, _target = shlex.split(rest)
            assert [one for one in sources if not (ROOT / one).exists()] == []
    [user] = [rest for name, rest in found if name == "USER"]
    assert user not in ("root", "0")
    assert [name for name, _rest in found].index("USER") > 0
    [command] = [rest for name, rest in found if name == "CMD"]
    words = re.findall(r'"([^"]+)"', command)
    assert _exists(house, words[words.index("wsgi") + 1 :])
    base = [rest.split()[0] for name, rest in found if name == "FROM"]
    assert len(set(base)) == 1, "built on one Python, run on another"


def test_the_compose_file_runs_commands_that_exist_on_pinned_images(house: Flask) -> None:
    text = (FOLDER / "compose.yml").read_text("utf-8")

    commands = re.findall(r'command: \[.*"wsgi", (.*)\]', text)
    assert len(commands) == 3
    for one in commands:
        assert _exists(house, re.findall(r'"([\w-]+)"', one))
    for image in re.findall(r"image: (\S+)", text):
        assert re.search(r":\d+\.\d+", image), f"not pinned: {image}"


@pytest.mark.parametrize("file", ["nginx.conf", "Caddyfile"])
def test_a_proxy_keeps_metrics_inside_and_sets_who_asked(file: str) -> None:
    text = (FOLDER / file).read_text("utf-8")

    assert text.count("{") == text.count("}")
    for needed in ("/metrics", "/readyz", "X-Forwarded-For", "Strict-Transport-Security"):
        assert needed in text, needed
