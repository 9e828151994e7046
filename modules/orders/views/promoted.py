"""What promotions did to orders, on their own pages and as a file."""

from collections.abc import Sequence
from decimal import Decimal
from io import BytesIO

from flask import render_template, send_file
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app import clock
from app.access import requires
from app.actor import current_actor
from app.exporting import Cell, CsvSheet
from app.fields import COST, sees
from app.i18n import _
from app.money import exponent
from modules import organization, promotions
from modules.orders.promoted import Row, results_of, rows_of
from modules.orders.views.blueprint import blueprint, reach
from modules.orders.views.day import FIGURES


def promotion_results(*, promotion_id: int, code: str, was_live: bool) -> str:
    """Return what a promotion did so far, to who may see what the stores sold."""
    if not was_live or not current_actor().may(FIGURES):
        return Markup("")
    return render_template(
        "orders/_promoted.html",
        code=code,
        results=results_of(promotion_id, zone=organization.company_zone(), stores=reach(FIGURES)),
        sees_cost=sees(COST),
    )


@blueprint.get("/promotions/<code>/results.csv")
@requires(FIGURES)
def download_results(code: str) -> ResponseReturnValue:
    """Return what a promotion did by day and product, as a file."""
    promotion = promotions.get_promotion_by_code(code)
    sees_cost = sees(COST)
    target = BytesIO()
    sheet = CsvSheet(target, _heads(sees_cost))
    for row in rows_of(promotion.id, zone=organization.company_zone(), stores=reach(FIGURES)):
        sheet.add(_cells(row, sees_cost))
    target.seek(0)
    name = f"{promotion.code}-{clock.now():%Y-%m-%d}.csv"
    return send_file(target, mimetype="text/csv", as_attachment=True, download_name=name)


def _heads(sees_cost: bool) -> list[str]:
    heads = [
        *(_("Day"), _("SKU"), _("Goods"), _("Currency"), _("Orders"), _("Pieces")),
        *(_("Sales"), _("Taken off")),
    ]
    return [*heads, _("Sales without VAT"), _("Cost"), _("Margin")] if sees_cost else heads


def _cells(row: Row, sees_cost: bool) -> Sequence[Cell]:
    product, figures = row.product, row.product.figures

    def amount(minor: int) -> Decimal:
        return Decimal(minor).scaleb(-exponent(product.currency))

    name = product.name if product.sku else _("Delivery")
    cells: list[Cell] = [
        *(row.day, product.sku, name, product.currency, figures.orders, figures.units),
        *(amount(figures.sales_minor), amount(figures.off_minor)),
    ]
    if not sees_cost:
        return cells
    if figures.unknown or not product.sku:
        return [*cells, None, None, None]
    return [
        *cells,
        amount(figures.net_minor),
        amount(figures.cost_minor),
        amount(figures.margin_minor),
    ]
