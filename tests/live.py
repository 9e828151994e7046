"""The real product, as `make run` starts it: its own processes, port, database and data folder."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError

import psutil
from flask import Flask

from tests.databases import ENCRYPTION_KEYS, Databases
from wsgi import make_app

ROOT = Path(__file__).parents[1]
_PATIENCE = 180.0  # seconds until it answers, on a machine that many share


@dataclass
class LiveShop:
    """A shop that runs in processes of its own."""

    url: str
    house: Flask
    """A house in this process over the same database and folder: to prepare and to look."""
    environment: dict[str, str]
    log: Path
    supervisor: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and return once it answers."""
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "serve"]
        if shutil.which("setpriv"):
            command = ["setpriv", "--pdeathsig", "SIGTERM", *command]  # it does not outlive us
        with self.log.open("ab") as out:
            self.supervisor = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
            )
        self.await_answer()

    def await_answer(self) -> None:
        """Return once `/healthz` answers; show the end of the log when it never does."""
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            if self.supervisor is None or self.supervisor.poll() is not None:
                break
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=2):
                    return
            except (URLError, OSError):
                time.sleep(0.05)
        raise AssertionError(f"the shop does not answer:\n{self.tail()}")

    def tail(self) -> str:
        """Return the last lines that its processes wrote."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-40:])

    def process(self, name: str) -> psutil.Process:
        """Return one of its processes: `web`, `worker` or `scheduler`."""
        assert self.supervisor is not None
        for child in psutil.Process(self.supervisor.pid).children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):
                if child.cmdline()[:1] == [f"verso {name}"]:
                    return child
        raise AssertionError(f"no {name} is running:\n{self.tail()}")

    def stop(self) -> None:
        """Stop it cleanly; whatever is left after that is a fault."""
        if self.supervisor is None:
            return
        mine = psutil.Process(self.supervisor.pid) if self.supervisor.poll() is None else None
        family = [mine, *mine.children(recursive=True)] if mine else []
        self.supervisor.send_signal(signal.SIGTERM)
        try:
            self.supervisor.wait(30)
        except subprocess.TimeoutExpired:
            self.supervisor.kill()
            self.supervisor.wait()
        self.supervisor = None
        _gone, left = psutil.wait_procs(family, timeout=5)
        for orphan in left:
            orphan.kill()
        assert not left, f"left running after a stop: {left}"


@contextmanager
def live_shop(databases: Databases, *, url: str | None = None) -> Iterator[LiveShop]:
    """Hold a running shop, with nothing in it but what every installation has."""
    address = url or databases.new_database()
    folder = databases.own_folder()
    port = _free_port()
    base = f"http://127.0.0.1:{port}"
    settings = {
        "VERSO_DATABASE_URL": address,
        "VERSO_DATA_DIR": str(folder),
        "VERSO_ENCRYPTION_KEYS": ENCRYPTION_KEYS,
        "VERSO_HOST": "127.0.0.1",
        "VERSO_PORT": str(port),
        "VERSO_BASE_URL": base,
    }
    clean = {name: value for name, value in os.environ.items() if not name.startswith("VERSO_")}
    house = make_app(
        {
            "DATABASE_URL": address,
            "DATA_DIR": folder,
            "BASE_URL": base,
            "ENCRYPTION_KEYS": ENCRYPTION_KEYS,
        }
    )
    shop = LiveShop(base, house, clean | settings, folder / "shop.log")
    try:
        shop.start()
        yield shop
    finally:
        try:
            shop.stop()
        finally:
            house.extensions["database"].engine.dispose()
            if url is None:
                databases.drop_database(address)
            shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        number: int = door.getsockname()[1]
        return number
