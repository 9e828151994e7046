"""The derived words, against what they mean in plain sentences."""

from hypothesis import given
from hypothesis import strategies as st

from modules.orders.models import FulfilmentStatus, Lane, OrderStatus, PaymentStatus
from modules.orders.quoting import split_into_units
from modules.orders.routing import Need, Portion, route
from modules.orders.statuses import Money, Units, fulfilment_status, lane, payment_status

amounts = st.integers(min_value=0, max_value=10**6)
counts = st.integers(min_value=0, max_value=9)


@given(total=amounts, paid=amounts, refunded=amounts)
def test_the_payment_word_says_what_the_sums_say(total: int, paid: int, refunded: int) -> None:
    refunded = min(refunded, paid)
    word = payment_status(Money(total_minor=total, paid_minor=paid, refunded_minor=refunded))

    assert (word is PaymentStatus.REFUNDED) == (refunded > 0 and refunded == paid)
    assert (word is PaymentStatus.PARTLY_REFUNDED) == (0 < refunded < paid)
    if not refunded:
        assert (word is PaymentStatus.OVERPAID) == (paid > total)
        assert (word is PaymentStatus.PARTLY_PAID) == (0 < paid < total)
        assert (word is PaymentStatus.NONE) == (paid == 0 and total > 0)


@given(
    places=st.lists(counts, min_size=7, max_size=7),
    delivered=counts,
    returned=counts,
)
def test_the_goods_word_says_where_the_units_are(
    places: list[int], delivered: int, returned: int
) -> None:
    cancelled, backordered, reserved, picking, picked, packed, shipped = places
    units = Units(
        quantity=sum(places),
        cancelled=cancelled,
        backordered=backordered,
        reserved=reserved,
        picking=picking,
        picked=picked,
        packed=packed,
        shipped=shipped,
        delivered=min(delivered, shipped),
        returned=min(returned, shipped),
    )
    word = fulfilment_status(units)

    if not units.quantity:
        assert word is FulfilmentStatus.NONE
        return
    assert (word is FulfilmentStatus.CANCELLED) == (cancelled == units.quantity)
    if word is FulfilmentStatus.SHIPPED:
        assert shipped == units.live
    if word is FulfilmentStatus.RESERVED:
        assert reserved == units.live
    if word is FulfilmentStatus.PACKED:
        assert packed == units.live
    if units.live and units.returned == units.live:
        assert word is FulfilmentStatus.RETURNED


def test_a_held_order_waits_among_the_exceptions() -> None:
    money, units = Money(total_minor=100, paid_minor=100), Units(quantity=1, reserved=1)
    placed = OrderStatus.PLACED

    assert lane(order=placed, money=money, units=units, held=True) is Lane.EXCEPTION
    assert lane(order=placed, money=money, units=units, held=False) is Lane.TO_PICK
    unpaid = Money(total_minor=100)
    assert lane(order=placed, money=unpaid, units=units, held=False) is Lane.WAITING
    promised = Money(total_minor=100, cod_minor=100)
    assert lane(order=placed, money=promised, units=units, held=False) is Lane.TO_PICK


@given(quantity=st.integers(1, 500), gross=amounts, discount=amounts)
def test_units_are_few_ranges_that_sum_to_the_line(
    quantity: int, gross: int, discount: int
) -> None:
    ranges = split_into_units(quantity=quantity, per=1, gross_minor=gross, discount_minor=discount)

    assert len(ranges) <= 3
    assert [one.first for one in ranges][0] == 1
    assert ranges[-1].last == quantity
    assert sum((one.last - one.first + 1) * one.gross_minor for one in ranges) == gross
    assert sum((one.last - one.first + 1) * one.discount_minor for one in ranges) == discount


@given(
    needs=st.lists(st.tuples(st.integers(1, 3), st.integers(1, 5)), min_size=1, max_size=5),
    free=st.dictionaries(
        st.tuples(st.integers(1, 3), st.integers(1, 3)), st.integers(0, 9), max_size=9
    ),
)
def test_routing_gives_every_unit_once_and_never_more_than_is_there(
    needs: list[tuple[int, int]], free: dict[tuple[int, int], int]
) -> None:
    wanted = [Need(variant, count) for variant, count in needs]

    portions = route(wanted, free, [1, 2, 3])

    taken: dict[tuple[int, int], int] = {}
    for need, parts in zip(wanted, portions, strict=True):
        assert sum(part.quantity for part in parts) == need.quantity
        for part in parts:
            if part.location_id is not None:
                key = (need.variant_id or 0, part.location_id)
                taken[key] = taken.get(key, 0) + part.quantity
    assert all(count <= free.get(key, 0) for key, count in taken.items())


def test_one_place_that_has_all_is_taken_before_two_that_have_parts() -> None:
    free = {(1, 1): 1, (1, 2): 5, (2, 2): 5}

    portions = route([Need(1, 1), Need(2, 1)], free, [1, 2])

    assert portions == [[Portion(2, 1)], [Portion(2, 1)]]
