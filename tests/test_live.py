"""The product as its users start it: one command, three processes, none left when it stops."""

import signal
import time

import psutil
import pytest

from tests.live import LiveShop


@pytest.mark.slow
def test_a_fallen_process_comes_back_and_a_stop_leaves_none(own_live_server: LiveShop) -> None:
    for name in ("web", "worker", "scheduler"):
        fallen = own_live_server.process(name)
        fallen.send_signal(signal.SIGKILL)
        end = time.monotonic() + 15
        while time.monotonic() < end:
            try:
                if own_live_server.process(name).pid != fallen.pid:
                    break
            except (AssertionError, psutil.NoSuchProcess):
                pass
            time.sleep(0.05)
        else:
            pytest.fail(f"{name} did not come back:\n{own_live_server.tail()}")
    own_live_server.await_answer()


@pytest.mark.slow
def test_no_process_outlives_its_supervisor(own_live_server: LiveShop) -> None:
    supervisor = own_live_server.supervisor
    assert supervisor is not None
    children = psutil.Process(supervisor.pid).children(recursive=True)
    assert len(children) == 3
    supervisor.kill()
    supervisor.wait()
    _gone, left = psutil.wait_procs(children, timeout=10)
    assert left == []
