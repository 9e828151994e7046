"""What these tests put on paper."""

from datetime import date
from typing import Any

from app.db import transact
from app.reference import Reference
from modules import invoicing, organization
from modules.invoicing import CorrectedLine, DocumentLine, Party

BUYER = Party(
    name="Magdalena Szczęsna",
    street="ul. Świętej Jadwigi 118/24",
    postal_code="80-001",
    city="Gdańsk",
    email="m.szczesna@poczta.example",
)
ORDER = Reference("order", 17)


def line(name: str = "Sweter z wełny", gross: int = 12900, **more: Any) -> DocumentLine:
    quantity = more.pop("quantity", 1)
    values = {
        "name": name,
        "quantity": quantity,
        "unit_gross_minor": gross,
        "gross_minor": gross * quantity,
        "rate_bp": 2300,
        "sku": "HAL-BOR-M",
        **more,
    }
    return DocumentLine(**values)


def invoice(*lines: DocumentLine, **more: Any) -> int:
    """Issue an invoice in a unit of work of its own; call `issued` inside one."""
    return transact(lambda: issued(*lines, **more))


def issued(*lines: DocumentLine, **more: Any) -> int:
    told = lines or (line(),)
    values = {
        "reference": ORDER,
        "store_id": more.pop("store_id", None) or organization.get_store("MAIN").id,
        "buyer": BUYER,
        "lines": told,
        "currency": "PLN",
        "paid_minor": sum(one.gross_minor for one in told),
        "payment_method": "Karta",
        "sale_on": date(2026, 11, 20),
        "order_number": "VS-000017",
        **more,
    }
    return invoicing.issue_invoice(**values)


def taken_back(one: DocumentLine, *, left: int = 0) -> CorrectedLine:
    """Return a line of an invoice of which only `left` pieces stay."""
    return CorrectedLine(
        name=one.name,
        sku=one.sku,
        rate_bp=one.rate_bp,
        unit_gross_minor=one.unit_gross_minor,
        quantity_before=one.quantity,
        quantity_after=left,
        gross_before_minor=one.gross_minor,
        gross_after_minor=one.unit_gross_minor * left,
        units=(5, 6),
    )
