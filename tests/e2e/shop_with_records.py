"""One record of each kind in the running shop, so that each page has something to show."""

import io
from typing import Any

from app import tokens
from app.audit import record_change
from app.db import close_session, transact
from app.reference import Reference
from modules import catalog, customers, loyalty, organization, stock
from modules.catalog.folders import imports_folder
from modules.catalog.importing import source
from modules.catalog.importing.operations import start_import
from modules.loyalty.cards.links import make_link
from modules.loyalty.cards.prints import print_many
from modules.stock import TransferLineWanted
from modules.stock.operations import counts
from tests.conftest import PASSWORD
from tests.e2e.people import call
from tests.live import LiveShop
from tests.orders.cast import SHIRT, order_body

FILE = (
    "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price\n"
    "wera-tee,Wera tee,Size,S,WERA-S,79.00\nwera-tee,,,M,WERA-M,\n"
)

PRICES = {
    "code": "LOOK",
    "name": "Web store in autumn",
    "currency": "PLN",
    "channels": ["web"],
    "groups": ["LOOK"],
    "rules": [{"of": "brand", "word": "Bazar", "rate_bp": 750}],
    "active": True,
}
OFFER = {
    "code": "LOOK",
    "name": "The more, the cheaper",
    "definition": {
        "phase": "line",
        "conditions": [{"kind": "quantity_at_least", "count": 300, "filter": {"skus": [SHIRT]}}],
        "benefits": [{"kind": "tiered_percent", "steps": [{"from": 20_000, "gives": 500}]}],
        "schedule": {"weekdays": [5, 6], "hours": [["17:00", "19:30"]], "zone": "Europe/Warsaw"},
        "scope": {"channels": ["web"]},
        "limits": {"uses": 200, "budget_minor": 100_000},
    },
}


def make_records(shop: LiveShop) -> None:
    """Hire somebody; place orders and take them to different points; move and import goods."""
    with shop.house.app_context():
        known = list(shop.house.extensions["scopes"])
        token = transact(
            lambda: tokens.create_token(name="till", scopes=["admin"], known_scopes=known)
        )
        transact(_move_goods)
        transact(_enrol)
        transact(_change_a_store_often)
        sha256 = source.keep_file(io.BytesIO(FILE.encode()), imports_folder())
        transact(lambda: start_import(file_name="wera.csv", sha256=sha256))
        close_session()

    def post(path: str, body: Any = None, good: tuple[int, ...] = (200, 201, 202)) -> Any:
        status, told, _headers = call(shop, token, "POST", path, body or {})
        assert status in good, (path, told)
        return told

    for number, steps in enumerate(((), ("pick",), ("pick", "pack"), ("pick", "pack", "ship"))):
        order = post("/orders", order_body(external_id=f"LOOK-{number}"))
        parcel = post(f"/orders/{order['id']}/parcels")
        for step in steps:
            tracked = {"tracking_number": "T-1"} if step == "ship" else {}
            post(f"/parcels/{parcel['id']}/{step}", tracked)
    line = order["lines"][0]["id"]
    wanted = {"line": line, "quantity": 1, "reason": "too large"}
    post(f"/orders/{order['id']}/returns", {"lines": [wanted]})
    held = post("/orders", order_body(external_id="LOOK-H", shipping_address=None))
    post(f"/orders/{held['id']}/holds", {"kind": "manual", "reason": "asks for a call"})
    post("/gift-cards", {"amount_minor": 10_000, "currency": "PLN", "store": "MAIN"})
    post("/promotions", OFFER)
    post("/promotions/LOOK/publish")
    post("/promotions", OFFER | {"code": "IDEA", "name": "Only an idea yet"})
    post("/customer-groups", {"code": "LOOK", "name": "Who only looks"})
    post("/price-lists", PRICES)
    post("/price-lists/LOOK/entries", {"entries": [{"sku": SHIRT, "price_minor": 7_490}]})


def _enrol() -> None:
    club = loyalty.create_program(code="LOOK", data=loyalty.ProgramData(name="Look club"))
    loyalty.open_program(program_id=club.id, version=club.version)
    customer = customers.create_customer(name="Hanna Lis")
    member = loyalty.enrol(program_id=club.id, customer_id=customer.id)
    make_link(member_id=member.id)
    print_many(program_id=club.id, count=2, client_id="look")


def _change_a_store_often() -> None:
    store = Reference("store", organization.get_store("MAIN").id)
    for number in range(12):
        record_change(store, "changed", old={"phone": f"{number}"}, new={"phone": f"{number + 1}"})


def _move_goods() -> None:
    organization.create_staff(
        email="iga@e2e.example", name="Iga Nowak", password=PASSWORD, role="clerk"
    )
    shirt = catalog.variants_for_sale([SHIRT])[SHIRT].id
    main = organization.get_location("MAIN")
    other = organization.create_location(
        store_id=main.store_id, code="LOOK-B", name="Back room", kind="back_room"
    )
    stock.request_transfer(
        from_location_id=main.id,
        to_location_id=other.id,
        lines=[TransferLineWanted(variant_id=shirt, quantity=2)],
    )
    count = counts.start_count(location_id=main.id)
    counts.put_on_count(count_id=count.id, variant_id=shirt, counted=1)
