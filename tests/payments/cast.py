"""A payment to try things on."""

from typing import Any

from app.db import session, transact
from app.reference import Reference
from modules import organization, payments

ORDER = Reference("thing", 7)


def main_store() -> int:
    return organization.get_store("MAIN").id


def paid(amount_minor: int = 10_000, **changes: Any) -> int:
    """Record a payment by card at the paper gateway, taken in full unless told otherwise."""
    values: dict[str, Any] = {
        "store_id": main_store(),
        "method": "paper_card",
        "kind": "gateway",
        "gateway": "paper",
        "amount_minor": amount_minor,
        "currency": "PLN",
        "state": "captured",
        "external_reference": None,
        **changes,
    }
    thing = values.pop("reference", ORDER)
    return transact(
        lambda: payments.record_payment(payments.prepare_payment(**values), reference=thing)
    )


def by_hand(amount_minor: int = 10_000, **changes: Any) -> int:
    """Record a payment that people move: a transfer that came in."""
    more = {"method": "transfer", "kind": "transfer", "gateway": None, **changes}
    return paid(amount_minor, **more)


def refund(payment_id: int, amount_minor: int, **changes: Any) -> int:
    return transact(
        lambda: payments.request_refund(
            payment_id=payment_id, amount_minor=amount_minor, reason="came back", **changes
        )
    )


def fresh(payment_id: int) -> Any:
    session.expire_all()
    return payments.get_payment(payment_id)
