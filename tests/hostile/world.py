"""A house with one record of each kind in it, and the address of every route filled with them."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.routing import Rule

from app import access, outbox
from app.bodies import BASE
from app.db import Model, close_session, session, transact
from modules import catalog, organization, stock
from modules.catalog.folders import imports_folder
from modules.catalog.importing import source
from modules.catalog.importing.operations import start_import
from modules.orders.numbers import order_number
from modules.stock.operations import counts
from tests.orders.cast import SHIRT, order_body, post, stock_the_shop

FILE = (
    "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price\n"
    "wera-tee,Wera tee,Size,S,WERA-S,79.00\n"
)
_TABLES = {
    "import_id": "catalog_import",
    "account_id": "account",
    "suggestion_id": "customer_duplicate",
    "identity_id": "customer_identity",
    "address_id": "customer_address",
    "view_id": "saved_view",
    "export_id": "list_export",
    "act_id": "bulk_act",
    "session_id": "user_session",
    "token_id": "api_token",
    "grant_id": "role_grant",
    "rate_id": "tax_rate",
    "link_id": "channel_link",
    "event_id": "inbox_event",
    "message_id": "channel_message",
    "count_id": "stock_count",
    "receipt_id": "goods_receipt",
    "transfer_id": "stock_transfer",
}
"""Whose keys an argument holds, where its name does not say it."""


def fill(api: FlaskClient) -> None:
    """Sell, pack, ship and take back; move, count and import."""
    stock_the_shop(shirts=100, dresses=100)
    who = {"kind": "person", "name": "Ewa Nowak", "emails": ["ewa@poczta.example"]}
    post(api, "/customers", who, status=201)
    for steps in ((), ("pick",), ("pick", "pack"), ("pick", "pack", "ship")):
        order = post(api, "/orders", order_body(), status=201)
        parcel = post(api, f"/orders/{order['id']}/parcels", {}, status=201)
        for step in steps:
            tracked = {"tracking_number": "T-1"} if step == "ship" else {}
            post(api, f"/parcels/{parcel['id']}/{step}", tracked)
    line = {"line": order["lines"][0]["id"], "quantity": 1, "reason": "too large"}
    post(api, f"/orders/{order['id']}/returns", {"lines": [line]}, status=201)
    held = post(api, "/orders", order_body(), status=201)
    hold = {"kind": "manual", "reason": "asks for a call"}
    post(api, f"/orders/{held['id']}/holds", hold, status=201)
    transact(_move_goods)
    sha256 = source.keep_file(io.BytesIO(FILE.encode()), imports_folder())
    transact(lambda: start_import(file_name="wera.csv", sha256=sha256))
    close_session()
    outbox.run_due()
    close_session()


def _move_goods() -> None:
    shirt = catalog.variants_for_sale([SHIRT])[SHIRT].id
    main = organization.get_location("MAIN")
    other = organization.create_location(
        store_id=main.store_id, code="BACK", name="Back room", kind="back_room"
    )
    stock.request_transfer(
        from_location_id=main.id,
        to_location_id=other.id,
        lines=[stock.TransferLineWanted(variant_id=shirt, quantity=2)],
    )
    count = counts.start_count(location_id=main.id)
    counts.put_on_count(count_id=count.id, variant_id=shirt, counted=1)


@dataclass(frozen=True)
class Door:
    """One method of one route, with an address that leads to a record."""

    method: str
    address: str
    endpoint: str
    kind: str
    """Who may enter: the kind of the declared access."""

    @property
    def unsafe(self) -> bool:
        return self.method not in ("GET", "HEAD")

    @property
    def for_people(self) -> bool:
        return not self.address.startswith(BASE + "/")


def doors(app: Flask) -> Iterator[Door]:
    """Yield every route of the house, each argument filled with what there is."""
    keys = _last_keys()
    with app.test_request_context():
        rules = list(app.url_map.iter_rules())
        built = [(rule, rule.build(_values(rule, keys), append_unknown=False)) for rule in rules]
    for rule, address in built:
        declared = access.declared(app, rule.endpoint)
        assert address is not None
        assert declared is not None
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield Door(method, address[1], rule.endpoint, declared.kind)


def _last_keys() -> dict[str, Any]:
    found = {}
    for table in Model.metadata.sorted_tables:
        if "id" in table.columns:
            found[table.name] = session.scalar(select(func.max(table.c.id))) or 1
    found["number"] = order_number(found["order"])
    close_session()
    return found


def _values(rule: Rule, keys: dict[str, Any]) -> dict[str, Any]:
    return {name: _value(rule, name, keys) for name in rule.arguments}


def _value(rule: Rule, name: str, keys: dict[str, Any]) -> Any:
    room = rule.endpoint
    if name == "code":
        if room.startswith("catalog"):
            return "TE-BAZ"
        if room.startswith("lists"):
            return "orders"
        return _codes_of_the_house(room)
    if name == "account_id" and room.startswith("connectors"):
        return keys["connector_account"]
    texts = {"sku": SHIRT, "order": keys["number"], "parcel": keys["parcel"]}
    texts |= {"wanted": keys["return"], "hold": keys["hold"], "name": "styles/base.css"}
    if name == "name" and room.startswith("lists"):
        return "x"
    if name in texts:
        return texts[name]
    return keys.get(_TABLES.get(name, name.removesuffix("_id")), 1)


def _codes_of_the_house(room: str) -> str:
    known = {"channel": "web", "shipping": "courier", "payment": "cod", "tax": "standard"}
    return next((code for word, code in known.items() if word in room.rpartition(".")[2]), "MAIN")
