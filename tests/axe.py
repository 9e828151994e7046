"""What axe-core finds wrong on the page that a browser shows (WCAG 2.2 AA, best practice)."""

import json
from functools import cache
from pathlib import Path

from playwright.sync_api import Page

_SOURCE = Path(__file__).parents[1] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
_RUN = """axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa',
'best-practice']}).then(found => JSON.stringify(found.violations.map(one =>
one.id + ': ' + one.nodes.slice(0, 3).map(node => node.target.join(' ')).join(', '))))"""


@cache
def _source() -> str:
    return _SOURCE.read_text(encoding="utf-8")


def violations(page: Page) -> list[str]:
    """Return each broken rule with the places that break it; the page's policy stays."""
    session = page.context.new_cdp_session(page)
    session.send("Runtime.evaluate", {"expression": _source()})
    answer = session.send(
        "Runtime.evaluate", {"expression": _RUN, "awaitPromise": True, "returnByValue": True}
    )
    found: list[str] = json.loads(answer["result"]["value"])
    return found
