"""The way from a program to the shop's API: in this very process, or over the network."""

import contextvars
import http.client
import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.test import Client

from app import clock
from app.api import BASE


@dataclass(frozen=True, kw_only=True)
class Call:
    """One request of a program."""

    method: str
    path: str
    body: Mapping[str, Any] | None = None
    key: str | None = None
    version: str | None = None

    def headers(self, token: str) -> dict[str, str]:
        sent = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        if self.key is not None:
            sent["Idempotency-Key"] = self.key
        if self.version is not None:
            sent["If-Match"] = self.version
        return sent

    def payload(self) -> bytes | None:
        return None if self.body is None else json.dumps(self.body).encode()


@dataclass(frozen=True, kw_only=True)
class Answer:
    status: int
    body: Any
    headers: Mapping[str, str]

    @property
    def done(self) -> bool:
        return 200 <= self.status < 300

    @property
    def replayed(self) -> bool:
        return self.headers.get("idempotent-replayed") == "true"


class Line(ABC):
    """The way to the shop; several threads may speak at once."""

    moves_the_clock = False

    @abstractmethod
    def send(self, call: Call, token: str, moment: datetime | None) -> Answer: ...


class InProcess(Line):
    """The shop in this very process, at whatever moment it is told."""

    moves_the_clock = True

    def __init__(self, app: Flask) -> None:
        self._app = app

    def send(self, call: Call, token: str, moment: datetime | None) -> Answer:
        # A context of its own, as each request has in a running shop.
        return contextvars.Context().run(self._send, call, token, moment)

    def _send(self, call: Call, token: str, moment: datetime | None) -> Answer:
        with at_moment(moment):
            response = Client(self._app, use_cookies=False).open(
                f"{BASE}{call.path}",
                method=call.method,
                data=call.payload(),
                headers=call.headers(token),
            )
        return Answer(
            status=response.status_code,
            body=response.json if response.is_json else None,
            headers={name.lower(): value for name, value in response.headers.items()},
        )


class Remote(Line):
    """The shop that runs at an address, over the same database as this process."""

    def __init__(self, url: str) -> None:
        self._address = urlsplit(url)

    def send(self, call: Call, token: str, moment: datetime | None) -> Answer:
        kind: type[http.client.HTTPConnection] = http.client.HTTPConnection
        if self._address.scheme == "https":
            kind = http.client.HTTPSConnection
        connection = kind(self._address.hostname or "", self._address.port, timeout=30)
        try:
            connection.request(call.method, BASE + call.path, call.payload(), call.headers(token))
            response = connection.getresponse()
            text = response.read()
        finally:
            connection.close()
        found = {name.lower(): value for name, value in response.getheaders()}
        told = "json" in found.get("content-type", "")
        return Answer(
            status=response.status, body=json.loads(text) if told else None, headers=found
        )


def at_moment(moment: datetime | None) -> AbstractContextManager[None]:
    """Let the shop believe that it is this moment; None: let it look at the clock."""
    return clock.at(moment) if moment is not None else nullcontext()
