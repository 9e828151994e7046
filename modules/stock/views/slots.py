"""What stock shows on the pages of others: where one variant lies."""

from flask import render_template
from markupsafe import Markup

from app.actor import current_actor
from modules.stock.queries.levels import levels
from modules.stock.views.blueprint import VIEW, read_places


def places_of_variant(*, variant_id: int, sku: str) -> str:
    """Return the places of a variant with what is free there, as the product's page shows them."""
    if not current_actor().may(VIEW):
        return Markup("")
    places = read_places()
    found = [one for one in levels([variant_id]) if one.location_id in places.locations]
    return render_template("stock/_places.html", levels=found, places=places, sku=sku)
