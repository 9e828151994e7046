"""The one table of statuses: each word with its tone and its pip; holds and outcomes beside it."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from flask_babel import lazy_pgettext as pgettext  # under the name that extraction looks for

from app.i18n import lazy


class Look(NamedTuple):
    """A status as it is shown: its word, its tone, and the pip that says how far it has come."""

    word: Any
    tone: str
    pip: str


# Tones: idle nothing happens, run moves, ok settled, wait for somebody, bad wrong or late, back.
# Pips: none not begun, wait under way, half partly, full complete, stop look here, undo goes back,
# no ended without.
STATUS: dict[str, Look] = {
    # money of an order, of a payment, of a refund
    "unpaid": Look(lazy("Unpaid"), "wait", "none"),
    "payment.none": Look(lazy("Unpaid"), "wait", "none"),
    "cod_pending": Look(lazy("COD pending"), "run", "wait"),
    "authorized": Look(lazy("Authorized"), "run", "half"),
    "partly_paid": Look(lazy("Partly paid"), "wait", "half"),
    "paid": Look(lazy("Paid"), "ok", "full"),
    "overpaid": Look(lazy("Overpaid"), "bad", "stop"),
    "partly_refunded": Look(lazy("Partly refunded"), "back", "half"),
    "refunded": Look(lazy("Refunded"), "back", "undo"),
    "voided": Look(lazy("Voided"), "idle", "no"),
    "created": Look(lazy("Created"), "idle", "none"),
    "pending": Look(lazy("Pending"), "wait", "wait"),
    "captured": Look(lazy("Captured"), "ok", "full"),
    "expired": Look(lazy("Expired"), "idle", "no"),
    "sent": Look(lazy("Sent"), "run", "half"),
    "settled": Look(lazy("Settled"), "ok", "full"),
    # goods of an order, of an allocation, of a parcel
    "fulfilment.none": Look(lazy("Not begun"), "idle", "none"),
    "backordered": Look(lazy("Backordered"), "wait", "wait"),
    "reserved": Look(lazy("Reserved"), "idle", "none"),
    "picking": Look(lazy("Picking"), "run", "wait"),
    "picked": Look(lazy("Picked"), "run", "half"),
    "packing": Look(lazy("Packing"), "run", "wait"),
    "packed": Look(lazy("Packed"), "run", "half"),
    "partly_shipped": Look(lazy("Partly shipped"), "run", "half"),
    "shipped": Look(lazy("Shipped"), "run", "full"),
    "partly_delivered": Look(lazy("Partly delivered"), "run", "half"),
    "delivered": Look(lazy("Delivered"), "ok", "full"),
    "partly_returned": Look(lazy("Partly returned"), "back", "half"),
    "returned": Look(lazy("Returned"), "back", "undo"),
    "cancelled": Look(lazy("Cancelled"), "idle", "no"),
    "released": Look(lazy("Released"), "idle", "no"),
    "held": Look(lazy("Reserved"), "idle", "none"),
    # carriers and their labels
    "label.none": Look(lazy("No label"), "idle", "none"),
    "label.requested": Look(lazy("Label asked for"), "run", "wait"),
    "label.made": Look(lazy("Label ready"), "ok", "full"),
    "announced": Look(lazy("Announced"), "idle", "none"),
    "handed_over": Look(lazy("Handed over"), "run", "half"),
    "in_transit": Look(lazy("In transit"), "run", "half"),
    "out_for_delivery": Look(lazy("Out for delivery"), "run", "half"),
    "ready_for_pickup": Look(lazy("Ready for pickup"), "run", "full"),
    "delivery_failed": Look(lazy("Not delivered"), "bad", "stop"),
    "returned_to_sender": Look(lazy("Back to sender"), "back", "undo"),
    "exception": Look(lazy("Exception"), "bad", "stop"),
    "lost": Look(lazy("Lost"), "bad", "no"),
    # returns and the verdicts on their units
    "requested": Look(lazy("Requested"), "wait", "none"),
    "approved": Look(lazy("Approved"), "run", "none"),
    "partly_received": Look(lazy("Partly received"), "run", "half"),
    "received": Look(lazy("Received"), "ok", "full"),
    "rejected": Look(lazy("Rejected"), "idle", "no"),
    "sellable": Look(lazy("Sellable"), "ok", "full"),
    "damaged": Look(lazy("Damaged"), "bad", "stop"),
    "wrong_item": Look(lazy("Wrong item"), "wait", "stop"),
    "missing": Look(lazy("Missing"), "bad", "no"),
    "kept": Look(lazy("Kept"), "idle", "full"),
    # orders and other papers
    "draft": Look(lazy("Draft"), "idle", "none"),
    "placed": Look(lazy("Placed"), "run", "none"),
    "closed": Look(lazy("Closed"), "ok", "full"),
    "open": Look(pgettext("status", "Open"), "idle", "none"),
    "issued": Look(lazy("Issued"), "ok", "full"),
    "corrected": Look(lazy("Corrected"), "back", "half"),
    "rendering": Look(lazy("Being made"), "run", "wait"),
    "posted": Look(lazy("Posted"), "ok", "full"),
    "counting": Look(lazy("Counting"), "run", "wait"),
    # goods, people, keys
    "active": Look(lazy("Active"), "ok", "full"),
    "discontinued": Look(lazy("Discontinued"), "idle", "full"),
    "archived": Look(lazy("Archived"), "idle", "no"),
    "code.generated": Look(pgettext("code", "Made"), "idle", "none"),
    "code.issued": Look(pgettext("code", "Given out"), "ok", "none"),
    "code.reserved": Look(lazy("Reserved"), "wait", "none"),
    "code.redeemed": Look(pgettext("code", "Used"), "idle", "full"),
    "code.returned": Look(pgettext("code", "Free again"), "ok", "none"),
    "code.blocked": Look(lazy("Blocked"), "wait", "stop"),
    "code.expired": Look(lazy("Expired"), "idle", "no"),
    "card.spent": Look(lazy("Spent"), "idle", "full"),
    "card.blocked": Look(lazy("Blocked"), "wait", "stop"),
    "card.expired": Look(lazy("Expired"), "idle", "no"),
    "promotion.scheduled": Look(lazy("Scheduled"), "run", "none"),
    "promotion.running": Look(pgettext("promotion", "Running"), "ok", "full"),
    "paused": Look(lazy("Paused"), "wait", "none"),
    "ended": Look(lazy("Ended"), "idle", "full"),
    "disabled": Look(lazy("Disabled"), "idle", "no"),
    "revoked": Look(lazy("Revoked"), "idle", "no"),
    "verified": Look(lazy("Verified"), "ok", "full"),
    "not_verified": Look(lazy("Not verified"), "idle", "none"),
    "given": Look(lazy("Given"), "ok", "full"),
    "withdrawn": Look(lazy("Withdrawn"), "idle", "no"),
    "not_asked": Look(lazy("Not asked"), "idle", "none"),
    # jobs and the rows they take
    "ready": Look(lazy("Queued"), "idle", "none"),
    "run": Look(lazy("Running"), "run", "wait"),
    "queued": Look(lazy("Queued"), "idle", "none"),
    "running": Look(lazy("Running"), "run", "wait"),
    "retrying": Look(lazy("Trying again"), "wait", "wait"),
    "stopping": Look(lazy("Stopping"), "wait", "wait"),
    "done": Look(lazy("Done"), "ok", "full"),
    "done_with_errors": Look(lazy("Done with errors"), "wait", "half"),
    "failed": Look(lazy("Failed"), "bad", "stop"),
    "dead": Look(lazy("Gave up"), "bad", "stop"),
    "stopped": Look(lazy("Stopped"), "idle", "no"),
    "undone": Look(lazy("Undone"), "back", "undo"),
    "refused": Look(lazy("Refused"), "bad", "no"),
    "warning": Look(lazy("Warning"), "wait", "stop"),
    "imported": Look(lazy("Imported"), "ok", "full"),
    # partners and machines
    "healthy": Look(lazy("Healthy"), "ok", "full"),
    "slow": Look(lazy("Slow"), "wait", "half"),
    "down": Look(lazy("Down"), "bad", "stop"),
    "off": Look(lazy("Off"), "idle", "none"),
    # how a customer stands to the shop
    "potential": Look(lazy("Potential"), "idle", "none"),
    "first": Look(lazy("First"), "run", "none"),
    "repeating": Look(lazy("Repeating"), "run", "half"),
    "core": Look(lazy("Core"), "ok", "full"),
    "escaping": Look(lazy("Escaping"), "wait", "stop"),
    "stage.lost": Look(pgettext("stage", "Lost"), "bad", "no"),
}

HOLD: dict[str, Any] = {
    "payment_review": lazy("Payment review"),
    "fraud": lazy("Fraud check"),
    "address": lazy("Address"),
    "stock": pgettext("hold", "Stock"),
    "credit_limit": lazy("Credit limit"),
    "customer_request": lazy("Customer asked"),
    "unmapped": lazy("Not mapped"),
    "unknown_outcome": lazy("Outcome unknown"),
    "manual": lazy("On hold"),
}

# What a job counts, as the job names it -> (the word, its tone); idle2 is the darker grey of a bar.
OUTCOME: dict[str, tuple[Any, str]] = {
    "made": (lazy("Made new"), "ok"),
    "created": (lazy("Made new"), "ok"),
    "done": (lazy("Done"), "ok"),
    "imported": (lazy("Imported"), "ok"),
    "products": (lazy("Products"), "ok"),
    "variants": (lazy("Variants"), "run"),
    "pictures": (lazy("Further pictures"), "run"),
    "changed": (lazy("Changed"), "run"),
    "updated": (lazy("Changed"), "run"),
    "same": (lazy("Already the same"), "idle2"),
    "skipped": (lazy("Left out"), "idle2"),
    "warnings": (lazy("Taken with a warning"), "wait"),
    "warned": (lazy("Taken with a warning"), "wait"),
    "refused": (lazy("Not taken"), "bad"),
    "failed": (lazy("Failed"), "bad"),
    "undone": (lazy("Undone"), "back"),
}


def look_of(word: str, of: str = "") -> Look:
    """
    Return how a status looks, by its code ("partly_paid") or its English word ("Partly paid").

    :raises LookupError: the table has no such status: a programmer's error, not a grey badge
    """
    code = str(getattr(word, "value", word)).strip().lower().replace(" ", "_").replace("-", "_")
    found = STATUS.get(f"{of}.{code}") or STATUS.get(code)
    if found is None:
        raise LookupError(
            f"No status {word!r} in app.statuses.STATUS; add it with its tone and pip"
        )
    return found


def hold_word(kind: str) -> str:
    """:raises LookupError: the table has no such hold."""
    return str(HOLD[str(getattr(kind, "value", kind)).lower()])


def outcomes(counts: Mapping[str, int]) -> list[tuple[str, int, str]]:
    """Return what a job counted as (word, number, tone), good news first and refusals last."""
    order = {code: place for place, code in enumerate(OUTCOME)}
    found = []
    for code in sorted(counts, key=lambda code: order.get(code, len(order))):
        word, tone = OUTCOME.get(code, (code.replace("_", " ").capitalize(), "idle2"))
        found.append((str(word), counts[code], tone))
    return found
