"""Goods in: receipts that are filled by scanning or by the grid of a model, and then posted."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import pgettext

from app.access import requires
from app.api import pack_cursor
from app.db import transact
from app.i18n import _, ngettext
from app.look import toast
from app.web import PAGE, cursor_from_url, go_to, listing, render, url_with
from modules.stock.forms import NewReceiptForm
from modules.stock.models import GoodsReceipt, ReceiptState
from modules.stock.operations import receipts as operations
from modules.stock.queries import receipts as queries
from modules.stock.views.blueprint import (
    RECEIVE,
    VIEW,
    Places,
    blueprint,
    person_of,
    read_places,
)
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
    form.location_id.offer(places.where(RECEIVE), places.names)
    if form.carry_out(operations.start_receipt):
        return go_to(url_for(".receipt", receipt_id=form.done.id))
    return _show_list(form)


def _show_list(form: NewReceiptForm | None) -> ResponseReturnValue:
    places = read_places()
    before = cursor_from_url(int)
    state = request.args.get("state", "")
    states = {
        "": _("All"),
        "draft": pgettext("status", "Open"),
        "posted": _("Posted"),
        "corrected": _("Undone"),
    }
    rows = queries.list_receipts(
        location_ids=places.seen(VIEW),
        state=ReceiptState(state) if state in set(ReceiptState) else None,
        before_id=before[0] if before else None,
        limit=PAGE + 1,
    )
    page = rows[:PAGE]
    fresh = NewReceiptForm(formdata=None)
    fresh.location_id.offer(places.where(RECEIVE), places.names)
    return render(
        "stock/receipts.html",
        status=422 if form else 200,
        listing=listing(rows, limit=PAGE, cursor=pack_cursor(page[-1].id) if page else None),
        places=places,
        views=[
            (title, url_with(state=code or None, after=None), state == code)
            for code, title in states.items()
        ],
        narrowed=bool(state),
        person_of=person_of,
        form=form or fresh,
        form_shown=form is not None or "new" in request.args,
        may_receive=bool(fresh.location_id.choices),
    )


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
