"""What people correct with a reason: pieces found or lost, damaged goods, goods that come back."""

from app.events import publish
from app.reference import Reference
from modules.stock.events import AvailabilityChanged, GoodsArrived
from modules.stock.limits import check_correction
from modules.stock.models import MovementKind, Virtual
from modules.stock.operations.ledger import Move, add_levels, change_levels, write_moves
from modules.stock.values import Change


def adjust(*, variant_id: int, location_id: int, quantity_change: int, reason: str) -> None:
    """
    Correct how many pieces lie somewhere: some were found (plus) or are gone (minus).

    :raises NotEnoughStock: more would go than is free; what is promised or set aside stays
    :raises NeedsSecondPerson: it is more than the caller corrects alone
    """
    assert quantity_change != 0
    found = quantity_change > 0
    change = Change(variant_id, location_id, on_hand=quantity_change)
    if found:
        add_levels([change])
    else:
        change_levels([change])
    # What cannot be at all is refused first: no second person is asked for it.
    check_correction(location_id, {variant_id: abs(quantity_change)})
    write_moves(
        [
            Move(
                kind=MovementKind.ADJUST,
                variant_id=variant_id,
                quantity=abs(quantity_change),
                from_virtual=Virtual.LOSS if found else None,
                from_location_id=None if found else location_id,
                to_virtual=None if found else Virtual.LOSS,
                to_location_id=location_id if found else None,
                reason=reason,
            )
        ]
    )
    _announce(variant_id, location_id, arrived=found)


def set_unsellable(
    *,
    variant_id: int,
    location_id: int,
    quantity_change: int,
    reason: str,
    reference: Reference | None = None,
) -> None:
    """
    Set pieces aside that cannot be sold (plus), or put mended ones back on sale (minus).

    The goods stay where they are: the entry goes from the place to the same place.

    :raises NotEnoughStock: fewer are free, or fewer are set aside
    """
    assert quantity_change != 0
    aside = quantity_change > 0
    change_levels([Change(variant_id, location_id, unsellable=quantity_change)])
    write_moves(
        [
            Move(
                kind=MovementKind.SET_ASIDE if aside else MovementKind.PUT_BACK,
                variant_id=variant_id,
                quantity=abs(quantity_change),
                from_location_id=location_id,
                from_unsellable=not aside,
                to_location_id=location_id,
                to_unsellable=aside,
                reason=reason,
                reference=reference,
            )
        ]
    )
    _announce(variant_id, location_id, arrived=not aside)


def take_back(
    *,
    variant_id: int,
    location_id: int,
    quantity: int,
    sellable: bool,
    reference: Reference,
    reason: str,
) -> None:
    """Take goods back from a customer; what cannot be sold again is set aside at once."""
    assert quantity > 0, quantity
    aside = 0 if sellable else quantity
    add_levels([Change(variant_id, location_id, on_hand=quantity, unsellable=aside)])
    write_moves(
        [
            Move(
                kind=MovementKind.RETURN,
                variant_id=variant_id,
                quantity=quantity,
                from_virtual=Virtual.CUSTOMER,
                to_location_id=location_id,
                to_unsellable=not sellable,
                reason=reason,
                reference=reference,
            )
        ]
    )
    if sellable:
        _announce(variant_id, location_id, arrived=True)


def _announce(variant_id: int, location_id: int, *, arrived: bool) -> None:
    publish(AvailabilityChanged(variant_ids=(variant_id,)))
    if arrived:
        publish(GoodsArrived(location_id=location_id, variant_ids=(variant_id,)))
