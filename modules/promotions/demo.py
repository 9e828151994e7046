"""The demo's promotions: what runs in the shops now, what is to come, and what is only an idea."""

from datetime import datetime, timedelta
from typing import Any

from app import clock
from app.actor import acting_as
from app.db import transact
from app.demo import DemoContext
from modules.promotions.operations import (
    draft_promotion,
    end_promotion,
    pause_promotion,
    publish_promotion,
)

_BEGAN = timedelta(days=20)
"""Before the fortnight that the demo plays, so that its orders have them."""
_FROM_300 = {"kind": "subtotal_at_least", "amount_minor": 300_00}
_SECOND_PAIR = {
    "kind": "nth_unit",
    "number": 2,
    "rate_bp": 5_000,
    "filter": {"categories": ["Shoes"]},
}


def demo(context: DemoContext) -> None:
    began = context.end - _BEGAN
    midnight = began.replace(hour=0, minute=0, second=0, microsecond=0)
    with acting_as(context.made["house"].people["marketing"]), clock.at(began):
        for code, name, definition in _running(midnight):
            _publish(code, name, definition)
        paused = _publish("OUTLET", "Outlet days: skirts for less", _outlet())
        ended = _publish("BAGS", "A bag for 15% less", _bags())
        transact(lambda: pause_promotion(promotion_id=paused.id, version=paused.version))
        transact(lambda: end_promotion(promotion_id=ended.id, version=ended.version))
        _draft("SECOND-PAIR", "Second pair half price", _second_pair())
    context.say("7 promotions, 4 of them running")


def _running(midnight: datetime) -> list[tuple[str, str, dict[str, Any]]]:
    """Return what the demo's fortnight is sold with."""
    return [
        (
            "AUTUMN",
            "Autumn: 10% off from 300.00",
            {
                "phase": "order",
                "conditions": [_FROM_300],
                "benefits": [{"kind": "percent", "rate_bp": 1_000}],
                "most_minor": 100_00,
                "schedule": {"ends_at": _text(midnight + timedelta(days=60))},
            },
        ),
        (
            "THREE-TWO",
            "Three accessories for the price of two",
            {
                "phase": "line",
                "group": "line",
                "benefits": [
                    {
                        "kind": "nth_unit",
                        "number": 3,
                        "rate_bp": 10_000,
                        "filter": {"categories": ["Accessories"]},
                    }
                ],
            },
        ),
        (
            "DELIVERY",
            "Free delivery from 400.00",
            {
                "phase": "shipping",
                "conditions": [{"kind": "subtotal_at_least", "amount_minor": 400_00}],
                "benefits": [{"kind": "free_delivery"}],
                "scope": {"channels": ["web", "phone"]},
            },
        ),
        (
            "MORNING",
            "Quiet mornings: 5% in the shops",
            {
                "phase": "line",
                "group": "line",
                "benefits": [{"kind": "percent", "rate_bp": 500}],
                "scope": {"channels": ["pos"]},
                "schedule": {
                    "zone": "Europe/Warsaw",
                    "weekdays": [0, 1, 2, 3, 4],
                    "hours": [["09:00", "12:00"]],
                },
            },
        ),
    ]


def _outlet() -> dict[str, Any]:
    return {
        "phase": "line",
        "group": "line",
        "benefits": [{"kind": "percent", "rate_bp": 3_000, "filter": {"categories": ["Skirts"]}}],
    }


def _bags() -> dict[str, Any]:
    return {
        "phase": "line",
        "group": "line",
        "benefits": [{"kind": "percent", "rate_bp": 1_500, "filter": {"categories": ["Bags"]}}],
    }


def _second_pair() -> dict[str, Any]:
    return {
        "phase": "line",
        "group": "line",
        "conditions": [{"kind": "customer_is", "stages": ["core"]}],
        "benefits": [_SECOND_PAIR],
        "schedule": {"zone": "Europe/Warsaw", "weekdays": [0, 1, 2, 3, 4]},
        "limits": {"uses": 200},
    }


def _text(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def _draft(code: str, name: str, definition: dict[str, Any]) -> Any:
    return transact(lambda: draft_promotion(code=code, name=name, definition=definition))


def _publish(code: str, name: str, definition: dict[str, Any]) -> Any:
    made = _draft(code, name, definition)
    return transact(lambda: publish_promotion(promotion_id=made.id, version=made.version))
