"""Addresses of our own routes, put together once: a page has some hundred, the same every time."""

from typing import Any

from apiflask import APIFlask
from flask import has_request_context
from flask.globals import request_ctx

_MOST = 10_000
_PLAIN = (str, int)


class House(APIFlask):
    """The application, which remembers the addresses that it has built."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._addresses: dict[Any, str] = {}

    def url_for(self, /, endpoint: str, **values: Any) -> str:
        """Return the address of a route: within a request from memory, where it is a plain one."""
        # Flask's own function names all its options, mostly as None.
        asked = {name: it for name, it in values.items() if it is not None or name[:1] != "_"}
        if (
            endpoint[:1] == "."
            or not has_request_context()
            or any(type(it) not in _PLAIN or name[:1] == "_" for name, it in asked.items())
        ):
            return super().url_for(endpoint, **values)
        adapter = request_ctx.url_adapter
        assert adapter is not None
        # Behind a proxy the same house may stand under several paths.
        key = endpoint, adapter.script_name, *asked.items()
        found = self._addresses.get(key)
        if found is None:
            if len(self._addresses) >= _MOST:
                self._addresses.clear()
            found = self._addresses[key] = super().url_for(endpoint, **values)
        return found
