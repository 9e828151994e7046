"""What is published: read and compiled once for each change, then asked by every cart."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import and_, select

from app.db import Database, database, session
from modules import loyalty, organization, pricing
from modules.promotions.asking import Asks, asks_of
from modules.promotions.currency import in_its_currency
from modules.promotions.definition import read_promotion
from modules.promotions.engine.book import Book, compile_book
from modules.promotions.engine.promotion import Group, Limits, Promotion
from modules.promotions.models import (
    LIVE,
    PromotionBook,
    PromotionGroup,
    PromotionRecord,
    PromotionState,
    PromotionVersion,
)
from modules.promotions.shelf import Shelf, shelf_of

Parsed = Mapping[tuple[int, int, bool], tuple[Mapping[str, Any], Promotion]]
"""(Promotion, version, whether it is paused) -> what it says, and that as the engine takes it."""


class Label(NamedTuple):
    """What a promotion is called where it is told of."""

    code: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Published:
    """The compiled book, with the names of what is in it."""

    mark: str = ""
    book: Book = field(default_factory=lambda: compile_book(()))
    labels: Mapping[int, Label] = field(default_factory=dict)
    limits: Mapping[int, Limits] = field(default_factory=dict)
    """Of those that are limited."""
    shelf: Shelf = field(default_factory=Shelf)
    """Those that change the price on the shelf."""
    parsed: Parsed = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.book.entries or self.shelf)

    @cached_property
    def asks(self) -> Asks:
        """Return what of a buyer any of them asks for."""
        return asks_of(promotion for _said, promotion in self.parsed.values())


_KEPT: WeakKeyDictionary[Database, Published] = WeakKeyDictionary()
# The prices are asked for right after it, and who earns points: what those begin with comes along.
_MARKS = select(
    PromotionBook.mark,
    pricing.PRICES_MARK.scalar_subquery(),
    loyalty.OPEN_PROGRAMS.scalar_subquery(),
)
_ROWS = (
    select(
        PromotionRecord.id,
        PromotionRecord.code,
        PromotionRecord.state,
        PromotionVersion.number,
        PromotionVersion.name,
        PromotionVersion.definition,
        select(organization.Company.currency).scalar_subquery().label("company_currency"),
    )
    .join(
        PromotionVersion,
        and_(
            PromotionVersion.promotion_id == PromotionRecord.id,
            PromotionVersion.number == PromotionRecord.live_number,
        ),
    )
    .where(PromotionRecord.state.in_(LIVE))
    .order_by(PromotionRecord.id)
)


def published() -> Published:
    """
    Return what is published now; one small question where nothing changed since the last time.

    A mark is never used twice, so that a change that was rolled back is not remembered.
    """
    row = session.execute(_MARKS).first()
    mark, mark_of_prices = (row[0], row[1]) if row else ("", "")
    pricing.take_mark(mark_of_prices or "")
    if row:
        loyalty.take_open(row[2])
    kept = _KEPT.get(database())
    if kept is None or kept.mark != mark:
        kept = _KEPT[database()] = _read(mark, kept.parsed if kept else {})
    return kept


def _read(mark: str, known: Parsed) -> Published:
    if not mark:
        return Published()
    parsed: dict[tuple[int, int, bool], tuple[Mapping[str, Any], Promotion]] = {}
    labels: dict[int, Label] = {}
    limits: dict[int, Limits] = {}
    for row in session.execute(_ROWS):
        is_paused = row.state is PromotionState.PAUSED
        place = (row.id, row.number, is_paused)
        said, promotion = known.get(place, ({}, None))
        if promotion is None or said != row.definition:
            # A key that was rolled back may be given again: what it says is compared, too.
            promotion = read_promotion(
                row.definition, key=row.id, version=row.number, paused=is_paused
            )
            promotion = in_its_currency(promotion, row.company_currency)
        parsed[place] = row.definition, promotion
        labels[row.id] = Label(row.code, row.name)
        if promotion.limits != Limits():
            limits[row.id] = promotion.limits
    promotions = [promotion for _said, promotion in parsed.values()]
    return Published(
        mark=mark,
        book=compile_book(promotions, engine_groups()),
        shelf=shelf_of(promotions),
        labels=labels,
        limits=limits,
        parsed=parsed,
    )


def engine_groups() -> list[Group]:
    """Return the groups as the engine takes them."""
    return [
        Group(
            id=one.code,
            mode=one.mode,
            most=one.most,
            priority=one.priority,
            same_units=one.same_units,
        )
        for one in session.scalars(select(PromotionGroup))
    ]
