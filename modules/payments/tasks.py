"""The jobs of payments. A gateway is called between two transactions, never inside one."""

from collections.abc import Sequence

from app.outbox import Running
from modules import connectors
from modules.payments.commands import (
    Asking,
    begin_command,
    begin_refund,
    end_command,
    end_refund,
)
from modules.payments.errors import OutcomeUnknown
from modules.payments.giftcards import expire_cards
from modules.payments.ports import Answer, BankFile, BankTransfer, Gateway, Outcome
from modules.payments.receivables import take_transfer

GATEWAY = "payments.Gateway"
BANK = "payments.BankFile"


def send_refund(job: Running) -> None:
    """Ask the gateway to give money back; what became of an earlier try is asked first."""
    refund_id = job.payload["refund_id"]
    with job.step():
        asking = begin_refund(refund_id=refund_id)
    if asking is None:
        return
    answer = ask(asking)
    with job.finish():
        end_refund(refund_id=refund_id, answer=answer)


def send_command(job: Running) -> None:
    """Ask the gateway to take what it promised, or to let go of it."""
    command_id = job.payload["command_id"]
    with job.step():
        asking = begin_command(command_id=command_id)
    if asking is None:
        return
    answer = ask(asking)
    with job.finish():
        end_command(command_id=command_id, answer=answer)


def ask(asking: Asking) -> Answer:
    """
    Return what the gateway says of one act, which it does at most once.

    :raises OutcomeUnknown: it did not say; the job asks again later, by the same reference
    """
    line = connectors.open_line(GATEWAY, asking.gateway)
    key = asking.charge.our_reference

    def find(gateway: Gateway) -> Answer | None:
        return gateway.find(key)

    def act(gateway: Gateway) -> Answer:
        answer: Answer = getattr(gateway, asking.act)(asking.charge)
        return answer

    answer = line.call("find", find, reference=key) if asking.repeated else None
    if answer is None:
        answer = line.call(asking.act, act, reference=key)
    if answer.outcome is Outcome.UNKNOWN:
        raise OutcomeUnknown(answer.message or f"{asking.act} {key}")
    return answer


def expire_gift_cards(job: Running) -> None:
    """Take what is left off the cards whose time is over, some hundred at a time."""
    left = True
    while left:
        with job.step():
            left = expire_cards() > 0


def read_banks(job: Running) -> None:
    """Read what came in at every bank, and take as paid what settles a receivable exactly."""
    for account in connectors.accounts_with(BANK):
        read_bank(job, account.id, account.code)


def read_bank(job: Running, account_id: int, code: str) -> None:
    cursor = connectors.read_cursor(account_id, "bank")
    line = connectors.open_line(BANK, code)

    def read(bank: BankFile) -> tuple[Sequence[BankTransfer], str | None]:
        return bank.read(cursor)

    transfers, after = line.call("read", read)
    if not transfers and after == cursor:
        return
    with job.step():
        for transfer in transfers:
            take_transfer(source=code, transfer=transfer)
        connectors.move_cursor(account_id=account_id, name="bank", value=after or "")
