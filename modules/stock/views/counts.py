"""Counts: scanned blind, reviewed with their differences, and posted."""

from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from app.access import requires
from app.approving import SecondPersonForm, of_record
from app.db import close_session, transact
from app.fields import cost
from app.history_page import person_of
from app.i18n import _
from app.list_pages import opening_view
from app.look import toast
from app.reference import Reference
from app.web import go_to, render
from modules import organization
from modules.stock.acts import posting_wanted
from modules.stock.forms import NewCountForm
from modules.stock.models import CountState, StockCount
from modules.stock.operations import counts as operations
from modules.stock.queries import counts as queries
from modules.stock.views.blueprint import (
    ADJUST,
    RECEIVE,
    VIEW,
    Places,
    blueprint,
    read_places,
)
from modules.stock.views.paper_lists import COUNT_PAPERS, COUNTS, show_papers
from modules.stock.views.sheet import Amount, SheetLine, sheet_lines, take_quantity, take_scan


@blueprint.get("/counts")
@requires(VIEW)
def counts() -> ResponseReturnValue:
    return _show_list(None)


@blueprint.post("/counts")
@requires(RECEIVE)
def start_count() -> ResponseReturnValue:
    places = read_places()
    form = NewCountForm()
    form.location_id.offer(places.where(RECEIVE), places.names, begin=places.begin(RECEIVE))
    if form.carry_out(operations.start_count):
        return go_to(url_for(".count", count_id=form.done.id))
    return _show_list(form)


def _show_list(form: NewCountForm | None) -> ResponseReturnValue:
    if form is None and (address := opening_view(COUNTS)) is not None:
        return go_to(address)
    places = read_places()
    fresh = NewCountForm(formdata=None)
    fresh.location_id.offer(places.where(RECEIVE), places.names, begin=places.begin(RECEIVE))
    shown: ResponseReturnValue = show_papers(
        COUNTS,
        COUNT_PAPERS,
        "stock/counts.html",
        status=422 if form else 200,
        form=form or fresh,
        form_shown=form is not None,
        may_count=bool(fresh.location_id.choices),
    )
    return shown


@blueprint.get("/counts/<int:count_id>")
@requires(VIEW)
def count(count_id: int) -> ResponseReturnValue:
    found, places = _count(count_id, VIEW)
    lines = _lines(found)
    return render(
        "stock/count.html",
        counting=found,
        place=places.names[found.location_id],
        lines=lines,
        person=person_of(found.actor),
        **_sums(found, lines),
    )


@blueprint.get("/counts/<int:count_id>/review")
@requires(ADJUST)
def review_count(count_id: int) -> ResponseReturnValue:
    return _show_review(*_count(count_id, ADJUST))


def _show_review(
    found: StockCount,
    places: Places,
    *,
    form: SecondPersonForm | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    lines = sorted(_lines(found), key=lambda line: (-abs(line.difference), line.sku))
    return render(
        "stock/count_review.html",
        status=status,
        counting=found,
        place=places.names[found.location_id],
        lines=lines,
        form=form,
        wrong=" ".join(form.form_errors) if form else "",
        approvals=of_record(Reference(operations.REFERENCE, found.id)),
        **_sums(found, lines),
    )


@blueprint.post("/counts/<int:count_id>/scans")
@requires(RECEIVE)
def scan_count(count_id: int) -> ResponseReturnValue:
    found, _places = _count(count_id, RECEIVE)

    def put(variant_id: int, quantity: int) -> None:
        operations.put_on_count(
            count_id=found.id, variant_id=variant_id, counted=quantity, more=True
        )

    page = url_for(".count", count_id=found.id)
    return take_scan(put, lambda grown: _draw_lines(found, grown), page=page)


@blueprint.post("/counts/<int:count_id>/lines/<int:variant_id>")
@requires(RECEIVE)
def set_count_line(count_id: int, variant_id: int) -> ResponseReturnValue:
    found, _places = _count(count_id, RECEIVE)

    def put(quantity: int) -> None:
        operations.put_on_count(count_id=found.id, variant_id=variant_id, counted=quantity)

    page = url_for(".count", count_id=found.id)
    return take_quantity(put, lambda grown: _draw_lines(found, grown), page=page)


@blueprint.post("/counts/<int:count_id>/lines/<int:variant_id>/removal")
@requires(RECEIVE)
def take_off_count(count_id: int, variant_id: int) -> ResponseReturnValue:
    found, _places = _count(count_id, RECEIVE)
    transact(lambda: operations.take_off_count(count_id=found.id, variant_id=variant_id))
    return go_to(url_for(".count", count_id=found.id))


@blueprint.post("/counts/<int:count_id>/posting")
@requires(ADJUST)
def post_count(count_id: int) -> ResponseReturnValue:
    found, _places = _count(count_id, ADJUST)
    form = SecondPersonForm()
    if not form.carry_out_within_limits(
        lambda: operations.post_count(count_id=found.id),
        lambda: posting_wanted(count_id=found.id, number=found.number),
    ):
        close_session()
        return _show_review(*_count(count_id, ADJUST), form=form, status=409)
    if form.asked:
        toast(_("It waits for a second person. You see here what becomes of it."))
    else:
        toast(_("%(number)s is posted; stock agrees with the shelf.", number=found.number))
    return go_to(url_for(".count", count_id=found.id))


@blueprint.post("/counts/<int:count_id>/cancellation")
@requires(RECEIVE)
def cancel_count(count_id: int) -> ResponseReturnValue:
    found, _places = _count(count_id, RECEIVE)
    transact(lambda: operations.cancel_count(count_id=found.id))
    toast(_("%(number)s is given up; stock stays as it was.", number=found.number))
    return go_to(url_for(".counts"))


def _count(count_id: int, permission: str) -> tuple[StockCount, Places]:
    found, places = queries.get_count(count_id), read_places()
    places.check(permission, found.location_id)
    return found, places


def _lines(found: StockCount) -> list[SheetLine]:
    return sheet_lines(
        Amount(variant_id=line.variant_id, quantity=line.counted, expected=line.expected)
        for line in queries.lines_of_count(found.id)
    )


def _sums(found: StockCount, lines: list[SheetLine]) -> dict[str, Any]:
    """Return what the review adds up; while people count, nobody is told what to expect."""
    if found.state is CountState.CANCELLED:
        return {}
    return {
        "pieces": sum(line.quantity for line in lines),
        "more": sum(max(line.difference, 0) for line in lines),
        "fewer": -sum(min(line.difference, 0) for line in lines),
        "value_minor": cost(sum(line.difference * (line.cost_minor or 0) for line in lines)),
        "currency": organization.get_company().currency,
    }


def _draw_lines(found: StockCount, grown: int | None) -> str:
    return render_template(
        "stock/_count_lines.html", counting=found, lines=_lines(found), grown=grown
    )
