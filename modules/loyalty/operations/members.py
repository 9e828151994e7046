"""Who is in a programme: joining, leaving, cards and households."""

import secrets
from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app import audit, clock
from app.db import session
from app.errors import InvalidInput
from app.i18n import _
from app.reference import Reference
from modules import customers, organization
from modules.loyalty.errors import AlreadyMember, CardTaken, CardUnusable, NotInThisState
from modules.loyalty.models import (
    Card,
    CardState,
    Household,
    Member,
    MemberState,
    ProgramState,
    ProgramTier,
    RuleEvent,
    TierChange,
)
from modules.loyalty.operations.points import earn
from modules.loyalty.operations.referrals import refer
from modules.loyalty.pooling import PoolMode
from modules.loyalty.queries import (
    find_member,
    get_card,
    get_member,
    get_program,
    household_members,
    plain_number,
    points_wallet,
    rules_of,
    tiers_of,
)

KIND = "loyalty_member"
_SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # without 0, O, 1 and I
_PREFIX = "29"
"""GS1 leaves numbers from 20 to 29 to whoever uses them inside the company."""


def enrol(
    *,
    program_id: int,
    customer_id: int,
    is_staff: bool = False,
    referred_by: str = "",
) -> Member:
    """
    Take a customer into a programme, into the tier that costs nothing; one who left comes back.

    A rule for registration pays at once; `referred_by` is the code of who brought the customer.

    :raises NotInThisState: the programme is not open
    :raises AlreadyMember: the customer is in it
    :raises InvalidInput: nobody has that code
    """
    program = get_program(program_id)
    customer = customers.get_customer(customer_id)
    if program.state is not ProgramState.ACTIVE:
        raise NotInThisState(_("This programme is not open. Open it first."))
    member = find_member(program_id, customer.id)
    if member is not None and member.state is MemberState.ACTIVE:
        raise _already(customer.name)
    if member is not None and member.state is MemberState.LEFT:
        member.state, member.left_at = MemberState.ACTIVE, None
        session.flush()
        audit.record_change(_of(member), "came back")
        return member
    lowest = next((one for one in tiers_of(program_id) if one.threshold == 0), None)
    member = Member(
        program_id=program_id,
        customer_id=customer.id,
        is_staff=is_staff,
        tier_id=lowest.id if lowest else None,
        referral_code=_fresh_code(),
    )
    try:
        with session.begin_nested():
            session.add(member)
    except IntegrityError:
        if find_member(program_id, customer.id) is None:
            raise
        raise _already(customer.name) from None
    if lowest:
        _write_first_tier(member, lowest)
    audit.record_change(_of(member), "enrolled", new={"program": program.code})
    _welcome(member)
    if referred_by.strip():
        refer(friend_id=member.id, code=referred_by, on=organization.today())
    return member


def leave(*, member_id: int) -> Member:
    """
    Let a member go: his cards are blocked, he earns and spends nothing; he may come back.

    :raises NotInThisState: he is no member now
    """
    member = _active(member_id)
    for card in session.scalars(
        select(Card).where(Card.member_id == member.id, Card.state == CardState.ACTIVE)
    ).all():
        _end_card(card, CardState.BLOCKED, "left")
    member.state, member.left_at = MemberState.LEFT, clock.now()
    member.household_id, member.heads_household = None, False
    session.flush()
    audit.record_change(_of(member), "left")
    return member


def mark_staff(*, member_id: int, is_staff: bool) -> None:
    """Say whether a member works here: a programme may let purchases of its staff earn nothing."""
    member = get_member(member_id)
    audit.record_change(
        _of(member), "changed", old={"is_staff": member.is_staff}, new={"is_staff": is_staff}
    )
    member.is_staff = is_staff
    session.flush()


# --- cards ------------------------------------------------------------------------------------


def issue_card(*, member_id: int, number: str | None = None, is_virtual: bool = False) -> Card:
    """
    Give a member a card: of a printed number, or of a new one (EAN-13). He may have several.

    :raises NotInThisState: he is no member now
    :raises InvalidInput: the number is none
    :raises CardTaken: another card, or another customer, has the number
    """
    member = _active(member_id)
    card = Card(
        number=_checked(number) if number else _fresh(_random_ean, _card_stands),
        member_id=member.id,
        is_virtual=is_virtual,
    )
    try:
        with session.begin_nested():
            session.add(card)
    except IntegrityError:
        raise _taken(card.number) from None
    try:
        customers.add_identity(
            customer_id=member.customer_id,
            kind=customers.IdentityKind.CARD,
            value=card.number,
            verified=True,
        )
    except customers.AlreadyExists:
        raise _taken(card.number) from None
    audit.record_change(_of(member), "card issued", new={"number": card.number})
    return card


def block_card(*, number: str, reason: str) -> Card:
    """
    Let nobody earn or spend with a card any more: it was lost. Twice is as once.

    :raises NotFound: no card has this number
    """
    card = get_card(number)
    if card.state is CardState.ACTIVE:
        _end_card(card, CardState.BLOCKED, reason)
    return card


def unblock_card(*, number: str) -> Card:
    """
    Let a blocked card be used again: it was found.

    :raises NotFound: no card has this number
    :raises CardUnusable: another one replaced it
    """
    card = get_card(number)
    if card.state is CardState.REPLACED:
        raise CardUnusable(_("Another card replaced this one. Use that one."))
    if card.state is CardState.BLOCKED:
        member = _active(card.member_id)
        card.state, card.reason, card.ended_at = CardState.ACTIVE, None, None
        session.flush()
        customers.add_identity(
            customer_id=member.customer_id,
            kind=customers.IdentityKind.CARD,
            value=card.number,
            verified=True,
        )
        audit.record_change(_of(member), "card unblocked", new={"number": card.number})
    return card


def replace_card(*, number: str, by: str | None = None, reason: str) -> Card:
    """
    Give a member another card in place of one, and return it; the points stay where they are.

    :raises NotFound: no card has this number
    :raises CardUnusable: another one replaced it already
    :raises CardTaken: the new number is taken
    """
    card = get_card(number)
    if card.state is CardState.REPLACED:
        raise CardUnusable(_("Another card replaced this one. Use that one."))
    fresh = issue_card(member_id=card.member_id, number=by, is_virtual=card.is_virtual)
    _end_card(card, CardState.REPLACED, reason, replaced_by=fresh.id)
    return fresh


def usable_member(number: str) -> Member:
    """
    Return the member whose card this is, to earn or to spend with it.

    :raises NotFound: no card has this number
    :raises CardUnusable: it is blocked or was replaced
    """
    card = get_card(number)
    if card.state is CardState.BLOCKED:
        raise CardUnusable(_("This card is blocked. Ask for another one."))
    if card.state is CardState.REPLACED:
        raise CardUnusable(_("Another card replaced this one. Use that one."))
    return get_member(card.member_id)


# --- households -------------------------------------------------------------------------------


def found_household(*, member_id: int, name: str, mode: PoolMode | None = None) -> Household:
    """
    Let a member begin a household: those who join spend from one pool, and keep what is theirs.

    :raises NotInThisState: he is no member now, or in a household already
    """
    member = _active(member_id)
    _refuse_household(member)
    program = get_program(member.program_id)
    household = Household(
        program_id=program.id,
        name=" ".join(name.split())[:120] or customers.get_customer(member.customer_id).name,
        mode=mode or program.pool_mode,
    )
    session.add(household)
    session.flush()
    member.household_id, member.heads_household = household.id, True
    session.flush()
    audit.record_change(_of(member), "household begun", new={"household": household.id})
    return household


def join_household(*, member_id: int, household_id: int) -> None:
    """
    Let a member spend from a household's pool, and the others from his points.

    :raises NotInThisState: he is in one already, or it is of another programme
    """
    member = _active(member_id)
    _refuse_household(member)
    household = session.get(Household, household_id)
    if household is None or household.program_id != member.program_id:
        raise NotInThisState(_("This household is of another programme."))
    member.household_id = household.id
    session.flush()
    audit.record_change(_of(member), "joined household", new={"household": household.id})


def leave_household(*, member_id: int) -> None:
    """Let a member go from his household with the points that he earned and did not spend."""
    member = _active(member_id)
    before, headed = member.household_id, member.heads_household
    if before is None:
        return
    member.household_id, member.heads_household = None, False
    session.flush()
    others = household_members(before)
    if headed and others:
        others[0].heads_household = True
        session.flush()
    audit.record_change(_of(member), "left household", new={"household": before})


# --- what the parts above share ---------------------------------------------------------------


def _of(member: Member) -> Reference:
    return Reference(KIND, member.id)


def _active(member_id: int) -> Member:
    member = get_member(member_id)
    if member.state is not MemberState.ACTIVE:
        raise NotInThisState(_("This customer left the programme. Enrol the customer again first."))
    return member


def _already(name: str) -> AlreadyMember:
    return AlreadyMember(_("%(name)s is in this programme already.", name=name))


def _taken(number: str) -> CardTaken:
    return CardTaken(
        _("The card %(number)s belongs to somebody already. Take another one.", number=number),
        details=[{"pointer": "/number"}],
    )


def _refuse_household(member: Member) -> None:
    if member.household_id is not None:
        raise NotInThisState(_("This member is in a household already. Leave that one first."))


def _welcome(member: Member) -> None:
    """Pay what the programme promises to who joins; of goods nothing has to be kept for it."""
    paying = [one for one in rules_of(member.program_id) if one.event is RuleEvent.REGISTRATION]
    for rule in paying:
        today = organization.today()
        if rule.holds_on(today):
            earn(
                member=member,
                wallet_id=rule.wallet_id or points_wallet(member.program_id).id,
                points=rule.points,
                key=f"joined:{member.id}:{rule.id}",
                on=today,
                active_on=today,
                note=rule.name,
            )


def _write_first_tier(member: Member, tier: ProgramTier) -> None:
    session.add(
        TierChange(member_id=member.id, to_tier_id=tier.id, reason="joined", metric=0, actor="")
    )
    session.flush()


def _end_card(card: Card, state: CardState, reason: str, *, replaced_by: int | None = None) -> None:
    card.state, card.reason, card.ended_at = state, reason.strip() or None, clock.now()
    card.replaced_by_id = replaced_by
    session.flush()
    member = get_member(card.member_id)
    for identity in customers.list_identities(member.customer_id):
        if identity.kind is customers.IdentityKind.CARD and identity.value == card.number:
            customers.end_identity(identity_id=identity.id)
    audit.record_change(_of(member), f"card {state.value}", new={"number": card.number})


def _checked(number: str) -> str:
    plain = plain_number(number)
    if not 4 <= len(plain) <= 32 or not plain.isalnum() or not plain.isascii():
        text = _("A card's number has 4 to 32 letters and digits.")
        raise InvalidInput(text, field="number", pointer="/number")
    if len(plain) == 13 and plain.isdigit() and plain[-1] != check_digit(plain[:12]):
        text = _("This is no EAN-13: its last digit is another one. Type it again.")
        raise InvalidInput(text, field="number", pointer="/number")
    return plain


def check_digit(digits: str) -> str:
    """Return the thirteenth digit of an EAN-13 (GS1: weights 1 and 3, up to the next ten)."""
    total = sum(int(one) * (3 if place % 2 else 1) for place, one in enumerate(digits))
    return str(-total % 10)


def _random_ean() -> str:
    digits = _PREFIX + "".join(secrets.choice("0123456789") for _place in range(10))
    return digits + check_digit(digits)


def _card_stands(number: str) -> bool:
    return session.scalar(select(Card.id).where(Card.number == number)) is not None


def _fresh_code() -> str:
    return _fresh(
        lambda: "".join(secrets.choice(_SIGNS) for _place in range(8)),
        lambda code: (
            session.scalar(select(Member.id).where(Member.referral_code == code)) is not None
        ),
    )


def _fresh(draw: Callable[[], str], stands: Callable[[str], bool]) -> str:
    while stands(drawn := draw()):
        pass
    return drawn
