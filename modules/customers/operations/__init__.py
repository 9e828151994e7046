"""
Changes of customers. Each function is one thing that staff, a program or another module can do.

No function commits: the edge that called it does, so that several can be one unit of work.
"""

from modules.customers.operations.data import AddressData, ConsentData, Contacts
from modules.customers.operations.details import (
    add_address,
    add_identity,
    add_note,
    dismiss_suggestion,
    end_identity,
    record_consent,
    remove_address,
    set_facts,
    verify_identity,
)
from modules.customers.operations.groups import create_group, set_groups, update_group
from modules.customers.operations.records import (
    archive_customer,
    create_customer,
    update_customer,
)

__all__ = [
    "AddressData",
    "ConsentData",
    "Contacts",
    "add_address",
    "add_identity",
    "add_note",
    "archive_customer",
    "create_customer",
    "create_group",
    "dismiss_suggestion",
    "end_identity",
    "record_consent",
    "remove_address",
    "set_facts",
    "set_groups",
    "update_customer",
    "update_group",
    "verify_identity",
]
