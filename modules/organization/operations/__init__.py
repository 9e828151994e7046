"""
Changes of the organization. Each function is one thing that an administrator can do.

No function commits: the edge that called it does.
"""

from modules.organization.operations.channels import create_channel, update_channel
from modules.organization.operations.company import update_company
from modules.organization.operations.methods import (
    create_payment_method,
    create_shipping_method,
    update_payment_method,
    update_shipping_method,
)
from modules.organization.operations.staff import (
    create_staff,
    disable_staff,
    enable_staff,
    end_sessions,
    grant_role,
    revoke_role,
    set_password,
    take_second_factor_off,
    update_staff,
)
from modules.organization.operations.stores import (
    create_location,
    create_store,
    update_location,
    update_store,
)
from modules.organization.operations.taxes import (
    add_tax_rate,
    create_tax_class,
    withdraw_tax_rate,
)
from modules.organization.operations.tokens import create_token, revoke_token

__all__ = [
    "add_tax_rate",
    "create_channel",
    "create_location",
    "create_payment_method",
    "create_shipping_method",
    "create_staff",
    "create_store",
    "create_tax_class",
    "create_token",
    "disable_staff",
    "enable_staff",
    "end_sessions",
    "grant_role",
    "revoke_role",
    "revoke_token",
    "set_password",
    "take_second_factor_off",
    "update_channel",
    "update_company",
    "update_location",
    "update_payment_method",
    "update_shipping_method",
    "update_staff",
    "update_store",
    "withdraw_tax_rate",
]
