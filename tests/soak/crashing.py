"""Kill -9 under programs that insist: nothing lost, nothing doubled; and how soon it is back."""

import random
import time

from tests.crashes import kill, kill_supervisor
from tests.live import LiveShop
from tests.soak.result import Result, size
from tests.trade import Log, Trader, await_drained, differences, make_token

PROGRAMS = 8
_SETTLED = 1.5  # seconds after which the supervisor starts a fallen process without a pause
_WHO = (("web",), ("worker",), ("web", "worker"))


def soak_kills(shop: LiveShop, *, seed: int) -> list[Result]:
    """Kill at random moments; once the supervisor itself; then look for all that was told."""
    kills, draw = size("KILLS", 100), random.Random(seed)
    token, log = make_token(shop.house), Log()
    programs = [Trader(shop.url, token, seed=seed + n, log=log) for n in range(PROGRAMS)]
    for program in programs:
        program.start()
    gone = 0.0
    for number in range(kills):
        time.sleep(draw.uniform(0.2, 2.5))
        if number == kills // 2:
            gone = kill_supervisor(shop)
            shop.start()
        else:
            kill(shop, *draw.choice(_WHO))
    time.sleep(2)
    log.stopping.set()
    for program in programs:
        program.join()
    drained = await_drained(shop.house, seconds=120)
    wrong = differences(shop.house, log)
    answers = sum(log.answers.values())
    return [
        Result(
            f"kill -9 of web, worker, both, supervisor: {kills} times under {PROGRAMS} programs",
            "0 lost, 0 doubled, ledgers agree",
            f"{len(wrong)} differences in {answers:,} acknowledged writes "
            f"({sum(one.shipped for one in log.sales)} parcels, seed {seed})"
            + "".join(f"; {one}" for one in wrong[:3]),
            not wrong,
        ),
        Result(
            "jobs in the hands of a killed worker",
            "all done within lease + 5 s (35 s)",
            f"all done {drained:.0f} s after the last sale",
            drained <= 35,
        ),
        Result(
            "supervisor killed",
            "0 orphans in 1 s",
            f"0 orphans after {gone:.2f} s",
            gone <= 1,
        ),
    ]


def soak_restarts(shop: LiveShop) -> list[Result]:
    """How long web and worker are away, and the whole shop from its command to its first answer."""
    away: dict[str, list[float]] = {"web": [], "worker": []}
    for _time in range(size("RESTARTS", 3)):
        for name, waits in away.items():
            time.sleep(_SETTLED)
            waits.append(kill(shop, name)[name])
    shop.stop()
    began = time.monotonic()
    shop.start()
    up = time.monotonic() - began
    return [
        *(
            Result(f"{name} killed: back after", "<= 3 s", f"{max(waits):.1f} s", max(waits) <= 3)
            for name, waits in away.items()
        ),
        Result("one command until it answers, schema there", "<= 5 s", f"{up:.1f} s", up <= 5),
    ]
