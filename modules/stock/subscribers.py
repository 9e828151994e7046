"""What stock does when the floor below has news: an import brought quantities, or is undone."""

from app.reference import Reference
from modules import organization
from modules.catalog import ImportUndone, QuantitiesImported
from modules.stock.operations.receipts import receive, take_back_receipts
from modules.stock.values import ReceiptLine

SOURCE = "catalog_import"


def on_quantities_imported(event: QuantitiesImported) -> None:
    lines = [
        ReceiptLine(variant_id=variant_id, quantity=quantity)
        for variant_id, quantity in event.quantities
        if quantity > 0
    ]
    if lines:
        receive(
            location_id=organization.get_location(event.location_code).id,
            reference=f"IMPORT-{event.import_id}",
            lines=lines,
            source=Reference(SOURCE, event.import_id),
        )


def on_import_undone(event: ImportUndone) -> None:
    take_back_receipts(source=Reference(SOURCE, event.import_id))
