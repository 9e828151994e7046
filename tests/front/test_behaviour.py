"""What the pages do in a browser: keys, ticks, scans, grid, toasts; served from this process."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, Route, expect

from app.look import GridCell, GridRow
from tests.axe import violations
from tests.browser import watched_page

Shown = Callable[..., None]

LIST = """{% extends "base.html" %}
{% from "components/data_table.html" import data_table %}
{% from "components/bulk_bar.html" import bulk_bar, bulk_button %}
{% from "components/action.html" import post_button %}
{% block title %}Orders{% endblock %}{% block main %}<h1>Orders</h1>
{{ post_button("Ship", "/shipped", kind="primary", key=" ") }}
<a class="btn" href="/seventh" data-key="7">View 7</a>
<label>Note <input id="note" value="kept"></label>
{% call data_table([{"title": "Order"}], "Orders", select=true) %}
{% for number in range(1, 4) %}<tr>
<td class="tick"><input class="form-check-input" type="checkbox" name="ids" value="{{ number }}"
form="bulk" aria-label="Tick {{ number }}"></td>
<th scope="row"><a href="/orders/{{ number }}">Order {{ number }}</a></th></tr>
{% endfor %}
{% endcall %}
{% call bulk_bar("Act on ticked orders", total=47) %}
{{ bulk_button("Print labels", "/labels", key="l", main=true) }}
{% endcall %}
{% endblock %}"""


@pytest.fixture
def page(browser: Browser, client_as: Callable[..., FlaskClient]) -> Iterator[Page]:
    """A page whose every request is answered by the test client of a signed-in administrator."""
    client = client_as("administrator")

    def answer(route: Route) -> None:
        asked = route.request
        path = asked.url.removeprefix("http://127.0.0.1:1")
        if path.startswith(("/static", "/jobs", "/search")) and asked.method == "GET":
            with client.get(path) as found:
                route.fulfill(
                    status=found.status_code, headers=dict(found.headers), body=found.data
                )
        else:
            route.fulfill(status=200, content_type="text/html", body="<title>There</title>There")

    with watched_page(browser, "http://127.0.0.1:1") as opened:
        opened.route("**/*", answer)
        yield opened


@pytest.fixture
def show(app: Flask, page: Page) -> Shown:
    def render(source: str, **context: object) -> None:
        with app.test_request_context():
            text = render_template_string(source, **context)
        page.route(
            "**/here", lambda route: route.fulfill(content_type="text/html", body=text, status=200)
        )
        page.goto("/here")

    return render


def test_space_goes_on_from_an_empty_field_for_scans_and_is_written_into_a_full_one(
    page: Page, show: Shown
) -> None:
    show(LIST.replace('id="note" value="kept"', 'id="code" data-scan'))
    field = page.locator("#code")
    field.focus()
    page.keyboard.type("AB", delay=60)
    page.keyboard.press("Space")
    expect(field).to_have_value("AB ")
    field.fill("")
    page.keyboard.press("Space")
    expect(page).to_have_url("http://127.0.0.1:1/shipped")


def test_j_and_k_walk_the_rows_x_ticks_and_enter_opens(page: Page, show: Shown) -> None:
    show(LIST)
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.get_by_label("Tick 2")).to_be_checked()
    expect(page.locator("[data-bulk]")).to_be_visible()
    expect(page.locator("[data-n]")).to_have_text("1")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page).to_have_url("http://127.0.0.1:1/orders/1")


def test_all_that_match_may_be_acted_on_once_the_page_is_ticked(page: Page, show: Shown) -> None:
    show(LIST)
    page.get_by_label("Tick all on this page").check()
    page.get_by_role("button", name="All 47 that match").click()
    expect(page.locator("[data-n]")).to_have_text("47")
    expect(page.locator("[data-bulk-all]")).to_have_value("1")
    page.get_by_label("Tick 2").uncheck()
    expect(page.locator("[data-n]")).to_have_text("2")
    expect(page.locator("[data-bulk-all]")).to_have_value("")


def test_enter_in_a_box_that_is_ticked_opens_its_row_and_acts_on_nothing(
    page: Page, show: Shown
) -> None:
    show(LIST)
    sent: list[str] = []
    page.on("request", lambda asked: sent.extend([asked.url] if asked.method == "POST" else []))
    page.get_by_label("Tick 2").press("Space")
    page.get_by_label("Tick 2").press("Enter")
    expect(page).to_have_url("http://127.0.0.1:1/orders/2")
    assert sent == []


def test_the_bar_of_the_ticked_is_entered_without_moving_the_list(page: Page, show: Shown) -> None:
    show(LIST.replace("range(1, 4)", "range(1, 60)"))
    page.get_by_label("Tick 3", exact=True).check()
    page.get_by_role("button", name="Print labels").focus()
    page.wait_for_timeout(100)
    assert page.evaluate("document.querySelector('main').scrollTop") == 0


def test_space_does_the_next_step_but_not_while_one_types(page: Page, show: Shown) -> None:
    show(LIST)
    page.locator("#note").focus()
    page.keyboard.press("End")
    page.keyboard.type(" x", delay=80)
    expect(page.locator("#note")).to_have_value("kept x")
    page.locator("#note").evaluate("field => field.blur()")
    with page.expect_request("**/shipped") as sent:
        page.keyboard.press("Space")
    assert sent.value.method == "POST"


def test_a_scan_without_focus_opens_what_it_means_and_presses_no_key(
    page: Page, show: Shown
) -> None:
    show(LIST)
    scan(page, "7901234123457")
    expect(page).to_have_url("http://127.0.0.1:1/search?scan=7901234123457")


def test_a_scan_while_one_types_leaves_the_field_as_it_was(page: Page, show: Shown) -> None:
    show(LIST)
    page.evaluate(
        "document.addEventListener('verso:scan', e => {"
        " e.preventDefault(); window.got = e.detail.code })"
    )
    page.locator("#note").focus()
    scan(page, "5901234123457")
    page.wait_for_function("window.got === '5901234123457'")
    expect(page.locator("#note")).to_have_value("kept")


def test_the_palette_finds_commands_without_accents(page: Page, show: Shown) -> None:
    show(LIST)
    page.keyboard.press("Control+k")
    palette = page.locator("#palette")
    expect(palette.get_by_role("combobox")).to_be_focused()
    page.keyboard.type("shíp")
    expect(palette.get_by_role("option")).to_have_count(1)
    with page.expect_request("**/shipped"):
        page.keyboard.press("Enter")


def test_every_command_of_the_palette_has_a_name_and_is_there_once(page: Page, show: Shown) -> None:
    show(LIST.replace("<h1>", '<a href="/orders/new" data-key="n">New order</a><h1>'))
    page.keyboard.press("Control+k")
    names = [
        one.split("\n")[0] for one in page.locator("#pal-list [role=option]").all_inner_texts()
    ]
    assert "" not in names
    assert "Tick all on this page" in names
    assert "New order" in names
    assert "Place an order" not in names
    page.keyboard.type("goods in", delay=40)
    expect(page.locator("#pal-list [role=option]")).to_have_text(["Goods in"])


POLLED = """{% extends "base.html" %}{% block title %}Job{% endblock %}{% block main %}<h1>Job</h1>
<div id="job"><div hx-get="/jobs/far" hx-trigger="every 1s" hx-swap="outerHTML" data-poll>
<a href="/first">First</a><button type="button">Stop</button></div></div>{% endblock %}"""


def test_who_stands_on_a_button_of_a_running_job_stays_there(page: Page, show: Shown) -> None:
    page.route(
        "**/jobs/far",
        lambda route: route.fulfill(
            content_type="text/html",
            body='<div data-poll id="far"><a href="/first">First</a>'
            '<button type="button">Stop</button></div>',
        ),
    )
    show(POLLED)
    page.get_by_role("button", name="Stop").focus()
    expect(page.locator("#far")).to_be_visible()
    expect(page.get_by_role("button", name="Stop")).to_be_focused()


def test_the_grid_is_one_tab_stop_and_arrows_skip_what_was_never_made(
    page: Page, show: Shown
) -> None:
    rows = [
        GridRow(label="Navy", cells=[_cell("N-S"), None, _cell("N-L")]),
        GridRow(label="Rust", cells=[_cell("R-S"), _cell("R-M"), _cell("R-L")]),
    ]
    show(
        '{% extends "base.html" %}{% from "components/size_grid.html" import size_grid %}'
        "{% block title %}Grid{% endblock %}{% block main %}<h1>Grid</h1>"
        "{{ size_grid(['S', 'M', 'L'], rows, 'Stock') }}{% endblock %}",
        rows=rows,
    )
    assert page.locator(".cell[tabindex='0']").count() == 1
    page.locator("[data-sku=N-S]").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-sku=N-L]")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("[data-sku=R-L]")).to_have_attribute("aria-pressed", "true")
    assert page.locator(".cell[tabindex='0']").count() == 1


def test_a_spreadsheet_is_pasted_into_the_grid(page: Page, show: Shown) -> None:
    rows = [
        GridRow(label=colour, cells=[_cell(f"{colour}-{size}") for size in "SML"])
        for colour in ("Navy", "Rust")
    ]
    show(
        '{% extends "base.html" %}{% from "components/size_grid.html" import size_grid %}'
        "{% block title %}Goods in{% endblock %}{% block main %}<h1>Goods in</h1>"
        "{{ size_grid(['S', 'M', 'L'], rows, 'Quantities', mode='edit') }}{% endblock %}",
        rows=rows,
    )
    page.locator("[data-sku=Navy-M]").focus()
    page.evaluate(
        """() => { const data = new DataTransfer(); data.setData('text/plain', '1\\t2\\n3\\t4\\n');
        document.activeElement.dispatchEvent(new ClipboardEvent('paste',
        { clipboardData: data, bubbles: true, cancelable: true })) }"""
    )
    values = page.locator(".cell-in").evaluate_all("all => all.map(one => one.value)")
    assert values == ["", "1", "2", "", "3", "4"]


def test_leaving_a_changed_form_warns(page: Page, show: Shown) -> None:
    show(
        '{% extends "base.html" %}{% block title %}Price{% endblock %}{% block main %}'
        "<h1>Price</h1>"
        '<form method="post" action="/saved" data-guard><input type="hidden" name="csrf_token" '
        'value="x"><label>Price <input id="price"></label></form>'
        '<a href="/away">Away</a>{% endblock %}'
    )
    page.locator("#price").type("139")
    asked: list[str] = []

    def stay(dialog: object) -> None:
        asked.append(dialog.type)  # type: ignore[attr-defined]
        dialog.accept()  # type: ignore[attr-defined]

    page.on("dialog", stay)
    page.get_by_role("link", name="Away").click()
    expect(page).to_have_url("http://127.0.0.1:1/away")
    assert asked == ["beforeunload"]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 820, 1440])
def test_the_shell_and_a_list_are_open_to_everybody(
    page: Page, show: Shown, width: int, theme: str
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    show(LIST)
    page.get_by_label("Tick 2").check()
    assert violations(page) == []
    wide = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert wide <= 0


def scan(page: Page, code: str) -> None:
    """Type as a scanner does: faster than this machine could press keys through the driver."""
    page.evaluate(
        """code => { const there = document.activeElement;
        for (const key of [...code, 'Enter']) {
          const options = { key, bubbles: true, cancelable: true };
          const taken = !there.dispatchEvent(new KeyboardEvent('keydown', options));
          if (!taken && key.length === 1 && 'value' in there) there.value += key;
        } }""",
        code,
    )


def _cell(sku: str) -> GridCell:
    return GridCell(sku=sku, size=sku[-1], here=1, name=sku)


def test_a_slow_answer_is_seen_and_the_pressed_button_waits(page: Page, show: Shown) -> None:
    show(LIST)
    # Sent, and never answered: the page itself stays.
    page.evaluate("document.addEventListener('submit', sent => sent.preventDefault())")
    page.keyboard.press("Space")
    expect(page.locator("body.waiting")).to_have_count(1)
    expect(page.locator("[aria-busy=true]")).to_have_count(1)


def test_a_quick_page_shows_no_waiting(page: Page, show: Shown) -> None:
    show(LIST)
    page.wait_for_timeout(500)
    expect(page.locator("body.waiting")).to_have_count(0)


ASKING = """{% extends "base.html" %}{% from "components/dialog.html" import dialog, dialog_foot %}
{% from "components/action.html" import dialog_button, submit %}
{% block title %}Ask{% endblock %}{% block main %}<h1>Ask</h1>
{{ dialog_button("Set the brand", "brand") }}
{% call dialog("brand", "Set the brand") %}<form method="post" action="/branded">
<label>Brand <input name="brand"></label>
{% call dialog_foot("Not now") %}{{ submit("Set it") }}{% endcall %}</form>{% endcall %}
{% endblock %}"""


def test_enter_opens_a_dialog_and_does_not_send_its_empty_form(page: Page, show: Shown) -> None:
    show(ASKING)
    sent: list[str] = []
    page.on("request", lambda asked: sent.extend([asked.post_data] if asked.post_data else []))
    page.get_by_role("button", name="Set the brand").press("Enter")
    expect(page.get_by_role("textbox", name="Brand")).to_be_focused()
    page.wait_for_timeout(300)
    assert sent == []
    page.keyboard.type("Deszczowa", delay=40)
    page.keyboard.press("Enter")
    expect(page).to_have_url("http://127.0.0.1:1/branded")
    assert "Deszczowa" in sent[0]


def test_the_colours_follow_the_device_while_a_page_is_open_until_somebody_chooses(
    page: Page, show: Shown
) -> None:
    look = page.locator("html")
    show(LIST)
    expect(look).to_have_attribute("data-bs-theme", "light")
    page.emulate_media(color_scheme="dark")
    expect(look).to_have_attribute("data-bs-theme", "dark")
    page.get_by_role("button", name="Switch between light and dark").click()
    expect(look).to_have_attribute("data-bs-theme", "light")
    page.emulate_media(color_scheme="light")
    page.emulate_media(color_scheme="dark")
    expect(look).to_have_attribute("data-bs-theme", "light")


def test_a_code_is_drawn_sign_by_sign(page: Page, show: Shown) -> None:
    """The typeface draws an x between figures as a multiplication, which nobody can type."""
    show(LIST.replace("<h1>", "<p class='code'>6x8</p><p>6x8</p><h1>", 1))
    drawn = [
        one.evaluate("e => getComputedStyle(e).fontVariantLigatures")
        for one in page.locator("p", has_text="6x8").all()
    ]
    assert drawn == ["no-contextual", "normal"]
