"""The list of stock: whose figures it shows, its columns and orders."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for

from app.i18n import _, lazy
from app.lists import NUMBER, Asked, Column, ListSpec
from app.web import chosen_store_id
from modules import catalog
from modules.organization import Location, Store
from modules.stock.queries.items import (
    BY_AGE,
    BY_SKU,
    NEWEST_FIRST,
    StockRow,
    count_stock,
    list_stock,
    newest_variant,
)
from modules.stock.views.blueprint import EXPORT, VIEW, Places, read_places


def store_in(args: Mapping[str, str], places: Places) -> Store | None:
    """Return the store whose figures are asked for: the one in the address, else the chosen."""
    asked = args.get("store", "")
    store = next((one for one in places.stores.values() if one.code == asked), None)
    if store is None and asked != "all" and (chosen := chosen_store_id()) is not None:
        return places.stores.get(chosen)
    return store


def location_in(args: Mapping[str, str], own: Sequence[Location]) -> Location | None:
    return next((one for one in own if one.code == args.get("location", "")), None)


def scope_of(args: Mapping[str, str], places: Places) -> Sequence[int] | None:
    """Return the locations that the figures are of; None = all."""
    store = store_in(args, places)
    own = places.of_store(store.id) if store else [*places.locations.values()]
    if location := location_in(args, own):
        return [location.id]
    return [one.id for one in own] if store else None


def only_words() -> dict[str, str]:
    return {
        "": _("All"),
        "in": _("In stock"),
        "out": _("Out of stock"),
        "reserved": _("Reserved"),
        "incoming": _("On the way"),
    }


def _question(args: Mapping[str, str]) -> dict[str, Any]:
    return {
        "q": args.get("q", "").strip(),
        "only": args.get("only", ""),
        "location_ids": scope_of(args, read_places()),
    }


def _find(asked: Asked) -> Sequence[StockRow]:
    return list_stock(
        order=asked.sort,
        after=asked.after,
        limit=asked.limit,
        up_to=asked.up_to,
        **_question(asked.args),
    )


def _count(args: Mapping[str, str], cap: int) -> int:
    return count_stock(cap=cap, **_question(args))


def _skus(keys: Sequence[int]) -> dict[int, str]:
    return {key: one.sku for key, one in catalog.variants_by_id(keys).items()}


def _figure(name: str) -> Any:
    return lambda row, _beside: getattr(row, name)


STOCK = ListSpec(
    code="stock",
    title=lazy("Stock"),
    endpoint="stock.index",
    permission=VIEW,
    export_permission=EXPORT,
    names=("q", "only", "store", "location"),
    sorts=(BY_AGE, NEWEST_FIRST, BY_SKU),
    find=_find,
    key=lambda row: row.variant_id,
    count=_count,
    newest=newest_variant,
    labels=_skus,
    url=lambda _key, sku: url_for("stock.item", sku=sku),
    columns=(
        Column(
            code="goods",
            title=lazy("Goods"),
            value=_figure("name"),
            drawn=True,
            sorts=("age", "newest"),
            also=(
                Column(code="label", title=lazy("Variant"), value=_figure("label")),
                Column(code="code", title=lazy("SKU"), value=_figure("sku")),
            ),
        ),
        Column(
            code="on_hand",
            title=lazy("On hand"),
            value=_figure("on_hand"),
            kind=NUMBER,
            cls="num",
            drawn=True,
        ),
        Column(
            code="set_aside",
            title=lazy("Set aside"),
            value=_figure("unsellable"),
            kind=NUMBER,
            cls="num c-md",
            quiet=True,
            drawn=True,
        ),
        Column(
            code="reserved",
            title=lazy("Reserved"),
            value=_figure("reserved"),
            kind=NUMBER,
            cls="num",
            drawn=True,
        ),
        Column(
            code="available",
            title=lazy("Available"),
            value=_figure("available"),
            kind=NUMBER,
            cls="num b",
            drawn=True,
        ),
        Column(
            code="incoming",
            title=lazy("On the way"),
            value=_figure("incoming"),
            kind=NUMBER,
            cls="num",
            quiet=True,
            drawn=True,
        ),
        Column(
            code="sku",
            title=lazy("SKU"),
            value=_figure("sku"),
            usual=False,
            cls="code",
            sorts=("sku", "age"),
        ),
        Column(code="variant", title=lazy("Variant"), value=_figure("label"), usual=False),
    ),
)
