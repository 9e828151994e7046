"""Hostile texts in every field of every form and of the API: they are texts, and no more."""

import random
import time
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from werkzeug.test import TestResponse

from app import outbox
from app.db import close_session
from tests.hostile.texts import LARGEST, all_texts, chosen_texts, marks_in
from tests.hostile.world import Door, doors

TYPED = {"text", "search", "email", "tel", "url", "password", "hidden", "number", "date", ""}
# What ends the session of the one who tries, or the door for all others.
LEFT_OUT = ("sign-out", "ending", "password", "second-factor", "closing", "theme", "/backups")


def forms_of(page: Any) -> Iterator[tuple[str, list[tuple[str, str, bool]]]]:
    """Yield the address of every form that posts, with its fields: name, value, may be typed."""
    for form in page.iter("form"):
        address = form.get("action") or ""
        if form.get("method", "get").lower() != "post" or any(word in address for word in LEFT_OUT):
            continue
        fields = []
        for field in form.xpath(".//input[@name] | .//textarea[@name] | .//select[@name]"):
            kind = (field.get("type") or "").lower()
            if kind in ("submit", "button", "file", "image"):
                continue
            if kind in ("checkbox", "radio") and field.get("checked") is None:
                continue
            value = field.get("value") or ""
            if field.tag == "select":
                chosen = field.xpath(".//option[@selected]/@value") or field.xpath(
                    ".//option/@value"
                )
                value = chosen[0] if chosen else ""
            free = field.tag == "textarea" or (field.tag == "input" and kind in TYPED)
            fields.append((field.get("name"), value, free))
        yield address, fields


def read(answer: TestResponse) -> tuple[Any, list[str]]:
    """Return a page, parsed, and what a text made in it."""
    if answer.mimetype != "text/html" or not answer.data.strip():
        return None, []
    page = html.document_fromstring(answer.get_data(as_text=True))
    return page, marks_in(page)


def pages(app: Flask) -> list[Door]:
    close_session()
    return [
        door
        for door in doors(app)
        if door.method == "GET" and not any(word in door.address for word in ("/static", "ring"))
    ]


class Attack:
    """What is sent, and what went wrong."""

    def __init__(self, texts: Sequence[str], *, seconds: float) -> None:
        self.texts, self.next = list(texts), 0
        self.faults: list[str] = []
        self.sent = 0
        self._seconds, self._ends = seconds, 0.0

    def goes_on(self, doors: Sequence[Any]) -> Iterator[Any]:
        """Yield as many of the doors as the time of one part allows, whichever come first."""
        self._ends = time.monotonic() + self._seconds
        for door in random.sample(doors, len(doors)):
            if time.monotonic() > self._ends:
                return
            yield door

    def text(self) -> str:
        self.next = (self.next + 1) % len(self.texts)
        return self.texts[self.next]

    def look(self, what: str, answer: TestResponse, text: str = "") -> None:
        if answer.status_code >= 500 and "/readyz" not in what:
            self.faults.append(f"{what}: {answer.status} after {ascii(text)[:80]}")
        _page, made = read(answer)
        self.faults += [f"{what}: {one} after {ascii(text)[:80]}" for one in made]
        answer.close()


def fill_forms(attack: Attack, app: Flask, client: FlaskClient, *, rounds: int) -> None:
    """Send every form of every page: all of its fields hostile, then one by one among good ones."""
    seen: set[str] = set()
    for door in attack.goes_on([one for one in pages(app) if one.for_people]):
        answer = client.get(door.address)
        page, made = read(answer)
        answer.close()
        attack.faults += [f"{door.address}: {one}" for one in made]
        if page is None:
            continue
        for address, fields in forms_of(page):
            if address in seen or not any(free for _name, _value, free in fields):
                continue
            seen.add(address)
            for _round in range(rounds):
                _send(attack, client, address, fields)
    assert seen


def _send(
    attack: Attack, client: FlaskClient, address: str, fields: list[tuple[str, str, bool]]
) -> None:
    free = [name for name, _value, typed in fields if typed and name != "csrf_token"]
    if not free:
        return
    for chosen in (None, random.choice(free)):
        text = attack.text()
        form: dict[str, list[str]] = {}
        for name, value, typed in fields:
            hostile = typed and name in free and chosen in (None, name)
            form.setdefault(name, []).append(text if hostile else value)
        body = {
            name: [one.encode("utf-8", "surrogatepass") for one in values]
            for name, values in form.items()
        }
        answer = client.post(address, data=body)
        attack.sent += 1
        attack.look(f"POST {address}", answer, text)


def ask_everywhere(attack: Attack, app: Flask, client: FlaskClient, *, words: int) -> None:
    """Search for hostile texts on every page that can be searched, and ask with wrong questions."""
    for door in attack.goes_on([one for one in pages(app) if one.for_people]):
        for _word in range(words):
            text = attack.text()[:2_000].encode("utf-8", "surrogatepass")
            for name in ("q", "after", "status", "sort"):
                answer = client.get(door.address, query_string={name: text})
                attack.look(f"{door.address}?{name}", answer, repr(text))


def open_everything(attack: Attack, app: Flask, client: FlaskClient, api: FlaskClient) -> None:
    """Open every page, file and list as they are after all that."""
    outbox.run_due()
    for door in attack.goes_on(pages(app)):
        attack.look(door.address, (client if door.for_people else api).get(door.address))


# -- the API -----------------------------------------------------------------------------------


def strings_of(schema: Any, parts: dict[str, Any], value: Any = None) -> Iterator[list[Any]]:
    """Yield the way to every text of a body, by its schema."""
    schema = _resolved(schema, parts)
    for name, inner in schema.get("properties", {}).items():
        inner = _resolved(inner, parts)
        if inner.get("type") == "string":
            yield [name]
        elif inner.get("type") == "object":
            yield from ([name, *way] for way in strings_of(inner, parts))
        elif inner.get("type") == "array":
            items = _resolved(inner.get("items", {}), parts)
            if items.get("type") == "string":
                yield [name, 0]
            else:
                yield from ([name, 0, *way] for way in strings_of(items, parts))


def _resolved(schema: Any, parts: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in schema:
        return _resolved(parts[schema["$ref"].rpartition("/")[2]], parts)
    for choice in ("anyOf", "allOf", "oneOf"):
        for one in schema.get(choice, []):
            if one.get("type") != "null":
                return _resolved(one, parts)
    return dict(schema)


GOOD: dict[str, dict[str, Any]] = {
    "/api/v1/orders": {
        "channel": "web",
        "currency": "PLN",
        "lines": [{"sku": "SH-BAZ-WHI-L", "quantity": 1}],
        "shipping": {"method": "courier"},
    },
    "/api/v1/customers": {"kind": "person", "name": "Ewa"},
}
ADDRESS = {"name": "E", "street": "S", "postal_code": "1", "city": "C", "country": "PL"}


def fill_bodies(attack: Attack, app: Flask, api: FlaskClient, *, rounds: int) -> None:
    """Send every call of the API with a hostile text in each of its texts, one by one."""
    spec: Any = app.spec  # type: ignore[attr-defined]
    parts = spec["components"]["schemas"]
    found = 0
    for door in attack.goes_on([one for one in doors(app) if one.unsafe and not one.for_people]):
        rule = next(one for one in app.url_map.iter_rules() if one.endpoint == door.endpoint)
        told = spec["paths"].get(rule.rule.replace("<", "{").replace(">", "}"), {})
        body = told.get(door.method.lower(), {}).get("requestBody", {}).get("content", {})
        schema = body.get("application/json", {}).get("schema")
        if schema is None:
            continue
        for way in strings_of(schema, parts):
            found += 1
            for _round in range(rounds):
                text = attack.text()
                sent = _put(GOOD.get(rule.rule, {}), way, text)
                answer = api.open(
                    door.address, method=door.method, json=sent, headers={"If-Match": "1"}
                )
                attack.sent += 1
                attack.look(f"{door.method} {door.address} {way}", answer, text)
    assert found


def _put(good: dict[str, Any], way: list[Any], text: str) -> dict[str, Any]:
    """Return a good body with the text at one place, and a whole address around it."""
    body: Any = {**good}
    if str(way[0]).endswith("_address"):
        body[way[0]] = {**ADDRESS, way[1]: text}
        return dict(body)
    place = body
    for step, following in zip(way, way[1:], strict=False):
        fresh: Any = [{}] if following == 0 else {}
        if isinstance(place, dict):
            kept = place.get(step)
            place[step] = [dict(kept[0])] if isinstance(kept, list) else dict(kept or {}) or fresh
        if isinstance(place, list) and step == 0:
            place = place[0]
            continue
        place = place[step]
    place[way[-1]] = text
    return dict(body)


# -- the tests ---------------------------------------------------------------------------------


def test_there_are_five_hundred_of_them() -> None:
    assert len(all_texts()) == 500
    assert len(set(all_texts())) == 500
    assert LARGEST in all_texts()


@pytest.mark.slow
@pytest.mark.usefixtures("unchecked")
def test_a_hostile_text_is_a_text_wherever_it_is_typed_and_shown(
    filled: Flask, admin: FlaskClient, api: FlaskClient
) -> None:
    texts = chosen_texts(24)
    whole = len(texts) == len(all_texts())
    attack = Attack(texts, seconds=240 if whole else 12)
    rounds = 8 if whole else 1
    fill_bodies(attack, filled, api, rounds=rounds)
    fill_forms(attack, filled, admin, rounds=rounds)
    ask_everywhere(attack, filled, admin, words=3 if whole else 1)
    open_everything(attack, filled, admin, api)
    assert attack.sent > (1_000 if whole else 10)
    assert attack.faults == []


@pytest.mark.parametrize(
    "page",
    [
        '<p title="" zq9x="1">',
        "<zq9x>",
        "<img onerror=x()>",
        "<a href=javascript:x()>",
        "<script>zq9x()</script>",
        "<form action=//evil.example>",
    ],
)
def test_what_a_text_makes_is_found(page: str) -> None:
    assert marks_in(html.document_fromstring(f"<html><body>{page}</body></html>")) != []


def test_a_text_that_is_only_a_text_is_left_alone() -> None:
    page = "<p title='&lt;zq9x&gt;'>&lt;zq9x&gt; javascript:zq9x()</p><input value='&quot; zq9x='>"
    assert marks_in(html.document_fromstring(f"<html><body>{page}</body></html>")) == []
