"""The demo's goods on their shelves: deliveries, transfers, a count, and what was found broken."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any, cast

from sqlalchemy import Table

from app import clock
from app.actor import current_actor
from app.bulk_load import load_rows, moment, without_indexes
from app.db import session, transact
from app.demo import DemoContext
from modules.stock.models import (
    GoodsReceipt,
    GoodsReceiptLine,
    ReceiptState,
    StockItem,
    StockMovement,
)
from modules.stock.operations.corrections import adjust, set_unsellable
from modules.stock.operations.counts import CountedLine, count
from modules.stock.operations.receipts import (
    REFERENCE,
    put_on_receipt,
    receive,
    start_receipt,
)
from modules.stock.operations.transfers import (
    receive_transfer,
    request_transfer,
    ship_transfer,
)
from modules.stock.queries.levels import available_for
from modules.stock.values import ReceiptLine, TransferLineWanted

_ITEM, _MOVEMENT, _LINE = (
    cast(Table, model.__table__) for model in (StockItem, StockMovement, GoodsReceiptLine)
)
_OPENING = timedelta(days=45)
_ROUND = timedelta(days=2)  # between the deliveries of two categories
_SOLD_OUT = 0.05
# How many pieces of a variant of middling success lie where, and what share of variants at all.
_WAREHOUSE, _FLOOR, _BACK = (9.0, 1.0), (1.6, 0.62), (1.8, 0.3)


def demo(context: DemoContext) -> None:
    chance = context.random_for("stock")
    transact(lambda: _fill_shelves(context, chance))
    _plan_last_days(context, chance)


# --- the opening ------------------------------------------------------------------------------


def _fill_shelves(context: DemoContext, chance: Random) -> None:
    house, by_category = context.made["house"], _by_category(context)
    began = context.end - _OPENING
    for at, (category, goods) in enumerate(by_category.items()):
        with clock.at(began + at * _ROUND):
            number = f"{clock.now():%y%m}-{at + 1:02d}"
            _deliver(
                context, house.warehouse_id, f"PO {number} {category}", goods, chance, *_WAREHOUSE
            )
    goods = [one for some in by_category.values() for one in some]
    with clock.at(began + timedelta(days=27)):
        for shop in house.shops:
            _deliver(context, shop.floor_id, f"Opening {shop.code}", goods, chance, *_FLOOR)
            _deliver(context, shop.back_id, f"Opening {shop.code}", goods, chance, *_BACK)


def _by_category(context: DemoContext) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for goods in context.made["goods"]:
        if goods.active:
            found.setdefault(goods.category, []).append(goods)
    return found


def _deliver(
    context: DemoContext,
    location_id: int,
    reference: str,
    goods: Iterable[Any],
    chance: Random,
    usual: float,
    share: float,
) -> None:
    lines = []
    for one in goods:
        middle = usual * min(max(one.weight, 0.4), 2.5)
        for piece in one.pieces:
            if chance.random() > share or (share == 1 and chance.random() < _SOLD_OUT):
                continue
            lines.append(
                ReceiptLine(
                    variant_id=context.made["variants"][piece.sku],
                    quantity=max(1, round(chance.gauss(middle, middle / 3))),
                    unit_cost_minor=piece.cost_minor,
                )
            )
    receive(location_id=location_id, reference=reference, lines=lines)


def demo_mass(context: DemoContext) -> None:
    """Fill the hall and every shop of the large demo: one delivery each, entered in the ledger."""
    variants = [(one.id, one.cost_minor) for one in context.made["mass_variants"]]
    house, began = context.made["house"], context.end - _OPENING
    floors = [shop.floor_id for shop in (*house.shops, *context.made["more_shops"])]

    def load() -> int:
        with clock.at(began), without_indexes(_ITEM, _MOVEMENT, _LINE):
            return _load_shelves(variants, [house.warehouse_id, *floors])

    context.say(f"{transact(load)} places of goods more")


def _load_shelves(variants: Sequence[tuple[int, int]], places: Sequence[int]) -> int:
    actor, now = str(current_actor()), moment(clock.now())
    receipts = {}
    for place in places:
        receipt = GoodsReceipt(
            location_id=place,
            reference="Opening, the whole range",
            state=ReceiptState.POSTED,
            effective_at=clock.now(),
            posted_at=clock.now(),
            actor=actor,
        )
        session.add(receipt)
        session.flush()
        receipts[place] = receipt.id
    # The hall has all of it, a shop each fifth variant: (variant, its cost, place, pieces).
    cells = [
        (variant_id, cost, place, 3 + (variant_id * 7 + at * 13) % (60 if at == 0 else 9))
        for variant_id, cost in variants
        for at, place in sorted(enumerate(places), key=lambda one: one[1])
        if at == 0 or (variant_id + at * 3) % 5 == 0
    ]
    load_rows(
        _ITEM,
        (
            *("variant_id", "location_id", "on_hand", "unsellable"),
            *("reserved", "incoming", "updated_at"),
        ),
        ((variant_id, place, count, 0, 0, 0, now) for variant_id, _cost, place, count in cells),
    )
    load_rows(
        _MOVEMENT,
        (
            *("kind", "variant_id", "quantity", "from_virtual", "from_unsellable"),
            *("to_location_id", "to_unsellable", "reason", "ref_kind", "ref_id"),
            *("recorded_at", "effective_at", "actor"),
        ),
        (
            ("receive", variant_id, count, "supplier", False, place, False)
            + ("Opening, the whole range", REFERENCE, receipts[place], now, now, actor)
            for variant_id, _cost, place, count in cells
        ),
    )
    load_rows(
        _LINE,
        ("receipt_id", "variant_id", "quantity", "unit_cost_minor"),
        ((receipts[place], variant_id, count, cost) for variant_id, cost, place, count in cells),
    )
    return len(cells)


# --- the last days ----------------------------------------------------------------------------


def _plan_last_days(context: DemoContext, chance: Random) -> None:
    house, midnight = context.made["house"], _midnight(context)
    variants = sorted(context.made["variants"].values())

    def on(days_ago: int, hour: int, minute: int = 0) -> datetime:
        return midnight - timedelta(days=days_ago) + timedelta(hours=hour, minutes=minute)

    def few(number: int) -> list[int]:
        return sorted(chance.sample(variants, number))

    def plan(moment: datetime, do: Callable[[], Any], who: str = "packer") -> None:
        context.plan(moment, do, by=house.people[who])

    for days_ago, size in ((12, 60), (8, 45), (4, 70), (1, 40)):
        reference = f"PO {on(days_ago, 0):%y%m%d}"
        plan(on(days_ago, 8, 20), _delivery(house.warehouse_id, reference, few(size), chance))
    for days_ago, shop, size in ((10, 0, 24), (6, 2, 30), (3, 1, 18)):
        _plan_transfer(plan, on(days_ago, 9), house.warehouse_id, house.shops[shop], few(size))
    _plan_transfer(plan, on(1, 14), house.warehouse_id, house.shops[3], few(22), arrives=False)
    source, target = house.shops[2].floor_id, house.shops[3].floor_id
    plan(on(0, 4, 45), lambda: _request(source, target, few(400), 9), "clerk")
    plan(on(5, 18, 30), lambda: _count(house.shops[1].floor_id, few(160), chance), "manager")
    plan(on(9, 11), lambda: _lose(house.shops[0].floor_id, few(60), "stolen"), "manager")
    plan(on(7, 13), lambda: _set_aside(house.warehouse_id, few(40), "torn seam"))
    plan(on(2, 10), lambda: _set_aside(house.shops[1].back_id, few(90), "stained"), "clerk")
    plan(on(1, 15, 40), lambda: _unpack(house.warehouse_id, few(14)))


def _midnight(context: DemoContext) -> datetime:
    return context.end.replace(hour=0, minute=0, second=0, microsecond=0)


def _delivery(location_id: int, reference: str, variants: Sequence[int], chance: Random) -> Any:
    lines = [
        ReceiptLine(variant_id=variant_id, quantity=chance.choice((2, 3, 4, 6, 8)))
        for variant_id in variants
    ]
    return lambda: receive(location_id=location_id, reference=reference, lines=lines)


def _unpack(location_id: int, variants: Sequence[int]) -> None:
    """Somebody has begun to scan a delivery and goes on with it today."""
    receipt = start_receipt(location_id=location_id, reference="PO-00 cartons 1-3")
    for variant_id in variants:
        put_on_receipt(receipt_id=receipt.id, variant_id=variant_id, quantity=1 + variant_id % 4)


def _plan_transfer(
    plan: Callable[[datetime, Callable[[], Any]], None],
    asked: datetime,
    source: int,
    shop: Any,
    variants: Sequence[int],
    *,
    arrives: bool = True,
) -> None:
    def ask() -> None:
        transfer_id = _request(source, shop.floor_id, variants, len(variants))
        if transfer_id is None:
            return
        plan(asked + timedelta(hours=2), lambda: ship_transfer(transfer_id=transfer_id))
        if arrives:
            plan(asked + timedelta(days=1), lambda: receive_transfer(transfer_id=transfer_id))

    plan(asked, ask)


def _request(source: int, target: int, variants: Sequence[int], most: int) -> int | None:
    """Ask for two pieces of what the source can spare."""
    lines = [
        TransferLineWanted(variant_id=level.variant_id, quantity=min(2, level.available))
        for level in available_for(variants, [source])
        if level.available > 0
    ]
    if not lines:
        return None
    return request_transfer(from_location_id=source, to_location_id=target, lines=lines[:most]).id


def _count(location_id: int, variants: Sequence[int], chance: Random) -> None:
    """Count a part of a floor: nearly all is right, as it is where people count often."""
    lines = []
    for level in available_for(variants, [location_id]):
        wrong = chance.choices((0, -1, 1), (90, 6, 4))[0]
        if level.on_hand and not (wrong < 0 and level.available < 1):
            lines.append(
                CountedLine(variant_id=level.variant_id, counted=max(0, level.on_hand + wrong))
            )
    if lines:
        count(location_id=location_id, lines=lines)


def _lose(location_id: int, variants: Sequence[int], reason: str) -> None:
    for level in _free(location_id, variants)[:2]:
        adjust(
            variant_id=level.variant_id, location_id=location_id, quantity_change=-1, reason=reason
        )


def _set_aside(location_id: int, variants: Sequence[int], reason: str) -> None:
    for level in _free(location_id, variants)[:3]:
        set_unsellable(
            variant_id=level.variant_id, location_id=location_id, quantity_change=1, reason=reason
        )


def _free(location_id: int, variants: Sequence[int]) -> list[Any]:
    return [one for one in available_for(variants, [location_id]) if one.available > 0]
