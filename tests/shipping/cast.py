"""A parcel to try things on."""

from typing import Any

from app.db import session, transact
from app.reference import Reference
from modules import organization, shipping

PARCEL = Reference("box", 7)
REQUEST = shipping.ShipmentRequest(
    sender=shipping.Address(
        name="Magazyn", street="Prosta 1", postal_code="00-001", city="Warszawa", country="PL"
    ),
    recipient=shipping.Address(
        name="Agnieszka Wiśniewska",
        street="ul. Długa 41",
        postal_code="31-147",
        city="Kraków",
        country="PL",
    ),
    order_number="VS-100007",
    weight_grams=800,
)


def ask(**changes: Any) -> int:
    values: dict[str, Any] = {
        "reference": PARCEL,
        "store_id": organization.get_store("MAIN").id,
        "carrier": "paper",
        "service": "standard",
        "request": REQUEST,
        **changes,
    }
    return transact(lambda: shipping.request_label(**values))


def now_at() -> shipping.Shipment:
    session.expire_all()
    found = shipping.shipment_of(PARCEL)
    assert found is not None
    return found
