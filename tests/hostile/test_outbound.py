"""Nobody makes the house call where it should not: the ways around the look at an address."""

import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from ipaddress import ip_address, ip_network

import httpx
import pytest
from flask import Flask

from app import config, outbound
from app.outbound import AddressRefused, AnswerCutOff, GuardedTransport

PUBLIC, OTHER_PUBLIC = "93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"
HIDDEN = {
    "this machine": "http://127.0.0.1/",
    "another name of it": "http://localhost/",
    "with a dot behind": "http://localhost./",
    "short": "http://127.1/",
    "shorter": "http://0/",
    "all of them": "http://0.0.0.0/",
    "decimal": "http://2130706433/",
    "octal": "http://0177.0.0.1/",
    "hexadecimal": "http://0x7f.0.0.1/",
    "hexadecimal in one": "http://0x7f000001/",
    "leading zeros": "http://127.0.0.001/",
    "IPv6 of this machine": "http://[::1]/",
    "nowhere in IPv6": "http://[::]/",
    "mapped": "http://[::ffff:127.0.0.1]/",
    "mapped in hex": "http://[::ffff:7f00:1]/",
    "compatible": "http://[::127.0.0.1]/",
    "translated": "http://[64:ff9b::127.0.0.1]/",
    "translated locally": "http://[64:ff9b:1::7f00:1]/",
    "6to4": "http://[2002:7f00:1::]/",
    "6to4 of a network": "http://[2002:c0a8:101::1]/",
    "Teredo": "http://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/",
    "the cloud's secrets": "http://169.254.169.254/latest/meta-data/",
    "the cloud's secrets in IPv6": "http://[fd00:ec2::254]/",
    "the provider's network": "http://100.64.0.1/",
    "ten": "https://10.0.0.1/",
    "one seven two": "https://172.16.5.4/",
    "one nine two": "https://192.168.1.1/",
    "multicast": "http://224.0.0.1/",
    "multicast in IPv6": "http://[ff02::1]/",
    "broadcast": "http://255.255.255.255/",
    "link local": "http://[fe80::1]/",
    "with a zone": "http://[fe80::1%25eth0]/",
    "wide dots": "http://127。0。0。1/",
    "circled": "http://①②⑦.⓪.⓪.①/",
    "a name and a password": "https://shop.example@127.0.0.1/",
    "a name before a public one": "https://user:secret@shop.example/",
    "a backslash": "https://shop.example\\@127.0.0.1/",
    "a line break": "https://shop.example/\r\nHost: inside",
    "a space": "https://shop.example /",
    "files": "file:///etc/passwd",
    "gopher": "gopher://127.0.0.1:6379/_FLUSHALL",
    "no scheme": "//127.0.0.1/",
    "no host": "https:///x",
    "another port": "https://shop.example:6379/",
    "a port of mail": "http://shop.example:25/",
    "nothing": "",
}


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[list[str]]]:
    """What each name stands for, ask by ask; the last answer is repeated."""
    known = {"localhost": [["127.0.0.1"]], "shop.example": [[PUBLIC]]}

    def resolve(host: str, _port: int) -> Sequence[str]:
        answers = known.get(host)
        if answers is None:
            raise OSError(host)
        return answers.pop(0) if len(answers) > 1 else answers[0]

    monkeypatch.setattr(outbound, "_resolve", resolve)
    return known


@pytest.mark.usefixtures("app", "names")
@pytest.mark.parametrize("form", HIDDEN)
def test_an_address_that_leads_inside_is_refused_however_it_is_written(form: str) -> None:
    with pytest.raises(AddressRefused):
        outbound.check_address(HIDDEN[form])


@pytest.mark.usefixtures("app", "names")
@pytest.mark.parametrize(
    "url",
    [
        "https://shop.example/api?x=1",
        "https://SHOP.example:8443/",
        "http://shop.example/photo.jpg",
        f"https://{PUBLIC}/",
        f"https://[{OTHER_PUBLIC}]/",
        "https://[64:ff9b::5db8:d822]/",
    ],
)
def test_an_address_of_the_public_internet_may_be_called(url: str) -> None:
    assert outbound.check_address(url) == url


@pytest.mark.usefixtures("app")
def test_one_private_address_behind_a_name_is_enough_to_refuse_it(
    names: dict[str, list[list[str]]],
) -> None:
    names["shop.example"] = [[PUBLIC, "10.0.0.1"]]
    with pytest.raises(AddressRefused, match="private network"):
        outbound.check_address("https://shop.example/")


@pytest.mark.usefixtures("app", "names")
def test_a_name_that_nobody_knows_is_told_from_a_forbidden_one() -> None:
    with pytest.raises(AddressRefused, match="no address behind"):
        outbound.check_address("https://shoop.example/")
    with outbound.open_client() as client, pytest.raises(httpx.ConnectError):
        client.get("https://shoop.example/")


class Heard(httpx.BaseTransport):
    """Who is connected to instead of the internet, and remembers how."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return httpx.Response(302, headers={"Location": "http://169.254.169.254/"})


@pytest.mark.usefixtures("app")
def test_a_name_that_turns_inside_after_the_look_is_not_followed(
    names: dict[str, list[list[str]]],
) -> None:
    names["shop.example"] = [[PUBLIC], ["127.0.0.1"]]
    heard = Heard()
    with httpx.Client(transport=GuardedTransport(connect=lambda: heard)) as client:
        assert client.get("https://shop.example/orders").status_code == 302
        with pytest.raises(AddressRefused):
            client.get("https://shop.example/orders")
    [sent] = heard.requests
    assert sent.url.host == PUBLIC
    assert sent.headers["Host"] == "shop.example"
    assert sent.extensions["sni_hostname"] == "shop.example"


@pytest.mark.usefixtures("app", "names")
def test_each_step_of_a_redirect_is_looked_at() -> None:
    transport = GuardedTransport(connect=Heard)
    client = httpx.Client(transport=transport, follow_redirects=True)
    with client, pytest.raises(AddressRefused):
        client.get("https://shop.example/")


@pytest.mark.usefixtures("app")
def test_two_names_on_one_machine_share_no_connection(names: dict[str, list[list[str]]]) -> None:
    names["other.example"] = [[PUBLIC]]
    made: list[Heard] = []

    def connect() -> Heard:
        made.append(Heard())
        return made[-1]

    with httpx.Client(transport=GuardedTransport(connect=connect)) as client:
        for name in ("shop.example", "other.example", "shop.example"):
            client.get(f"https://{name}/")
    assert [len(one.requests) for one in made] == [2, 1]


# -- a printer in the shop, which stands in a network of our own -------------------------------


@contextmanager
def partner(say: Callable[[socket.socket], None]) -> Iterator[str]:
    """Hold a partner on this machine that says the same to everybody."""
    door = socket.create_server(("127.0.0.1", 0))
    door.settimeout(20)

    def answer() -> None:
        try:
            line, _address = door.accept()
        except OSError:
            return
        with line:
            line.recv(65536)
            try:
                say(line)
            except OSError:
                return  # we were hung up on, as was to be

    thread = threading.Thread(target=answer)
    thread.start()
    try:
        yield f"http://127.0.0.1:{door.getsockname()[1]}/"
    finally:
        door.close()
        thread.join(20)


@pytest.fixture
def allowed_here(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "LOCAL_NETWORKS", [ip_network("127.0.0.0/8")])


def _endless(line: socket.socket) -> None:
    line.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        line.sendall(b"x" * 65536)


def _slow(line: socket.socket) -> None:
    line.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    stop = threading.Event()
    while True:
        line.sendall(b"x")
        stop.wait(0.05)


def _packed(line: socket.socket) -> None:
    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nxx")


@pytest.mark.usefixtures("allowed_here")
def test_a_machine_in_a_network_that_is_named_may_be_called_at_any_port() -> None:
    def say(line: socket.socket) -> None:
        line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nready")

    with partner(say) as url, outbound.open_client() as client:
        assert client.get(url).text == "ready"


@pytest.mark.usefixtures("allowed_here")
@pytest.mark.parametrize("say", [_endless, _slow, _packed])
def test_who_answers_without_end_slowly_or_packed_is_cut_off(
    say: Callable[[socket.socket], None],
) -> None:
    with (
        partner(say) as url,
        outbound.open_client(most_bytes=1_000_000, most_seconds=0.5) as client,
        pytest.raises(AnswerCutOff),
    ):
        client.get(url)


@pytest.mark.parametrize(
    "text", ["192.168.1.1/24", "8.8.8.8/32", "0.0.0.0/0", "169.254.0.0/16", "x", "::/0"]
)
def test_only_private_networks_can_be_allowed(
    monkeypatch: pytest.MonkeyPatch, text: str, tmp_path: object
) -> None:
    monkeypatch.setenv("VERSO_LOCAL_NETWORKS", f"10.1.0.0/16,{text}")
    with pytest.raises(config.Unreadable, match="VERSO_LOCAL_NETWORKS"):
        config.settings({"DATA_DIR": tmp_path})


def test_what_is_public_is_not_left_to_the_version_of_python() -> None:
    for text in ("192.0.0.1", "198.18.0.1", "240.0.0.1", "::1234", "4000::1", "3fff::1"):
        assert not outbound.is_public(ip_address(text)), text
