"""The list of stock, one variant with its places and its ledger, and corrections of both."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.access import requires
from app.api import pack_cursor
from app.approving import of_record
from app.errors import NotFound
from app.history_page import person_of
from app.i18n import _
from app.list_pages import choice_filter, count_rows, open_list, opening_view
from app.look import Choice, Filter, toast
from app.reference import Reference
from app.web import chosen_store_id, cursor_from_url, go_to, listing, render, url_with
from modules import catalog
from modules.stock import labels
from modules.stock.acts import correction_wanted
from modules.stock.forms import CorrectionForm, SetAsideForm
from modules.stock.models import StockMovement
from modules.stock.operations.corrections import adjust, set_unsellable
from modules.stock.queries.levels import levels
from modules.stock.queries.movements import list_held, list_movements
from modules.stock.queries.transfers import list_incoming
from modules.stock.views.blueprint import (
    ADJUST,
    VIEW,
    Places,
    blueprint,
    read_places,
)
from modules.stock.views.stock_list import STOCK, location_in, only_words, store_in

MOVEMENTS = 30


@blueprint.get("/")
@requires(VIEW)
def home() -> ResponseReturnValue:
    return redirect(url_for(".index"))


@blueprint.get("/items")
@requires(VIEW)
def index() -> ResponseReturnValue:
    if (address := opening_view(STOCK)) is not None:
        return go_to(address)
    places = read_places()
    page = open_list(STOCK)
    args = page.question.args
    only = args.get("only", "")
    return render(
        "stock/index.html",
        table=page,
        listing=page.listing,
        photos=catalog.photo_urls([row.variant_id for row in page.rows]),
        q=args.get("q", "").strip(),
        lanes_shown=[
            (title, url_with(only=code or None, after=None), None, "", only == code)
            for code, title in only_words().items()
        ],
        filters=[*_filters(places), *page.sort_filter],
        total=count_rows(page),
        narrowed=any(args.get(name) for name in ("q", "only", "location", "store")),
        where=_place_words(places),
    )


def _filters(places: Places) -> list[Filter]:
    """Return the two filters by place, where there is more than one."""
    if len(places.locations) < 2:
        return []
    store = store_in(request.args, places)
    own = places.of_store(store.id) if store else [*places.locations.values()]
    location = location_in(request.args, own)
    by_store = Filter(
        title=_("Store"),
        chosen=store.name if store else "",
        clear=url_with(store="all", location=None, after=None),
        choices=[
            Choice(
                title=one.name,
                href=url_with(store=one.code, location=None, after=None),
                current=one is store,
            )
            for one in places.stores.values()
        ],
    )
    by_location = choice_filter(
        _("Location"),
        "location",
        {one.code: one.name if store else places.names[one.id] for one in own},
        location.code if location else None,
    )
    return [by_store, by_location]


def _place_words(places: Places) -> str:
    """Say whose figures these are."""
    location = next((o for o in places.locations.values() if o.code == _asked("location")), None)
    if location:
        return places.names[location.id]
    store = store_in(request.args, places)
    return store.name if store else _("all stores")


def _asked(name: str) -> str:
    return request.args.get(name, "")


# --- one variant ------------------------------------------------------------------------------


@blueprint.get("/items/<path:sku>")
@requires(VIEW)
def item(sku: str) -> ResponseReturnValue:
    return _show(sku)


@blueprint.post("/corrections/<path:sku>")
@requires(ADJUST)
def correct(sku: str) -> ResponseReturnValue:
    """Correct how many pieces lie somewhere."""
    variant_id, places = catalog.get_variant(sku).id, read_places()
    form = CorrectionForm()
    form.location_id.offer(places.where(ADJUST), places.names, begin=None)
    if form.validate_on_submit() and not form.quantity_change.data:
        form.quantity_change.errors = [_("Nothing changes by 0. Write -1 or 2.")]
    elif form.carry_out_within_limits(
        adjust,
        lambda: correction_wanted(variant_id=variant_id, **form.values()),
        variant_id=variant_id,
    ):
        if form.asked:
            toast(_("It waits for a second person. You see here what becomes of it."))
        else:
            toast(_("%(sku)s is corrected.", sku=sku))
        return go_to(url_for(".item", sku=sku))
    return _show(sku, correction=form, status=422)


@blueprint.post("/set-aside/<path:sku>")
@requires(ADJUST)
def set_aside(sku: str) -> ResponseReturnValue:
    """Set pieces aside that cannot be sold, or put mended ones back."""
    variant_id, places = catalog.get_variant(sku).id, read_places()
    form = SetAsideForm()
    form.location_id.offer(places.where(ADJUST), places.names, begin=None)
    if form.validate_on_submit() and not form.quantity_change.data:
        form.quantity_change.errors = [_("Nothing changes by 0. Write -1 or 2.")]
    elif form.carry_out(set_unsellable, variant_id=variant_id):
        toast(_("%(sku)s is corrected.", sku=sku))
        return go_to(url_for(".item", sku=sku))
    return _show(sku, setting=form, status=422)


def _show(
    sku: str,
    *,
    correction: CorrectionForm | None = None,
    setting: SetAsideForm | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    goods = catalog.variants_for_sale([sku]).get(sku)
    if goods is None:
        raise NotFound(_("There is no variant %(sku)s.", sku=sku[:80]))
    places = read_places()
    location = next((o for o in places.locations.values() if o.code == _asked("location")), None)
    before = cursor_from_url(int)
    moves = list_movements(
        goods.id,
        location_id=location.id if location else None,
        before_id=before[0] if before else None,
        limit=MOVEMENTS + 1,
    )
    held = list_held(goods.id)
    found = levels([goods.id])
    stocked = {one.location_id: one.on_hand for one in found}
    page = moves[:MOVEMENTS]
    return render(
        "stock/item.html",
        status=status,
        goods=goods,
        picture=catalog.photo_urls([goods.id])[goods.id],
        levels=found,
        places=places,
        location=location,
        held=held,
        incoming=list_incoming(goods.id),
        listing=listing(
            [MoveRow(one, places, location.id if location else None) for one in page]
            + [None] * (len(moves) - len(page)),
            limit=MOVEMENTS,
            cursor=pack_cursor(page[-1].id) if page else None,
        ),
        documents=_documents(
            [Reference(one.ref_kind, one.ref_id) for one in held]
            + [Reference(m.ref_kind, m.ref_id) for m in page if m.ref_kind and m.ref_id]
        ),
        correction=correction or _correction(CorrectionForm(formdata=None), places, stocked),
        approvals=of_record(Reference("variant", goods.id)),
        correction_shown=correction is not None,
        setting=_apart(setting or _correction(SetAsideForm(formdata=None), places, stocked)),
        setting_shown=setting is not None,
    )


def _correction(form: Any, places: Places, stocked: Mapping[int, int]) -> Any:
    """Offer the places with those first where the goods lie, the chosen store's before all."""
    chosen = chosen_store_id()
    near = sorted(
        places.where(ADJUST), key=lambda one: (one.store_id != chosen, -stocked.get(one.id, 0))
    )
    form.location_id.offer(near, places.names, begin=near[0].id if near else None)
    return form


def _apart(form: SetAsideForm) -> SetAsideForm:
    # Two forms with the same names stand on the page: their ids must differ.
    for field in form:
        field.id = f"aside-{field.id}"
    return form


class MoveRow:
    """An entry of the ledger as it is read: its words, its sign, where from and where to."""

    def __init__(self, entry: StockMovement, places: Places, location_id: int | None) -> None:
        word, self.icon, self.tone = labels.MOVEMENT[entry.kind]
        self.word = str(word)
        self.reason = entry.reason if entry.reason not in {"ship", "count"} else ""
        self.when: datetime = entry.recorded_at
        self.happened: datetime | None = (
            entry.effective_at if entry.effective_at != entry.recorded_at else None
        )
        self.who = person_of(entry.actor)
        self.source = _place(entry.from_location_id, entry.from_virtual, places)
        self.target = _place(entry.to_location_id, entry.to_virtual, places)
        self.reference = (
            Reference(entry.ref_kind, entry.ref_id) if entry.ref_kind and entry.ref_id else None
        )
        self.change = _change(entry, location_id)


def _place(location_id: int | None, virtual: Any, places: Places) -> str:
    if location_id is not None:
        return places.names[location_id]
    return str(labels.PLACE[virtual])


def _change(entry: StockMovement, location_id: int | None) -> int:
    """Return what it adds to the place one looks at, or to all of ours together."""
    came = entry.to_location_id is not None
    left = entry.from_location_id is not None
    if location_id is not None:
        came, left = entry.to_location_id == location_id, entry.from_location_id == location_id
    return entry.quantity * (int(came) - int(left))


def _documents(references: Iterable[Reference]) -> dict[Reference, tuple[str, str]]:
    """Return the words and the address of what movements and promises refer to."""
    wanted = [*dict.fromkeys(references)]
    own = {
        "goods_receipt": lambda key: (f"GR-{key}", url_for(".receipt", receipt_id=key)),
        "transfer": lambda key: (f"TR-{key}", url_for(".transfer", transfer_id=key)),
        "stock_count": lambda key: (f"SC-{key}", url_for(".count", count_id=key)),
    }
    found = {one: own[one.kind](one.id) for one in wanted if one.kind in own}
    others = [one for one in wanted if one.kind not in own]
    fillers: Sequence[Callable[..., Any]] = current_app.extensions["slots"].get(
        "stock.references", ()
    )
    for filler in fillers:
        found |= filler(references=others)
    for one in others:
        words = str(labels.REFERENCE.get(one.kind, one.kind))
        found.setdefault(one, (f"{words} {one.id}", ""))
    return found
