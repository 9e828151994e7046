"""Web, worker and scheduler under one command: restarted when they fall, and no orphans."""

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import FrameType

log = logging.getLogger(__name__)

LIFELINE = "VERSO_LIFELINE"
_PATIENCE = 20.0  # seconds for a clean stop
_LONGEST_PAUSE = 30.0
_SETTLED = 5.0  # who lived so long could start: one blow later is no reason to wait


@dataclass
class Child:
    """One process and how often it fell of late."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    falls: int = 0
    began: float = 0.0
    not_before: float = field(default=0.0)


class Supervisor:
    """Keep children alive until told to stop."""

    def __init__(self, names: Sequence[str]) -> None:
        base = [sys.executable, "-m", "flask", "--app", "wsgi"]
        self._children = [Child(name, [*base, name]) for name in names]
        # Each child holds the reading end. When this process ends, however it ends, the system
        # closes the writing end and the children see it.
        self._read_end, self._write_end = os.pipe()
        self._stopping = False

    def run(self) -> int:
        """Start all, watch them, and return when they have been stopped."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask_to_stop)
        while not self._stopping:
            for child in self._children:
                self._look_after(child)
            time.sleep(0.1)
        return self._stop_all()

    def _ask_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True

    def _look_after(self, child: Child) -> None:
        now = time.monotonic()
        if child.process is not None:
            status = child.process.poll()
            if status is None:
                return
            lived = now - child.began
            child.falls = 1 if lived > _SETTLED else child.falls + 1
            pause = 0.0 if child.falls == 1 else min(2.0 ** (child.falls - 2), _LONGEST_PAUSE)
            log.warning("%s ended with %s; again in %.0f s", child.name, status, pause)
            child.process, child.not_before = None, now + pause
        if now >= child.not_before and not self._stopping:
            self._start(child)

    def _start(self, child: Child) -> None:
        environment = {**os.environ, LIFELINE: str(self._read_end)}
        child.process = subprocess.Popen(  # noqa: S603 - our own interpreter and command
            child.command, env=environment, pass_fds=[self._read_end]
        )
        child.began = time.monotonic()

    def _stop_all(self) -> int:
        alive = [child.process for child in self._children if child.process is not None]
        for process in alive:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + _PATIENCE
        for process in alive:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                log.warning("process %s did not stop in time", process.pid)
                process.kill()
                process.wait()
        return 0


def hold_lifeline() -> None:
    """End this process when its supervisor has gone, however that happened."""
    handle = os.environ.get(LIFELINE)
    if handle is None:
        return

    def watch() -> None:
        os.read(int(handle), 1)  # returns only when the other end is closed
        os._exit(1)

    threading.Thread(target=watch, name="lifeline", daemon=True).start()
