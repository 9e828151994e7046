"""What set-up brings for the browser."""

import json
import re
from pathlib import Path

import pytest

from app.icons import icon, shelf
from frontend import install

ROOT = Path(__file__).parents[2]
FRONTEND = ROOT / "frontend"


def test_the_lock_pins_every_package_and_names_no_address() -> None:
    text = (FRONTEND / "package-lock.json").read_text(encoding="utf-8")
    assert "://" not in text
    entries = {place: one for place, one in json.loads(text)["packages"].items() if place}
    assert all(
        one["version"] and one["integrity"].startswith("sha512-") for one in entries.values()
    )


def test_what_is_asked_for_is_asked_for_exactly() -> None:
    wanted = json.loads((FRONTEND / "package.json").read_text(encoding="utf-8"))
    versions = [*wanted["dependencies"].values(), *wanted["devDependencies"].values()]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in versions)


def test_a_second_run_finds_nothing_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    assert install.main() == 0
    monkeypatch.setattr(install, "copy_files", lambda: pytest.fail("it copied again"))
    assert install.main() == 0


def test_an_icon_that_does_not_exist_is_told_with_its_place(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(install, "VENDOR", tmp_path)
    page = install.ROOT / "app/templates/x.html"
    unknown = install.write_icons({page: """{{ icon("chek") }} {{ event("barcode", "12:00") }}"""})
    assert unknown == {"chek": "app/templates/x.html"}
    assert list(json.loads((tmp_path / "icons.json").read_text())) == ["barcode"]


def test_every_icon_in_use_is_on_the_shelf() -> None:
    named = {
        name
        for text in install.sources().values()
        for pair in install.GIVEN.findall(text)
        for name in pair
        if name
    }
    assert named <= set(shelf())


def test_an_icon_without_a_word_beside_it_is_named() -> None:
    assert 'role="img" aria-label="Late &lt;b&gt;"' in icon("clock", "", "Late <b>")
    assert 'aria-hidden="true"' in icon("clock")
    with pytest.raises(LookupError, match="chek"):
        icon("chek")


@pytest.mark.parametrize("file", ["tabler.min.css", "tabler.min.js", "htmx.min.js"])
def test_large_files_lie_there_packed(file: str) -> None:
    found = list((ROOT / "app/static/vendor").glob(f"*/{file}.gz"))
    assert len(found) == 1
    assert b"sourceMappingURL" not in found[0].with_suffix("").read_bytes()
