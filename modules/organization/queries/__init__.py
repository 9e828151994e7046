"""Questions about the company, its stores, channels, methods, taxes and people, by topic."""

from modules.organization.queries.channels import (
    channel_by_id,
    get_channel,
    list_channels,
    served_by,
)
from modules.organization.queries.company import (
    ShellStore,
    company_zone,
    day_of,
    get_company,
    names_of_house,
    read_shell,
    today,
)
from modules.organization.queries.intake import (
    IntakeChannel,
    IntakeLocation,
    IntakeMethod,
    channel_for_intake,
    terms_for_intake,
)
from modules.organization.queries.methods import (
    get_payment_method,
    get_shipping_method,
    list_payment_methods,
    list_shipping_methods,
)
from modules.organization.queries.people import (
    Grant,
    get_staff,
    last_seen,
    list_grants,
    list_roles,
    list_staff,
)
from modules.organization.queries.places import (
    get_location,
    get_store,
    list_locations,
    list_stores,
    location_by_id,
    store_by_id,
)
from modules.organization.queries.taxes import (
    delivery_rate_on,
    get_tax_class,
    list_tax_classes,
    list_tax_rates,
    rate_on,
    rates_on,
    tax_class_for_rate,
)

__all__ = [
    "Grant",
    "IntakeChannel",
    "IntakeLocation",
    "IntakeMethod",
    "ShellStore",
    "channel_by_id",
    "channel_for_intake",
    "company_zone",
    "day_of",
    "delivery_rate_on",
    "get_channel",
    "get_company",
    "get_location",
    "get_payment_method",
    "get_shipping_method",
    "get_staff",
    "get_store",
    "get_tax_class",
    "last_seen",
    "list_channels",
    "list_grants",
    "list_locations",
    "list_payment_methods",
    "list_roles",
    "list_shipping_methods",
    "list_staff",
    "list_stores",
    "list_tax_classes",
    "list_tax_rates",
    "location_by_id",
    "names_of_house",
    "rate_on",
    "rates_on",
    "read_shell",
    "served_by",
    "store_by_id",
    "tax_class_for_rate",
    "terms_for_intake",
    "today",
]
