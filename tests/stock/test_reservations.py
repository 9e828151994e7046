"""What may be promised, given back and issued, and what is refused."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app import outbox
from app.db import session, transact
from app.reference import Reference
from modules import stock
from modules.stock import (
    AvailabilityChanged,
    NotEnoughStock,
    Reservation,
    ReservationClosed,
)
from tests.stock.cast import (
    PARCEL,
    differences,
    level,
    make_cast,
    reserve,
    stocked,
    wanted,
)

pytestmark = pytest.mark.usefixtures("app")


def rows() -> list[tuple[int, str]]:
    found = session.execute(
        select(Reservation.quantity, Reservation.state).order_by(Reservation.id)
    )
    return [(quantity, state.value) for quantity, state in found]


def test_what_is_reserved_cannot_be_promised_again() -> None:
    cast = stocked(make_cast(), M=3)
    reserve(wanted(cast.m, cast.shop, 2))
    assert level(cast.m, cast.shop).available == 1
    with pytest.raises(NotEnoughStock):
        reserve(wanted(cast.m, cast.shop, 2))
    assert level(cast.m, cast.shop).reserved == 2
    assert differences() == []


def test_a_refusal_says_what_is_there_and_what_was_needed() -> None:
    cast = stocked(make_cast(), M=1)
    with pytest.raises(NotEnoughStock) as refused:
        reserve(wanted(cast.m, cast.shop, 4), wanted(cast.s, cast.shop, 2))
    assert [(one.sku, one.location, one.have, one.needed) for one in refused.value.shortages] == [
        ("HALINA-S", "GDN-F", 0, 2),
        ("HALINA-M", "GDN-F", 1, 4),
    ]
    assert refused.value.details[1]["have"] == 1
    assert "GDN-F has 1 of HALINA-M left; 4 were asked for." in str(refused.value)


def test_all_goods_of_an_order_are_reserved_or_none() -> None:
    cast = stocked(make_cast(), M=5, S=1)
    with pytest.raises(NotEnoughStock):
        reserve(wanted(cast.m, cast.shop, 2), wanted(cast.s, cast.shop, 2))
    assert level(cast.m, cast.shop).reserved == 0
    assert level(cast.s, cast.shop).reserved == 0
    assert rows() == []


def test_two_lines_of_the_same_goods_are_guarded_together() -> None:
    cast = stocked(make_cast(), M=3)
    with pytest.raises(NotEnoughStock) as refused:
        reserve(wanted(cast.m, cast.shop, 2), wanted(cast.m, cast.shop, 2))
    assert refused.value.shortages[0].needed == 4
    assert len(reserve(wanted(cast.m, cast.shop, 2), wanted(cast.m, cast.shop, 1))) == 2


def test_reservations_come_back_in_the_order_in_which_they_were_wanted() -> None:
    cast = stocked(make_cast(), S=9, M=9, L=9)
    asked = [wanted(cast.sizes[size], cast.shop, n) for n, size in enumerate("LSMSL", start=1)]
    ids = reserve(*asked)
    held = {one.id: one for one in session.scalars(select(Reservation))}
    assert [(held[one].variant_id, held[one].quantity) for one in ids] == [
        (one.variant_id, one.quantity) for one in asked
    ]
    assert held[ids[0]].ref_kind == "basket"
    assert held[ids[0]].ref_id == 7


def test_goods_that_were_never_stocked_cannot_be_reserved() -> None:
    cast = make_cast()
    with pytest.raises(NotEnoughStock):
        reserve(wanted(cast.m, cast.shop))


def test_damaged_pieces_cannot_be_promised() -> None:
    cast = stocked(make_cast(), M=2)
    transact(
        lambda: stock.set_unsellable(
            variant_id=cast.m, location_id=cast.shop, quantity_change=1, reason="stain"
        )
    )
    with pytest.raises(NotEnoughStock):
        reserve(wanted(cast.m, cast.shop, 2))


def test_released_goods_can_be_promised_again() -> None:
    cast = stocked(make_cast(), M=1)
    (held,) = reserve(wanted(cast.m, cast.shop))
    transact(lambda: stock.release_many([(held, 1)]))
    assert level(cast.m, cast.shop).available == 1
    assert rows() == [(1, "released")]
    assert differences() == []


def test_a_part_that_is_released_becomes_a_row_of_its_own() -> None:
    cast = stocked(make_cast(), M=5)
    (held,) = reserve(wanted(cast.m, cast.shop, 5))
    transact(lambda: stock.release_many([(held, 2)]))
    assert rows() == [(3, "held"), (2, "released")]
    assert level(cast.m, cast.shop).reserved == 3
    assert differences() == []


def test_goods_are_released_only_once() -> None:
    cast = stocked(make_cast(), M=2)
    (held,) = reserve(wanted(cast.m, cast.shop))
    transact(lambda: stock.release_many([(held, 1)]))
    with pytest.raises(ReservationClosed):
        transact(lambda: stock.release_many([(held, 1)]))
    assert level(cast.m, cast.shop).reserved == 0


def test_no_more_is_released_than_is_held() -> None:
    cast = stocked(make_cast(), M=5)
    (held,) = reserve(wanted(cast.m, cast.shop, 2))
    with pytest.raises(ReservationClosed):
        transact(lambda: stock.release_many([(held, 1), (held, 2)]))
    assert level(cast.m, cast.shop).reserved == 2


def test_issued_goods_have_left_and_are_no_longer_promised() -> None:
    cast = stocked(make_cast(), M=3)
    (held,) = reserve(wanted(cast.m, cast.shop, 3))
    transact(lambda: stock.issue_many([(held, 2)], reference=PARCEL))
    now = level(cast.m, cast.shop)
    assert (now.on_hand, now.reserved, now.available) == (1, 1, 0)
    assert rows() == [(1, "held"), (2, "issued")]
    entry = stock.list_movements(cast.m)[0]
    assert (entry.kind, entry.quantity, entry.ref_kind, entry.ref_id) == ("ship", 2, "parcel", 3)
    assert entry.from_location_id == cast.shop
    assert entry.to_virtual is stock.Virtual.CUSTOMER
    assert differences() == []


def test_issued_goods_cannot_be_released() -> None:
    cast = stocked(make_cast(), M=1)
    (held,) = reserve(wanted(cast.m, cast.shop))
    transact(lambda: stock.issue_many([(held, 1)], reference=PARCEL))
    with pytest.raises(ReservationClosed):
        transact(lambda: stock.release_many([(held, 1)]))
    assert differences() == []


def test_two_parts_of_one_reservation_may_leave_in_one_parcel() -> None:
    cast = stocked(make_cast(), M=3)
    (held,) = reserve(wanted(cast.m, cast.shop, 3))
    transact(lambda: stock.issue_many([(held, 1), (held, 2)], reference=PARCEL))
    assert rows() == [(3, "issued")]
    assert level(cast.m, cast.shop).on_hand == 0


def test_a_part_of_a_reservation_can_be_held_for_another() -> None:
    cast = stocked(make_cast(), M=3)
    (held,) = reserve(wanted(cast.m, cast.shop, 3))
    other = Reference("basket", 8)
    part = transact(lambda: stock.split_reservation(held, 2, reference=other))
    assert rows() == [(1, "held"), (2, "held")]
    assert session.get_one(Reservation, part).ref_id == 8
    assert level(cast.m, cast.shop).reserved == 3
    with pytest.raises(ReservationClosed):
        transact(lambda: stock.split_reservation(held, 1, reference=other))
    assert differences() == []


def test_what_is_held_for_a_time_is_free_when_the_time_is_over(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = stocked(make_cast(), M=2)
    noon = datetime.now(UTC)
    transact(
        lambda: stock.reserve_many(
            [wanted(cast.m, cast.shop)], expires_at=noon + timedelta(minutes=5)
        )
    )
    reserve(wanted(cast.m, cast.shop))
    transact(lambda: outbox.enqueue("stock.expire_reservations", dedupe="first"))
    outbox.run_due()
    assert level(cast.m, cast.shop).reserved == 2
    monkeypatch.setattr("app.clock.now", lambda: noon + timedelta(minutes=6))
    transact(lambda: outbox.enqueue("stock.expire_reservations", dedupe="second"))
    outbox.run_due()
    assert level(cast.m, cast.shop).reserved == 1
    assert tuple(state for _quantity, state in rows()) == ("released", "held")
    assert differences() == []


def test_the_floors_above_hear_once_of_all_that_an_order_takes(app: Flask) -> None:
    cast = stocked(make_cast(), S=2, M=2)
    heard: list[AvailabilityChanged] = []
    app.extensions["subscribers"][AvailabilityChanged].append(heard.append)
    try:
        held = reserve(
            wanted(cast.m, cast.shop), wanted(cast.s, cast.shop), wanted(cast.m, cast.shop)
        )
        assert [one.variant_ids for one in heard] == [(cast.s, cast.m)]
        transact(lambda: stock.issue_many([(held[0], 1)], reference=PARCEL))
        assert len(heard) == 1  # what can be promised is the same as before
        transact(lambda: stock.release_many([(held[1], 1)]))
        assert heard[-1].variant_ids == (cast.s,)
    finally:
        app.extensions["subscribers"][AvailabilityChanged].remove(heard.append)


def test_nothing_wanted_is_nothing_done() -> None:
    assert transact(lambda: stock.reserve_many([])) == []
    transact(lambda: stock.release_many([]))
    transact(lambda: stock.issue_many([], reference=PARCEL))
