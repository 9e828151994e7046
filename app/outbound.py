"""
The one way out of the house: which addresses may be called, for how long, and how much is read.

An address that a person or a partner gave us may point back inside: at this machine, at the
network around it, at the cloud's own door for secrets. So a name is asked for once, every address
behind it must be one of the public internet (or of a network that `VERSO_LOCAL_NETWORKS` names),
and the connection goes to exactly the address that was looked at. Nothing follows a redirect by
itself, and who answers slowly or without end is cut off.
"""

import re
import socket
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any, NoReturn

import httpx
from flask import current_app

from app.errors import RuleViolation
from app.i18n import _

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Resolver = Callable[[str, int], Sequence[str]]

PORTS: Mapping[str, Sequence[int]] = {"https": (443, 8443), "http": (80,)}
"""The ports that may be called anywhere; in a local network that is named, every port may."""
MOST_BYTES = 32 * 1024 * 1024
MOST_SECONDS = 60.0
TIMEOUT = httpx.Timeout(10.0, connect=5.0)

_NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*")
_MAPPED = ip_network("::ffff:0:0/96")
_TRANSLATED = ip_network("64:ff9b::/96")
_SIX_TO_FOUR = ip_network("2002::/16")
_GIVEN_OUT = ip_network("2000::/3")  # all of IPv6 that is given out to anybody
# What the library takes for public, or does in some of its versions, and is not.
_NOT_PUBLIC = tuple(
    ip_network(one)
    for one in (
        *("0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15"),
        *("224.0.0.0/4", "240.0.0.0/4"),
        *("2001::/23", "2001:db8::/32", "3fff::/20"),
    )
)


class AddressRefused(RuleViolation):
    code = "address_refused"


class NameUnknown(AddressRefused):
    """Nobody knows the name, now at least: a partner's name server may be down."""


class AnswerCutOff(httpx.TransportError):
    """The other side sent more, or took longer, than we wait for."""


def open_client(
    *,
    base_url: str = "",
    headers: Mapping[str, str] | None = None,
    timeout: httpx.Timeout = TIMEOUT,
    most_bytes: int = MOST_BYTES,
    most_seconds: float = MOST_SECONDS,
) -> httpx.Client:
    """
    Return the client through which a partner is called; whoever opens it closes it.

    Its calls raise `AddressRefused` where the address is not one that may be called, and a
    `httpx.TransportError` where the partner cannot be reached or is cut off.
    """
    return httpx.Client(
        base_url=base_url,
        headers={"Accept-Encoding": "identity", **(headers or {})},
        timeout=timeout,
        follow_redirects=False,
        trust_env=False,  # a proxy of the environment would connect to wherever it likes
        transport=GuardedTransport(most_bytes=most_bytes, most_seconds=most_seconds),
    )


def check_address(text: str) -> str:
    """
    Return an address that somebody typed, if it is one that may be called.

    It asks for the name's addresses, which may take seconds: outside of a unit of work.

    :raises AddressRefused: it is not, and says why
    """
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL:
        _refuse_form()
    if any(sign in text for sign in "\\ \t\r\n"):
        _refuse_form()
    pinned_address(url)
    return text


def pinned_address(url: httpx.URL, resolve: Resolver | None = None) -> str:
    """
    Return the IP address to connect to. All that the name stands for have to be good ones.

    :raises AddressRefused: the address or one that its name stands for may not be called
    """
    host, port = (
        url.raw_host.decode("ascii").lower(),
        url.port or {"https": 443, "http": 80}.get(url.scheme, 0),
    )
    if url.scheme not in PORTS or url.userinfo or not host:
        _refuse_form()
    found = _addresses(host, port, resolve or _resolve)
    for one in found:
        local = _is_local(one)
        if not (local or is_public(one)):
            raise AddressRefused(
                _(
                    "%(host)s lies inside of a private network, and is not called. Whoever "
                    "runs Verso can allow the network (VERSO_LOCAL_NETWORKS).",
                    host=host[:80],
                )
            )
        if not local and port not in PORTS[url.scheme]:
            raise AddressRefused(
                _("Port %(port)s is not called. Use https:// without a port.", port=port)
            )
    return str(found[0])


def is_public(address: Address) -> bool:
    """Test whether an address, or the one that is wrapped in it, is of the public internet."""
    if isinstance(address, IPv6Address):
        if inner := _inner(address):
            return is_public(inner)
        if address not in _GIVEN_OUT:
            return False
    if any(address in network for network in _NOT_PUBLIC if network.version == address.version):
        return False
    return address.is_global and not address.is_multicast


def _inner(address: IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address that a gateway would take out of this one."""
    if address in _MAPPED or address in _TRANSLATED:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    if address in _SIX_TO_FOUR:
        return IPv4Address(int(address) >> 80 & 0xFFFFFFFF)
    return None


def _is_local(address: Address) -> bool:
    networks: Sequence[Network] = current_app.config["LOCAL_NETWORKS"]
    return any(address in one for one in networks if one.version == address.version)


def _addresses(host: str, port: int, resolve: Resolver) -> list[Address]:
    try:
        literal = ip_address(host)
    except ValueError:
        pass
    else:
        if getattr(literal, "scope_id", None):
            _refuse_form()
        return [literal]
    last = host.rsplit(".", 1)[-1]
    if not _NAME.fullmatch(host) or last.isdigit() or re.fullmatch(r"0x[0-9a-f]*", last):
        # 2130706433, 0177.1 and 0x7f.1 are ways to write an address so that nobody sees it.
        _refuse_form()
    try:
        return [ip_address(one) for one in dict.fromkeys(resolve(host, port))]
    except (OSError, ValueError, UnicodeError):
        raise NameUnknown(
            _("There is no address behind the name %(host)s; check how it is written.", host=host)
        ) from None


def _resolve(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    if not found:
        raise OSError(host)
    return [str(one[4][0]).partition("%")[0] for one in found]


def _refuse_form() -> NoReturn:
    raise AddressRefused(
        _("Write the address plainly, such as https://shop.example.com, without name and password.")
    )


class GuardedTransport(httpx.BaseTransport):
    """Connects to the address that was looked at, whatever the name stands for a moment later."""

    def __init__(
        self,
        *,
        most_bytes: int = MOST_BYTES,
        most_seconds: float = MOST_SECONDS,
        resolve: Resolver | None = None,
        connect: Callable[[], httpx.BaseTransport] = httpx.HTTPTransport,
    ) -> None:
        self._most_bytes, self._most_seconds = most_bytes, most_seconds
        self._resolve, self._connect = resolve, connect
        # One pool per name: a connection whose certificate is one name's carries no other's calls.
        self._pools: dict[str, httpx.BaseTransport] = {}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        try:
            pinned = pinned_address(request.url, self._resolve)
        except NameUnknown as unknown:
            raise httpx.ConnectError(str(unknown), request=request) from unknown
        host = request.url.raw_host.decode("ascii")
        extensions: dict[str, Any] = {**request.extensions}
        if pinned != host:
            extensions["sni_hostname"] = host
        if (pool := self._pools.get(host)) is None:
            pool = self._pools[host] = self._connect()
        ends = time.monotonic() + self._most_seconds
        response = pool.handle_request(
            httpx.Request(
                request.method,
                request.url.copy_with(host=pinned),
                headers=request.headers,  # `Host` among them, as the name was written
                stream=request.stream,
                extensions=extensions,
            )
        )
        if response.headers.get("Content-Encoding", "identity") != "identity":
            # It was not asked for, and unpacks to any size.
            response.close()
            raise AnswerCutOff("The answer is packed, and was asked for plain.")
        assert isinstance(response.stream, httpx.SyncByteStream)
        response.stream = _Measured(response.stream, self._most_bytes, ends)
        return response

    def close(self) -> None:
        for pool in self._pools.values():
            pool.close()


class _Measured(httpx.SyncByteStream):
    """An answer that is cut off where it grows too large or takes too long."""

    def __init__(self, stream: httpx.SyncByteStream, most_bytes: int, ends: float) -> None:
        self._stream, self._most_bytes, self._ends = stream, most_bytes, ends

    def __iter__(self) -> Iterator[bytes]:
        seen = 0
        for piece in self._stream:
            seen += len(piece)
            if seen > self._most_bytes:
                raise AnswerCutOff(f"The answer is larger than {self._most_bytes} bytes.")
            if time.monotonic() > self._ends:
                raise AnswerCutOff("The answer took too long.")
            yield piece

    def close(self) -> None:
        self._stream.close()
