"""Who may open a connection to somewhere else: one room, and none beside it."""

import ast
import re

import pytest

from tests.test_architecture import called, places

WAY_OUT = "app/outbound.py"
OWN_SHOP = "app/program_line.py"  # the simulation speaks to the shop that its caller names

LINES_OF_OTHERS = {
    *("requests", "urllib3", "aiohttp", "pycurl", "websocket", "websockets", "urllib.request"),
    *("http.client", "ftplib", "smtplib", "imaplib", "poplib", "telnetlib", "xmlrpc.client"),
}
CALLS = re.compile(
    r"(^|\.)httpx\.(?!Timeout$|URL$|Request$|Response$)\w+$"
    r"|(^|\.)(urlopen|create_connection|open_connection)$|^socket\.socket$"
)


def _imports_a_line(node: ast.AST) -> bool:
    if isinstance(node, ast.Import):
        return any(one.name in LINES_OF_OTHERS for one in node.names)
    if isinstance(node, ast.ImportFrom) and node.module:
        named = {f"{node.module}.{one.name}" for one in node.names}
        # `from httpx import Client` would hide from the look at calls.
        return node.module in LINES_OF_OTHERS | {"httpx"} or bool(named & LINES_OF_OTHERS)
    return False


def _opens_a_line(node: ast.AST) -> bool:
    return _imports_a_line(node) or bool(CALLS.search(called(node)))


def test_only_the_way_out_opens_connections_to_the_outside() -> None:
    assert list(places(_opens_a_line, except_in=(WAY_OUT, OWN_SHOP))) == []


def test_no_certificate_goes_unlooked_at() -> None:
    def trusts_all(node: ast.AST) -> bool:
        return isinstance(node, ast.keyword) and node.arg == "verify"

    assert list(places(trusts_all)) == []


@pytest.mark.parametrize(
    "text",
    [
        "httpx.Client()",
        "httpx.get(url)",
        "httpx.AsyncClient(verify=False)",
        "urlopen(url)",
        "socket.create_connection(place)",
        "socket.socket()",
        "import requests",
        "import urllib.request",
        "from urllib.request import urlopen",
        "from urllib import request",
        "from httpx import Client",
        "from http.client import HTTPSConnection",
        "import smtplib",
    ],
)
def test_the_rule_finds_what_it_forbids(text: str) -> None:
    assert any(_opens_a_line(node) for node in ast.walk(ast.parse(text)))


@pytest.mark.parametrize(
    "text", ["outbound.open_client()", "httpx.Timeout(5)", "flask.request", "socket.gethostname()"]
)
def test_the_rule_leaves_the_rest_alone(text: str) -> None:
    assert not any(_opens_a_line(node) for node in ast.walk(ast.parse(text)))
