"""How much one person takes off an order by hand."""

from app import limits
from app.actor import current_actor
from app.errors import InvalidInput, NotAllowed
from app.i18n import _, lazy
from app.limits import Limit

DISCOUNT = "discount"
GIVES = "orders.discount"

LIMITS = (
    Limit(
        code=DISCOUNT,
        title=lazy("Discount given by hand on one order"),
        permission=GIVES,
        unit="money",
        roles={"clerk": 20_00, "shift_lead": 200_00, "store_manager": 2_000_00},
        programs=False,
    ),
)


def check_discount(amount_minor: int, reason: str, *, store_id: int, currency: str) -> None:
    """
    Make sure that the caller, or his second person, takes so much off an order in a store.

    :raises InvalidInput: nobody says why
    :raises NotAllowed: he gives no discounts there
    :raises NeedsSecondPerson: it is more than he gives alone
    """
    if not current_actor().may(GIVES, store_id=store_id):
        raise NotAllowed(GIVES)
    if not reason.strip():
        raise InvalidInput(_("Say why it costs less."), field="discount_reason")
    limits.check({DISCOUNT: amount_minor}, store_id=store_id, currency=currency)
