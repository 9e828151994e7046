"""Who keeps the catalogue in a simulated trade: new models, names and prices that change."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from app.module import Difference
from app.program_line import Call
from app.simulating import Player

_COLOURS, _SIZES = ("Navy", "Olive", "Sand"), ("S", "M", "L")
_FIRST_MODELS = 6
_RATES = (2300, 2300, 2300, 800, 500, 0)


class Merchandiser(Player):
    """Makes models and changes prices; tells the others what is for sale as `prices`."""

    def begin(self) -> None:
        self.products: list[str] = []
        self.prices: dict[str, int] = self.sim.known.setdefault("prices", {})
        for _model in range(_FIRST_MODELS):
            self.make_model()

    def moves(self) -> Sequence[tuple[int, Callable[[], bool]]]:
        return [(1, self.make_model), (4, self.change_price), (1, self.change_what_is_old)]

    def make_model(self) -> bool:
        sim = self.sim
        code, price = sim.name("M"), sim.draw.randrange(1_999, 59_999)
        made = [(colour, size) for colour in _COLOURS[: sim.draw.randint(1, 3)] for size in _SIZES]
        body: dict[str, Any] = {
            "code": code,
            "name": f"Model {code}",
            "tax_rate_bp": sim.draw.choice(_RATES),
            "options": [
                {"name": "colour", "values": [*_COLOURS]},
                {"name": "size", "values": [*_SIZES]},
            ],
            "variants": [
                {
                    "sku": f"{code}-{colour[:3].upper()}-{size}",
                    "options": {"colour": colour, "size": size},
                    "price_minor": price,
                    "cost_minor": price // 2,
                    "weight_grams": 300,
                }
                for colour, size in made
            ],
        }
        answer = sim.post("/products", body, key=sim.name("key"))
        sim.expect(f"POST /products {code}", told=201, found=answer.status)
        self.products.append(code)
        self.prices.update({one["sku"]: one["price_minor"] for one in body["variants"]})
        sim.counts["models"] += 1
        return True

    def change_price(self) -> bool:
        sim = self.sim
        sku = sim.draw.choice([*self.prices])
        code, price = sku.rsplit("-", 2)[0], sim.draw.randrange(1_999, 59_999)
        if self._change(code, {"variants": [{"sku": sku, "price_minor": price}]}).done:
            self.prices[sku] = price
        return True

    def change_what_is_old(self) -> bool:
        """Somebody else changed the model since it was read: nothing of ours may get in."""
        code = self.sim.draw.choice(self.products)
        answer = self._change(code, {"name": "Never seen"}, seen='"999999"')
        self.sim.expect(
            f"PATCH /products/{code} with an old version", told=412, found=answer.status
        )
        return True

    def _change(self, code: str, body: dict[str, Any], seen: str | None = None) -> Any:
        path = f"/products/{code}"
        version = seen or f'"{self._version(code)}"'
        return self.sim.send(Call(method="PATCH", path=path, body=body, version=version))

    def _version(self, code: str) -> int:
        return int(self.sim.get(f"/products/{code}")["version"])

    def check(self) -> Iterator[Difference]:
        shown = {
            one["sku"]: (one["price_minor"], one["name"])
            for one in self.sim.every(f"/variants?limit=200&q={self.sim.label}-M")
        }
        for sku, price in self.prices.items():
            expected = (price, f"Model {sku.rsplit('-', 2)[0]}")
            if shown.get(sku) != expected:
                yield Difference(
                    ledger="answers",
                    entry=f"{sku}: price and name",
                    expected=expected,
                    found=shown.get(sku),
                )
