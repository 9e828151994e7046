"""Points, tiers, gift cards and codes as the cases write them -> values of their modules."""

import re
import time
from collections.abc import Mapping
from datetime import date, timedelta
from random import Random
from typing import Any

from modules.loyalty import (
    DowngradePolicy,
    EarnedLine,
    EarningRule,
    PoolMode,
    ReferralTerms,
    ReturnPolicy,
    Terms,
    Tier,
    Wallet,
    points_for,
    points_for_payment,
    referral_rewards,
    spend_from_pool,
    tier_after_review,
    tier_for,
)
from modules.payments.tendering import GiftCard, GiveBack, pay_by_cards, refund_over_tenders
from modules.promotions.codes import generate_codes
from modules.promotions.errors import TooManyCodes

Json = Mapping[str, Any]
DAY = date(2026, 1, 1)


def read_terms(program: Json) -> Terms:
    return Terms(
        pending_days=program.get("pending_days", 0),
        valid_days=program.get("valid_days"),
        return_policy=ReturnPolicy(program.get("return_policy", "within_balance")),
    )


def of_loyalty(given: Json) -> Json:
    wallet = Wallet(terms=read_terms(given["program"]))
    spends, taken_back, balances = [], [], []
    for event in given["events"]:
        day, ref = date.fromisoformat(event["at"]), event.get("ref", "")
        if event["do"] == "earn":
            wallet = wallet.earn(event["points"], ref=ref, on=day, key=event.get("key", ""))
        elif event["do"] == "spend":
            after = wallet.spend(event["points"], ref=ref, on=day)
            spends.append(after is not None)
            wallet = after or wallet
        elif event["do"] == "unspend":
            wallet = wallet.undo_spend(ref, on=day)
        elif event["do"] == "reverse":
            points, wallet = wallet.take_back(event["points"], ref=ref, on=day)
            taken_back.append(points)
        else:
            balances.append(wallet.balance(day)._asdict())
    return {"spend": spends, "reversed": taken_back, "balances": balances}


def of_earning(given: Json) -> Json:
    rule = EarningRule(
        per_minor=given["per_minor"],
        points=given["points"],
        least_order_minor=given.get("min_order", 0),
        most_points=given.get("max_points"),
    )
    lines = [
        EarnedLine(
            paid_minor=line["paid"],
            multiplier_bp=line.get("multiplier_bp", 10_000),
            earns="kind" not in line and not line.get("excluded", False),
        )
        for line in given["lines"]
    ]
    more = {
        "tier_multiplier_bp": given.get("tier_multiplier_bp", 10_000),
        "paid_with_points_minor": given.get("paid_with_points", 0),
    }
    kept, back = [], given.get("returned", 0)
    for line in lines:
        part = min(back, line.paid_minor) if line.earns else 0
        back -= part
        kept.append(
            EarnedLine(
                paid_minor=line.paid_minor - part,
                multiplier_bp=line.multiplier_bp,
                earns=line.earns,
            )
        )
    return {
        "points": points_for(rule, lines, **more),
        "after_return": points_for(rule, kept, **more),
    }


def _tiers(given: Json) -> list[Tier]:
    return [Tier(name, threshold) for name, threshold in given["tiers"]]


def of_tier(given: Json) -> Json:
    tier = tier_for(_tiers(given), given.get("spent_before", 0) + given.get("current", 0))
    return {"tier": tier.name if tier else None}


def of_tier_downgrade(given: Json) -> Json:
    policy = DowngradePolicy(given["policy"])
    tier = tier_after_review(_tiers(given), given["current"], given["points"], policy)
    return {"tier": tier.name if tier else None}


def of_idempotency(given: Json) -> Json:
    wallet = Wallet()
    for event in given["events"]:
        wallet = wallet.earn(event["points"], ref=event["key"], on=DAY, key=event["key"])
    return {"entries": len(wallet.lots), "active": wallet.balance(DAY).active}


def of_pool(given: Json) -> Json:
    wallets = {
        member: Wallet().earn(points, ref=member, on=DAY + timedelta(days=at))
        for at, (member, points) in enumerate(given["members"].items())
    }
    on = DAY + timedelta(days=len(wallets))
    mode = PoolMode(given.get("mode", "own_first"))
    after = spend_from_pool(wallets, given["spender"], given["points"], ref="R", on=on, mode=mode)
    members = {name: one.balance(on).active for name, one in (after or wallets).items()}
    return {"members": members, "pool": sum(members.values()), "spent": after is not None}


def of_referral(given: Json) -> Json:
    terms = ReferralTerms(
        referrer_points=given["reward_referrer"],
        friend_points=given["reward_friend"],
        pending_days=given["pending_days"],
    )
    registered_on = None
    orders: list[tuple[date, bool]] = []
    for event in given["events"]:
        what, _colon, text = event.partition(":")
        day = date.fromisoformat(text)
        if what == "register":
            registered_on = day
        elif what == "order":
            orders.append((day, False))
        else:
            orders[-1] = (orders[-1][0], True)
    found = [
        referral_rewards(
            terms, registered_on=registered_on, orders=orders, on=date.fromisoformat(day)
        )
        for day in given["check"]
    ]
    return {
        "referrer_active": [one.referrer for one in found],
        "friend_active": [one.friend for one in found],
    }


def of_invariant(given: Json) -> Json:
    """Play at random, and count the balances that are not what the ledger says."""
    random, violations = Random(given["seed"]), 0
    for _sequence in range(given["random_sequences"]):
        wallet = Wallet(
            terms=Terms(
                pending_days=random.choice((0, 14)),
                valid_days=random.choice((None, 30, 90)),
                return_policy=random.choice(list(ReturnPolicy)),
            )
        )
        day = DAY
        for step in range(random.randint(1, 20)):
            day += timedelta(days=random.randint(0, 20))
            wallet = play(random, wallet, step, day)
            has = wallet.balance(day)
            inside = has.active + has.pending + has.expired + wallet.spent + wallet.reversed
            violations += wallet.earned != inside
    return {"violations": violations}


def play(random: Random, wallet: Wallet, step: int, day: date) -> Wallet:
    """Do one thing with a wallet."""
    points, ref = random.randint(0, 100), f"R{random.randint(0, max(1, step))}"
    what = random.choice(("earn", "earn", "spend", "unspend", "reverse"))
    if what == "earn":
        return wallet.earn(points, ref=f"R{step}", on=day)
    if what == "spend":
        return wallet.spend(points, ref=ref, on=day) or wallet
    if what == "unspend":
        return wallet.undo_spend(ref, on=day)
    return wallet.take_back(points, ref=ref, on=day)[1]


def of_payment(given: Json) -> Json:
    if "refund" in given:
        paid = [(one["m"], one["v"]) for one in given["paid"]]
        back = refund_over_tenders(paid, given["refund"], GiveBack(given["policy"]))
        return {"back": dict(back)}
    if "points" in given:
        used = points_for_payment(
            given["order_total"],
            points=given["points"],
            step_points=given.get("step_points", 1),
            value_per_point_minor=given["value_per_point"],
        )
        return {
            "points_used": used.points,
            "discount": used.amount_minor,
            "to_pay": given["order_total"] - used.amount_minor,
        }
    cards = [
        GiftCard(
            one["id"],
            one["balance"],
            date.fromisoformat(one["expires"]) if one.get("expires") else None,
        )
        for one in given["cards"]
    ]
    on = date.fromisoformat(given["date"]) if "date" in given else None
    to_pay, uses = pay_by_cards(given["order_total"], cards, on=on)
    return {
        "to_pay": to_pay,
        "tax": given.get("tax"),
        "cards": [
            {"id": one.id, "used": one.used_minor, "balance": one.balance_minor} for one in uses
        ],
    }


class AllOfPattern(str):
    """Every one of some codes has the pattern that it is compared with."""

    __slots__ = ("codes",)
    codes: list[str]

    def __eq__(self, pattern: object) -> bool:
        return all(re.search(str(pattern), code) for code in self.codes)

    __hash__ = str.__hash__


class AtMost(float):
    """What lasted so long is equal to every limit that it keeps."""

    def __eq__(self, limit: object) -> bool:
        return isinstance(limit, int | float) and float(self) <= limit

    __hash__ = float.__hash__


def of_generation(given: Json) -> Json:
    began = time.perf_counter()
    try:
        codes = generate_codes(
            given["count"],
            length=given["length"],
            prefix=given.get("prefix", ""),
            alphabet=given["alphabet"],
        )
    except TooManyCodes as refusal:
        return {"error": refusal.code, "possible": refusal.possible}
    pattern = AllOfPattern()
    pattern.codes = codes
    seconds = AtMost(time.perf_counter() - began)
    return {"unique": len(set(codes)), "pattern": pattern, "max_seconds": seconds}
