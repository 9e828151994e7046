"""What payments hand to the house."""

from app.histories import History
from app.i18n import lazy
from app.limits import Limit
from app.module import MenuItem, Module, Permission, Scheduled, Shortcut
from modules.payments.acts import ACTS
from modules.payments.api import api
from modules.payments.card_list import EXPORT, GIFT_CARDS, HAND_OUT, MANAGE, VIEW
from modules.payments.giftcard_api import READ, WRITE
from modules.payments.giftcards import ISSUE, KIND, prove_gift_cards
from modules.payments.queries import prove_payments
from modules.payments.refunds import REFUND, given_back
from modules.payments.slots import customer_cards, sold_cards
from modules.payments.tasks import expire_gift_cards, read_banks, send_command, send_refund
from modules.payments.views import blueprint, find, names

payments = Module(
    name="payments",
    title=lazy("Payments"),
    blueprint=blueprint,
    api=api,
    menu=(
        MenuItem(
            title=lazy("Gift cards"),
            endpoint="payments.cards",
            icon="gift",
            permission=VIEW,
            area="sell",
            order=60,
        ),
    ),
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
        Permission(
            code=VIEW,
            title=lazy("See gift cards and store credit"),
            roles=("clerk", "shift_lead", "store_manager", "accountant"),
        ),
        Permission(
            code=MANAGE,
            title=lazy("Issue, block and correct gift cards and store credit"),
            roles=("shift_lead", "store_manager"),
        ),
        Permission(
            code=HAND_OUT,
            title=lazy("Read and print the code of a gift card, once"),
            roles=("clerk", "shift_lead", "store_manager"),
        ),
        Permission(
            code=EXPORT,
            title=lazy("Take the list of gift cards out as a file"),
            roles=("store_manager", "accountant"),
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
            permission=MANAGE,
            unit="money",
            roles={"shift_lead": 200_00, "store_manager": 2_000_00},
        ),
    ),
    acts=ACTS,
    lists=(GIFT_CARDS,),
    search=find,
    names={KIND: names},
    slots={"customer.side": [customer_cards], "order.gift_cards": [sold_cards]},
    histories=(
        History(
            kind=KIND,
            actions={
                "blocked": lazy("Blocked"),
                "unblocked": lazy("Lets it pay again"),
                "extended": lazy("Pays longer"),
                "handed_out": lazy("Code handed out"),
            },
            field=lambda name: str(
                {"reason": lazy("Why"), "expires_on": lazy("No longer pays from")}.get(name, name)
            ),
            icons={"blocked": "lock", "unblocked": "lock-open", "extended": "calendar-plus"},
        ),
    ),
    shortcuts=(
        Shortcut(
            title=lazy("Issue a gift card or store credit"),
            endpoint="payments.new",
            icon="gift",
            permission=MANAGE,
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
