"""
Web, worker and scheduler under one command: restarted when they fall, and no orphans.

The processes are forked from this one, which has read the whole product before: reading it costs
three seconds of a core, forking some milliseconds, and a fallen process is back at once.
"""

import gc
import logging
import os
import random
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import FrameType
from typing import NoReturn

from setproctitle import setproctitle

log = logging.getLogger(__name__)

Work = Callable[[], int]
"""What a process does until it is told to stop; returns its exit code."""

_PATIENCE = 20.0  # seconds for a clean stop
_LONGEST_PAUSE = 30.0
_SETTLED = 1.0  # seconds; what cannot start falls within some milliseconds of its fork
_SIGNALS = (signal.SIGTERM, signal.SIGINT)


@dataclass
class Child:
    """One process and how often it fell of late."""

    name: str
    work: Work
    pid: int | None = None
    falls: int = 0
    began: float = 0.0
    not_before: float = field(default=0.0)


class Supervisor:
    """Keep children alive until told to stop."""

    def __init__(self, works: Mapping[str, Work]) -> None:
        self._children = [Child(name, work) for name, work in works.items()]
        # Each child holds the reading end. When this process ends, however it ends, the system
        # closes the writing end and the children see it.
        self._read_end, self._write_end = os.pipe()
        self._stopping = False

    def run(self) -> int:
        """Start all, watch them, and return when they have been stopped."""
        for number in _SIGNALS:
            signal.signal(number, self._ask_to_stop)
        # A thread does not survive a fork, and what it had locked would stay locked for ever.
        assert threading.active_count() == 1, threading.enumerate()
        gc.freeze()  # what is read by now stays in memory that all of them share
        while not self._stopping:
            for child in self._children:
                self._look_after(child)
            time.sleep(0.1)
        return self._stop_all()

    def _ask_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True

    def _look_after(self, child: Child) -> None:
        now = time.monotonic()
        if child.pid is not None:
            status = _ended(child.pid)
            if status is None:
                return
            lived = now - child.began
            child.falls = 1 if lived > _SETTLED else child.falls + 1
            pause = 0.0 if child.falls == 1 else min(2.0 ** (child.falls - 2), _LONGEST_PAUSE)
            log.warning("%s ended with %s; again in %.0f s", child.name, status, pause)
            child.pid, child.not_before = None, now + pause
        if now >= child.not_before and not self._stopping:
            self._start(child)

    def _start(self, child: Child) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        child.began = time.monotonic()
        child.pid = os.fork()
        if child.pid == 0:
            self._be(child)

    def _be(self, child: Child) -> NoReturn:
        """Live as the child, in the child; never return into the supervisor's own code."""
        code = 1
        try:
            for number in _SIGNALS:
                signal.signal(number, signal.SIG_DFL)
            os.close(self._write_end)  # or it would keep the lifeline of all of them open
            _hold_lifeline(self._read_end)
            setproctitle(f"verso {child.name}")
            random.seed()  # else all of them would wait the same "random" times
            code = child.work()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
        except BaseException:  # whatever it is, it must not climb into the supervisor
            traceback.print_exc()
        finally:
            logging.shutdown()
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def _stop_all(self) -> int:
        for child in self._children:
            if child.pid is not None and _ended(child.pid) is None:
                os.kill(child.pid, signal.SIGTERM)
            else:
                child.pid = None
        deadline = time.monotonic() + _PATIENCE
        for child in self._children:
            while child.pid is not None and _ended(child.pid) is None:
                if time.monotonic() > deadline:
                    log.warning("%s did not stop in time", child.name)
                    os.kill(child.pid, signal.SIGKILL)
                    os.waitpid(child.pid, 0)
                    break
                time.sleep(0.02)
        return 0


def _ended(pid: int) -> int | None:
    """Return how a child ended (minus the signal, as `subprocess` does); None while it lives."""
    done, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if done else None


def _hold_lifeline(read_end: int) -> None:
    """End this process when its supervisor has gone, however that happened."""

    def watch() -> None:
        os.read(read_end, 1)  # returns only when the other end is closed
        os._exit(1)

    threading.Thread(target=watch, name="lifeline", daemon=True).start()
