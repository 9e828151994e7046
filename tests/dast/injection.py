"""
Look for a door into the database: `python -m tests.dast.injection`.

sqlmap tries every parameter of the API's document, the fields of its bodies and the searches of the
screens. DAST_DATABASE=postgres tries it there; INJECTION_LEVEL and INJECTION_RISK (3 and 2) say how
much. That it would find a door is shown first, on a small server that has one. Exit 1 when it finds
one in the shop.
"""

import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlencode, urlsplit

from flask import url_for

from app.bodies import BASE
from tests.bench.order_list import signed_in
from tests.dast.world import World, kind_of, world_to_try
from tests.databases import Databases
from tests.machine import Missing
from tests.orders.cast import SHIRT, order_body
from tests.postgres import running_server
from tests.promotions.cast import TEN_OFF

PROGRAM = Path(__file__).parents[2] / ".venv-dast" / "bin" / "sqlmap"
DBMS = {"sqlite": "SQLite", "postgres": "PostgreSQL"}
_FOUND = re.compile(r"identified the following injection point|is vulnerable|appears to be '")
_VALUES = {
    "limit": "5", "updated_after": "2026-01-01T00:00:00Z", "q": "Nowak",
    "sku": SHIRT, "location": "MAIN", "status": "placed", "channel": "web", "store": "MAIN",
    "gtin": "5901234123457", "email": "ewa0@poczta.example", "phone": "+48601447218",
    "card": "1", "state": "draft", "standing": "draft",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Question:
    """One address, with all that it takes from outside; a star in it marks a place to try."""

    url: str
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None
    only: str = ""
    """The one parameter to try; all are where it is empty."""

    @property
    def name(self) -> str:
        verb = "GET" if self.body is None else "POST"
        return f"{verb} {urlsplit(self.url).path}"

    def refusal(self) -> str:
        """Return why the shop says no to it as it stands: what is refused hides its doors."""
        body = None if self.body is None else json.dumps(self.body).encode()
        asked = urllib.request.Request(self.url.replace("*", ""), body, self.headers)
        try:
            with urllib.request.urlopen(asked, timeout=30) as answer:
                return "it leads to the sign-in" if "/sign-in" in answer.url else ""
        except HTTPError as refused:
            with refused:
                return f"{refused.code} {refused.read(300).decode(errors='replace').strip()}"

    def words(self) -> list[str]:
        told = "\n".join(f"{name}: {value}" for name, value in self.headers.items())
        words = ["-u", self.url, *(("--headers", told) if told else ())]
        words += ["--data", json.dumps(self.body)] if self.body is not None else []
        return [*words, *(("-p", self.only) if self.only else ())]


def main() -> int:
    """Return 0 when no door was found, and the program can find one."""
    if not PROGRAM.exists():
        print("tests.dast: the program is not there: run `make static`", file=sys.stderr)
        return 1
    kind = os.environ.get("DAST_DATABASE", "sqlite")
    try:
        with ExitStack() as held:
            folder = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="verso-dast-")))
            leaking = held.enter_context(_a_server_with_a_door())
            if not tried(Question(url=f"{leaking}/?name=Ewa"), folder, dbms="SQLite"):
                print("the program does not find a door that is there", file=sys.stderr)
                return 1
            server = held.enter_context(running_server()) if kind == "postgres" else None
            world = held.enter_context(world_to_try(Databases(folder, server)))
            return try_all(world, folder, kind)
    except Missing as missing:
        print(f"tests.dast: {missing}", file=sys.stderr)
        return 1


def try_all(world: World, folder: Path, kind: str) -> int:
    """Try everything that takes a word from outside; return the exit code."""
    questions = [*_of_the_api(world), *_of_the_bodies(world), *_of_the_screens(world)]
    doors = 0
    for question in questions:
        found = tried(question, folder, dbms=DBMS[kind])
        if found:
            doors += 1
            print(f"{question.name}: {found}", flush=True)
    print(f"{len(questions)} addresses tried for injection, {doors} doors found")
    return bool(doors)


def tried(question: Question, folder: Path, *, dbms: str) -> str:
    """Return what the program says of a door behind one address; "" where there is none."""
    if refusal := question.refusal():
        return f"not tried: {refusal}"
    done = subprocess.run(
        [
            *(str(PROGRAM), *question.words(), "--batch", "--disable-coloring", "--flush-session"),
            *("--level", os.environ.get("INJECTION_LEVEL", "3")),
            *("--risk", os.environ.get("INJECTION_RISK", "2")),
            *("--dbms", dbms, "--threads", "4", "--output-dir", str(folder / "sqlmap")),
            *("--skip", "User-Agent,Referer,Host,Cookie", "--ignore-code", "*"),
        ],
        capture_output=True,
        text=True,
        cwd=folder,
        env={**os.environ, "HOME": str(folder)},
    )
    if "all tested parameters do not appear to be injectable" in done.stdout:
        return ""
    found = next((line for line in done.stdout.splitlines() if _FOUND.search(line)), "")
    # Neither a door nor the word that there is none: it could not try, which is no answer.
    return found or f"not tried: {(done.stdout + done.stderr).strip()[-400:]}"


def _of_the_api(world: World) -> Iterator[Question]:
    with world.shop.house.app_context():
        paths = world.shop.house.spec["paths"]  # type: ignore[attr-defined]
    headers = {"Authorization": f"Bearer {world.token}"}
    for path, calls in sorted(paths.items()):
        if "get" not in calls:
            continue
        given = [one["name"] for one in calls["get"].get("parameters", ()) if one["in"] == "query"]
        values = _VALUES | ({"status": "active"} if path.endswith("/products") else {})
        query = urlencode({name: values[name] for name in given if name in values})
        place = re.sub(r"\{(\w+)\}", lambda found: f"{world.known[kind_of(found[1])][0]}*", path)
        if query or "*" in place:
            url = f"{world.shop.url}{place}" + (f"?{query}" if query else "")
            yield Question(url=url, headers=headers)


def _of_the_bodies(world: World) -> Iterator[Question]:
    order = world.known["order"][0]
    line = {"sku": SHIRT, "quantity": 1}
    bodies: dict[str, Any] = {
        "/orders": order_body(),
        "/quotes": {"channel": "web", "currency": "PLN", "lines": [line]},
        "/customers": {"kind": "person", "name": "Ewa Nowak", "emails": ["ewa@poczta.example"]},
        f"/orders/{order}/holds": {"kind": "manual", "reason": "asks for a call"},
        "/promotions": {"code": "SPRING", "name": "Spring tenth", "definition": TEN_OFF},
        "/loyalty/programs": {"code": "circle", "name": "Circle"},
        "/stock/transfers": {"from": "MAIN", "to": "BACK", "lines": [line]},
        "/stock/receipts": {"location": "MAIN", "reference": "WZ 1", "lines": [line]},
    }
    headers = {"Authorization": f"Bearer {world.token}", "Content-Type": "application/json"}
    for path, body in bodies.items():
        yield Question(url=f"{world.shop.url}{BASE}{path}", headers=headers, body=body)


def _of_the_screens(world: World) -> Iterator[Question]:
    house = world.shop.house
    with house.app_context():
        cookie = f"{house.config['SESSION_COOKIE_NAME']}={signed_in(house)}"
    with house.test_request_context():
        searched = [
            url_for(one.endpoint) for one in house.extensions["lists"].values() if "q" in one.names
        ]
    for path in [*searched, "/search/hits"]:
        yield Question(url=f"{world.shop.url}{path}?q=Nowak", headers={"Cookie": cookie}, only="q")


@contextmanager
def _a_server_with_a_door() -> Iterator[str]:
    """Hold a server that puts what it is asked into its SQL, as nobody should."""
    people = sqlite3.connect(":memory:", check_same_thread=False)
    people.executescript("CREATE TABLE p (name TEXT); INSERT INTO p VALUES ('Ewa'), ('Jan');")
    alone = threading.Lock()

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = parse_qs(urlsplit(self.path).query).get("name", [""])[0]
            try:
                with alone:
                    statement = f"SELECT name FROM p WHERE name = '{asked}'"  # noqa: S608 - the door
                    told = repr(people.execute(statement).fetchall())
            except sqlite3.Error as error:
                told = str(error)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(f"<html><body>{told}</body></html>".encode())

        def log_message(self, *_words: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Door) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


if __name__ == "__main__":
    sys.exit(main())
