"""The paper bank as a bank that tells who paid."""

from collections.abc import Sequence

from integrations.paper.client import PaperBank
from integrations.paper.mapping import transfer_of
from integrations.paper.partners import reach, said_plainly
from modules.connectors import Access
from modules.payments import BankFile, BankTransfer


class PaperStatements(BankFile):
    def __init__(self, access: Access) -> None:
        self._bank = reach(PaperBank, access)

    def read(self, cursor: str | None) -> tuple[Sequence[BankTransfer], str | None]:
        with said_plainly():
            transfers = self._bank.transfers_after(int(cursor or 0))
        after = str(transfers[-1]["place"]) if transfers else cursor
        return [transfer_of(one) for one in transfers], after
