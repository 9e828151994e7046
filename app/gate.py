"""The writers' gate of a SQLite file: one at a time, in the order in which they came."""

import fcntl
import os
import threading
import time
from collections import deque
from pathlib import Path

from app import metrics
from app.errors import RuleViolation
from app.i18n import _


class GateBusy(RuleViolation):
    """The gate was not won in time; nothing was changed and the caller may try again."""

    code = "still_running"

    def __init__(self) -> None:
        super().__init__(_("The shop is busy writing. Nothing was changed; try again in a moment."))


class Gate:
    """
    Let one writer through: fair between threads by tickets, between processes by a file lock.

    SQLite itself lets waiting writers sleep and poll, so that some starve for seconds; behind a
    gate each waits only for those who came before.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._queue: deque[threading.Lock] = deque()
        self._mutex = threading.Lock()
        self._held = False
        self._file: int | None = None
        self._process: int | None = None

    def acquire(self, timeout: float = 10.0) -> None:
        """
        Wait for the turn of this thread, then for that of this process.

        :raises GateBusy: the turn did not come within `timeout` seconds
        """
        began = time.monotonic()
        deadline = began + timeout
        self._take_ticket(timeout)
        try:
            self._lock_file(deadline)
        except BaseException:  # a Ctrl-C too: a turn that is not passed on stops all writers
            self._pass_on()
            raise
        metrics.GATE.observe(time.monotonic() - began)

    def release(self) -> None:
        assert self._file is not None
        fcntl.flock(self._file, fcntl.LOCK_UN)
        self._pass_on()

    def _take_ticket(self, timeout: float) -> None:
        with self._mutex:
            if not self._held:
                self._held = True
                return
            ticket = threading.Lock()
            ticket.acquire()
            self._queue.append(ticket)
        if ticket.acquire(timeout=timeout):
            return
        with self._mutex:
            if ticket in self._queue:
                self._queue.remove(ticket)
                raise GateBusy
        # The turn came in the very moment in which the waiting ended: hand it to the next.
        self._pass_on()
        raise GateBusy

    def _pass_on(self) -> None:
        with self._mutex:
            if self._queue:
                self._queue.popleft().release()
            else:
                self._held = False

    def _lock_file(self, deadline: float) -> None:
        if self._process != os.getpid():
            # A lock belongs to the open file: a forked child must not share its parent's.
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            self._process = os.getpid()
        assert self._file is not None
        while True:
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise GateBusy from None
                time.sleep(0.001)
            else:
                return
