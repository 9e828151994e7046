"""Who buys in a simulated trade: orders, the same ones once more, money, and changes of mind."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from app.module import Difference
from app.program_line import Answer, Call
from app.simulating import Player
from modules.orders.actors import memory

_CHANNELS = ("web", "web", "web", "pos")
_METHODS = ("courier", "courier", "locker", "pickup")
_PAID = (
    ("paper_card", "captured"),
    ("paper_card", "captured"),
    ("paper_card", "authorized"),
    ("cod", "expected"),
    ("transfer", "expected"),
)
_BUYERS = 25


class Shopper(Player):
    """Places orders and remembers every answer; looks for each of them at night."""

    def moves(self) -> Sequence[tuple[int, Callable[[], bool]]]:
        return [
            (10, self.buy),
            (3, self.send_twice),
            (3, self.send_at_once),
            (2, self.send_another_body),
            (1, self.ask_for_what_is_not_there),
            (5, self.pay),
            (2, self.cancel_some),
            (2, self.cancel_all),
        ]

    # --- orders -----------------------------------------------------------------------------

    def buy(self) -> bool:
        body = self._body()
        key = self.sim.name("key") if self.sim.chance(0.5) else None
        self._taken(body, self.sim.post("/orders", body, key=key))
        return True

    def send_twice(self) -> bool:
        """The answer was lost, so the same is sent again: by its key, or by its external id."""
        sim, body = self.sim, self._body(external=True)
        by_key = sim.chance(0.5)
        key = sim.name("key") if by_key else None
        first = sim.post("/orders", body, key=key)
        self._taken(body, first)
        again = sim.post("/orders", body, key=key)
        if not first.done:
            return True
        found = (again.status, again.replayed, again.body["id"])
        told = (201 if by_key else 200, by_key, first.body["id"])
        sim.expect(f"order {first.body['number']} sent twice", told=told, found=found)
        return True

    def send_at_once(self) -> bool:
        """Four threads of the web shop send the same order in the same moment."""
        sim, body = self.sim, self._body(external=True)
        key = sim.name("key") if sim.chance(0.5) else None
        call = Call(method="POST", path="/orders", body=body, key=key)
        answers = sim.at_once([call] * 4)
        done = [one for one in answers if one.done]
        if not done:
            return True
        sim.expect(
            f"orders out of four at once, {body['external_id']}",
            told=1,
            found=len({one.body["id"] for one in done}),
        )
        fresh = [one for one in done if one.status == 201 and not one.replayed]
        sim.expect("answers that say it is new", told=1, found=len(fresh))
        self._taken(body, fresh[0])
        return True

    def send_another_body(self) -> bool:
        sim, key = self.sim, self.sim.name("key")
        body = self._body()
        first = sim.post("/orders", body, key=key)
        self._taken(body, first)
        if first.done:
            other = sim.post("/orders", {**body, "note": "something else"}, key=key)
            sim.expect("another body with the same key", told=422, found=other.status)
        return True

    def ask_for_what_is_not_there(self) -> bool:
        sim, body = self.sim, self._body()
        wrong: dict[str, Any] = sim.draw.choice(
            (
                {"lines": [{"sku": sim.name("NO"), "quantity": 1}]},
                {"channel": "moon"},
                {"shipping": {"method": "rocket"}},
                {"currency": "EUR"},
            )
        )
        answer = sim.post("/orders", {**body, **wrong})
        if answer.done and wrong == {"currency": "EUR"}:
            self._taken(body, answer)  # its lines brought their own prices
            return True
        sim.expect("an order for the moon", told=True, found=answer.status in (409, 422))
        return True

    def _body(self, *, external: bool = False) -> dict[str, Any]:
        sim = self.sim
        draw, prices = sim.draw, sim.known["prices"]
        skus = draw.sample([*prices], k=min(len(prices), draw.choice((1, 1, 2, 3, 4))))
        lines: list[dict[str, Any]] = [
            {"sku": sku, "quantity": draw.choice((1, 1, 1, 2, 3))} for sku in skus
        ]
        body: dict[str, Any] = {
            "channel": draw.choice(_CHANNELS),
            "currency": "PLN",
            "customer": self._buyer(),
            "lines": lines,
            "shipping": self._shipping(),
            "note": sim.label,
        }
        if draw.random() < 0.2:
            for line in lines:
                line["unit_price_minor"] = draw.randrange(99, 30_000)
            body["prices"] = draw.choice(("gross", "net"))
        if external or draw.random() < 0.5:
            body["external_id"] = sim.name("W")
        if draw.random() < 0.9:
            body["shipping_address"] = _address(body["customer"]["name"])
        if draw.random() < 0.7 and body.get("prices") != "net":
            method, state = draw.choice(_PAID)
            amount = self._worth(body)
            if draw.random() < 0.1:
                amount = max(1, amount - draw.randint(1, 500))
            body["payment"] = {"method": method, "amount_minor": amount, "state": state}
        return body

    def _worth(self, body: dict[str, Any]) -> int:
        prices = self.sim.known["prices"]
        goods = sum(
            int(line.get("unit_price_minor", prices[line["sku"]])) * line["quantity"]
            for line in body["lines"]
        )
        return int(goods + body["shipping"]["price_minor"])

    def _buyer(self) -> dict[str, str]:
        number = self.sim.draw.randrange(_BUYERS)
        buyer = {"name": f"Buyer {number}", "email": f"b{number}.{self.sim.label}@shop.example"}
        if number % 5 == 0:
            buyer |= {"company": f"Company {number}", "vat_id": "5260250274"}
        return buyer

    def _shipping(self) -> dict[str, Any]:
        draw = self.sim.draw
        method = draw.choice(_METHODS)
        shipping = {"method": method, "price_minor": draw.choice((0, 990, 1_490))}
        if method == "locker" and draw.random() < 0.9:
            shipping["pickup_point"] = "KRA010"
        return shipping

    def _taken(self, body: dict[str, Any], answer: Answer) -> None:
        """Remember the order, whose total is what the prices that everybody knows add up to."""
        sim = self.sim
        if not answer.done:
            return
        sim.expect("a new order", told=201, found=answer.status)
        order = answer.body
        if body.get("prices") != "net":
            sim.expect(
                f"order {order['number']}: total when placed",
                told=self._worth(body),
                found=order["totals"]["total_minor"],
            )
        paid = body.get("payment")
        captured = paid["amount_minor"] if paid and paid["state"] == "captured" else 0
        memory.keep(sim, order, captured_minor=captured)
        sim.counts["orders"] += 1

    # --- money ------------------------------------------------------------------------------

    def pay(self) -> bool:
        """A promise is kept, late or in parts; or money comes for what nobody has paid yet."""
        sim = self.sim
        kept = memory.some_open(sim)
        if kept is None:
            return False
        order = sim.get(f"/orders/{kept.id}")
        promised = [
            one
            for one in order["payments"]
            if one["captured_minor"] < one["amount_minor"]
            and one["state"] in ("authorized", "pending")
        ]
        if promised:
            payment = sim.draw.choice(promised)
            left = payment["amount_minor"] - payment["captured_minor"]
            amount = left if sim.chance(0.8) else sim.draw.randint(1, left)
            self._capture(kept, payment["id"], amount)
            return True
        owed = order["totals"]["balance_minor"]
        if owed <= 0:
            return False
        body = {"method": "transfer", "amount_minor": owed, "state": "captured"}
        body["reference"] = sim.name("bank")
        answer = sim.post(f"/orders/{kept.id}/payments", body)
        if answer.done:
            kept.captured_minor += owed
            again = sim.post(f"/orders/{kept.id}/payments", body)
            sim.expect("a transfer noted twice", told=answer.body["id"], found=again.body.get("id"))
            sim.counts["payments"] += 1
        return True

    def _capture(self, kept: memory.KeptOrder, payment: str, amount: int) -> None:
        sim = self.sim
        body = {"amount_minor": amount, "reference": sim.name("capture")}
        if sim.chance(0.3):
            del body["reference"]  # then the gateway is asked, by a job
        key = sim.name("key")
        answer = sim.post(f"/payments/{payment}/captures", body, key=key)
        if answer.done:
            kept.captured_minor += amount
            again = sim.post(f"/payments/{payment}/captures", body, key=key)
            sim.expect("a capture sent twice", told=answer.body, found=again.body)
            sim.counts["captures"] += 1

    # --- changes of mind --------------------------------------------------------------------

    def cancel_some(self) -> bool:
        sim = self.sim
        kept = memory.some_open(sim)
        if kept is None:
            return False
        line = sim.draw.choice([*kept.lines.values()])
        quantity = sim.draw.randint(1, line.quantity)
        return self._cancel(kept, {"lines": [{"line": line.id, "quantity": quantity}]})

    def cancel_all(self) -> bool:
        kept = memory.some_open(self.sim)
        return kept is not None and self._cancel(kept, {})

    def _cancel(self, kept: memory.KeptOrder, body: dict[str, Any]) -> bool:
        sim = self.sim
        path = f"/orders/{kept.id}/cancellation"
        answer = sim.post(path, {"reason": "changed his mind", **body}, key=sim.name("key"))
        if answer.done:
            kept.cancelled(answer.body)
            sim.counts["cancellations"] += 1
        return True

    # --- at night ---------------------------------------------------------------------------

    def check(self) -> Iterator[Difference]:
        sim = self.sim
        listed = [one["id"] for one in sim.every(f"/orders?limit=200&q={sim.label}")]
        if len(listed) != len(set(listed)):
            yield _said("orders in the list", "each once", "some twice")
        sold_elsewhere: dict[str, bool] = sim.known.get("sold_elsewhere", {})
        for order_id in listed:
            if order_id not in memory.known(sim):
                yield from self._adopt(sim.get(f"/orders/{order_id}"), sold_elsewhere)
        missing = [one.facts["number"] for one in memory.known(sim).values()]
        found = {one.id for one in memory.known(sim).values()} - set(listed)
        if found:
            yield _said("acknowledged orders", missing, f"without {sorted(found)}")
        for kept in memory.known(sim).values():
            body = sim.get(f"/orders/{kept.id}")
            if sold_elsewhere.get(kept.facts["external_id"]):
                kept.surprised = True
            if kept.surprised and not kept.over:
                kept.cancelled(body)
            yield from memory.differences(kept, body)
        yield from self._lost(sold_elsewhere)

    def _adopt(self, body: dict[str, Any], sold_elsewhere: dict[str, bool]) -> Iterator[Difference]:
        """An order that we did not post must have come from a shop that sold it."""
        if body["external_id"] not in sold_elsewhere:
            yield _said(f"order {body['number']}", "none that nobody sent", "one")
        captured = sum(one["captured_minor"] for one in body["payments"])
        memory.keep(self.sim, body, captured_minor=captured)
        self.sim.counts["orders"] += 1

    def _lost(self, sold_elsewhere: dict[str, bool]) -> Iterator[Difference]:
        have = [one.facts["external_id"] for one in memory.known(self.sim).values()]
        for external_id, cancelled in sold_elsewhere.items():
            times = have.count(external_id)
            # One that its shop cancelled before we heard of it never becomes an order.
            if times != 1 and not (cancelled and times == 0):
                yield _said(f"order {external_id} of a shop", "once", f"{times} times")


def _address(name: str) -> dict[str, str]:
    return {
        "name": name,
        "street": "ul. Długa 41",
        "postal_code": "31-147",
        "city": "Kraków",
        "country": "PL",
        "phone": "+48601447218",
    }


def _said(entry: str, expected: Any, found: Any) -> Difference:
    return Difference(ledger="answers", entry=entry, expected=expected, found=found)
