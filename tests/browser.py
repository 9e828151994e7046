"""Chromium, driven by Playwright: Debian's own, without a word to anybody outside."""

import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from tests.machine import Missing, fetch, is_root

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_QUIET = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-features=OptimizationHints,Translate,MediaRouter",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--force-prefers-reduced-motion",
    "--metrics-recording-only",
    "--no-first-run",
    # Whatever a page would load from elsewhere is refused here, not asked for there.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]


def find_chromium() -> str:
    """
    Return the path of a Chromium; as root it is installed where there is none.

    :raises Missing: there is none and it cannot be had
    """
    for _try in range(2):
        for name in _NAMES:
            if found := shutil.which(name):
                return found
        fetch("chromium", for_what="Chromium")
    raise Missing("Chromium was installed, but is not to be found.")


@contextmanager
def running_browser() -> Iterator[Browser]:
    """Hold a browser whose profile is new and gone afterwards."""
    # Chromium's sandbox needs another user than root; every other user keeps it.
    arguments = [*_QUIET, *(["--no-sandbox"] if is_root() else [])]
    with tempfile.TemporaryDirectory(prefix="verso-browser-") as folder, sync_playwright() as drive:
        browser = drive.chromium.launch(
            executable_path=find_chromium(),
            args=arguments,
            downloads_path=Path(folder) / "downloads",
        )
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def watched_page(browser: Browser, url: str, **settings: Any) -> Iterator[Page]:
    """Hold a new person's page; what the browser complains of (script, CSP, 404) fails the test."""
    complaints: list[str] = []
    context = browser.new_context(base_url=url, locale="en-GB", **settings)
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: _keep_complaint(complaints, said))
    try:
        yield page
    finally:
        context.close()
    assert complaints == []


def _keep_complaint(complaints: list[str], said: ConsoleMessage) -> None:
    # A refusal (409, 422) is an answer that a test may ask for; a missing file is not.
    if said.type == "error" and not re.search(r"status of (40[139]|42\d)", said.text):
        complaints.append(f"{said.text} ({said.location.get('url')})")
