"""What only the shipping tests need."""

from collections.abc import Callable

import pytest
from flask import Flask

from modules import shipping


@pytest.fixture(autouse=True)
def heard(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What shipping announces; the floors above, who would look for a parcel, hear nothing."""
    events: list[object] = []
    subscribers: dict[type, list[Callable[[object], None]]] = dict(app.extensions["subscribers"])
    for kind in (shipping.LabelMade, shipping.LabelFailed, shipping.ShipmentMoved):
        subscribers[kind] = [events.append]
    monkeypatch.setitem(app.extensions, "subscribers", subscribers)
    return events
