"""The fixed cast of the order tests: a shirt, a dress, a buyer, and what programs send."""

from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.db import close_session, transact
from modules import catalog, organization, stock
from modules.catalog import NewOption, NewVariant

ADDRESS = {
    "name": "Agnieszka Wiśniewska",
    "street": "ul. Długa 41",
    "postal_code": "31-147",
    "city": "Kraków",
    "country": "PL",
    "phone": "+48601447218",
}
SHIRT, DRESS = "SH-BAZ-WHI-L", "DR-MAJ-BOT-38"


def stock_the_shop(*, shirts: int = 10, dresses: int = 10) -> None:
    """Bring in two models and receive their pieces at MAIN."""

    def make() -> None:
        for code, name, sku, price in (
            ("TE-BAZ", "Bazyli organic tee", SHIRT, 7_990),
            ("DR-MAJ", "Maja linen dress", DRESS, 32_900),
        ):
            catalog.create_product(
                code=code,
                name=name,
                tax_rate_bp=2300,
                options=[
                    NewOption(name="colour", values=["White"]),
                    NewOption(name="size", values=["L"]),
                ],
                variants=[
                    NewVariant(
                        sku=sku,
                        options={"colour": "White", "size": "L"},
                        price_minor=price,
                        cost_minor=price // 2,
                        weight_grams=300,
                    )
                ],
            )

    transact(make)
    receive({SHIRT: shirts, DRESS: dresses})


def receive(pieces: dict[str, int], *, location: str = "MAIN") -> None:
    """Receive pieces by SKU."""

    def make() -> None:
        known = catalog.variants_for_sale(list(pieces))
        stock.receive(
            location_id=organization.get_location(location).id,
            reference="WZ 1",
            lines=[
                stock.ReceiptLine(variant_id=known[sku].id, quantity=count)
                for sku, count in pieces.items()
                if count
            ],
        )

    if any(pieces.values()):
        transact(make)


def order_body(**changes: Any) -> dict[str, Any]:
    """Return an order of one shirt and two dresses, paid by card; None drops a field."""
    body: dict[str, Any] = {
        "channel": "web",
        "currency": "PLN",
        "customer": {"email": "a.wisniewska@poczta.example", "name": "Agnieszka Wiśniewska"},
        "shipping_address": ADDRESS,
        "shipping": {"method": "courier", "price_minor": 1_490},
        "lines": [{"sku": SHIRT, "quantity": 1}, {"sku": DRESS, "quantity": 2}],
        "payment": {"method": "paper_card", "amount_minor": 75_280},
    } | changes
    return {key: value for key, value in body.items() if value is not None}


def place(api: FlaskClient, **changes: Any) -> dict[str, Any]:
    answer = api.post("/api/v1/orders", json=order_body(**changes))
    assert answer.status_code == 201, answer.json
    return dict(told(answer))


def read(api: FlaskClient, order: dict[str, Any]) -> dict[str, Any]:
    answer = api.get(f"/api/v1/orders/{order['id']}")
    assert answer.status_code == 200, answer.json
    return dict(told(answer))


def on_shelf(sku: str) -> tuple[int, int]:
    """Return (on hand, reserved) of a SKU over all locations."""
    variant = catalog.variants_for_sale([sku])[sku]
    places = [place.id for place in organization.list_locations()]
    levels = stock.available_for([variant.id], places)
    close_session()
    return sum(one.on_hand for one in levels), sum(one.reserved for one in levels)


def level_of(sku: str) -> stock.Level:
    """Return the figures of a SKU where most of it lies."""
    variant = catalog.variants_for_sale([sku])[sku]
    places = [place.id for place in organization.list_locations()]
    levels = stock.available_for([variant.id], places)
    close_session()
    return max(levels, key=lambda level: level.on_hand)


def ship_all(api: FlaskClient, order: dict[str, Any]) -> dict[str, Any]:
    """Take an order through parcel, pick, pack and ship, with a tracking number by hand."""
    parcel = post(api, f"/orders/{order['id']}/parcels", {}, status=201)
    post(api, f"/parcels/{parcel['id']}/pick", {})
    post(api, f"/parcels/{parcel['id']}/pack", {})
    return post(api, f"/parcels/{parcel['id']}/ship", {"tracking_number": "T-1"})


def post(api: FlaskClient, path: str, body: dict[str, Any], *, status: int = 200) -> dict[str, Any]:
    answer = api.post(f"/api/v1{path}", json=body)
    assert answer.status_code == status, (answer.status_code, answer.json)
    return dict(told(answer))


def fetch(api: FlaskClient, path: str, **query: Any) -> Any:
    """Return the JSON of a GET that must go well."""
    answer = api.get(f"/api/v1{path}", query_string=query)
    assert answer.status_code == 200, (answer.status_code, answer.json)
    return told(answer)


def told(answer: TestResponse) -> Any:
    """Return the JSON of an answer."""
    return answer.json
