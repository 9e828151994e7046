"""How each connector's partner is played in a contract test: what it is told, and made to fail."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from integrations.paper.client import PaperCourier, PaperGateway, PaperShop, Partner
from integrations.paper.partners import reach
from modules import connectors
from wsgi import PARTS


def connectors_with(port: str) -> list[str]:
    """Return the codes of all connectors of this house that fulfil a port."""
    return [
        part.connector.code for part in PARTS if part.connector and port in part.connector.ports
    ]


class Stage(ABC):
    """The other side of one connector."""

    def __init__(self, code: str) -> None:
        self.code = code

    def port(self, name: str) -> Any:
        return connectors.find_port(name, self.code)

    @abstractmethod
    def go_wrong(self, act: str, how: str) -> None:
        """Let the next call of an act go wrong: lost_before, lost_after, refused or away."""

    @abstractmethod
    def count(self, what: str) -> int:
        """Return how often the partner did something: refund, capture, parcel."""

    @abstractmethod
    def deliver(self, tracking_number: str) -> None: ...

    @abstractmethod
    def make_labels_slowly(self) -> None: ...

    @abstractmethod
    def sell(self, external_id: str, items: Sequence[tuple[str, int, str]]) -> None:
        """Let somebody buy (sku, count, price) in the partner's shop."""

    @abstractmethod
    def on_sale(self, sku: str) -> int | None: ...

    @abstractmethod
    def parcels_shown(self, external_id: str) -> list[str]: ...


class PaperStage(Stage):
    FAULTS = {  # noqa: RUF012
        "lost_before": "timeout_before",
        "lost_after": "timeout_after",
        "refused": "refuse",
        "away": "down",
    }
    ACTS: dict[str, tuple[type[Partner], str]] = {  # noqa: RUF012
        "create": (PaperCourier, "announce"),
        "capture": (PaperGateway, "capture"),
        "refund": (PaperGateway, "refund"),
        "pull_orders": (PaperShop, "orders"),
        "push_stock": (PaperShop, "stock"),
        "push_tracking": (PaperShop, "parcel"),
        "push_cancellation": (PaperShop, "cancel"),
    }

    def go_wrong(self, act: str, how: str) -> None:
        partner, operation = self.ACTS[act]
        reach(partner).lay_fault(operation, self.FAULTS[how])

    def count(self, what: str) -> int:
        if what == "parcel":
            return len(reach(PaperCourier).books().get("parcels", {}))
        return len(reach(PaperGateway).acts(what))

    def deliver(self, tracking_number: str) -> None:
        reach(PaperCourier).deliver(tracking_number)

    def make_labels_slowly(self) -> None:
        reach(PaperCourier).make_labels_slowly(True)

    def sell(self, external_id: str, items: Sequence[tuple[str, int, str]]) -> None:
        reach(PaperShop).put_order(paper_order(external_id, items))

    def on_sale(self, sku: str) -> int | None:
        return reach(PaperShop).for_sale(sku)

    def parcels_shown(self, external_id: str) -> list[str]:
        return [one["number"] for one in reach(PaperShop).order(external_id).get("parcels", [])]


def paper_order(
    external_id: str, items: Sequence[tuple[str, int, str]], **changes: Any
) -> dict[str, Any]:
    """Return an order in the words of the paper shop."""
    return {
        "id": external_id,
        "created": "2026-11-21T10:00:00+01:00",
        "currency": "PLN",
        "buyer": {"login": "anna77", "name": "Anna Nowak", "mail": "anna@poczta.example"},
        "deliver_to": {
            "name": "Anna Nowak",
            "street": "Długa 5",
            "zip": "31-146",
            "town": "Kraków",
            "country": "PL",
            "phone": "+48601447218",
        },
        "delivery": {"way": "courier", "price": "14.90"},
        "items": [
            {"code": code, "count": count, "price": price, "title": f"Their {code}"}
            for code, count, price in items
        ],
        "paid": {
            "way": "paper_card",
            "amount": "94.80",
            "state": "paid",
            "reference": f"pay-{external_id}",
        },
        **changes,
    }


STAGES: dict[str, type[Stage]] = {"paper": PaperStage}


def stage_of(code: str) -> Stage:
    """Return the stage of a connector; one that has none can't be tested and so fails here."""
    return STAGES[code](code)
