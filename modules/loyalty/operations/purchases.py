"""What members bought: it earns when it is bought, counts when it leaves, and may come back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import func, select

from app.db import session
from app.reference import Reference
from modules.loyalty import awarding, presence
from modules.loyalty.awarding import POINTS
from modules.loyalty.models import (
    CountsFrom,
    EarnBase,
    JoinPolicy,
    Member,
    MemberState,
    Program,
    ProgramState,
    ProgramTier,
    Purchase,
    Rule,
    RuleEvent,
    RuleKind,
    WalletKind,
)
from modules.loyalty.operations import points, tiering
from modules.loyalty.operations.members import enrol
from modules.loyalty.queries import find_member, get_member, get_program, rules_of, wallets_of


@dataclass(frozen=True, kw_only=True)
class BoughtLine:
    """A line of goods; deliveries and gift cards are no goods and are not named here."""

    line: int
    """Its key, by which what is kept of it is told later."""
    sku: str
    category: str | None
    quantity: int
    paid_minor: int
    before_minor: int
    """What it cost before discounts."""


@dataclass(frozen=True, kw_only=True)
class Bought:
    reference: Reference
    customer_id: int
    channel: str
    store: str
    currency: str
    on: date
    lines: Sequence[BoughtLine]
    is_paid: bool = True
    """What is not paid waits, also where points count from the day of the order."""
    by_points_minor: int = 0
    """What points paid for it, where they are a payment; as a rebate they lowered the lines."""


class Kept(NamedTuple):
    """What the buyer keeps of a line."""

    quantity: int
    paid_minor: int


def record_purchase(bought: Bought) -> int:
    """
    Let a purchase earn in every programme that fits it; return the points of all of them.

    They are pending; one asked for the first time joins the programmes that take everybody. Told
    twice it earns once. One statement for who is in no programme; none
    where it was just seen that none is open.
    """
    if presence.is_known_closed():
        return 0
    return sum(_record(bought, program, member, tier) for program, member, tier in _fitting(bought))


def count_purchase(*, reference: Reference, on: date, has_left: bool = True) -> None:
    """
    Let the points of a purchase begin their pending days: its goods have left. Once.

    Where it was only paid (`has_left` is false), those of programmes that do not wait for goods.
    """
    waiting = _purchases(reference, Purchase.counted_on.is_(None))
    for purchase in waiting:
        if not has_left and get_program(purchase.program_id).counts_from is CountsFrom.SHIPPED:
            continue
        purchase.counted_on = on
        session.flush()
        points.begin(reference=reference, from_on=on, on=on)
        tiering.review_up(member_id=purchase.member_id, on=on)


def keep_of_purchase(*, reference: Reference, kept: Mapping[int, Kept], on: date, key: str) -> int:
    """
    Take back what goods earned that came back or were cancelled; return how many points.

    What is kept earns what it would have earned alone, on the terms of its day; the difference is
    taken back, so that no share is lost or made. Lines that are not named are kept as they were.
    """
    taken = 0
    for purchase in _purchases(reference):
        lines = [_lowered(line, kept) for line in purchase.lines]
        if lines == purchase.lines:
            continue
        # The member who took this one over, where they were merged since.
        member = get_member(purchase.member_id)
        before = _by_wallet(purchase, awarding.earned(purchase.terms, purchase.lines))
        after = _by_wallet(purchase, awarding.earned(purchase.terms, lines))
        purchase.lines, purchase.spent_minor = lines, awarding.spent(lines)
        purchase.points = awarding.earned(purchase.terms, lines).get(POINTS, 0)
        session.flush()
        for wallet, had in before.items():
            less = had - after.get(wallet, 0)
            if less > 0:
                taken += points.take_back(
                    member=member,
                    wallet_id=wallet,
                    points=less,
                    reference=reference,
                    key=f"{key}:{wallet}",
                    on=on,
                )
        tiering.review_after_return(member_id=member.id, on=on)
    return taken


def preview(bought: Bought) -> int:
    """Return how many points a purchase would earn the member; nothing is written."""
    return sum(
        awarding.earned(*_terms(bought, program, member, tier)).get(POINTS, 0)
        for program, member, tier in _fitting(bought)
    )


# --- what the parts above share ---------------------------------------------------------------


def _fitting(bought: Bought) -> list[tuple[Program, Member | None, ProgramTier | None]]:
    rows = session.execute(
        select(Program, Member, ProgramTier)
        .outerjoin(
            Member, (Member.program_id == Program.id) & (Member.customer_id == bought.customer_id)
        )
        .outerjoin(ProgramTier, ProgramTier.id == Member.tier_id)
        .where(Program.state == ProgramState.ACTIVE)
        .order_by(Program.id)
    )
    return [
        (program, member, tier)
        for program, member, tier in rows
        if program.currency == bought.currency
        and (not program.channels or bought.channel in program.channels)
        and (not program.stores or bought.store in program.stores)
        and (
            program.joins is JoinPolicy.FIRST_ORDER
            if member is None
            else member.state is MemberState.ACTIVE
            and not (program.staff_excluded and member.is_staff)
        )
    ]


def _record(
    bought: Bought, program: Program, member: Member | None, tier: ProgramTier | None
) -> int:
    if _purchases(bought.reference, Purchase.program_id == program.id):
        return 0
    if member is None:
        member = find_member(program.id, bought.customer_id) or enrol(
            program_id=program.id, customer_id=bought.customer_id
        )
    terms, lines = _terms(bought, program, member, tier)
    found = awarding.earned(terms, lines)
    waits = program.counts_from is CountsFrom.SHIPPED or not bought.is_paid
    purchase = Purchase(
        program_id=program.id,
        member_id=member.id,
        ref_kind=bought.reference.kind,
        ref_id=bought.reference.id,
        bought_on=bought.on,
        counted_on=None if waits else bought.on,
        spent_minor=awarding.spent(lines),
        points=found.get(POINTS, 0),
        terms=terms,
        lines=lines,
    )
    session.add(purchase)
    session.flush()
    name = f"{bought.reference.kind}:{bought.reference.id}"
    for wallet, amount in _by_wallet(purchase, found).items():
        points.earn(
            member=member,
            wallet_id=wallet,
            points=amount,
            key=f"earn:{name}:{wallet}",
            on=bought.on,
            reference=bought.reference,
            waits=waits,
        )
    if not waits:
        tiering.review_up(member_id=member.id, on=bought.on)
    return purchase.points


def _terms(
    bought: Bought, program: Program, member: Member | None, tier: ProgramTier | None
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the terms that hold for a purchase today, and its lines, as they are kept."""
    rules = [one for one in rules_of(program.id) if one.holds_on(bought.on)]
    wallets = wallets_of(program.id)
    count = _orders_of(member) if any(one.kind is RuleKind.EVENT for one in rules) else 0
    limits = [program.most_per_receipt]
    if program.most_per_day is not None:
        limits.append(max(0, program.most_per_day - _earned_today(member, bought.on)))
    terms = {
        "per_minor": program.earn_per_minor,
        "points": program.earn_points,
        "least_order_minor": program.least_order_minor,
        "most_points": min((one for one in limits if one is not None), default=None),
        "tier_bp": tier.multiplier_bp if tier else 10_000,
        "by_points_minor": bought.by_points_minor,
        "events": [[_wallet(one), one.points] for one in rules if _happens(one, count + 1)],
        "points_wallets": [
            one.id for one in wallets if one.kind in (WalletKind.POINTS, WalletKind.STATUS)
        ],
    }
    return terms, [_line(one, program, rules) for one in bought.lines]


def _line(bought: BoughtLine, program: Program, rules: Sequence[Rule]) -> dict[str, Any]:
    earns = not (bought.category and bought.category in program.excluded_categories)
    bp, fixed = 10_000, []
    for rule in rules:
        if rule.kind is RuleKind.EVENT or not earns or not _fits(rule, bought):
            continue
        if rule.kind is RuleKind.MULTIPLIER:
            bp = bp * rule.multiplier_bp // 10_000
        else:
            fixed.append([_wallet(rule), rule.points])
        if rule.stops:
            break
    before = program.earn_base is EarnBase.BEFORE_DISCOUNTS
    return {
        "line": bought.line,
        "quantity": bought.quantity,
        "kept": bought.quantity,
        "paid_minor": bought.before_minor if before else bought.paid_minor,
        "whole_minor": bought.before_minor if before else bought.paid_minor,
        "whole_paid_minor": bought.paid_minor,
        "bp": bp,
        "earns": earns,
        "fixed": fixed,
    }


def _lowered(line: Mapping[str, Any], kept: Mapping[int, Kept]) -> dict[str, Any]:
    if line["line"] not in kept:
        return dict(line)
    now = kept[line["line"]]
    count = min(line["kept"], max(0, now.quantity))
    paid = now.paid_minor
    if line["whole_minor"] != line["whole_paid_minor"]:
        # It earned of the price before discounts: of that the same share is kept.
        paid = line["whole_minor"] * now.quantity // line["quantity"]
    return {**line, "kept": count, "paid_minor": min(line["paid_minor"], paid) if count else 0}


def _by_wallet(purchase: Purchase, found: Mapping[str, int]) -> dict[int, int]:
    """Return what was earned by the keys of wallets: points also count as status."""
    made = {wallet: found.get(POINTS, 0) for wallet in purchase.terms["points_wallets"]}
    for name, amount in found.items():
        if name != POINTS:
            made[int(name)] = made.get(int(name), 0) + amount
    return {wallet: amount for wallet, amount in made.items() if amount}


def _wallet(rule: Rule) -> str:
    return POINTS if rule.wallet_id is None else str(rule.wallet_id)


def _fits(rule: Rule, line: BoughtLine) -> bool:
    return (rule.category is None or rule.category == line.category) and (
        rule.sku is None or rule.sku == line.sku
    )


def _happens(rule: Rule, number: int) -> bool:
    if rule.event is RuleEvent.FIRST_ORDER:
        return number == 1
    return rule.event is RuleEvent.NTH_ORDER and bool(rule.nth) and number % (rule.nth or 1) == 0


def _orders_of(member: Member | None) -> int:
    if member is None:
        return 0
    found = select(func.count()).select_from(Purchase).where(Purchase.member_id == member.id)
    return session.scalar(found) or 0


def _earned_today(member: Member | None, on: date) -> int:
    if member is None:
        return 0
    found = select(func.sum(Purchase.points)).where(
        Purchase.member_id == member.id, Purchase.bought_on == on
    )
    return int(session.scalar(found) or 0)


def _purchases(reference: Reference, *only: Any) -> Sequence[Purchase]:
    found = select(Purchase).where(
        Purchase.ref_kind == reference.kind, Purchase.ref_id == reference.id, *only
    )
    return session.scalars(
        found.order_by(Purchase.id).with_for_update().execution_options(populate_existing=True)
    ).all()
