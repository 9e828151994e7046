"""What every page that a test renders is: named, labelled, guarded, free of inline script."""

import re
from collections.abc import Iterator
from typing import Any

from lxml import html

Element = Any  # the stubs of lxml.html are older than lxml

_NEEDS_NO_LABEL = {"hidden", "submit", "button", "reset", "image"}
_UNFILLED = re.compile(r"%\(\w+\)[sd]|\bUndefined\b|<bound method|\{\{|\{%")


def faults_of(text: str) -> list[str]:
    """Return what is wrong with a whole page, or with a fragment of one."""
    is_page = "<html" in text[:500].lower()
    if is_page:
        root = html.document_fromstring(text)
        return [*_faults_of_head(root), *_faults_inside(root), *_doubled_ids(root)]
    if not text.strip():
        return []
    # A row of a table is none outside of one.
    return list(_faults_inside(html.fragment_fromstring(text, create_parent="div")))


def _faults_of_head(root: Element) -> Iterator[str]:
    titles = root.xpath("//head/title")
    if len(titles) != 1 or not (titles[0].text or "").strip():
        yield f"a page has one title, this one has {len(titles)} or an empty one"
    if not root.get("lang"):
        yield "a page says its language (<html lang>)"


def _faults_inside(root: Element) -> Iterator[str]:
    yield from _faults_of_inputs(root)
    yield from _faults_of_forms(root)
    for element in root.iter():
        if isinstance(element.tag, str):
            yield from _faults_of_element(element)
    if found := _UNFILLED.search(root.text_content()):
        yield f"something was not filled in: {found[0]}"


def _faults_of_inputs(root: Element) -> Iterator[str]:
    labels = {label.get("for") for label in root.iter("label")}
    for field in root.xpath(".//input | .//select | .//textarea"):
        if field.tag == "input" and field.get("type", "text").lower() in _NEEDS_NO_LABEL:
            continue
        named = field.get("aria-label") or field.get("aria-labelledby") or field.get("title")
        if not (named or field.get("id") in labels or any(field.iterancestors("label"))):
            yield f"an input without a label: {_opening(field)}"


def _faults_of_forms(root: Element) -> Iterator[str]:
    for form in root.iter("form"):
        if form.get("method", "get").lower() != "post":
            continue
        if not form.get("action"):
            yield f"a form that posts says where to: {_opening(form)}"
        if not form.xpath(".//input[@name='csrf_token'][string-length(@value) > 0]"):
            yield f"a form that posts carries the csrf field: {_opening(form)}"


def _faults_of_element(element: Element) -> Iterator[str]:
    tag = element.tag
    for name, value in element.items():
        if name == "style" or name.startswith(("on", "hx-on")):
            yield f"inline script or style ({name}=): {_opening(element)}"
        if name in ("href", "action", "src") and value.startswith("javascript:"):
            yield f"script in an address: {_opening(element)}"
        if name in ("href", "action", "src", "hx-get", "hx-post") and value in ("None", "#"):
            yield f"an address that leads nowhere: {_opening(element)}"
    if tag == "style":
        yield "a <style> element: the CSP refuses it"
    if tag == "script" and not element.get("src") and element.get("type") != "application/json":
        yield "an inline <script>: the CSP refuses it"
    if tag == "img" and element.get("alt") is None:
        yield f"a picture without alt: {_opening(element)}"
    if tag in ("button", "a") and not _is_named(element):
        yield f"a {tag} that says nothing: {_opening(element)}"


def _is_named(element: Element) -> bool:
    if element.tag == "a" and not element.get("href"):
        return True
    if element.get("aria-label") or element.get("title") or element.text_content().strip():
        return True
    return bool(element.xpath(".//*[@aria-label or @title or string-length(@alt) > 0]"))


def _doubled_ids(root: Element) -> Iterator[str]:
    seen: set[str] = set()
    for element in root.xpath("//*[@id]"):
        if (name := element.get("id")) in seen:
            yield f"two elements have the id {name!r}"
        seen.add(name)


def _opening(element: Element) -> str:
    attributes = "".join(f' {name}="{value}"' for name, value in element.items())
    return f"<{element.tag}{attributes}>"[:200]
