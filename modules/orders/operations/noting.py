"""What colleagues write to each other on an order."""

from app.i18n import _
from modules.orders import timeline
from modules.orders.errors import WrongState
from modules.orders.queries import get_order


def add_note(*, order_id: int, text: str) -> None:
    """
    Add a note to the timeline.

    :raises WrongState: the note is empty
    """
    get_order(order_id)
    if not text.strip():
        raise WrongState(_("Write something first."))
    timeline.record(order_id, "note", text=text.strip())
