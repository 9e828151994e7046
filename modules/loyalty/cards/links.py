"""The address of a member's card on a phone: made, found, ended. Who has it needs no sign-in."""

import hashlib
import secrets

from sqlalchemy import select

from app import audit, clock, secret_box, tries
from app.actor import current_actor
from app.db import session, transact
from app.errors import NotFound
from app.i18n import _
from app.reference import Reference
from modules.loyalty.cards.models import PhoneLink
from modules.loyalty.models import Card, CardState, Member, MemberState
from modules.loyalty.operations import issue_card
from modules.loyalty.operations.members import KIND
from modules.loyalty.queries import cards_of, get_member

_STEP, _FREE = "loyalty_card", 20


def make_link(*, member_id: int) -> PhoneLink:
    """
    Give a member a new address, and a card where there is none; an older address ends.

    :raises NotInThisState: the member left
    """
    member = get_member(member_id)
    if card_shown(member.id) is None:
        issue_card(member_id=member.id, is_virtual=True)
    _end(member.id)
    secret = secrets.token_urlsafe(24)
    link = PhoneLink(member_id=member.id, mark=_mark(secret), actor=str(current_actor()))
    session.add(link)
    session.flush()
    link.sealed = secret_box.seal(secret, table="loyalty_phone_link", row=link.id, column="sealed")
    session.flush()
    audit.record_change(Reference(KIND, member.id), "phone link made")
    return link


def end_link(*, member_id: int) -> None:
    """Let the address lead nowhere any more; twice is as once."""
    member = get_member(member_id)
    if _end(member.id):
        audit.record_change(Reference(KIND, member.id), "phone link ended")


def open_link(member_id: int) -> PhoneLink | None:
    """Return the address that a member has now."""
    found = select(PhoneLink).where(PhoneLink.member_id == member_id, PhoneLink.ended_at.is_(None))
    return session.scalar(found)


def secret_of(link: PhoneLink) -> str:
    return secret_box.unseal(link.sealed, table="loyalty_phone_link", row=link.id, column="sealed")


def member_of_secret(secret: str, *, ip: str) -> Member:
    """
    Return whose card an address shows; called outside of any unit of work.

    :raises TooManyTries: this address asked for too many that are none
    :raises NotFound: it leads nowhere, or not any more
    """
    who = f"cards from {ip}"
    tries.refuse_guessing(who=who, step=_STEP, free=_FREE)
    found = select(PhoneLink).where(PhoneLink.mark == _mark(secret), PhoneLink.ended_at.is_(None))
    link = session.scalar(found)
    member = get_member(link.member_id) if link else None
    if member is None or member.state is not MemberState.ACTIVE:
        transact(lambda: tries.note_wrong(who=who, step=_STEP))
        raise NotFound(_("This card is no longer shown here. Ask in the shop for a new link."))
    return member


def card_shown(member_id: int) -> Card | None:
    """Return the card that a phone shows: the newest that can be used."""
    return next((one for one in cards_of([member_id]) if one.state is CardState.ACTIVE), None)


def _end(member_id: int) -> bool:
    link = open_link(member_id)
    if link is None:
        return False
    link.ended_at = clock.now()
    session.flush()
    return True


def _mark(secret: str) -> str:
    return hashlib.sha256(f"loyalty card {secret}".encode()).hexdigest()
