"""Killing the processes of a running shop, and how long they take to come back."""

import contextlib
import time
import urllib.request
from urllib.error import URLError

import psutil
from sqlalchemy import select

from app import clock
from app.db import close_session, session
from app.models import Heartbeat
from tests.live import LiveShop
from tests.machine import allowed


def kill(shop: LiveShop, *names: str) -> dict[str, float]:
    """Kill processes with -9, all in one moment; return after how many seconds each was back."""
    fallen = [shop.process(name) for name in names]
    before = clock.now()
    began = time.monotonic()
    for process in fallen:
        process.kill()
    back: dict[str, float] = {}
    while len(back) < len(names):
        for name in names:
            if name not in back and _is_back(shop, name, before, fallen):
                back[name] = time.monotonic() - began
        if time.monotonic() - began > allowed(60):
            raise AssertionError(f"{set(names) - set(back)} did not come back:\n{shop.tail()}")
        time.sleep(0.02)
    return back


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _is_back(shop: LiveShop, name: str, before: object, fallen: list[psutil.Process]) -> bool:
    if any(_lives(one) for one in fallen):
        return False
    if name == "web":
        try:
            with urllib.request.urlopen(f"{shop.url}/healthz", timeout=2):
                return True
        except (URLError, OSError):
            return False
    with shop.house.app_context():
        seen = session.scalar(select(Heartbeat.seen_at).where(Heartbeat.name == name))
        close_session()
    return seen is not None and seen > before  # type: ignore[operator]


def kill_supervisor(shop: LiveShop) -> float:
    """Kill the supervisor with -9; return after how many seconds all its children were gone."""
    assert shop.supervisor is not None
    children = psutil.Process(shop.supervisor.pid).children(recursive=True)
    began = time.monotonic()
    shop.supervisor.kill()
    shop.supervisor.wait()
    end = began + allowed(30)
    # One that has ended is gone, also where nobody has asked for its last word yet.
    while (left := [one for one in children if _lives(one)]) and time.monotonic() < end:
        time.sleep(0.01)
    seconds = time.monotonic() - began
    for orphan in left:
        with contextlib.suppress(psutil.NoSuchProcess):
            orphan.kill()
    assert not left, f"they outlived their supervisor: {left}"
    shop.supervisor = None
    return seconds
