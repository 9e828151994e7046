"""Goods in: receipts that are filled by scanning or by the grid of a model, and then posted."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.access import requires
from app.db import transact
from app.history_page import person_of
from app.i18n import _, ngettext
from app.list_pages import opening_view
from app.look import toast
from app.web import go_to, render
from modules.stock.forms import NewReceiptForm
from modules.stock.models import GoodsReceipt
from modules.stock.operations import receipts as operations
from modules.stock.queries import receipts as queries
from modules.stock.views.blueprint import (
    RECEIVE,
    VIEW,
    Places,
    blueprint,
    read_places,
)
from modules.stock.views.paper_lists import RECEIPT_PAPERS, RECEIPTS, show_papers
from modules.stock.views.sheet import (
    Amount,
    SheetLine,
    asked_grid,
    filled_grid,
    sheet_lines,
    take_quantity,
    take_scan,
)


@blueprint.get("/receipts")
@requires(VIEW)
def receipts() -> ResponseReturnValue:
    return _show_list(None)


@blueprint.post("/receipts")
@requires(RECEIVE)
def start_receipt() -> ResponseReturnValue:
    places = read_places()
    form = NewReceiptForm()
    form.location_id.offer(places.where(RECEIVE), places.names, begin=places.begin(RECEIVE))
    if form.carry_out(operations.start_receipt):
        return go_to(url_for(".receipt", receipt_id=form.done.id))
    return _show_list(form)


def _show_list(form: NewReceiptForm | None) -> ResponseReturnValue:
    if form is None and (address := opening_view(RECEIPTS)) is not None:
        return go_to(address)
    places = read_places()
    fresh = NewReceiptForm(formdata=None)
    fresh.location_id.offer(places.where(RECEIVE), places.names, begin=places.begin(RECEIVE))
    shown: ResponseReturnValue = show_papers(
        RECEIPTS,
        RECEIPT_PAPERS,
        "stock/receipts.html",
        status=422 if form else 200,
        form=form or fresh,
        form_shown=form is not None or "new" in request.args,
        may_receive=bool(fresh.location_id.choices),
    )
    return shown


@blueprint.get("/receipts/<int:receipt_id>")
@requires(VIEW)
def receipt(receipt_id: int) -> ResponseReturnValue:
    found, places = _receipt(receipt_id, VIEW)
    lines = _lines(found)
    grid, wrong = asked_grid({line.variant_id: line.quantity for line in lines})
    return render(
        "stock/receipt.html",
        receipt=found,
        place=places.names[found.location_id],
        lines=lines,
        grid=grid,
        grid_wrong=wrong,
        model=request.args.get("model", ""),
        person=person_of(found.actor),
    )


@blueprint.post("/receipts/<int:receipt_id>/scans")
@requires(RECEIVE)
def scan_receipt(receipt_id: int) -> ResponseReturnValue:
    found, _places = _receipt(receipt_id, RECEIVE)

    def put(variant_id: int, quantity: int) -> None:
        operations.put_on_receipt(receipt_id=found.id, variant_id=variant_id, quantity=quantity)

    return take_scan(
        put, lambda grown: _draw_lines(found, grown), page=url_for(".receipt", receipt_id=found.id)
    )


@blueprint.post("/receipts/<int:receipt_id>/lines/<int:variant_id>")
@requires(RECEIVE)
def set_receipt_line(receipt_id: int, variant_id: int) -> ResponseReturnValue:
    found, _places = _receipt(receipt_id, RECEIVE)

    def put(quantity: int) -> None:
        operations.set_on_receipt(receipt_id=found.id, variant_id=variant_id, quantity=quantity)

    return take_quantity(
        put, lambda grown: _draw_lines(found, grown), page=url_for(".receipt", receipt_id=found.id)
    )


@blueprint.post("/receipts/<int:receipt_id>/grid")
@requires(RECEIVE)
def fill_receipt(receipt_id: int) -> ResponseReturnValue:
    found, _places = _receipt(receipt_id, RECEIVE)
    filled = filled_grid()
    present = {line.variant_id: line.quantity for line in queries.lines_of_receipt(found.id)}

    def work() -> None:
        for variant_id, quantity in filled.items():
            if quantity != present.get(variant_id, 0):
                operations.set_on_receipt(
                    receipt_id=found.id, variant_id=variant_id, quantity=quantity
                )

    transact(work)
    toast(_("The grid is on the receipt."))
    return go_to(url_for(".receipt", receipt_id=found.id))


@blueprint.post("/receipts/<int:receipt_id>/posting")
@requires(RECEIVE)
def post_receipt(receipt_id: int) -> ResponseReturnValue:
    found, places = _receipt(receipt_id, RECEIVE)
    transact(lambda: operations.post_receipt(receipt_id=found.id))
    pieces = sum(line.quantity for line in queries.lines_of_receipt(found.id))
    toast(
        ngettext(
            "%(num)s piece is in stock: %(place)s.",
            "%(num)s pieces are in stock: %(place)s.",
            pieces,
            place=places.names[found.location_id],
        )
    )
    return go_to(url_for(".receipt", receipt_id=found.id))


@blueprint.post("/receipts/<int:receipt_id>/discard")
@requires(RECEIVE)
def discard_receipt(receipt_id: int) -> ResponseReturnValue:
    found, _places = _receipt(receipt_id, RECEIVE)
    transact(lambda: operations.discard_receipt(receipt_id=found.id))
    toast(_("%(number)s is discarded; stock stays as it was.", number=found.number))
    return go_to(url_for(".receipts"))


def _receipt(receipt_id: int, permission: str) -> tuple[GoodsReceipt, Places]:
    found, places = queries.get_receipt(receipt_id), read_places()
    places.check(permission, found.location_id)
    return found, places


def _lines(found: GoodsReceipt) -> list[SheetLine]:
    return sheet_lines(
        Amount(variant_id=line.variant_id, quantity=line.quantity)
        for line in queries.lines_of_receipt(found.id)
    )


def _draw_lines(found: GoodsReceipt, grown: int | None) -> str:
    return render_template(
        "stock/_receipt_lines.html", receipt=found, lines=_lines(found), grown=grown
    )
