"""What kinds of movements and places are called on the screen."""

from app.i18n import lazy
from modules.stock.models import MovementKind, Virtual

# The word, its icon, and the tone of the mark.
MOVEMENT = {
    MovementKind.RECEIVE: (lazy("Received"), "package-import", "ok"),
    MovementKind.REVERSE: (lazy("Receipt undone"), "arrow-back-up", "back"),
    MovementKind.SHIP: (lazy("Shipped"), "truck-delivery", "run"),
    MovementKind.RETURN: (lazy("Returned"), "arrow-back-up", "back"),
    MovementKind.TRANSFER_OUT: (lazy("Sent to another place"), "arrows-exchange", "run"),
    MovementKind.TRANSFER_IN: (lazy("Came from another place"), "arrows-exchange", "ok"),
    MovementKind.ADJUST: (lazy("Stock corrected"), "pencil", "wait"),
    MovementKind.COUNT: (lazy("Counted"), "list-check", "wait"),
    MovementKind.SET_ASIDE: (lazy("Set aside"), "alert-triangle", "wait"),
    MovementKind.PUT_BACK: (lazy("Put back on sale"), "circle-check", "ok"),
}
PLACE = {
    Virtual.SUPPLIER: lazy("supplier"),
    Virtual.CUSTOMER: lazy("customer"),
    Virtual.LOSS: lazy("found or lost"),
    Virtual.TRANSIT: lazy("on the way"),
}
REFERENCE = {
    "order": lazy("Order"),
    "parcel": lazy("Parcel"),
    "return": lazy("Return"),
    "transfer": lazy("Transfer"),
    "goods_receipt": lazy("Goods receipt"),
    "stock_count": lazy("Count"),
}
