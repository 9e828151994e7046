"""
Customers: every buyer is one person or company, whatever the channel.

What stands here is what other modules may use.
"""

from modules.customers.bulk import CustomerRow, import_customers
from modules.customers.errors import AlreadyExists
from modules.customers.facts import (
    BuyerFacts,
    facts_of,
    facts_of_many,
    find_buyer,
    groups_of,
    known_segments,
    list_groups,
)
from modules.customers.files import list_addresses, list_identities
from modules.customers.intake import match_or_create
from modules.customers.labels import STAGES
from modules.customers.matching import BuyerKeys
from modules.customers.models import Customer, CustomerGroup, CustomerKind, IdentityKind
from modules.customers.operations import (
    AddressData,
    ConsentData,
    Contacts,
    add_identity,
    add_note,
    create_customer,
    create_group,
    end_identity,
    set_facts,
    set_groups,
    update_customer,
    verify_identity,
)
from modules.customers.queries import (
    customer_names,
    get_customer,
    get_customer_by_number,
    list_customers,
)

__all__ = [
    "STAGES",
    "AddressData",
    "AlreadyExists",
    "BuyerFacts",
    "BuyerKeys",
    "ConsentData",
    "Contacts",
    "Customer",
    "CustomerGroup",
    "CustomerKind",
    "CustomerRow",
    "IdentityKind",
    "add_identity",
    "add_note",
    "create_customer",
    "create_group",
    "customer_names",
    "end_identity",
    "facts_of",
    "facts_of_many",
    "find_buyer",
    "get_customer",
    "get_customer_by_number",
    "groups_of",
    "import_customers",
    "known_segments",
    "list_addresses",
    "list_customers",
    "list_groups",
    "list_identities",
    "match_or_create",
    "set_facts",
    "set_groups",
    "update_customer",
    "verify_identity",
]
