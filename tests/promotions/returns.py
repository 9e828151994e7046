"""Returns as the cases write them -> the ledger of units."""

from collections.abc import Mapping
from typing import Any

from modules.promotions.refunds import RefundPolicy, ledger_of, refund_of
from tests.promotions.carts import price

Json = Mapping[str, Any]


def of_refund(given: Json) -> Json:
    ledgers = {line["id"]: ledger_of(line["qty"], line["total"]) for line in given["lines"]}
    refunds = []
    for back in given["returns"]:
        refunds.append(0)
        for item in back["items"]:
            amount, ledgers[item["id"]] = ledgers[item["id"]].give_back(item["qty"])
            refunds[-1] += amount
    remaining = sum(ledger.remaining_minor for ledger in ledgers.values())
    return {"refunds": refunds, "remaining": remaining}


def of_refund_policy(given: Json) -> Json:
    """What stays is priced anew by the engine, with the rule that the whole had."""
    line, rule, returned = given["line"], given.get("rule", {}), given["returned"]
    ledger = ledger_of(line["qty"], line["qty"] * line["unit"] - line["discount"])
    rest = {"id": "A", "unit": line["unit"], "qty": line["qty"] - returned}
    conditions = [{"t": "subtotal_min", "v": rule["min"]}] if "min" in rule else []
    conditions += [{"t": "qty_min", "v": rule["min_qty"]}] if "min_qty" in rule else []
    action = {"t": "percent", "bp": rule.get("bp", 0), "spread": "order"}
    promotion = {"id": "X", "phase": "order", "action": action, "conditions": conditions}
    kept = price({"cart": {"lines": [rest] if rest["qty"] else []}, "promotions": [promotion]})
    refund = refund_of(
        RefundPolicy(given["policy"]), [(ledger, returned)], price_of_rest_minor=kept.total_minor
    )
    return {
        "refund": refund.amount_minor,
        "remaining_paid": refund.remaining_minor,
        "refused": refund.is_refused,
    }
