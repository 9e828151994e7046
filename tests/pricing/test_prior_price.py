"""The lowest price of the 30 days before a reduction, as the act asks for it."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from modules.pricing import PricePeriod, PriorRule, Window, announced_reduction, prior_price

WARSAW = ZoneInfo("Europe/Warsaw")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=WARSAW)


def periods(*changes: tuple[str, int | None]) -> list[PricePeriod]:
    """Return periods that follow one another, each until the next."""
    ends = [at(since) for since, _price in changes[1:]]
    return [
        PricePeriod(price_minor=price, valid_from=at(since), valid_to=until)
        for (since, price), until in zip(changes, [*ends, None], strict=True)
    ]


def test_a_price_of_the_morning_of_the_reduction_does_not_count() -> None:
    history = periods(("2026-01-01", 10_000), ("2026-03-10T08:00", 7_000))
    assert prior_price(history, reduction_at=at("2026-03-10T18:00"), zone=WARSAW) == 10_000


def test_a_price_that_ended_as_the_window_opened_does_not_count() -> None:
    history = periods(("2026-01-01", 5_000), ("2026-02-08", 9_000))
    assert prior_price(history, reduction_at=at("2026-03-10"), zone=WARSAW) == 9_000
    assert prior_price(history, reduction_at=at("2026-03-09"), zone=WARSAW) == 5_000


def test_an_hour_within_the_window_is_enough() -> None:
    history = periods(
        ("2026-01-01", 9_000), ("2026-03-01T10:00", 4_000), ("2026-03-01T11:00", 9_000)
    )
    assert prior_price(history, reduction_at=at("2026-03-31"), zone=WARSAW) == 4_000


def test_goods_of_a_season_count_only_the_days_on_which_they_were_to_be_had() -> None:
    history = periods(("2025-11-20", 4_000), ("2026-01-10", None), ("2026-04-01", 7_000))
    start = at("2026-04-11")
    assert prior_price(history, reduction_at=start, zone=WARSAW) == 7_000
    found = prior_price(history, reduction_at=start, zone=WARSAW, window=Window.ON_OFFER)
    assert found == 4_000
    assert (
        prior_price(history, reduction_at=start, zone=WARSAW, days=10, window=Window.ON_OFFER)
        == 7_000
    )


def test_goods_that_perish_soon_are_told_with_their_last_price() -> None:
    history = periods(("2026-03-01", 500), ("2026-03-05", 800))
    found = prior_price(
        history,
        reduction_at=at("2026-03-10"),
        zone=WARSAW,
        rule=PriorRule.BEFORE_REDUCTION,
    )
    assert found == 800


def test_what_was_never_offered_has_no_prior_price_and_no_reduction() -> None:
    assert prior_price([], reduction_at=at("2026-03-10"), zone=WARSAW) is None
    assert announced_reduction(900, None) == (None, False, 0)


@given(
    st.lists(
        st.tuples(st.integers(0, 120), st.none() | st.integers(1, 99)), min_size=1, max_size=8
    ),
    st.integers(1, 40),
    st.sampled_from(list(Window)),
)
def test_the_window_is_what_counting_day_by_day_finds(
    changes: list[tuple[int, int | None]], days: int, window: Window
) -> None:
    first = date(2026, 1, 1)
    by_day = dict(changes)
    history = periods(*((str(first + timedelta(days=day)), by_day[day]) for day in sorted(by_day)))
    in_force: list[int | None] = []
    price = None
    for day in range(130):
        price = by_day.get(day, price)
        in_force.append(price)
    if window is Window.ON_OFFER:
        seen = [one for one in in_force if one is not None][-days:]
    else:
        seen = [one for one in in_force[-days:] if one is not None]
    start = at(str(first + timedelta(days=130)))
    found = prior_price(history, reduction_at=start, zone=WARSAW, days=days, window=window)
    assert found == min(seen, default=None)
