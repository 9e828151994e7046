"""The writers' gate: everybody gets through in the order of coming, in one process and in two."""

import os
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest

from app.gate import Gate, GateBusy

ROOT = Path(__file__).parents[2]
PATIENCE = 20.0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "verso.db.gate"


def waiting(gate: Gate, count: int) -> None:
    """Return once so many threads stand in the queue."""
    end = time.monotonic() + PATIENCE
    while len(gate._queue) < count:
        assert time.monotonic() < end, "they never came to the gate"
        time.sleep(0.001)


def test_threads_pass_in_the_order_in_which_they_came(path: Path) -> None:
    gate = Gate(path)
    passed: list[int] = []

    def pass_through(number: int) -> None:
        gate.acquire(PATIENCE)
        passed.append(number)
        gate.release()

    gate.acquire()
    threads = []
    for number in range(12):
        threads.append(threading.Thread(target=pass_through, args=(number,)))
        threads[-1].start()
        waiting(gate, number + 1)
    assert passed == []
    gate.release()
    for thread in threads:
        thread.join(PATIENCE)
    assert passed == list(range(12))


def test_a_thread_that_comes_again_stands_behind_those_who_wait(path: Path) -> None:
    gate = Gate(path)
    passed: list[str] = []

    def greedy() -> None:
        for _again in range(3):
            gate.acquire(PATIENCE)
            passed.append("greedy")
            gate.release()

    gate.acquire()
    threads = [threading.Thread(target=greedy)]
    threads[0].start()
    waiting(gate, 1)

    def modest() -> None:
        gate.acquire(PATIENCE)
        passed.append("modest")
        gate.release()

    threads.append(threading.Thread(target=modest))
    threads[1].start()
    waiting(gate, 2)
    gate.release()
    for thread in threads:
        thread.join(PATIENCE)
    assert passed.index("modest") == 1


def test_one_alone_is_inside(path: Path) -> None:
    gate = Gate(path)
    inside = 0
    most = 0

    def work() -> None:
        nonlocal inside, most
        for _time in range(50):
            gate.acquire(PATIENCE)
            inside += 1
            most = max(most, inside)
            time.sleep(0)
            inside -= 1
            gate.release()

    threads = [threading.Thread(target=work) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert (most, inside) == (1, 0)


def test_who_waits_too_long_goes_away_and_the_others_pass(path: Path) -> None:
    gate = Gate(path)
    outcomes: list[str] = []

    def impatient() -> None:
        with pytest.raises(GateBusy):
            gate.acquire(0.05)
        outcomes.append("gave up")

    def patient() -> None:
        gate.acquire(PATIENCE)
        outcomes.append("passed")
        gate.release()

    gate.acquire()
    first = threading.Thread(target=impatient)
    first.start()
    waiting(gate, 1)
    second = threading.Thread(target=patient)
    second.start()
    first.join(PATIENCE)
    gate.release()
    second.join(PATIENCE)
    assert outcomes == ["gave up", "passed"]
    gate.acquire(0.05)  # nobody's ticket was left behind
    gate.release()


# -- between processes -------------------------------------------------------------------------


def another_process(path: Path, body: str) -> subprocess.Popen[str]:
    code = f"import sys, time\nfrom pathlib import Path\nfrom app.gate import Gate, GateBusy\n" \
           f"gate = Gate(Path({str(path)!r}))\n" + textwrap.dedent(body)  # fmt: skip
    return subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


HOLD = """
gate.acquire()
print("inside", flush=True)
sys.stdin.readline()
gate.release()
print("outside", flush=True)
"""


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def tell(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


def test_a_writer_in_another_process_keeps_us_out_until_it_leaves(path: Path) -> None:
    gate = Gate(path)
    with another_process(path, HOLD) as other:
        assert said(other) == "inside"
        with pytest.raises(GateBusy):
            gate.acquire(0.1)
        tell(other)
        assert said(other) == "outside"
        gate.acquire(PATIENCE)
        gate.release()


def test_a_writer_that_is_killed_leaves_the_gate_open(path: Path) -> None:
    gate = Gate(path)
    with another_process(path, HOLD) as other:
        assert said(other) == "inside"
        other.kill()
        other.wait(PATIENCE)
        gate.acquire(PATIENCE)
        gate.release()


@pytest.mark.slow
def test_two_processes_lose_nothing_between_them(path: Path, tmp_path: Path) -> None:
    counter = tmp_path / "counter"
    counter.write_text("0")
    # Read, wait, write: without the gate the two overwrite each other's count.
    count = f"""
    counter = Path({str(counter)!r})
    print("ready", flush=True)
    sys.stdin.readline()
    for _time in range(100):
        gate.acquire(30)
        seen = int(counter.read_text())
        time.sleep(0.0002)
        counter.write_text(str(seen + 1))
        gate.release()
    """
    with another_process(path, count) as one, another_process(path, count) as two:
        assert (said(one), said(two)) == ("ready", "ready")
        tell(one)
        tell(two)
        assert (one.wait(60), two.wait(60)) == (0, 0)
    assert counter.read_text() == "200"


def test_a_child_of_a_fork_has_a_lock_of_its_own(path: Path) -> None:
    body = """
    import os
    gate.acquire()
    child = os.fork()
    if child == 0:
        gate._held = False  # what the parent's thread holds is not the child's turn
        try:
            gate.acquire(0.2)
        except GateBusy:
            os._exit(3)
        os._exit(0)
    _pid, status = os.waitpid(child, 0)
    print(os.waitstatus_to_exitcode(status), flush=True)
    """
    with another_process(path, body) as parent:
        assert said(parent) == "3"
