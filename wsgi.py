"""The roof: the one file that knows every room. It lists the parts and builds the house."""

from collections.abc import Mapping
from typing import Any

from apiflask import APIFlask

from app import factory
from app.module import Module
from integrations.paper.module import paper
from modules.catalog.module import catalog
from modules.channels.module import channels
from modules.connectors.module import connectors
from modules.customers.module import customers
from modules.invoicing.module import invoicing
from modules.loyalty.module import loyalty
from modules.orders.module import orders
from modules.organization.module import organization
from modules.payments.module import payments
from modules.pricing.module import pricing
from modules.promotions.module import promotions
from modules.shipping.module import shipping
from modules.stock.module import stock

PARTS: list[Module] = [
    organization,
    catalog,
    customers,
    connectors,
    pricing,
    stock,
    payments,
    shipping,
    invoicing,
    loyalty,
    promotions,
    orders,
    channels,
    paper,
]


def make_app(config: Mapping[str, Any] | None = None) -> APIFlask:
    return factory.create_app(PARTS, config)
