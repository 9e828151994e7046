"""What payments hand to the house."""

from app.i18n import lazy
from app.limits import Limit
from app.module import Module, Permission, Scheduled
from modules.payments.api import api
from modules.payments.giftcard_api import READ, WRITE
from modules.payments.giftcards import ISSUE, prove_gift_cards
from modules.payments.queries import prove_payments
from modules.payments.refunds import REFUND, given_back
from modules.payments.tasks import expire_gift_cards, read_banks, send_command, send_refund

payments = Module(
    name="payments",
    title=lazy("Payments"),
    api=api,
    permissions=(
        Permission(
            code="payments.take",
            title=lazy("Take payments"),
            roles=("clerk", "shift_lead", "store_manager", "accountant"),
        ),
        Permission(
            code="payments.refund",
            title=lazy("Give money back"),
            roles=("shift_lead", "store_manager", "accountant"),
        ),
    ),
    scopes={
        READ: lazy("Read gift cards"),
        WRITE: lazy("Issue, block and correct gift cards"),
    },
    limits=(
        Limit(
            code=REFUND,
            title=lazy("Refunds of one order in a day"),
            permission="payments.refund",
            unit="money",
            roles={"shift_lead": 500_00, "store_manager": 5_000_00},
            of_day=given_back,
        ),
        Limit(
            code=ISSUE,
            title=lazy("Money put onto a gift card, or taken off it"),
            permission=WRITE,
            unit="money",
            people=False,
        ),
    ),
    tasks={
        "payments.send_refund": send_refund,
        "payments.send_command": send_command,
        "payments.read_banks": read_banks,
        "payments.expire_gift_cards": expire_gift_cards,
    },
    task_titles={
        "payments.send_refund": lazy("Send a refund to the gateway"),
        "payments.send_command": lazy("Ask the gateway"),
        "payments.read_banks": lazy("Read bank statements"),
        "payments.expire_gift_cards": lazy("Let gift cards expire"),
    },
    schedule=(
        Scheduled(kind="payments.read_banks", every_seconds=300),
        Scheduled(kind="payments.expire_gift_cards", at="00:20", catch_up=True),
    ),
    outgoing=("payments.send_refund", "payments.send_command"),
    proofs={"payments": prove_payments, "gift cards": prove_gift_cards},
)
