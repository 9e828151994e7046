"""What pricing does when the catalogue's prices change."""

from modules import catalog
from modules.pricing import minimums, presenting


def on_prices_changed(event: catalog.PricesChanged) -> None:
    """Refuse a price under the minimum that somebody typed, and write the others down."""
    if event.typed:
        minimums.refuse_too_low(list(catalog.variants_by_id(event.variant_ids).values()))
    presenting.renew(event.variant_ids)
