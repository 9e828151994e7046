"""Who keeps the stock in a simulated trade: goods in, counts, transfers; and how many there are."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from app.module import Difference
from app.program_line import Answer
from app.simulating import Player
from modules import organization

_CHANNELS = ("web", "pos")


class Storekeeper(Player):
    """Moves goods; `pieces` is what must lie somewhere by all that the shop has answered."""

    def begin(self) -> None:
        sim = self.sim
        self.places = self._two_places()
        self.pieces: Counter[str] = sim.known.setdefault("pieces", Counter())
        self.requested: list[str] = []
        self.on_the_way: list[str] = []
        skus = self._skus()
        for start in range(0, len(skus), 9):
            self._receive(self.places[start % 2], skus[start : start + 9])

    def _skus(self) -> list[str]:
        return [*self.sim.known["prices"]]

    def _two_places(self) -> list[str]:
        served = [one for one in self.sim.every("/locations") if "web" in one["channels"]]
        if len(served) < 2:
            self.sim.act(_open_another)
            served = [one for one in self.sim.every("/locations") if "web" in one["channels"]]
        return [one["code"] for one in served][:3]

    def moves(self) -> Sequence[tuple[int, Callable[[], bool]]]:
        return [
            (6, self.receive),
            (1, self.count),
            (2, self.ask_for_transfer),
            (2, self.send_transfer),
            (2, self.take_transfer_in),
        ]

    # --- goods in ---------------------------------------------------------------------------

    def receive(self) -> bool:
        draw = self.sim.draw
        self._receive(draw.choice(self.places), draw.sample(self._skus(), k=draw.randint(1, 8)))
        return True

    def _receive(self, place: str, skus: Sequence[str]) -> None:
        sim = self.sim
        lines = [{"sku": sku, "quantity": sim.draw.randint(4, 15)} for sku in skus]
        body = {"location": place, "reference": sim.name("WZ"), "lines": lines}
        key = sim.name("key")
        answer = sim.post("/stock/receipts", body, key=key)
        sim.expect("POST /stock/receipts", told=201, found=answer.status)
        if sim.chance(0.2):
            again = sim.post("/stock/receipts", body, key=key)
            sim.expect("a receipt sent twice", told=(True, answer.body), found=_replay(again))
        for line in lines:
            self.pieces[str(line["sku"])] += int(str(line["quantity"]))
        sim.counts["receipts"] += 1

    def count(self) -> bool:
        sim = self.sim
        sku = sim.draw.choice(self._skus())
        levels = sim.get(f"/stock?sku={sku}")["items"]
        if not levels:
            return False
        level = sim.draw.choice(levels)
        counted = max(0, level["on_hand"] + sim.draw.choice((-1, 0, 0, 1)))
        answer = sim.post(
            "/stock/counts",
            {"location": level["location"], "lines": [{"sku": sku, "counted": counted}]},
            key=sim.name("key"),
        )
        if answer.done:
            self.pieces[sku] += sum(line["difference"] for line in answer.body["lines"])
            sim.counts["counts"] += 1
        return True

    # --- transfers --------------------------------------------------------------------------

    def ask_for_transfer(self) -> bool:
        sim = self.sim
        source, target = sim.draw.sample(self.places, k=2)
        skus = sim.draw.sample(self._skus(), k=sim.draw.randint(1, 3))
        lines = [{"sku": sku, "quantity": sim.draw.randint(1, 3)} for sku in skus]
        body = {"from": source, "to": target, "lines": lines}
        answer = sim.post("/stock/transfers", body, key=sim.name("key"))
        if answer.done:
            self.requested.append(answer.body["id"])
            sim.counts["transfers"] += 1
        return True

    def send_transfer(self) -> bool:
        if not self.requested:
            return False
        transfer = self.requested.pop(self.sim.draw.randrange(len(self.requested)))
        if self.sim.chance(0.2):
            self._must(self.sim.post(f"/stock/transfers/{transfer}/cancellation", None))
            return True
        answer = self._must(self.sim.post(f"/stock/transfers/{transfer}/ship", None))
        for line in answer.body["lines"]:
            self.pieces[line["sku"]] -= line["quantity"]
        self.on_the_way.append(transfer)
        return True

    def take_transfer_in(self) -> bool:
        if not self.on_the_way:
            return False
        sim = self.sim
        transfer = self.on_the_way.pop(sim.draw.randrange(len(self.on_the_way)))
        body: dict[str, Any] | None = None
        if sim.chance(0.3):
            sent = sim.get(f"/stock/transfers/{transfer}")["lines"]
            lines = [
                {"sku": one["sku"], "quantity": sim.draw.randint(0, one["quantity"])}
                for one in sent
            ]
            body = {"lines": lines, "reason": "counted at the door"}
        answer = self._must(sim.post(f"/stock/transfers/{transfer}/receive", body))
        for line in answer.body["lines"]:
            self.pieces[line["sku"]] += line["received"]
        return True

    def _must(self, answer: Answer) -> Answer:
        self.sim.expect("a step of a transfer", told=200, found=answer.status)
        return answer

    # --- at night ---------------------------------------------------------------------------

    def check(self) -> Iterator[Difference]:
        lying: Counter[str] = Counter()
        skus = self._skus()
        for start in range(0, len(skus), 100):
            asked = "&".join(f"sku={sku}" for sku in skus[start : start + 100])
            for level in self.sim.every(f"/stock?limit=200&{asked}"):
                lying[level["sku"]] += level["on_hand"]
        for sku in skus:
            if lying[sku] != self.pieces[sku]:
                yield Difference(
                    ledger="answers",
                    entry=f"{sku}: pieces that lie somewhere",
                    expected=self.pieces[sku],
                    found=lying[sku],
                )


def _replay(answer: Answer) -> tuple[bool, Any]:
    return answer.replayed, answer.body


def _open_another() -> None:
    """A trade with one place only would never split an order."""
    web = organization.channel_for_intake("web")
    organization.create_location(
        store_id=web.store_id,
        code="SIM",
        name="Simulated back room",
        kind="back_room",
        channels=[organization.get_channel(code).id for code in _CHANNELS],
    )
