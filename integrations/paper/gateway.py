"""The paper gateway as a gateway."""

from integrations.paper.client import PaperGateway, Refused, TimedOut
from integrations.paper.partners import reach, said_plainly
from modules.connectors import Access
from modules.payments import Answer, Charge, Gateway, Outcome


class PaperMoney(Gateway):
    def __init__(self, access: Access) -> None:
        self._gateway = reach(PaperGateway, access)

    def authorize(self, charge: Charge) -> Answer:
        return self._act("authorize", charge)

    def capture(self, charge: Charge) -> Answer:
        return self._act("capture", charge)

    def void(self, charge: Charge) -> Answer:
        return self._act("void", charge)

    def refund(self, charge: Charge) -> Answer:
        return self._act("refund", charge)

    def find(self, our_reference: str) -> Answer | None:
        with said_plainly():
            act = self._gateway.by_key(our_reference)
        return Answer(outcome=Outcome.DONE, external_id=act["id"]) if act else None

    def _act(self, kind: str, charge: Charge) -> Answer:
        try:
            with said_plainly():
                act = self._gateway.act(
                    kind,
                    key=charge.our_reference,
                    payment=charge.payment or "",
                    amount=charge.amount_minor,
                    unit=charge.currency,
                )
        except TimedOut as late:
            return Answer(outcome=Outcome.UNKNOWN, message=str(late))
        except Refused as no:
            return Answer(outcome=Outcome.REFUSED, message=str(no))
        return Answer(outcome=Outcome.DONE, external_id=act["id"])
