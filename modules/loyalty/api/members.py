"""Members for programs: enrolled, found by card, given points by hand, and rewards."""

import uuid
from typing import Any

from app.access import scope
from app.api import parse_id, writes
from app.errors import InvalidInput, NotFound
from app.i18n import _
from modules import customers, organization
from modules.loyalty import operations, queries
from modules.loyalty.api.base import READ, WRITE, api, store_of
from modules.loyalty.api.shapes import (
    AdjustmentIn,
    ClaimIn,
    ClaimOut,
    MemberIn,
    MemberOut,
    MembershipsOut,
)
from modules.loyalty.models import Entry, Member, ProgramWallet

_FIRST = 50


@api.post("/loyalty/programs/<program>/members")
@api.input(MemberIn, arg_name="body")
@api.output(MemberOut, status_code=201)
@scope(WRITE)
@writes
def enrol(program: str, body: MemberIn) -> tuple[MemberOut, int]:
    """Take a customer into a programme and issue a card."""
    try:
        customer_id = int(customers.get_customer(parse_id(body.customer)).id)
    except NotFound as missing:
        raise InvalidInput(str(missing), pointer="/customer") from None
    member = operations.enrol(
        program_id=queries.get_program_by_code(program).id,
        customer_id=customer_id,
        is_staff=body.is_staff,
        referred_by=body.referred_by or "",
    )
    operations.issue_card(member_id=member.id, number=body.card, is_virtual=body.card is None)
    return _shown(member), 201


@api.get("/loyalty/members/<loyalty_card>")
@api.output(MemberOut)
@scope(READ)
def show_member(loyalty_card: str) -> MemberOut:
    """Return the member whose card this is: points, what expires when, tier, newest entries."""
    return _shown(queries.member_of_card(loyalty_card))


@api.post("/loyalty/members/<loyalty_card>/adjustments")
@api.input(AdjustmentIn, arg_name="body")
@api.output(MemberOut, status_code=201)
@scope(WRITE)
@writes
def adjust(loyalty_card: str, body: AdjustmentIn) -> tuple[MemberOut, int]:
    """Give points by hand or take some, with the reason; beyond the token's limit it is refused."""
    member = queries.member_of_card(loyalty_card)
    operations.adjust(
        member_id=member.id,
        points=body.points,
        reason=body.reason,
        client_id=body.client_id or str(uuid.uuid4()),
        on=organization.today(),
        store_id=store_of(body.store),
        wallet_id=_wallet(member, body.wallet).id,
    )
    return _shown(member), 201


@api.post("/loyalty/members/<loyalty_card>/claims")
@api.input(ClaimIn, arg_name="body")
@api.output(ClaimOut, status_code=201)
@scope(WRITE)
@writes
def claim(loyalty_card: str, body: ClaimIn) -> tuple[ClaimOut, int]:
    """Take a reward for points; the card has to be one that works."""
    claimed = operations.claim_reward(
        member_id=operations.usable_member(loyalty_card).id,
        reward=body.reward,
        client_id=body.client_id or str(uuid.uuid4()),
        on=organization.today(),
        store_id=store_of(body.store),
    )
    answer = ClaimOut(
        id=str(claimed.id),
        reward=body.reward,
        points=claimed.points,
        result=claimed.result,
        claimed_at=claimed.claimed_at,
    )
    return answer, 201


@api.get("/customers/<customer_id>/loyalty")
@api.output(MembershipsOut)
@scope(READ)
def show_loyalty(customer_id: str) -> dict[str, Any]:
    """Return what a customer has in every programme."""
    found = customers.get_customer(parse_id(customer_id.upper().removeprefix("C-")))
    return {"items": [_shown(member) for member, _program in queries.memberships_of(found.id)]}


def _wallet(member: Member, code: str) -> ProgramWallet:
    for wallet in queries.wallets_of(member.program_id):
        if wallet.code == code:
            return wallet
    text = _("There is no wallet %(code)s in this programme.", code=code)
    raise InvalidInput(text, pointer="/wallet")


def _shown(member: Member) -> MemberOut:
    today = organization.today()
    cards = queries.cards_of([member.id])
    numbers = {one.id: one.number for one in cards}
    tier = next((t for t in queries.tiers_of(member.program_id) if t.id == member.tier_id), None)
    found = {
        "id": str(member.id),
        "program": queries.get_program(member.program_id).code,
        "customer": str(member.customer_id),
        "state": member.state,
        "tier": tier.code if tier else None,
        "tier_until": member.tier_until,
        "referral_code": member.referral_code,
        "joined_at": member.joined_at,
        "cards": [
            {
                "number": one.number,
                "state": one.state,
                "replaced_by": numbers.get(one.replaced_by_id or 0),
            }
            for one in cards
        ],
        "wallets": [
            {
                "wallet": one.wallet.code,
                "kind": one.wallet.kind,
                "active": one.active,
                "pending": one.pending,
                "expiring": [
                    {"on": soon.on, "points": soon.points}
                    for soon in queries.expiring_of(member.id, one.wallet.id, on=today)
                ],
            }
            for one in queries.holdings_of(member.id, on=today)
        ],
        "entries": [
            _entry(entry, wallet) for entry, wallet in queries.entries_of(member.id, limit=_FIRST)
        ],
    }
    return MemberOut.model_validate(found)


def _entry(entry: Entry, wallet: ProgramWallet) -> dict[str, Any]:
    return {
        "id": str(entry.id),
        "wallet": wallet.code,
        "kind": entry.kind,
        "points": entry.points,
        "pending": entry.pending,
        "debt": entry.debt,
        "balance": entry.balance,
        "reference": {"kind": entry.ref_kind, "id": str(entry.ref_id)} if entry.ref_kind else None,
        "note": entry.note,
        "at": entry.effective_at,
    }
