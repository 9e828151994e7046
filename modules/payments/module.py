"""What payments hand to the house."""

from app.i18n import lazy
from app.module import Module, Permission
from modules.payments.queries import prove_payments

payments = Module(
    name="payments",
    title=lazy("Payments"),
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
    proofs={"payments": prove_payments},
)
