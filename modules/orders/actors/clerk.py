"""Who works orders in a simulated trade: holds, parcels, picking, packing, labels, hand-over."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from app.program_line import Call
from app.simulating import Player
from modules.orders.actors import memory
from modules.orders.operations.fulfilling import cancel_parcel, short_pick
from modules.orders.queries import allocations_in, get_parcel

_HOLDS = ("manual", "fraud", "address", "payment_review", "customer_request")


class Clerk(Player):
    """Takes an order and does what comes next; sometimes all of it, sometimes one step."""

    def moves(self) -> Sequence[tuple[int, Callable[[], bool]]]:
        return [
            (14, self.take_a_step),
            (12, self.work_to_the_end),
            (2, self.hold),
            (2, self.miss_a_piece),
            (1, self.take_apart),
        ]

    def take_a_step(self) -> bool:
        kept = memory.some_open(self.sim)
        return kept is not None and self._step(kept)

    def work_to_the_end(self) -> bool:
        kept = memory.some_open(self.sim)
        if kept is None or not self._step(kept):
            return False
        for _more in range(12):
            if not self._step(kept):
                break
        return True

    def _step(self, kept: memory.KeptOrder) -> bool:
        """Do what comes next with an order; False where nothing does, or a rule says no."""
        order = self.sim.get(f"/orders/{kept.id}")
        if order["status"] != "placed":
            return False
        if order["holds"]:
            return self._release(order)
        for parcel in order["parcels"]:
            if parcel["state"] in ("open", "picking", "packed"):
                return self._work(kept, order, parcel)
        if any(one["state"] == "reserved" and not one["parcel"] for one in order["allocations"]):
            return self._open(order)
        return False

    # --- steps ------------------------------------------------------------------------------

    def _release(self, order: dict[str, Any]) -> bool:
        sim = self.sim
        if sim.chance(0.3):
            return False
        hold = sim.draw.choice(order["holds"])["id"]
        path = f"/orders/{order['id']}/holds/{hold}"
        return sim.send(Call(method="DELETE", path=path)).done

    def _open(self, order: dict[str, Any]) -> bool:
        sim, body = self.sim, {}
        if sim.chance(0.3):
            free = [
                one
                for one in order["allocations"]
                if one["state"] == "reserved" and not one["parcel"]
            ]
            part = sim.draw.choice(free)
            count = sim.draw.randint(1, part["quantity"])
            body = {
                "location": part["location"],
                "lines": [{"line": part["line"], "quantity": count}],
            }
        key = sim.name("key")
        answer = sim.post(f"/orders/{order['id']}/parcels", body, key=key)
        if answer.done and sim.chance(0.2):
            again = sim.post(f"/orders/{order['id']}/parcels", body, key=key)
            sim.expect("a parcel asked for twice", told=answer.body, found=again.body)
        return answer.done

    def _work(self, kept: memory.KeptOrder, order: dict[str, Any], parcel: dict[str, Any]) -> bool:
        sim = self.sim
        path = f"/parcels/{parcel['id']}"
        inside = [one for one in order["allocations"] if one["parcel"] == parcel["id"]]
        if parcel["state"] == "packed":
            return self._hand_over(kept, order, parcel)
        unpicked = [one for one in inside if one["state"] in ("reserved", "picking")]
        if unpicked:
            body: dict[str, Any] = {}
            if sim.chance(0.3):
                one = sim.draw.choice(unpicked)
                count = sim.draw.randint(1, one["quantity"])
                body = {"lines": [{"line": one["line"], "quantity": count}]}
            return sim.post(f"{path}/pick", body, key=sim.name("key")).done
        return sim.post(f"{path}/pack", {}, key=sim.name("key")).done

    def _hand_over(
        self, kept: memory.KeptOrder, order: dict[str, Any], parcel: dict[str, Any]
    ) -> bool:
        sim = self.sim
        path = f"/parcels/{parcel['id']}"
        by_carrier = order["shipping"]["method"] != "pickup"
        if by_carrier and parcel["shipment_state"] is None and sim.chance(0.6):
            sim.counts["labels"] += sim.post(f"{path}/label", {}, key=sim.name("key")).done
            return False  # the carrier takes its time
        body: dict[str, Any] = {}
        if by_carrier and not parcel["tracking_number"]:
            if parcel["shipment_state"] is not None and sim.chance(0.8):
                return False  # its label is under way
            body["tracking_number"] = sim.name("T")
        if sim.chance(0.2):
            body["override"] = "the buyer is known to pay"
        answer = sim.post(f"{path}/ship", body, key=sim.name("key"))
        if not answer.done:
            return False
        kept.shipped_parcels.add(parcel["id"])
        pieces: Counter[str] = sim.known["pieces"]
        for line in answer.body["lines"]:
            kept.lines[line["line"]].shipped += line["quantity"]
            pieces[kept.lines[line["line"]].sku] -= line["quantity"]
        again = sim.post(f"{path}/ship", body)
        sim.expect("a parcel that leaves twice", told=409, found=again.status)
        sim.counts["shipped"] += 1
        return True

    # --- what gets in the way ---------------------------------------------------------------

    def hold(self) -> bool:
        sim = self.sim
        kept = memory.some_open(sim)
        if kept is None:
            return False
        body = {"kind": sim.draw.choice(_HOLDS), "reason": "looks odd"}
        sim.counts["holds"] += sim.post(f"/orders/{kept.id}/holds", body, key=sim.name("key")).done
        return True

    def miss_a_piece(self) -> bool:
        parcel = self._parcel_in_work()
        if parcel is None:
            return False
        line = self.sim.draw.choice(parcel["lines"])

        def report() -> bool:
            key = get_parcel(int(parcel["id"])).id
            short_pick(parcel_id=key, lines={int(line["line"]): 1}, reason="not on its shelf")
            return bool(allocations_in(key))

        if self.sim.act(report) is not None:
            self.sim.counts["missing pieces"] += 1
        return True

    def take_apart(self) -> bool:
        parcel = self._parcel_in_work()
        if parcel is None:
            return False
        self.sim.act(lambda: cancel_parcel(parcel_id=int(parcel["id"])))
        return True

    def _parcel_in_work(self) -> dict[str, Any] | None:
        sim = self.sim
        kept = memory.some_open(sim)
        if kept is None:
            return None
        parcels: list[dict[str, Any]] = sim.get(f"/orders/{kept.id}")["parcels"]
        live = [one for one in parcels if one["state"] in ("open", "picking") and one["lines"]]
        return sim.draw.choice(live) if live else None
