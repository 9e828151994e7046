"""The words, tones and numbers of the screen."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask, g

from app import look, statuses
from app.i18n import speaking

pytestmark = pytest.mark.once

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("code", sorted(statuses.STATUS))
def test_every_status_has_a_word_a_tone_and_a_pip(app: Flask, code: str) -> None:
    found = statuses.STATUS[code]
    assert str(found.word)
    assert found.tone in {"idle", "run", "ok", "wait", "bad", "back"}
    assert found.pip in {"none", "wait", "half", "full", "stop", "undo", "no"}


def test_a_status_is_found_by_its_code_and_by_its_word(app: Flask) -> None:
    assert statuses.look_of("partly_paid") == statuses.look_of("Partly paid")
    assert statuses.look_of("none", "payment").word == "Unpaid"
    assert statuses.look_of("none", "fulfilment").word == "Not begun"


def test_an_unknown_status_is_a_programmers_error(app: Flask) -> None:
    with pytest.raises(LookupError, match="nowhere"):
        statuses.look_of("nowhere")


def test_every_status_and_hold_is_said_in_polish(app: Flask) -> None:
    with app.test_request_context(), speaking("pl"):
        assert str(statuses.look_of("partly_paid").word) == "Częściowo opłacone"
        assert str(statuses.look_of("open").word) == "Otwarte"
        assert statuses.hold_word("payment_review") == "Kontrola płatności"


def test_numbers_and_money_are_written_as_the_reader_writes_them(app: Flask) -> None:
    with app.test_request_context(), speaking("pl"):
        assert look.money(124800, "PLN") == "1\u202f248,00\u00a0zł"
        assert look.money(-5780, "PLN") == "\u221257,80\u00a0zł"
        assert look.number(12.5, 1) == "12,5"
        assert look.percent(0.51) == "51\u00a0%"
    with app.test_request_context(), speaking("en"):
        assert look.number(1234567) == "1\u202f234\u202f567"
        assert look.number(12.5, 1) == "12.5"
        assert look.money(None, "PLN") == "–"


def test_a_moment_is_told_in_the_zone_of_the_shop(app: Flask) -> None:
    placed = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
    with app.test_request_context(), speaking("en"):
        g.time_zone = "Europe/Warsaw"
        assert look.moment(placed) == "Sun 22 Nov 2026, 00:30"
        assert look.moment(placed, "clock") == "00:30"


def test_a_colour_is_known_by_hex_by_name_and_by_its_last_word() -> None:
    assert look.swatch_colour("#AABBCC") == "#AABBCC"
    assert look.swatch_colour("Navy blue") == look.COLOURS["navy"]
    assert look.swatch_colour("Dusty rose") == look.COLOURS["rose"]
    assert look.swatch_colour("Zebra") == ""
    assert look.swatch_colour('"><script>') == ""


def test_a_marketplace_is_marked_by_its_letter_and_a_web_shop_by_an_icon() -> None:
    assert look.channel_mark("web", "Web shop") == ("world-www", "")
    assert look.channel_mark("marketplace", "allegro") == ("", "A")


def test_what_a_job_counted_is_told_good_news_first(app: Flask) -> None:
    told = statuses.outcomes({"refused": 21, "made": 812, "odd_ones": 3})
    assert [(word, tone) for word, _count, tone in told] == [
        ("Made new", "ok"),
        ("Not taken", "bad"),
        ("Odd ones", "idle2"),
    ]


def test_htmx_may_run_nothing_and_swaps_refusals_in() -> None:
    head = (ROOT / "app/templates/head.html").read_text(encoding="utf-8")
    found = re.search(r"name=\"htmx-config\" content='([^']+)'", head)
    assert found
    settings = json.loads(found[1])
    assert settings["allowEval"] is False
    assert settings["includeIndicatorStyles"] is False
    assert settings["historyCacheSize"] == 0
    assert {"code": "409|412|422", "swap": True} in settings["responseHandling"]
