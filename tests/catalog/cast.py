"""The goods that the tests of the catalogue trade with."""

from typing import Any

from app.db import transact
from modules import catalog
from modules.catalog import NewOption, NewVariant, Product

EAN, OTHER_EAN = "4006381333931", "5901234123457"


def halina(**more: Any) -> Product:
    """Make a jumper in two colours and two sizes, one cell of which was never made."""
    given: dict[str, Any] = {
        "code": "KS-HALINA",
        "name": "Halina merino jumper",
        "brand": "Nowak & Córki",
        "options": [
            NewOption(name="colour", values=["Burgundy", "Navy"]),
            NewOption(name="size", values=["S", "M"]),
        ],
        "variants": [
            NewVariant(
                sku=f"KS-HALINA-{colour[:3].upper()}-{size}",
                options={"colour": colour, "size": size},
                price_minor=34900,
                barcodes=[EAN] if (colour, size) == ("Navy", "M") else [],
            )
            for colour, size in [("Burgundy", "S"), ("Burgundy", "M"), ("Navy", "M")]
        ],
        **more,
    }
    return transact(lambda: catalog.create_product(**given))
