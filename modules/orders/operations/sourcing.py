"""From where the goods of an order come, and what comes with them for nothing if it is there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from app.db import may_lose
from app.i18n import _
from modules import catalog, promotions, stock
from modules.orders.given import OrderedLine
from modules.orders.quoting import Adjusted, Gift, Judged, Quote, QuotedLine
from modules.orders.routing import Need, Portion, route

Variants = Mapping[str, catalog.VariantForSale]
Free = dict[tuple[int, int], int]
"""(Variant, location) -> pieces that nobody was promised."""


@dataclass(frozen=True, kw_only=True)
class Sourced:
    """An order with its gifts, as it is written down: lines, prices and portions go together."""

    ordered: Sequence[OrderedLine]
    quote: Quote
    variants: Variants
    portions: Sequence[Sequence[Portion]]
    shortages: Sequence[dict[str, Any]]
    """Of what was ordered; a gift that is short is no reason to refuse an order."""

    waits: bool
    """Whether any goods that we know have to wait."""


def source(
    ordered: Sequence[OrderedLine],
    quote: Quote,
    variants: Variants,
    ranked: Sequence[int],
    *,
    rates: Mapping[int, int],
    may_wait: bool,
) -> Sourced:
    """
    Return from where everything comes; two statements, one more where goods are given.

    What is paid for is looked for first and as if nothing were given. Gifts come from the same
    places if they can; where `may_wait` what is missing of them waits as other goods do, else it
    is left out, and the trace says so.
    """
    variants = _with_gifts(quote.gifts, variants)
    needs = [
        Need(variants[line.sku].id if line.sku in variants else None, line.quantity)
        for line in ordered
    ]
    gifts = [one for one in quote.gifts if one.sku in variants]
    wanted = {need.variant_id for need in needs if need.variant_id is not None}
    wanted |= {variants[one.sku].id for one in gifts}
    levels = stock.available_for(sorted(wanted), ranked, lock=not may_lose()) if wanted else []
    free = {(level.variant_id, level.location_id): level.available for level in levels}
    portions = route(needs, free, ranked)
    handed = _Handed(quote, variants, rates)
    if quote.gifts:
        for need, parts in zip(needs, portions, strict=True):
            _take(free, need.variant_id, parts)
        used = {part.location_id for parts in portions for part in parts}
        nearest = sorted(ranked, key=lambda place: place not in used)
        for gift in quote.gifts:
            handed.give(gift, free, nearest, may_wait=may_wait)
    shortages = _shortages(ordered, needs, portions)
    given = [one.portions for one in handed.lines]
    return Sourced(
        ordered=[*ordered, *(one.ordered for one in handed.lines)],
        quote=handed.whole(),
        variants=variants,
        portions=[*portions, *given],
        shortages=shortages,
        waits=bool(shortages) or any(one.location_id is None for parts in given for one in parts),
    )


def _with_gifts(gifts: Sequence[Gift], variants: Variants) -> Variants:
    missing = {one.sku for one in gifts} - variants.keys()
    return {**variants, **catalog.variants_for_sale(sorted(missing))} if missing else variants


def _take(free: Free, variant_id: int | None, parts: Sequence[Portion]) -> None:
    for part in parts:
        if variant_id is not None and part.location_id is not None:
            free[variant_id, part.location_id] -= part.quantity


def _there(parts: Sequence[Portion]) -> int:
    return sum(part.quantity for part in parts if part.location_id is not None)


def _shortages(
    ordered: Sequence[OrderedLine], needs: Sequence[Need], portions: Sequence[Sequence[Portion]]
) -> list[dict[str, Any]]:
    shortages = []
    for place, (line, parts) in enumerate(zip(ordered, portions, strict=True)):
        had = _there(parts)
        if had < line.quantity and needs[place].variant_id is not None:
            shortages.append(
                {
                    "pointer": f"/lines/{place}/quantity",
                    "code": "not_enough_stock",
                    "message": _("Too little of %(sku)s.", sku=line.sku),
                    "sku": line.sku,
                    "have": had,
                    "needed": line.quantity,
                }
            )
    return shortages


# --- gifts ------------------------------------------------------------------------------------


class _Line(NamedTuple):
    """A gift as it is written down."""

    gift: Gift
    ordered: OrderedLine
    quoted: QuotedLine
    portions: Sequence[Portion]
    units: int


class _Handed:
    """The gifts of an order, one after another, and what there was too little for."""

    def __init__(self, quote: Quote, variants: Variants, rates: Mapping[int, int]) -> None:
        self.quote = quote
        self.variants = variants
        self.rates = rates
        self.lines: list[_Line] = []
        self.short: list[tuple[Gift, int]] = []

    def give(self, gift: Gift, free: Free, places: Sequence[int], *, may_wait: bool) -> None:
        """Add a line for what is there of a gift."""
        variant = self.variants.get(gift.sku)
        if variant is None:  # nobody sells it any more
            self.short.append((gift, 0))
            return
        parts = route([Need(variant.id, gift.quantity)], free, places)[0]
        if not may_wait:
            parts = [part for part in parts if part.location_id is not None]
        _take(free, variant.id, parts)
        quantity = sum(part.quantity for part in parts)
        if quantity < gift.quantity:
            self.short.append((gift, quantity))
        if quantity:
            quoted = QuotedLine(
                sku=gift.sku,
                quantity=quantity,
                unit_price_minor=0,
                discount_minor=0,
                total_minor=0,
                rate_bp=self.rates[variant.tax_class_id],
                is_free=True,
            )
            ordered = OrderedLine(sku=gift.sku, quantity=quantity)
            units = 1 if variant.per > 1 else quantity
            self.lines.append(_Line(gift, ordered, quoted, parts, units))

    def whole(self) -> Quote:
        """Return the quote with its gifts as lines; the sums stay as they are."""
        if not self.quote.gifts:
            return self.quote
        first = len(self.quote.lines)
        given = [
            Adjusted(
                line=first + place,
                promotion_id=one.gift.promotion_id,
                version=one.gift.version,
                amount_minor=0,
                sequence=one.gift.sequence,
                unit_from=1,
                unit_to=one.units,
                code_id=one.gift.code_id,
            )
            for place, one in enumerate(self.lines)
        ]
        adjustments = [*self.quote.adjustments, *given]
        effective = {one.promotion_id for one in adjustments}
        idle = {gift.promotion_id for gift, _have in self.short} - effective
        return replace(
            self.quote,
            lines=[*self.quote.lines, *(one.quoted for one in self.lines)],
            adjustments=adjustments,
            judged=self._judged(idle),
            # What gives nothing is not used.
            uses=[one for one in self.quote.uses if one.promotion_id not in idle],
        )

    def _judged(self, idle: set[int]) -> list[Judged]:
        """Return the trace with what was left out, beside what the promotion did give."""
        applied: list[Judged] = []
        refused: list[Judged] = []
        for one in self.quote.judged:
            if not one.applied or one.in_price:
                (applied if one.applied else refused).append(one)
                continue
            own = [pair for pair in self.short if pair[0].promotion_id == one.promotion_id]
            if one.promotion_id not in idle:
                less = sum(gift.quantity - have for gift, have in own)
                applied.append(one._replace(free_units=one.free_units - less))
            refused += [
                one._replace(
                    reason=promotions.Reason.GIFT_OUT_OF_STOCK.value,
                    amount_minor=0,
                    free_units=0,
                    path="benefits",
                    needed=gift.quantity,
                    have=have,
                    shortfall=gift.quantity - have,
                )
                for gift, have in own
            ]
        return [*applied, *refused]
