"""Who takes goods back in a simulated trade: asked for, received with verdicts, refunded."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from app.simulating import Player
from modules.orders.actors import memory
from modules.orders.operations.returning import cancel_return

_VERDICTS = ("sellable", "sellable", "damaged", "wrong_item", "missing", "kept", "lost")


class ReturnsDesk(Player):
    """Takes back what has left, in parts and with every verdict."""

    def begin(self) -> None:
        self.waiting: list[tuple[memory.KeptOrder, str]] = []

    def moves(self) -> Sequence[tuple[int, Callable[[], bool]]]:
        return [(4, self.ask), (5, self.receive), (2, self.refund), (1, self.drop)]

    def ask(self) -> bool:
        sim = self.sim
        shipped = [one for one in memory.known(sim).values() if one.shipped_parcels]
        if not shipped:
            return False
        kept = sim.draw.choice(shipped)
        lines = []
        for line in kept.lines.values():
            if line.shipped > line.returned:
                count = sim.draw.randint(1, line.shipped - line.returned)
                lines.append({"line": line.id, "quantity": count, "reason": "does not fit"})
        if not lines:
            return False
        lines = sim.draw.sample(lines, k=sim.draw.randint(1, len(lines)))
        path, key = f"/orders/{kept.id}/returns", sim.name("key")
        answer = sim.post(path, {"lines": lines}, key=key)
        if answer.done:
            self.waiting.append((kept, answer.body["id"]))
            again = sim.post(path, {"lines": lines}, key=key)
            sim.expect("a return asked for twice", told=answer.body, found=again.body)
            sim.counts["returns"] += 1
        return True

    def receive(self) -> bool:
        if not self.waiting:
            return False
        sim = self.sim
        kept, wanted = self.waiting.pop(sim.draw.randrange(len(self.waiting)))
        expected = sim.get(f"/returns/{wanted}")
        lines: list[dict[str, Any]] = []
        for line in expected["lines"]:
            left = line["quantity"] - line["received"]
            while left:
                count = sim.draw.randint(1, left)
                verdict = sim.draw.choice(_VERDICTS)
                lines.append({"line": line["line"], "quantity": count, "verdict": verdict})
                left -= count
        parts = len(lines) > 1 and sim.chance(0.3)
        if parts:
            lines = lines[: len(lines) // 2]
        body: dict[str, Any] = {"lines": lines}
        refund = self._refund_of(kept, lines)
        if refund:
            body["refund"] = [refund]
        answer = sim.post(f"/returns/{wanted}/receipt", body, key=sim.name("key"))
        if not answer.done:
            self.waiting.append((kept, wanted))
            return True
        worth = expected["credit_minor"] + self._credit(kept, lines)
        sim.expect(f"credit of {wanted}", told=worth, found=answer.body["credit_minor"])
        self._came_back(kept, lines)
        if parts:
            self.waiting.append((kept, wanted))
        kept.note_refunds(sim.get(f"/orders/{kept.id}"))
        if refund:
            sim.counts["refunds"] += 1
        return True

    def _credit(self, kept: memory.KeptOrder, lines: Sequence[dict[str, Any]]) -> int:
        """Return what the units cost, the lowest numbers first."""
        back: Counter[str] = Counter()
        for one in lines:
            if one["verdict"] in memory.CREDITED:
                back[one["line"]] += one["quantity"]
        credit = 0
        for line_id, count in back.items():
            line = kept.lines[line_id]
            before = line.live_minor
            line.returned += count
            credit += before - line.live_minor
            line.returned -= count
        return credit

    def _refund_of(
        self, kept: memory.KeptOrder, lines: Sequence[dict[str, Any]]
    ) -> dict[str, Any] | None:
        sim, credit = self.sim, self._credit(kept, lines)
        if not credit or sim.chance(0.4):
            return None
        paid = [
            one
            for one in sim.get(f"/orders/{kept.id}")["payments"]
            if one["captured_minor"] - sum(x["amount_minor"] for x in one["refunds"]) > 0
        ]
        if not paid:
            return None
        payment = sim.draw.choice(paid)
        given = sum(refund["amount_minor"] for refund in payment["refunds"])
        amount = min(credit, payment["captured_minor"] - given)
        return {"payment": payment["id"], "amount_minor": amount}

    def _came_back(self, kept: memory.KeptOrder, lines: Sequence[dict[str, Any]]) -> None:
        pieces: Counter[str] = self.sim.known["pieces"]
        for one in lines:
            line = kept.lines[one["line"]]
            if one["verdict"] in memory.CREDITED:
                line.returned += one["quantity"]
            if one["verdict"] in memory.IN_HANDS:
                pieces[line.sku] += one["quantity"]

    def refund(self) -> bool:
        """Give back what was paid too much."""
        sim = self.sim
        orders = [*memory.known(sim).values()]
        if not orders:
            return False
        kept = sim.draw.choice(orders)
        order = sim.get(f"/orders/{kept.id}")
        for payment in order["payments"]:
            given = sum(refund["amount_minor"] for refund in payment["refunds"])
            free = payment["captured_minor"] - given
            owed = min(-order["totals"]["balance_minor"], free)
            if owed > 0:
                path = f"/payments/{payment['id']}/refunds"
                body = {"amount_minor": owed, "reason": "paid too much"}
                answer = sim.post(path, body, key=sim.name("key"))
                if answer.done:
                    kept.note_refunds(sim.get(f"/orders/{kept.id}"))
                    sim.counts["refunds"] += 1
                return True
        return False

    def drop(self) -> bool:
        if not self.waiting:
            return False
        kept, wanted = self.waiting.pop(self.sim.draw.randrange(len(self.waiting)))

        def drop_it() -> bool:
            cancel_return(return_id=int(wanted))
            return True

        if self.sim.act(drop_it) is None:
            self.waiting.append((kept, wanted))  # a part of it was received: the rest will be
        return True
