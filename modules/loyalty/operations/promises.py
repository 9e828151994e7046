"""What a programme promises: its tiers, earning rules and rewards."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app import audit, clock
from app.db import session
from app.errors import InvalidInput
from app.i18n import _
from app.money import MOST_MINOR
from modules.loyalty.errors import StillUsed
from modules.loyalty.given import RewardData, RuleData, TierData
from modules.loyalty.models import (
    Member,
    ProgramTier,
    ProgramWallet,
    Reward,
    RewardKind,
    Rule,
    RuleKind,
    WalletKind,
)
from modules.loyalty.operations.shapes import (
    add_row,
    check_count,
    plain_code,
    plain_name,
    reference_of,
)
from modules.loyalty.queries import get_program, get_reward, rules_of, tiers_of, wallets_of


def set_tiers(*, program_id: int, tiers: Sequence[TierData]) -> Sequence[ProgramTier]:
    """
    Put these tiers in place of those that stand; members move at their next review.

    :raises InvalidInput: two have the same code or threshold, or an amount cannot be
    :raises StillUsed: one that is left out has members
    """
    program = get_program(program_id)
    for place, tier in enumerate(tiers):
        at = f"/tiers/{place}"
        check_count(tier.threshold, "threshold", f"{at}/threshold")
        check_count(tier.multiplier_bp, "multiplier_bp", f"{at}/multiplier_bp")
    for name in ("code", "threshold"):
        said: list[object] = [getattr(one, name) for one in tiers]
        twice = next((place for place, one in enumerate(said) if one in said[:place]), None)
        if twice is not None:
            text = (
                _("Two tiers have the same code. Change one of them.")
                if name == "code"
                else _("Two tiers have the same threshold. Change one of them.")
            )
            raise InvalidInput(text, field=name, pointer=f"/tiers/{twice}/{name}")
    standing = {one.code: one for one in tiers_of(program_id)}
    before = [_told(one) for one in standing.values()]
    for code in standing.keys() - {one.code for one in tiers}:
        _remove_tier(standing[code])
    # Out of each other's way first: thresholds may change places.
    for further, kept in enumerate(one for one in standing.values() if one in session):
        kept.threshold = MOST_MINOR + 1 + further
    session.flush()
    for tier in tiers:
        row = standing.get(tier.code)
        if row is None:
            row = ProgramTier(program_id=program_id, code=plain_code(tier.code))
            session.add(row)
        row.name, row.threshold = plain_name(tier.name), tier.threshold
        row.multiplier_bp, row.price_list = tier.multiplier_bp, tier.price_list or None
    session.flush()
    after = tiers_of(program_id)
    audit.record_change(
        reference_of(program),
        "tiers set",
        old={"tiers": before},
        new={"tiers": [_told(one) for one in after]},
    )
    return after


def set_rules(*, program_id: int, rules: Sequence[RuleData]) -> Sequence[Rule]:
    """
    Put these earning rules in place of those that stand; what was earned stays.

    :raises InvalidInput: a rule names a wallet that is not there, or gives nothing
    """
    program = get_program(program_id)
    wallets = {one.code: one for one in wallets_of(program_id)}
    made = []
    for place, rule in enumerate(rules):
        _check_rule(rule, wallets, f"/rules/{place}")
        values = {name: value for name, value in asdict(rule).items() if name != "wallet"}
        values["name"] = plain_name(rule.name)
        wallet_id = wallets[rule.wallet].id if rule.wallet else None
        made.append(Rule(program_id=program_id, wallet_id=wallet_id, **values))
    before = rules_of(program_id)
    for one in before:
        one.archived_at = clock.now()
    session.add_all(made)
    session.flush()
    audit.record_change(
        reference_of(program),
        "rules set",
        old={"rules": [one.name for one in before]},
        new={"rules": [one.name for one in made]},
    )
    return rules_of(program_id)


def add_reward(*, program_id: int, data: RewardData) -> Reward:
    """
    Offer members something for their points.

    :raises CodeTaken: the programme has a reward of this code
    :raises InvalidInput: it costs nothing, or says not what it gives
    """
    program = get_program(program_id)
    wallet = next((one for one in wallets_of(program_id) if one.code == data.wallet), None)
    if wallet is None or wallet.kind is WalletKind.STATUS:
        text = _("Choose the wallet whose points pay for it.")
        raise InvalidInput(text, field="wallet", pointer="/wallet")
    _check_reward(data)
    code = plain_code(data.code)
    values = {name: one for name, one in asdict(data).items() if name not in ("wallet", "code")}
    values["name"] = plain_name(data.name)
    reward = Reward(program_id=program_id, wallet_id=wallet.id, code=code, **values)
    known = select(Reward.id).where(Reward.program_id == program_id, Reward.code == code)
    add_row(reward, known, code)
    audit.record_change(reference_of(program), "reward added", new={"code": code, **values})
    return reward


def end_reward(*, program_id: int, code: str) -> Reward:
    """
    Take a reward off the list; who has it keeps it.

    :raises NotFound: there is none of this code
    """
    reward = get_reward(program_id, code)
    reward.archived_at = clock.now()
    session.flush()
    audit.record_change(reference_of(get_program(program_id)), "reward ended", new={"code": code})
    return reward


def _check_rule(rule: RuleData, wallets: dict[str, ProgramWallet], at: str) -> None:
    for name in ("multiplier_bp", "points", "nth"):
        check_count(getattr(rule, name), name, f"{at}/{name}")
    if rule.wallet is not None and rule.wallet not in wallets:
        text = _("There is no wallet %(code)s in this programme.", code=rule.wallet)
        raise InvalidInput(text, field="wallet", pointer=f"{at}/wallet")
    if rule.kind is not RuleKind.MULTIPLIER and not rule.points:
        text = _("Write how many points it gives.")
        raise InvalidInput(text, field="points", pointer=f"{at}/points")
    if (rule.kind is RuleKind.EVENT) != (rule.event is not None):
        text = _("Choose what has to happen.")
        raise InvalidInput(text, field="event", pointer=f"{at}/event")
    if rule.starts_on and rule.ends_on and rule.ends_on <= rule.starts_on:
        text = _("It would be over before it began. Move the end, or leave it empty.")
        raise InvalidInput(text, field="ends_on", pointer=f"{at}/ends_on")


def _check_reward(data: RewardData) -> None:
    for name in ("amount_minor", "valid_days", "stock", "most_per_member"):
        check_count(getattr(data, name), name)
    if not 0 < data.points <= MOST_MINOR:
        text = _("Write how many points it costs.")
        raise InvalidInput(text, field="points", pointer="/points")
    if data.kind is RewardKind.STORE_CREDIT and not data.amount_minor:
        text = _("Write how much credit it gives.")
        raise InvalidInput(text, field="amount_minor", pointer="/amount_minor")
    if data.kind is RewardKind.COUPON and not (data.promotion or "").strip():
        text = _("Choose the promotion whose coupon it is.")
        raise InvalidInput(text, field="promotion", pointer="/promotion")


def _remove_tier(tier: ProgramTier) -> None:
    used = select(Member.id).where(Member.tier_id == tier.id).limit(1)
    if session.scalar(used) is not None:
        raise StillUsed(
            _("The tier %(name)s has members. Give it another name or threshold.", name=tier.name)
        )
    try:
        with session.begin_nested():
            session.delete(tier)
    except IntegrityError:
        raise StillUsed(
            _("The tier %(name)s had members. Give it another name or threshold.", name=tier.name)
        ) from None


def _told(tier: ProgramTier) -> dict[str, Any]:
    return {"code": tier.code, "name": tier.name, "threshold": tier.threshold}
