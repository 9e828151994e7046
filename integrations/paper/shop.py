"""The paper shop as a sales channel."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from integrations.paper.client import PaperShop, Refused, TimedOut
from integrations.paper.mapping import order_of
from integrations.paper.partners import reach, said_plainly
from modules.channels import Offer, OfferResult, OrderPage, Outcome, SalesChannel, Told
from modules.connectors import Access

PAGE = 50


class PaperSalesChannel(SalesChannel):
    def __init__(self, access: Access) -> None:
        self._shop = reach(PaperShop, access)

    def pull_orders(self, cursor: str | None) -> OrderPage:
        with said_plainly():
            orders = self._shop.orders_after(int(cursor or 0), limit=PAGE)
        if not orders:
            return OrderPage(orders=[], cursor=cursor)
        return OrderPage(
            orders=[order_of(order) for order in orders],
            cursor=str(max(int(order["journal_place"]) for order in orders)),
            more=len(orders) == PAGE,
        )

    def push_stock(self, offers: Sequence[Offer], *, seen: str | None) -> Sequence[OfferResult]:
        stock = {offer.sku: offer.quantity for offer in offers}
        try:
            with said_plainly():
                wrong = self._shop.set_stock(stock, seen=int(seen or 0))
        except TimedOut as late:
            return [
                OfferResult(sku=sku, outcome=Outcome.UNKNOWN, message=str(late)) for sku in stock
            ]
        except Refused as no:
            return [OfferResult(sku=sku, outcome=Outcome.REFUSED, message=str(no)) for sku in stock]
        return [
            OfferResult(
                sku=sku,
                outcome=Outcome.REFUSED if sku in wrong else Outcome.DONE,
                message=wrong.get(sku, ""),
            )
            for sku in stock
        ]

    def push_tracking(self, external_id: str, *, carrier: str, tracking_number: str) -> Told:
        return self._tell(
            lambda: self._shop.set_parcel(external_id, carrier=carrier, number=tracking_number)
        )

    def push_cancellation(self, external_id: str, *, reason: str) -> Told:
        return self._tell(lambda: self._shop.set_cancelled(external_id, reason=reason))

    def _tell(self, say: Callable[[], None]) -> Told:
        try:
            with said_plainly():
                say()
        except TimedOut as late:
            return Told(outcome=Outcome.UNKNOWN, message=str(late))
        except Refused as no:
            return Told(outcome=Outcome.REFUSED, message=str(no))
        return Told(outcome=Outcome.DONE)


def places_since(access: Access, moment: datetime) -> Mapping[str, str]:
    """Return the place from which all orders since a moment are read again."""
    return {"orders": str(reach(PaperShop, access).place_at(moment))}
