"""Every door of the house with an example record for each name in its address."""

import contextvars
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app import access
from app.access import Access
from tests.access.world import AWAY, HOME, World

# Where an address begins, a name in it, and what stands there: "+" is a record of a store, which
# nobody of another store may know of, "~" one of a single person; what has neither belongs to the
# whole house. The first line that fits counts. A name without a line is a door that nobody tried:
# the test says so.
_EXAMPLES = (
    ("/api/v1/customer-groups", "code", "customer_group"),
    ("/api/v1/", "customer_id", "customer"),
    ("/api/v1/", "document_id", "+document"),
    ("/api/v1/", "order", "+order"),
    ("/api/v1/gift-cards", "card_id", "+gift_card"),
    ("/api/v1/", "hold", "+hold"),
    ("/api/v1/", "parcel", "+parcel"),
    ("/api/v1/", "payment_id", "+payment"),
    ("/api/v1/products", "code", "product"),
    ("/api/v1/", "wanted", "+return"),
    ("/api/v1/stock/transfers/", "transfer_id", "+asked_transfer"),
    ("/approvals", "approval_id", "+approval"),
    ("/api/v1/promotions", "promotion", "promotion"),
    ("/api/v1/promotions", "batch", "code_batch"),
    ("/api/v1/codes", "coupon", "coupon"),
    ("/api/v1/loyalty", "program", "program"),
    ("/api/v1/loyalty", "loyalty_card", "loyalty_card"),
    ("/customers/groups", "code", "customer_group"),
    ("/catalog/imports", "import_id", "import"),
    ("/catalog/photos", "name", "photo_name"),
    ("/catalog/products", "code", "product"),
    ("/catalog/products", "photo_id", "photo"),
    ("/channels", "link_id", "+link"),
    ("/channels", "event_id", "+event"),
    ("/channels", "message_id", "+message"),
    ("/connectors", "account_id", "account"),
    ("/customers", "customer_id", "customer"),
    ("/customers", "suggestion_id", "suggestion"),
    ("/customers", "address_id", "address"),
    ("/customers", "identity_id", "identity"),
    ("/gift-cards", "card_id", "+gift_card"),
    ("/loyalty", "code", "program"),
    ("/loyalty", "member_id", "member"),
    ("/loyalty", "claim_id", "claim"),
    ("/loyalty", "card_id", "card"),
    ("/loyalty", "reward", "reward"),
    ("/loyalty", "print_id", "card_print"),
    ("/loyalty", "secret", "secret"),
    ("/history", "kind", "history_kind"),
    ("/history", "record_id", "+staff"),
    ("/invoicing", "document_id", "+document"),
    ("/jobs", "job_id", "job"),
    ("/lists/acts", "act_id", "~bulk_act"),
    ("/lists/exports", "export_id", "~export"),
    ("/lists/views", "view_id", "~view"),
    ("/lists/", "code", "list"),
    ("/lists/", "name", "list_act"),
    ("/orders/promotions", "code", "promotion"),
    ("/orders/promotions", "replay_id", "replay"),
    ("/orders", "order", "+order"),
    ("/orders", "hold_id", "+hold"),
    ("/orders", "payment_id", "+payment"),
    ("/orders", "refund_id", "+refund"),
    ("/orders", "parcel", "+parcel"),
    ("/orders", "wanted", "+return"),
    ("/organization/channels", "code", "+channel"),
    ("/organization/locations", "code", "+location"),
    ("/organization/stores", "code", "+store"),
    ("/organization/payment-methods", "code", "payment_method"),
    ("/organization/shipping-methods", "code", "shipping_method"),
    ("/organization/taxes", "code", "tax_class"),
    ("/organization/tax-rates", "rate_id", "tax_rate"),
    ("/organization/staff", "account_id", "+staff"),
    ("/organization/staff", "grant_id", "+grant"),
    ("/organization/tokens", "token_id", "+token"),
    ("/organization/roles", "role_id", "role"),
    ("/promotions", "code", "promotion"),
    ("/promotions", "promotion_id", "promotion_id"),
    ("/promotions/batches", "batch_id", "code_batch"),
    ("/promotions/batches", "act", "batch_act"),
    ("/promotions/groups", "group_id", "promotion_group"),
    ("/promotions", "step", "promotion_step"),
    ("/api/v1/price-lists", "price_list", "price_list"),
    ("/pricing", "code", "price_list"),
    ("/pricing", "price_list_id", "price_list_id"),
    ("/pricing", "product", "product"),
    ("/pricing", "step", "price_list_step"),
    ("/profile/sessions", "session_id", "no_session"),
    ("/static", "name", "static"),
    ("/stock/corrections", "sku", "sku"),
    ("/stock/items", "sku", "sku"),
    ("/stock/set-aside", "sku", "sku"),
    ("/stock", "variant_id", "variant"),
    ("/stock/receipts", "receipt_id", "+receipt"),
    ("/stock/counts", "count_id", "+count"),
    ("/stock/transfers", "transfer_id", "+transfer"),
)

_LINE = {"line": "1", "quantity": 1}
_ORDER, _PAYMENT = "/api/v1/orders/<order>", "/api/v1/payments/<payment_id>"
# What a program sends: without it, it would be told that its words are wrong before the record
# is looked for. A person is told of the record first.
_BODIES: dict[str, dict[str, Any]] = {
    f"{_ORDER}/cancellation": {"reason": "x"},
    "/api/v1/gift-cards/<card_id>/blocks": {"reason": "x"},
    "/api/v1/gift-cards/<card_id>/adjustments": {"amount_minor": 1, "reason": "x"},
    f"{_ORDER}/holds": {"kind": "manual", "reason": "x"},
    f"{_ORDER}/payments": {"method": "transfer", "amount_minor": 1},
    f"{_ORDER}/returns": {"lines": [_LINE | {"reason": "x"}]},
    "/api/v1/returns/<wanted>/receipt": {"lines": [_LINE | {"verdict": "lost"}]},
    f"{_PAYMENT}/captures": {"amount_minor": 1},
    f"{_PAYMENT}/refunds": {"amount_minor": 1},
}

# What everybody reads who may read settings at all: where else the company trades is no secret.
# Whoever may not change it is told so: see the test of what belongs to the whole house.
_OPEN_TO_READ = re.compile(r"/organization/(channels|locations|stores)/")


class Untried(Exception):
    """A name in an address for which there is no example."""


@dataclass(frozen=True)
class Door:
    """One method of one route, and its addresses with a record of home and of another store."""

    method: str
    rule: str
    declared: Access
    home: str
    away: str | None
    """None where the address names no record of a store that others may not know of."""
    elsewhere: str
    """With a record of the other store wherever there is one."""
    is_personal: bool
    """The record in the address is somebody else's, whoever comes."""

    @property
    def reads(self) -> bool:
        return self.method == "GET"

    @property
    def body(self) -> dict[str, Any]:
        """Return what is sent, as arguments of the test client."""
        if self.reads or not self.is_program:
            return {}
        return {"json": _BODIES.get(self.rule, {})}

    @property
    def is_program(self) -> bool:
        return self.declared.kind in ("scope", "token")

    def __str__(self) -> str:
        return f"{self.method} {self.rule}"


def doors(world: World) -> Iterator[Door]:
    """
    Yield every door of the house.

    :raises Untried: there is no example for a name in its address
    """
    with world.house.test_request_context():
        for rule in sorted(world.house.url_map.iter_rules(), key=str):
            declared = access.declared(world.house, rule.endpoint)
            assert declared is not None, rule.endpoint
            examples = {name: _example(rule, name) for name in rule.arguments}
            bound = any(one.startswith("+") for one in examples.values())
            bound = bound and not _OPEN_TO_READ.match(rule.rule)
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield Door(
                    method=method,
                    rule=rule.rule,
                    declared=declared,
                    home=_address(world, rule, examples, HOME),
                    away=_address(world, rule, examples, AWAY) if bound else None,
                    elsewhere=_address(world, rule, examples, AWAY),
                    is_personal=any(one.startswith("~") for one in examples.values()),
                )


def _example(rule: Rule, name: str) -> str:
    for start, argument, example in _EXAMPLES:
        if argument == name and rule.rule.startswith(start):
            return example
    raise Untried(f"{rule.rule}: no example for <{name}>; add a record of two stores to the world")


def _address(world: World, rule: Rule, examples: dict[str, str], store: str) -> str:
    kinds = {"+": world.of_store[store], "~": world.own}
    values = {
        name: kinds[key[0]][key[1:]] if key[0] in kinds else world.shared[key]
        for name, key in examples.items()
    }
    built = rule.build(values, append_unknown=False)
    assert built is not None, rule
    return built[1]


class Visitor(FlaskClient):
    """A browser or a program; each request has a context of its own, as in a running shop."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        return contextvars.Context().run(super().open, *args, **kwargs)


def person(world: World, secret: str | None) -> Visitor:
    """Return the browser of somebody who is signed in with this secret; None: a stranger."""
    client = Visitor(world.house, world.house.response_class)
    if secret:
        with client.session_transaction() as cookie:
            cookie.update(_user_id=secret, _fresh=True)
    return client


def program(world: World, text: str | None) -> Visitor:
    client = Visitor(world.house, world.house.response_class)
    if text:
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {text}"
    return client
