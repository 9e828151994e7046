"""`evaluate`: a cart and a book in, money and reasons out. Pure: no database, no clock."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from app.money import Tax, half_up, taxes_of_gross
from modules.promotions.engine.basket import UNMARKED, LineState
from modules.promotions.engine.book import Book, Entry
from modules.promotions.engine.cart import Cart, Key
from modules.promotions.engine.choosing import run_group
from modules.promotions.engine.offers import PHASES, Phase, Take
from modules.promotions.engine.promotion import GroupMode, Remaining
from modules.promotions.engine.results import Adjustment, PricedLine, Result, UnitRange
from modules.promotions.engine.running import Running
from modules.promotions.engine.spreading import distribute
from modules.promotions.engine.verdicts import Miss, Reason, Status, Verdict

NOTHING_LEFT_OUT: Mapping[Key, Remaining] = MappingProxyType({})


def evaluate(
    book: Book,
    cart: Cart,
    *,
    remaining: Mapping[Key, Remaining] = NOTHING_LEFT_OUT,
    asked: Sequence[Key] = (),
) -> Result:
    """
    Return what a cart costs and a verdict for every candidate.

    Candidates are the promotions that the index finds for the cart, those of entered codes, those
    chosen by hand, and those asked for (a simulator asks "why not this one?").
    """
    running = Running(book, cart, remaining, asked)
    entrants = running.admitted()
    entrants = _exclusive(running, entrants)
    for phase in PHASES:
        if phase is Phase.SHIPPING:
            _take_rebates(running)
        for step in _steps([entry for entry in entrants if entry.promotion.phase is phase]):
            run_group(running, step[0].group, step)
    return _answer(running)


def _exclusive(running: Running, entrants: list[Entry]) -> list[Entry]:
    """
    Return only the exclusive promotion that applies, or everything that is not exclusive.

    It suppresses all others, whatever their priority, when its conditions are met by the cart as
    it came and it has an effect. Who would not have applied anyway is told that reason.
    """
    kept = []
    for entry in entrants:
        if not entry.promotion.exclusive:
            kept.append(entry)
            continue
        miss = running.judge(entry) or running.trial(entry).miss
        if miss is not None:
            running.refuse(entry, miss)
            continue
        for other in entrants:
            if other is not entry and not running.is_refused(other):
                own = running.judge(other)
                excluded = Miss(
                    Reason.EXCLUDED_BY_EXCLUSIVE, "exclusive", competitor=entry.promotion.id
                )
                running.refuse(other, own or excluded)
        return [entry]
    return kept


def _steps(entries: Sequence[Entry]) -> list[list[Entry]]:
    """Return what is decided together, in its order: each group at its own place."""
    steps: dict[tuple[int, int, str], list[Entry]] = {}
    for entry in entries:
        group, (priority, place) = entry.group, entry.rank
        if group.mode is GroupMode.STACK:
            steps[priority, place, ""] = [entry]
        else:
            steps.setdefault((-group.priority, group.place, group.id), []).append(entry)
    return [steps[key] for key in sorted(steps)]


def _take_rebates(running: Running) -> None:
    """Take what another room worked out off the goods: after promotions and before the VAT."""
    basket = running.basket
    for rebate in running.cart.rebates:
        amounts = [state.amount for state in basket.lines]
        total = min(rebate.amount_minor, sum(amounts))
        parts = distribute(total, [1] * len(amounts), amounts, amounts)
        for place, part in enumerate(parts):
            if part:
                basket.take_from_all(Take(place, part), UNMARKED)
                state = basket.lines[place]
                running.adjustments.append(
                    Adjustment(
                        *(state.line.key, rebate.key, 1, "", part),
                        *(len(running.applied) + 1, 1, state.count),
                        is_rebate=True,
                    )
                )


def _answer(running: Running) -> Result:
    basket, cart = running.basket, running.cart
    lines = tuple(_priced(state) for state in basket.lines)
    by_rate = [(state.line.rate_bp, state.amount) for state in basket.lines]
    if basket.shipping:
        by_rate.append((cart.shipping_rate_bp, basket.shipping))
    taxes = _taxes_of_net(by_rate) if cart.net else taxes_of_gross(by_rate)
    goods = sum(state.initial for state in basket.lines)
    rest = sum(state.amount for state in basket.lines)
    refused = [verdict for _place, verdict in sorted(running.refused, key=lambda one: one[0])]
    unknown = [
        Verdict(None, 0, Status.REJECTED, code.refusal or Reason.CODE_UNKNOWN, code=code.text)
        for code in running.unknown
    ]
    return Result(
        lines=lines,
        adjustments=tuple(running.adjustments),
        free_goods=tuple(running.free_goods),
        verdicts=(*running.accepted, *refused, *unknown),
        goods_minor=goods,
        discount_minor=goods - rest,
        shipping_minor=basket.shipping,
        shipping_discount_minor=basket.shipping_initial - basket.shipping,
        total_minor=rest + basket.shipping,
        taxes=tuple(taxes),
        net_minor=sum(tax.net_minor for tax in taxes),
        tax_minor=sum(tax.tax_minor for tax in taxes),
        gross_minor=sum(tax.gross_minor for tax in taxes),
    )


def _taxes_of_net(lines: Sequence[tuple[int, int]]) -> list[Tax]:
    """Return the VAT on amounts without it: once per rate, highest first."""
    sums: dict[int, int] = {}
    for rate_bp, net in lines:
        sums[rate_bp] = sums.get(rate_bp, 0) + net
    taxes = []
    for rate_bp in sorted(sums, reverse=True):
        net = sums[rate_bp]
        tax = half_up(net * rate_bp, 10_000)
        taxes.append(Tax(rate_bp, net, tax, net + tax))
    return taxes


def _priced(state: LineState) -> PricedLine:
    ranges: list[UnitRange] = []
    first = 1
    for bucket in state.units():
        if not bucket.units:
            continue
        last = first + bucket.units - 1
        if ranges and ranges[-1].paid_minor == bucket.price:
            ranges[-1] = ranges[-1]._replace(last=last)
        else:
            ranges.append(UnitRange(first, last, bucket.price, state.price - bucket.price))
        first = last + 1
    return PricedLine(
        key=state.line.key,
        initial_minor=state.initial,
        discount_minor=state.initial - state.amount,
        total_minor=state.amount,
        units=tuple(ranges),
    )
