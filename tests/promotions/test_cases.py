"""What other engines' own tests, their users' complaints and careful arithmetic ask of ours."""

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.money import allocate
from modules.promotions.engine.verdicts import Status
from tests.promotions.carts import price
from tests.promotions.points import (
    of_earning,
    of_generation,
    of_idempotency,
    of_invariant,
    of_loyalty,
    of_payment,
    of_pool,
    of_referral,
    of_tier,
    of_tier_downgrade,
)
from tests.promotions.prices import of_catalogue_price, of_omnibus, of_price
from tests.promotions.returns import of_refund, of_refund_policy
from tests.promotions.selling import of_concurrency, of_lifecycle

Json = Mapping[str, Any]
OURS = Path(__file__).with_name("cases.json")
ALL = json.loads(Path(os.environ.get("PROMO_CASES") or OURS).read_text(encoding="utf-8"))["cases"]


def of_cart(given: Json) -> Json:
    result = price(given)
    verdicts = {one.promotion: one for one in result.verdicts}
    off: dict[Any, int] = {}
    for part in result.adjustments:
        off[part.promotion] = off.get(part.promotion, 0) + part.amount_minor
    return {
        "total": result.total_minor,
        "applied": result.applied,
        "rejected": {
            key: one.reason for key, one in verdicts.items() if one.status is Status.REJECTED
        },
        "shortfall": {key: one.shortfall for key, one in verdicts.items()},
        "shipping_total": result.shipping_minor,
        "discount_total": result.discount_minor,
        "line_totals": {line.key: line.total_minor for line in result.lines},
        "line_discounts": {line.key: line.discount_minor for line in result.lines},
        "per_promotion": off,
        "vat": {f"{tax.rate_bp / 100:g}": tax.tax_minor for tax in result.taxes},
        "net_total": result.net_minor,
        "gross_total": result.gross_minor,
        "free_goods": {one.sku: one.quantity for one in result.free_goods},
    }


def of_alloc(given: Json) -> Json:
    return {"parts": allocate(given["amount"], given["weights"])}


ANSWERS: Mapping[str, Callable[[Json], Json]] = {
    "cart": of_cart,
    "alloc": of_alloc,
    "price": of_price,
    "catalogue_price": of_catalogue_price,
    "omnibus": of_omnibus,
    "refund": of_refund,
    "refund_policy": of_refund_policy,
    "payment": of_payment,
    "generation": of_generation,
    "earning": of_earning,
    "loyalty": of_loyalty,
    "tier": of_tier,
    "tier_downgrade": of_tier_downgrade,
    "idempotency": of_idempotency,
    "pool": of_pool,
    "referral": of_referral,
    "invariant": of_invariant,
}

OF_A_HOUSE: Mapping[str, Callable[[Json, Flask], Json]] = {
    "concurrency": of_concurrency,
    "lifecycle": of_lifecycle,
}
"""They ask what orders do, with a database of their own."""


def assert_same(found: Any, expected: Any, path: str = "") -> None:
    """Compare what is expected, and only that."""
    if isinstance(expected, dict):
        for key, value in expected.items():
            assert key in found, f"{path}.{key} is missing: {found}"
            assert_same(found[key], value, f"{path}.{key}")
    else:
        assert found == expected, path


@pytest.mark.parametrize("case", ALL, ids=[case["id"] for case in ALL])
def test_the_case_comes_out_as_it_should(case: Json, request: pytest.FixtureRequest) -> None:
    kind, given = case["kind"], case["given"]
    if kind in OF_A_HOUSE:
        found = OF_A_HOUSE[kind](given, request.getfixturevalue("real_house"))
    else:
        found = ANSWERS[kind](given)
    assert_same(found, case["expect"])
