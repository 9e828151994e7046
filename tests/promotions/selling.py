"""The cases that only a whole house can answer: orders with a code, one by one and all at once."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from flask import Flask

from app.db import close_session, transact
from modules import orders, promotions
from modules.orders.operations.cancelling import cancel_order
from tests.orders.cast import SHIRT, stock_the_shop
from tests.promotions.cast import published
from tests.promotions.coupons import BY_CODE, counted

Json = Mapping[str, Any]
OK = "ok"


def of_concurrency(given: Json, house: Flask) -> Json:
    """Let so many place an order with the same code in one moment."""
    many = given["parallel_redemptions"]
    with house.app_context():
        made = _offer(given, pieces=many)
    line = Barrier(many)

    def buy(number: int) -> str:
        with house.app_context():
            line.wait(60)
            return _place(given["code"], f"O{number}")[0]

    with ThreadPoolExecutor(many) as pool:
        results = list(pool.map(buy, range(many)))
    refused = [one for one in results if one != OK]
    with house.app_context():
        return {
            "succeeded": results.count(OK),
            "refused": len(refused),
            "used_count": counted(made)[0],
            "refusal_reason": ", ".join(sorted(set(refused))),
        }


def of_lifecycle(given: Json, house: Flask) -> Json:
    """Place and cancel orders with a code, step by step."""
    placed: dict[str, int] = {}
    results = []
    with house.app_context():
        made = _offer(given, pieces=len(given["steps"]))
        for step in given["steps"]:
            act, _colon, name = step.partition(":")
            close_session()
            if act == "place":
                result, placed[name] = _place(given["code"], name)
                results.append(result)
            else:
                assert act == "cancel", step
                _cancel(placed[name])
                results.append(OK)
        return {"results": results, "used_count": counted(made)[0]}


def _offer(given: Json, *, pieces: int) -> Any:
    stock_the_shop(shirts=pieces)
    return published(**BY_CODE, codes=[given["code"]], limits={"uses": given["usage_limit"]})


def _cancel(order_id: int) -> None:
    transact(lambda: cancel_order(order_id=order_id, reason="changed their mind"))


def _place(code: str, name: str) -> tuple[str, int]:
    """Place an order with a code; return how it went, and its key."""
    wanted = orders.PlaceOrder(
        channel="web",
        external_id=name,
        currency="PLN",
        shipping_method="pickup",
        lines=[orders.OrderedLine(sku=SHIRT, quantity=1)],
        coupons=[code],
    )
    try:
        return OK, transact(lambda: orders.place_order(wanted)).order_id
    except promotions.UsedUp as refusal:
        return refusal.reason.value, 0
