"""Transfers: filled by scanning, requested, shipped at the source, received at the target."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.access import requires
from app.db import transact
from app.errors import RuleViolation
from app.history_page import person_of
from app.i18n import _
from app.list_pages import opening_view
from app.look import toast
from app.web import go_to, render
from modules.stock.forms import NewTransferForm
from modules.stock.models import Transfer
from modules.stock.operations import transfers as operations
from modules.stock.queries import transfers as queries
from modules.stock.values import TransferLineWanted
from modules.stock.views.blueprint import (
    RECEIVE,
    VIEW,
    Places,
    blueprint,
    read_places,
)
from modules.stock.views.paper_lists import TRANSFER_PAPERS, TRANSFERS, show_papers
from modules.stock.views.sheet import (
    Amount,
    SheetLine,
    asked_grid,
    filled_grid,
    sheet_lines,
    take_quantity,
    take_scan,
)


@blueprint.get("/transfers")
@requires(VIEW)
def transfers() -> ResponseReturnValue:
    return _show_list(None)


@blueprint.post("/transfers")
@requires(RECEIVE)
def start_transfer() -> ResponseReturnValue:
    places = read_places()
    form = _offer(NewTransferForm(), places)
    if form.validate_on_submit():
        places.check(RECEIVE, form.from_location_id.data, form.to_location_id.data)
        if form.carry_out(operations.start_transfer):
            return go_to(url_for(".transfer", transfer_id=form.done.id))
    return _show_list(form)


def _offer(form: NewTransferForm, places: Places) -> NewTransferForm:
    # One side must be the person's own; a shop may ask another one for its goods.
    own = places.where(RECEIVE)
    rest = [one for one in places.locations.values() if one not in own]
    form.from_location_id.offer([*own, *rest], places.names, begin=(begin := places.begin(RECEIVE)))
    others = [one.id for one in (*own, *rest) if one.id != begin]
    target = others[0] if begin is not None and len(others) == 1 else None
    form.to_location_id.offer([*own, *rest], places.names, begin=target)
    return form


def _show_list(form: NewTransferForm | None) -> ResponseReturnValue:
    if form is None and (address := opening_view(TRANSFERS)) is not None:
        return go_to(address)
    places = read_places()
    shown: ResponseReturnValue = show_papers(
        TRANSFERS,
        TRANSFER_PAPERS,
        "stock/transfers.html",
        status=422 if form else 200,
        form=form or _offer(NewTransferForm(formdata=None), places),
        form_shown=form is not None,
        may_send=len(places.locations) > 1 and bool(places.where(RECEIVE)),
    )
    return shown


@blueprint.get("/transfers/<int:transfer_id>")
@requires(VIEW)
def transfer(transfer_id: int) -> ResponseReturnValue:
    return _show(*_transfer(transfer_id, VIEW))


def _show(
    found: Transfer, places: Places, *, wrong: str = "", reason: str = "", status: int = 200
) -> ResponseReturnValue:
    lines = _lines(found)
    grid, grid_wrong = asked_grid({line.variant_id: line.quantity for line in lines})
    own = {one.id for one in places.where(RECEIVE)}
    return render(
        "stock/transfer.html",
        status=status,
        transfer=found,
        source=places.names[found.from_location_id],
        target=places.names[found.to_location_id],
        lines=lines,
        pieces=sum(line.quantity for line in lines),
        grid=grid,
        grid_wrong=grid_wrong,
        model=request.args.get("model", ""),
        may_fill=bool(own & {found.from_location_id, found.to_location_id}),
        may_ship=found.from_location_id in own,
        may_take_in=found.to_location_id in own,
        person=person_of(found.actor),
        wrong=wrong,
        reason=reason,
        typed=filled_grid() if wrong else {},
    )


@blueprint.post("/transfers/<int:transfer_id>/scans")
@requires(RECEIVE)
def scan_transfer(transfer_id: int) -> ResponseReturnValue:
    found, _places = _transfer(transfer_id, RECEIVE)

    def put(variant_id: int, quantity: int) -> None:
        operations.put_on_transfer(transfer_id=found.id, variant_id=variant_id, quantity=quantity)

    page = url_for(".transfer", transfer_id=found.id)
    return take_scan(put, lambda grown: _draw_lines(found, grown), page=page)


@blueprint.post("/transfers/<int:transfer_id>/lines/<int:variant_id>")
@requires(RECEIVE)
def set_transfer_line(transfer_id: int, variant_id: int) -> ResponseReturnValue:
    found, _places = _transfer(transfer_id, RECEIVE)

    def put(quantity: int) -> None:
        operations.set_on_transfer(transfer_id=found.id, variant_id=variant_id, quantity=quantity)

    page = url_for(".transfer", transfer_id=found.id)
    return take_quantity(put, lambda grown: _draw_lines(found, grown), page=page)


@blueprint.post("/transfers/<int:transfer_id>/grid")
@requires(RECEIVE)
def fill_transfer(transfer_id: int) -> ResponseReturnValue:
    found, _places = _transfer(transfer_id, RECEIVE)
    filled = filled_grid()
    present = {line.variant_id: line.quantity for line in queries.lines_of_transfer(found.id)}

    def work() -> None:
        for variant_id, quantity in filled.items():
            if quantity != present.get(variant_id, 0):
                operations.set_on_transfer(
                    transfer_id=found.id, variant_id=variant_id, quantity=quantity
                )

    transact(work)
    toast(_("The grid is on the transfer."))
    return go_to(url_for(".transfer", transfer_id=found.id))


@blueprint.post("/transfers/<int:transfer_id>/request")
@requires(RECEIVE)
def confirm_transfer(transfer_id: int) -> ResponseReturnValue:
    found, places = _transfer(transfer_id, RECEIVE)
    try:
        transact(lambda: operations.confirm_transfer(transfer_id=found.id))
    except RuleViolation as violation:
        return _show(*_transfer(transfer_id, RECEIVE), wrong=str(violation), status=409)
    source = places.names[found.from_location_id]
    toast(
        _(
            "%(number)s is requested; its goods are held: %(place)s.",
            number=found.number,
            place=source,
        )
    )
    return go_to(url_for(".transfer", transfer_id=found.id))


@blueprint.post("/transfers/<int:transfer_id>/ship")
@requires(RECEIVE)
def ship_transfer(transfer_id: int) -> ResponseReturnValue:
    found, places = _transfer(transfer_id, RECEIVE)
    places.check(RECEIVE, found.from_location_id)
    transact(lambda: operations.ship_transfer(transfer_id=found.id))
    toast(_("%(number)s is on its way.", number=found.number))
    return go_to(url_for(".transfer", transfer_id=found.id))


@blueprint.post("/transfers/<int:transfer_id>/receipt")
@requires(RECEIVE)
def receive_transfer(transfer_id: int) -> ResponseReturnValue:
    found, places = _transfer(transfer_id, RECEIVE)
    places.check(RECEIVE, found.to_location_id)
    reason = request.form.get("reason", "").strip()[:250]
    counted = [
        TransferLineWanted(variant_id=variant_id, quantity=quantity)
        for variant_id, quantity in filled_grid().items()
    ]
    try:
        transact(
            lambda: operations.receive_transfer(
                transfer_id=found.id, lines=counted or None, reason=reason
            )
        )
    except RuleViolation as violation:
        fresh = _transfer(transfer_id, RECEIVE)
        return _show(*fresh, wrong=str(violation), reason=reason, status=409)
    toast(_("%(number)s is received.", number=found.number))
    return go_to(url_for(".transfer", transfer_id=found.id))


@blueprint.post("/transfers/<int:transfer_id>/cancellation")
@requires(RECEIVE)
def cancel_transfer(transfer_id: int) -> ResponseReturnValue:
    found, _places = _transfer(transfer_id, RECEIVE)
    transact(lambda: operations.cancel_transfer(transfer_id=found.id))
    toast(_("%(number)s is cancelled; its goods are free.", number=found.number))
    return go_to(url_for(".transfer", transfer_id=found.id))


def _transfer(transfer_id: int, permission: str) -> tuple[Transfer, Places]:
    found, places = queries.get_transfer(transfer_id), read_places()
    places.check(permission, found.from_location_id, found.to_location_id)
    return found, places


def _lines(found: Transfer) -> list[SheetLine]:
    return sheet_lines(
        Amount(variant_id=line.variant_id, quantity=line.quantity, received=line.received)
        for line in queries.lines_of_transfer(found.id)
    )


def _draw_lines(found: Transfer, grown: int | None) -> str:
    return render_template(
        "stock/_transfer_lines.html", transfer=found, lines=_lines(found), grown=grown
    )
