"""
Customers: every buyer is one person or company, whatever the channel.

What stands here is what other modules may use.
"""

from modules.customers.bulk import CustomerRow, import_customers
from modules.customers.errors import AlreadyExists
from modules.customers.intake import match_or_create
from modules.customers.matching import BuyerKeys
from modules.customers.models import Customer, CustomerKind, IdentityKind
from modules.customers.operations import (
    AddressData,
    ConsentData,
    Contacts,
    add_identity,
    add_note,
    create_customer,
    end_identity,
    set_facts,
    update_customer,
    verify_identity,
)
from modules.customers.queries import (
    customer_names,
    get_customer,
    get_customer_by_number,
    list_addresses,
    list_customers,
    list_identities,
)

__all__ = [
    "AddressData",
    "AlreadyExists",
    "BuyerKeys",
    "ConsentData",
    "Contacts",
    "Customer",
    "CustomerKind",
    "CustomerRow",
    "IdentityKind",
    "add_identity",
    "add_note",
    "create_customer",
    "customer_names",
    "end_identity",
    "get_customer",
    "get_customer_by_number",
    "import_customers",
    "list_addresses",
    "list_customers",
    "list_identities",
    "match_or_create",
    "set_facts",
    "update_customer",
    "verify_identity",
]
