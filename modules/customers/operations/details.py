"""What hangs on a customer: contacts, addresses, answers, notes, suggestions and facts."""

from collections.abc import Sequence

from sqlalchemy import update

from app import clock
from app.actor import current_actor
from app.audit import record_change
from app.db import session
from app.errors import InvalidInput, NotFound
from app.i18n import _
from app.reference import Reference
from modules.customers import intake
from modules.customers.files import list_addresses
from modules.customers.matching import Key
from modules.customers.models import (
    Address,
    Consent,
    Customer,
    CustomerFact,
    DuplicateSuggestion,
    Identity,
    IdentityKind,
    Note,
    SuggestionState,
)
from modules.customers.operations.data import AddressData, ConsentData
from modules.customers.operations.keeping import (
    normal,
    one_line,
    put_identity,
    refuse_taken,
    touch,
)
from modules.customers.queries import get_customer


def add_identity(
    *, customer_id: int, kind: IdentityKind, value: str, verified: bool = False
) -> Identity:
    """
    Let a customer be known by one thing more.

    :raises InvalidInput: the text is none of its kind
    :raises AlreadyExists: another live customer is known by it, verified
    """
    customer = get_customer(customer_id)
    key = Key(kind, normal(kind, value, "/value", field="value"))
    intake.take_turns([key])
    suspects = refuse_taken({"/value": key}, own=customer.id)
    identity = put_identity(customer, key, verified_at=clock.now() if verified else None)
    touch(customer)
    intake.suggest(customer.id, suspects)
    record_change(Reference("customer", customer.id), "identity added", new={kind.value: key.value})
    return identity


def verify_identity(*, identity_id: int) -> Identity:
    """
    Take an identity for the customer's own: he showed it, or answered from it.

    :raises NotFound: there is no such identity in use
    :raises AlreadyExists: another live customer is known by it, verified
    """
    identity = _identity(identity_id)
    key = Key(identity.kind, identity.value, identity.channel_id)
    intake.take_turns([key])
    refuse_taken({"/value": key}, own=identity.customer_id)
    if identity.verified_at is None:
        identity.verified_at = clock.now()
        touch(get_customer(identity.customer_id))
        record_change(
            Reference("customer", identity.customer_id),
            "identity verified",
            new={identity.kind.value: identity.value},
        )
    return identity


def end_identity(*, identity_id: int) -> Identity:
    """
    Let a customer be known by this no more; what stands on orders stays there.

    :raises NotFound: there is no such identity in use
    """
    identity = _identity(identity_id)
    identity.ended_at = clock.now()
    session.flush()
    touch(get_customer(identity.customer_id))
    record_change(
        Reference("customer", identity.customer_id),
        "identity ended",
        old={identity.kind.value: identity.value},
        new={},
    )
    return identity


def add_address(*, customer_id: int, address: AddressData) -> Address:
    """Write down one more place of a customer, after those that stand there."""
    customer = get_customer(customer_id)
    place = len(list_addresses(customer.id))
    session.add(kept := Address(customer_id=customer.id, position=place, **vars(address)))
    touch(customer)
    record_change(
        Reference("customer", customer.id), "address added", new={"address": one_line(kept)}
    )
    return kept


def remove_address(*, address_id: int) -> Address:
    """
    Take a place away; what stands on orders and documents stays there.

    :raises NotFound: there is no such address
    """
    address = session.get(Address, address_id)
    if address is None:
        raise NotFound(_("There is no such address."))
    session.delete(address)
    touch(get_customer(address.customer_id))
    record_change(
        Reference("customer", address.customer_id),
        "address removed",
        old={"address": one_line(address)},
        new={},
    )
    return address


def record_consent(*, customer: Customer, consent: ConsentData) -> None:
    """Write down an answer; earlier ones stay as evidence."""
    session.add(
        Consent(
            customer_id=customer.id,
            purpose=consent.purpose,
            channel=consent.channel,
            given=consent.given,
            wording=consent.wording,
            source=consent.source,
            at=consent.at or clock.now(),
            actor=str(current_actor()),
        )
    )


def add_note(*, customer_id: int, text: str) -> Note:
    """
    Write down something about a customer.

    :raises InvalidInput: there are no words
    """
    words = text.strip()
    if not words:
        raise InvalidInput(_("Write the note first."), pointer="/text", field="text")
    note = Note(customer_id=get_customer(customer_id).id, text=words, actor=str(current_actor()))
    session.add(note)
    session.flush()
    return note


def dismiss_suggestion(*, suggestion_id: int) -> None:
    """
    Say that two customers are two people; the pair is not suggested again.

    :raises NotFound: there is no such suggestion
    """
    dismissed = session.execute(
        update(DuplicateSuggestion)
        .where(DuplicateSuggestion.id == suggestion_id)
        .values(state=SuggestionState.DISMISSED)
        .returning(DuplicateSuggestion.first_id, DuplicateSuggestion.second_id)
    ).first()
    if dismissed is None:
        raise NotFound(_("There is no such suggestion."))
    first, second = dismissed
    record_change(Reference("customer", first), "not the same as", new={"customer": second})


def set_facts(
    *,
    customer_id: int,
    stage: str | None,
    overlays: Sequence[str] = (),
    segments: Sequence[str] = (),
) -> None:
    """Keep what a floor above has learned of a customer."""
    fact = session.get(CustomerFact, customer_id)
    if fact is None:
        session.add(fact := CustomerFact(customer_id=customer_id))
    fact.stage, fact.overlays, fact.segments = stage, list(overlays), list(segments)
    fact.updated_at = clock.now()


def _identity(identity_id: int) -> Identity:
    identity = session.get(Identity, identity_id)
    if identity is None or identity.ended_at is not None:
        raise NotFound(_("There is no such identity."))
    return identity
