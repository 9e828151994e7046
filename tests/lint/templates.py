"""Templates parse and can be read, carry no script or style, guard forms and speak by `_()`."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment, TemplateSyntaxError

ROOT = Path(__file__).parents[2]
_JINJA = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"])

LONGEST = 140  # characters of a line: 120 and a little, for what cannot be broken

_COMMENT = re.compile(r"\{#.*?#\}|<!--.*?-->", re.S)
_TRANS = re.compile(r"\{%-?\s*trans\b.*?endtrans\s*-?%\}", re.S)
_CODE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.S)
_TAG = re.compile(
    r"<(?P<name>[a-zA-Z][\w-]*|\{\})(?P<rest>(?:\"[^\"]*\"|'[^']*'|[^<>\"'])*)>", re.S
)
_FORM = re.compile(r"<form\b(?P<tag>.*?)>(?P<body>.*?)(?:</form>|\Z)", re.S)
# Names, codes and keys are the same in every language.
_UNSPOKEN = re.compile(
    r"<(?P<tag>code|kbd|svg|script|symbol)\b.*?</(?P=tag)>|<[^>]*translate=\"no\"[^>]*>[^<]*", re.S
)
_SPOKEN_ATTRIBUTE = re.compile(
    r"\s(?P<name>title|placeholder|aria-label|alt|data-confirm|hx-confirm)="
    r"(?P<quote>[\"'])(?P<text>.*?)(?P=quote)",
    re.S,
)
_WORD = re.compile(r"[A-Za-z]{2,}")
# Our name, an entity, the beginning of a class name that a macro puts together (`btn{{ kind }}`).
_NO_WORD = re.compile(r"\bVerso\b|&\w+;|&#\w+;|[a-z-]+\{\}[\w{}-]*")

_BANNED_IN_MARKUP = [
    (re.compile(r"\sstyle\s*=", re.I), "inline style: the CSP refuses it; use a class"),
    (re.compile(r"<style\b", re.I), "<style>: the CSP refuses it; use a style sheet"),
    (re.compile(r"\son[a-z]+\s*=", re.I), "inline script (on…=): the CSP refuses it"),
    (re.compile(r"hx-on\b", re.I), "hx-on is inline script: the CSP refuses it"),
    (re.compile(r"\bjs:|javascript:", re.I), "script in an attribute: the CSP refuses it"),
]
_BANNED_ANYWHERE = [
    (re.compile(r"\|\s*safe\b"), "|safe lets a customer's name become markup"),
    (re.compile(r"autoescape\s+false", re.I), "autoescape is never off"),
]


def faults_of(text: str) -> Iterator[tuple[int, str]]:
    """Yield the line and the words of each fault in the text of one template."""
    for number, line in enumerate(text.splitlines(), 1):
        if len(line) > LONGEST:
            yield number, f"{len(line)} characters in one line: {LONGEST} at most"
    try:
        _JINJA.parse(text)
    except TemplateSyntaxError as error:
        yield error.lineno, f"does not parse: {error.message}"
        return
    text = _COMMENT.sub(_blank, text)
    markup = _CODE.sub(lambda code: "{}" + _lines(code[0]), text)
    for where, banned in ((markup, _BANNED_IN_MARKUP), (text, _BANNED_ANYWHERE)):
        for pattern, fault in banned:
            for found in pattern.finditer(where):
                yield _line(where, found.start() + 1), fault
    for tag in _TAG.finditer(markup):
        yield from ((_line(markup, tag.start()), fault) for fault in _faults_of_tag(tag, text))
    for form in _FORM.finditer(text):
        if re.search(r"method=[\"']post", form["tag"], re.I):
            if "csrf" not in form["body"]:
                yield _line(text, form.start()), "a form that posts carries the csrf field"
            if not re.search(r"\saction=", form["tag"]):
                yield _line(text, form.start()), "a form that posts says where to (action=)"
    yield from _untranslated(text)


def _faults_of_tag(tag: re.Match[str], text: str) -> Iterator[str]:
    name, rest = tag["name"].lower(), tag["rest"]
    if name == "script" and "src=" not in rest and "application/json" not in rest:
        yield "inline script: the CSP refuses it; put it into a file"
    if name == "th" and "scope=" not in rest:
        yield "<th> says what it heads (scope=)"
    if name == "img" and "alt=" not in rest:
        yield "<img> says what it shows (alt=, empty where it only adorns)"


def _untranslated(text: str) -> Iterator[tuple[int, str]]:
    words = _TRANS.sub(_blank, text)
    words = _CODE.sub(lambda code: "{}" + _lines(code[0]), words)
    words = _UNSPOKEN.sub(_blank, words)
    for tag in _TAG.finditer(words):
        for said in _SPOKEN_ATTRIBUTE.finditer(tag["rest"]):
            if _WORD.search(_NO_WORD.sub("", said["text"])):
                yield _line(words, tag.start()), f"not translated:{said[0]}"
    words = _TAG.sub(_blank, words)
    words = re.sub(r"</?(?:[a-zA-Z!]|\{\})[^>]*>", _blank, words)
    for number, left in enumerate(words.splitlines(), 1):
        if _WORD.search(_NO_WORD.sub("", left)):
            yield number, f"not translated: {left.strip()}"


def _lines(text: str) -> str:
    return "\n" * text.count("\n")


def _blank(found: re.Match[str]) -> str:
    return " " + _lines(found[0])


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def templates(folders: list[Path] | None = None) -> list[Path]:
    """Return every template of the house, or those in the folders."""
    roots = folders or [ROOT / floor for floor in ("app", "modules", "integrations")]
    found = {file for root in roots for file in root.glob("**/templates/**/*") if file.is_file()}
    found |= {
        file for root in roots for file in root.glob("**/*.html") if "static" not in file.parts
    }
    return sorted(file for file in found if file.suffix in (".html", ".jinja", ".svg", ".xml"))


def faults(folders: list[Path] | None = None) -> Iterator[str]:
    for file in templates(folders):
        for line, fault in sorted(set(faults_of(file.read_text(encoding="utf-8")))):
            yield f"{file.relative_to(ROOT)}:{line}: {fault}"


if __name__ == "__main__":
    said = list(faults([Path(folder).resolve() for folder in sys.argv[1:]]))
    for one in said:
        print(one)
    sys.exit(bool(said))
