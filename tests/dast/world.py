"""A running shop with some of everything in it, so that made-up requests find something."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from app import tokens
from app.db import transact
from modules import organization
from tests.databases import Databases
from tests.e2e.people import call
from tests.live import LiveShop, live_shop
from tests.orders.cast import DRESS, SHIRT, order_body, stock_the_shop
from tests.promotions.cast import TEN_OFF

PIECES = 1_000_000
# What names are known of: each place in an address of the API is filled with one of them.
KINDS = frozenset(
    {
        *("sku", "product", "location", "channel", "shipping", "paying", "currency", "version"),
        *("country", "customer", "order", "line", "payment", "hold", "parcel", "return"),
        *("document", "transfer", "promotion", "batch", "card", "program", "loyalty_card"),
        "price_list",
    }
)
_OTHERWISE = {"code": "product", "wanted": "return", "coupon": "sku"}
_STEPS = ((), (), (), ("pick",), ("pick", "pack"), ("pick", "pack", "ship"))


@dataclass
class World:
    """The shop, the token that may do all there, and what its things are named."""

    shop: LiveShop
    token: str
    known: dict[str, list[str]] = field(default_factory=dict)

    def post(self, path: str, body: Any = None) -> Any:
        status, told, _headers = call(self.shop, self.token, "POST", path, body or {})
        assert status in (200, 201, 202), (path, status, told)
        return told

    def learn(self, kind: str, *names: Any) -> None:
        assert kind in KINDS, kind
        self.known.setdefault(kind, []).extend(str(name) for name in names)


def kind_of(place: str) -> str:
    """Return what a place in an address (`{customer_id}`, `{wanted}`) is filled with."""
    return _OTHERWISE.get(place, place.removesuffix("_id"))


@contextmanager
def world_to_try(databases: Databases) -> Iterator[World]:
    """Hold a running shop with goods, and orders, parcels and transfers at different points."""
    with live_shop(databases) as shop:
        with shop.house.app_context():
            stock_the_shop(shirts=PIECES, dresses=PIECES)
            main = organization.get_location("MAIN")
            transact(
                lambda: organization.create_location(
                    store_id=main.store_id, code="BACK", name="Back room", kind="back_room"
                )
            )
            known = list(shop.house.extensions["scopes"])
            token = transact(
                lambda: tokens.create_token(name="dast", scopes=["admin"], known_scopes=known)
            )
        world = World(shop, token)
        _learn_the_house(world)
        for round_ in range(4):
            _sell(world, round_)
            _move(world)
        _enrol(world)
        _promote(world)  # at last: what was sold above has the prices that were told
        yield world


def _learn_the_house(world: World) -> None:
    world.learn("sku", SHIRT, DRESS)
    world.learn("product", "TE-BAZ", "DR-MAJ")
    world.learn("location", "MAIN", "BACK")
    world.learn("channel", "web", "pos")
    world.learn("shipping", "courier", "locker", "pickup")
    world.learn("paying", "paper_card", "cod", "transfer", "cash")
    world.learn("currency", "PLN")
    world.learn("version", "1", "2", "W/1")
    world.learn("country", "PL", "DE")


def _sell(world: World, round_: int) -> None:
    who = {"kind": "person", "name": "Ewa Nowak", "emails": [f"ewa{round_}@poczta.example"]}
    world.learn("customer", world.post("/customers", who)["id"])
    for steps in _STEPS:
        order = world.post("/orders", order_body())
        world.learn("order", order["id"], order["number"])
        world.learn("line", order["lines"][0]["id"])
        world.learn("payment", *(one["id"] for one in order["payments"]))
        hold = {"kind": "manual", "reason": "asks for a call"}
        if not steps:
            world.learn("hold", world.post(f"/orders/{order['id']}/holds", hold)["id"])
            continue
        parcel = world.post(f"/orders/{order['id']}/parcels")
        world.learn("parcel", parcel["id"])
        for step in steps:
            tracked = {"tracking_number": "T-1"} if step == "ship" else {}
            world.post(f"/parcels/{parcel['id']}/{step}", tracked)
    line = order["lines"][0]["id"]
    wanted = {"lines": [{"line": line, "quantity": 1, "reason": "too large"}]}
    world.learn("return", world.post(f"/orders/{order['id']}/returns", wanted)["id"])
    world.learn("document", round_ + 1)
    gift = {"store": "MAIN", "amount_minor": 10_000, "currency": "PLN"}
    world.learn("card", world.post("/gift-cards", gift)["id"])


def _move(world: World) -> None:
    line = {"sku": SHIRT, "quantity": 2}
    for _number in range(2):
        told = world.post("/stock/transfers", {"from": "MAIN", "to": "BACK", "lines": [line]})
        world.learn("transfer", told["id"])


def _enrol(world: World) -> None:
    made = world.post("/loyalty/programs", {"code": "club", "name": "Club"})
    world.learn("program", made["code"])
    for customer in world.known["customer"][:2]:
        body = {"customer": customer}
        member = world.post("/loyalty/programs/club/members", body)
        world.learn("loyalty_card", member["cards"][0]["number"])


def _promote(world: World) -> None:
    prices = {"code": "CLUB", "name": "Club prices", "currency": "PLN", "active": True}
    world.learn("price_list", world.post("/price-lists", prices)["code"])
    for code, steps in (("AUTUMN", ("publish",)), ("WINTER", ())):
        body = {"code": code, "name": f"{code.title()} tenth", "definition": TEN_OFF}
        world.learn("promotion", world.post("/promotions", body)["id"], code)
        for step in steps:
            world.post(f"/promotions/{code}/{step}")
        world.learn("batch", world.post(f"/promotions/{code}/codes", {"count": 20})["id"])
