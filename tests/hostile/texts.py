"""Five hundred texts that mean no good, or come from people with unusual names."""

import os
import random
from collections.abc import Sequence

MARK = "zq9x"
"""Stands in every text that would make markup, so that what it made is found in a page."""

_MARKUP = [
    f"<script>{MARK}()</script>",
    f"<img src=x onerror={MARK}()>",
    f"<svg/onload={MARK}()>",
    f"<{MARK}>",
    f"<{MARK} x=1>",
    f"</title><{MARK}>",
    f"</textarea><{MARK}>",
    f"</script><{MARK}>",
    f"</style><{MARK}>",
    f"--><{MARK}>",
    f"]]><{MARK}>",
    f"<!--<{MARK}>-->",
    f"<a href=javascript:{MARK}()>x</a>",
    f"<iframe srcdoc='<{MARK}>'>",
    f"<math><mtext><{MARK}>",
    f"<b>{MARK}</b>",
    f"<para><font color=red {MARK}=1>",
    f'<img src="/etc/passwd" {MARK}="1"/>',
    f"<link href='file:///etc/passwd' {MARK}=1>",
    f"&lt;{MARK}&gt;",
    f"&#60;{MARK}&#62;",
    f"&#x3c;{MARK}&#x3e;",
    f"%3C{MARK}%3E",
    f"\\u003c{MARK}\\u003e",
    f"<{MARK}",
    f"＜{MARK}＞",
]
_ATTRIBUTES = [
    f'" {MARK}="1',
    f"' {MARK}='1",
    f'" onfocus={MARK}() autofocus="',
    f"' onmouseover={MARK}() '",
    f'"><{MARK}>',
    f"'><{MARK}>",
    f"`><{MARK}>",
    f'\\"><{MARK}>',
    f'" style="x:{MARK}',
    f" {MARK}=1 ",
    f"/ {MARK}=1",
]
_ADDRESSES = [
    f"javascript:{MARK}()",
    f"JaVaScRiPt:{MARK}()",
    f"java\tscript:{MARK}()",
    f" javascript:{MARK}()",
    f"data:text/html,<{MARK}>",
    f"vbscript:{MARK}",
    f"//{MARK}.example",
    f"https://{MARK}.example@evil.example",
    "file:///etc/passwd",
]
_TEMPLATES = [
    "{{7*7}}",
    "{{ config }}",
    "{{ ''.__class__.__mro__ }}",
    "{% raw %}",
    "{% for x in y %}",
    "{# note #}",
    "${7*7}",
    "#{7*7}",
    "<%= 7*7 %>",
    "%(name)s",
    "%s%n%x",
    "{0.__class__}",
    "{name}",
    "$name",
    "${jndi:ldap://x}",
]
_QUERIES = [
    "'",
    '"',
    "''",
    "' OR '1'='1",
    "'; DROP TABLE account;--",
    '" OR ""="',
    "1) OR (1=1",
    "admin'--",
    "' UNION SELECT NULL--",
    "\\'; --",
    "%",
    "_",
    "%%%%",
    "*",
    "a* NEAR b",
    '"a" AND NOT "b"',
    "^$.*[",
    "(((((((((((((((((a+)+)+)+)+",
    "\\",
    ":name",
    "?1",
]
_LINES = [
    "a\r\nSet-Cookie: x=1",
    "a\r\n\r\n<html>",
    "a\nb\nc",
    "\r",
    "\t",
    "a%0d%0ab",
    "a\r\n.\r\nMAIL FROM:<x>",
    'x", "level": "error", "message": "forged',
    "\x1b[2J\x1b[31mred",
    "a\x0bb\x0cc",
    "\x85",
    "\u2028\u2029",
]
_SIGNS = [
    "\x00",
    "a\x00b",
    "\ud800",
    "\udfff\ud800",
    "\ufffe\uffff",
    "\ufeffBOM",
    "\u202egnp.exe",
    "\u2066isolated\u2069",
    "\u200bzero\u200bwidth\u200b",
    "\u200d\u200c\u2060",
    "\u00ad soft",
    "שלום עולם",
    "مرحبا بالعالم",
    "漢字かな交じり文",
    "Zażółć gęślą jaźń",
    "Ștefan Țiriac",
    "ﬁ ligature",
    "İstanbul ıI",
    "ß ẞ SS",
    "👩‍👩‍👧‍👦 family",
    "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "e" + "\u0301" * 500,
    "Z" + "\u035c" * 2_000,
    "𝒳𝒴𝒵",
    "\U0010ffff",
    "\x7f\x80\x9f",
    "\x01\x02\x03\x1f",
]
_NUMBERS = [
    "-1",
    "0",
    "1e309",
    "NaN",
    "Infinity",
    "9" * 400,
    "0x1F",
    "1_000",
    "٣٤٥",
    "１２３",
    "1.5",
    "1,5",
    "--1",
    "2147483648",
    "9223372036854775808",
    "-9223372036854775809",
    "1e-5",
    "00000001",
    "²",
]
_PLACES = [
    "../../../etc/passwd",
    "..\\..\\windows\\win.ini",
    "/etc/passwd",
    "CON",
    "nul.txt",
    "a/b/c",
    ".",
    "..",
    "~",
    "file.pdf\x00.exe",
    "%2e%2e%2f",
    "$(id)",
    "`id`",
    "; id",
    "| id",
    "&& id",
    "=1+1",
    "+1+1",
    "@SUM(1)",
    "-1+1|cmd",
    '=HYPERLINK("x")',
]
_LONG = ["x" * 300, "x" * 5_000, "x " * 2_000, "ż" * 1_000, "W" * 70, f"<{MARK}>" * 100, "\n" * 900]
LARGEST = "x" * 1_000_000
_BEGINNINGS = ("", "Anna ", "ul. Długa 1/", "0")
_ENDS = ("", " Nowak", "\n", " ")


def all_texts() -> Sequence[str]:
    """Return five hundred texts: each as it stands, and among words that people write."""
    plain = [
        *(_MARKUP + _ATTRIBUTES + _ADDRESSES + _TEMPLATES + _QUERIES),
        *(_LINES + _SIGNS + _NUMBERS + _PLACES + _LONG),
    ]
    found = dict.fromkeys([*plain, LARGEST])
    for beginning in _BEGINNINGS:
        for end in _ENDS:
            found |= dict.fromkeys(f"{beginning}{text}{end}" for text in plain[: 26 + 11 + 9])
            if len(found) >= 500:
                return list(found)[:500]
    return list(found)


def chosen_texts(count: int) -> Sequence[str]:
    """Return all of them in the soak (VERSO_HOSTILE=all), else so many, by chance and markup."""
    everything = all_texts()
    if os.environ.get("VERSO_HOSTILE") == "all":
        return everything
    must = [f'"><{MARK}>', f"' {MARK}='1", "\ud800", "\x00", f"javascript:{MARK}()", "\u202ex"]
    rest = [text for text in everything if text not in must and text != LARGEST]
    return [*must, *random.sample(rest, max(count - len(must), 0))][:count]


def marks_in(page: object) -> list[str]:
    """Return what a text made in a parsed page that is more than a text."""
    found = []
    for element in page.iter():  # type: ignore[attr-defined]
        tag = element.tag if isinstance(element.tag, str) else "comment"
        if MARK in tag:
            found.append(f"<{tag}>")
        for name, value in getattr(element, "attrib", {}).items():
            if MARK in name or name.startswith("on"):
                found.append(f"<{tag} {name}=…>")
            leads = value.strip().replace("\t", "").replace("\n", "").lower()
            if name in ("href", "src", "action", "formaction") and leads.startswith(
                ("javascript:", "data:text", "vbscript:", "//")
            ):
                found.append(f"<{tag} {name}={value[:60]!r}>")
        if tag in ("script", "style") and MARK in (element.text or ""):
            found.append(f"<{tag}>…{MARK}…")
    return found
