"""The check of rendered pages finds what it is there to find."""

import pytest

from tests import pages
from tests.lint import templates

HEAD = '<!doctype html><html lang="en"><head><title>Orders</title></head><body>'


@pytest.mark.parametrize(
    "text",
    [
        "<!doctype html><html lang='en'><head></head><body></body></html>",
        "<!doctype html><html><head><title>Orders</title></head><body></body></html>",
        HEAD + "<p id='a'></p><p id='a'></p>",
        HEAD + "<input name='q'>",
        "<input name='q' id='q'>",
        "<form method='post' action='/x'></form>",
        "<form method='post' action='/x'><input type='hidden' name='csrf_token' value=''></form>",
        "<form method='post'><input type='hidden' name='csrf_token' value='1'></form>",
        "<p style='color: red'>",
        "<p onclick='go()'>",
        "<script>go()</script>",
        "<style>p { color: red }</style>",
        "<a href='javascript:go()'>Go</a>",
        "<a href='None'>Go</a>",
        "<img src='/x'>",
        "<button><svg></svg></button>",
        "<p>Hello %(name)s</p>",
    ],
)
def test_a_fault_is_found(text: str) -> None:
    assert pages.faults_of(text) != []


@pytest.mark.parametrize(
    "text",
    [
        HEAD + "<label for='q'>Search</label><input id='q' name='q'></body></html>",
        "<label>Search <input name='q'></label>",
        "<input name='q' aria-label='Search'>",
        "<form method='post' action='/x'><input type='hidden' name='csrf_token' value='1'></form>",
        "<form><input type='hidden' name='page'><button>Go</button></form>",
        "<tr><td>1</td></tr>",
        "<button aria-label='Close'><svg></svg></button>",
        "<script src='/x.js'></script>",
        "",
    ],
)
def test_a_good_page_passes(text: str) -> None:
    assert pages.faults_of(text) == []


def test_a_line_of_a_template_can_be_read() -> None:
    longest = f"<p>{'–' * (templates.LONGEST - 7)}</p>"
    assert list(templates.faults_of(longest)) == []
    assert list(templates.faults_of(f"<p>\n{longest} ")) == [
        (2, "141 characters in one line: 140 at most")
    ]
