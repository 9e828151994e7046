"""A shop of several machines, all of them here: webs on ports of their own, workers, schedulers."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.error import URLError

from flask import Flask

from tests.databases import ENCRYPTION_KEYS, Databases
from tests.live import ROOT
from tests.machine import allowed
from tests.trade import Program, Told
from wsgi import make_app

_PATIENCE = 60.0


@dataclass
class Crew:
    """Processes that share a database and a folder, and nothing else."""

    house: Flask
    """A house in this process over the same database: to prepare and to look."""
    environment: dict[str, str]
    log: Path
    urls: list[str]
    broker: subprocess.Popen[bytes] | None = None
    """The doorbell, which a test may kill."""
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str, process: str, **settings: str) -> None:
        command = [sys.executable, "-m", "flask", "--app", "wsgi", process]
        if shutil.which("setpriv"):
            command = ["setpriv", "--pdeathsig", "SIGTERM", *command]  # it does not outlive us
        with self.log.open("ab") as out:
            self.processes[name] = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self.environment | settings,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
            )

    def await_answers(self) -> None:
        end = time.monotonic() + _PATIENCE + allowed(30)
        waiting = list(self.urls)
        while waiting:
            assert time.monotonic() < end, f"no answer from {waiting}:\n{self.tail()}"
            for url in list(waiting):
                with contextlib.suppress(URLError, OSError):
                    urllib.request.urlopen(f"{url}/readyz", timeout=5).close()
                    waiting.remove(url)
            time.sleep(0.1)

    def tail(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-40:])

    def stop(self) -> dict[str, int]:
        """Stop all of them cleanly; return how each ended."""
        for process in self.processes.values():
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        ended = {}
        for name, process in self.processes.items():
            try:
                ended[name] = process.wait(30 + allowed(10))
            except subprocess.TimeoutExpired:
                process.kill()
                ended[name] = process.wait()
        self.processes = {}
        return ended


class Doors:
    """A program that knocks at one web after the other, as behind a proxy."""

    def __init__(self, urls: Sequence[str], token: str) -> None:
        self._programs = [Program(url, token, timeout=30) for url in urls]
        self._turn = cycle(self._programs)

    def call(self, method: str, path: str, body: Any = None, *, key: str | None = None) -> Told:
        return next(self._turn).call(method, path, body, key=key)

    def hang_up(self) -> None:
        for program in self._programs:
            program.hang_up()


@contextmanager
def running_crew(databases: Databases, *, each: int = 2) -> Iterator[Crew]:
    """Hold a shop with so many of each process; with Redis as its doorbell where that is here."""
    url, folder = databases.new_database(), databases.own_folder()
    ports = [_free_port() for _web in range(each)]
    with ExitStack() as held:
        broker = held.enter_context(_redis(folder))
        settings = {
            "VERSO_DATABASE_URL": url,
            "VERSO_DATA_DIR": str(folder),
            "VERSO_ENCRYPTION_KEYS": ENCRYPTION_KEYS,
            "VERSO_HOST": "127.0.0.1",
            "VERSO_BASE_URL": "http://127.0.0.1",
            **({"VERSO_BROKER_URL": broker[0]} if broker else {}),
        }
        clean = {name: value for name, value in os.environ.items() if "VERSO" not in name}
        house = make_app(
            {"DATABASE_URL": url, "DATA_DIR": folder, "ENCRYPTION_KEYS": ENCRYPTION_KEYS}
        )
        urls = [f"http://127.0.0.1:{port}" for port in ports]
        crew = Crew(house, clean | settings, folder / "crew.log", urls)
        crew.broker = broker[1] if broker else None
        try:
            for number, port in enumerate(ports):
                crew.start(f"web {number}", "web", VERSO_PORT=str(port))
                crew.start(f"worker {number}", "worker")
                crew.start(f"scheduler {number}", "scheduler")
            crew.await_answers()
            yield crew
        finally:
            crew.stop()
            house.extensions["database"].engine.dispose()
            databases.drop_database(url)


@contextmanager
def _redis(folder: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]] | None]:
    program = shutil.which("redis-server")
    if program is None:
        yield None
        return
    port = _free_port()
    words = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir"]
    tie = ["setpriv", "--pdeathsig", "SIGTERM"] if shutil.which("setpriv") else []
    server = subprocess.Popen(
        [*tie, *words, str(folder)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield f"redis://127.0.0.1:{port}/0", server
    finally:
        server.terminate()
        server.wait(10)


def _free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        number: int = door.getsockname()[1]
        return number
