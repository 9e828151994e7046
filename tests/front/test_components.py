"""The components: what they render from what they are given."""

from typing import Any

import pytest
from flask import Flask, render_template_string
from lxml import html
from wtforms import BooleanField, Form, RadioField, SelectField, StringField

from app.forms import SelectChoice
from app.look import GridCell, GridRow

pytestmark = pytest.mark.once


def shown(app: Flask, source: str, **context: Any) -> Any:
    with app.test_request_context():
        return html.fragment_fromstring(
            render_template_string(source, **context), create_parent="div"
        )


class Price(Form):
    price = StringField("Price", description="With VAT")
    listed = SelectField("List", choices=[SelectChoice("a", "Retail")])
    kept = BooleanField("Keep it")
    verdict = RadioField(
        "Verdict", choices=[SelectChoice("s", "Sellable"), SelectChoice("d", "Damaged")]
    )


def refused() -> Price:
    form = Price(data={"price": "139"})
    form.price.errors = ["It is below the floor."]
    return form


FIELD = '{% from "components/field.html" import field %}'


def test_a_refused_field_keeps_its_value_and_is_described_by_its_error(app: Flask) -> None:
    root = shown(app, FIELD + "{{ field(form.price, suffix='zł') }}", form=refused())
    field = root.xpath(".//input")[0]
    assert field.get("value") == "139"
    assert field.get("aria-invalid") == "true"
    assert field.get("aria-describedby").split() == ["price-help", "price-error"]
    assert "It is below the floor." in root.xpath(".//*[@id='price-error']")[0].text_content()


def test_a_field_without_fault_says_nothing_of_errors(app: Flask) -> None:
    root = shown(app, FIELD + "{{ field(form.listed, autocomplete='off') }}", form=Price())
    assert root.xpath(".//select/@autocomplete") == ["off"]
    assert not root.xpath(".//*[@aria-invalid or contains(@class, 'invalid')]")


@pytest.mark.parametrize("name", ["price", "listed", "kept", "verdict"])
def test_every_kind_of_field_is_labelled(app: Flask, name: str) -> None:
    root = shown(app, FIELD + "{{ field(form[name]) }}", form=Price(), name=name)
    labelled = set(root.xpath(".//label/@for"))
    assert {one.get("id") for one in root.xpath(".//input | .//select")} <= labelled


def test_the_summary_links_to_each_field_that_was_refused(app: Flask) -> None:
    source = '{% from "components/form_errors.html" import form_errors %}{{ form_errors(form) }}'
    root = shown(app, source, form=refused())
    assert root.xpath(".//a/@href") == ["#price"]
    assert shown(app, source, form=Price()).text_content().strip() == ""


def test_a_few_units_are_blocks_and_many_are_a_bar(app: Flask) -> None:
    source = '{% from "components/units.html" import units %}{{ units(states) }}'
    few = shown(app, source, states=[(2, "run", "picked"), (1, "gap", "backordered")])
    assert len(few.xpath(".//i")) == 3
    assert few.xpath(".//*[@role='img']/@aria-label") == ["2 picked, 1 backordered"]
    many = shown(app, source, states=[(10, "ok", "shipped"), (5, "idle", "reserved")])
    assert not many.xpath(".//i")
    assert many.xpath(".//*[@role='img']/@aria-label") == ["10 shipped, 5 reserved"]


def test_the_grid_shows_what_is_here_what_others_have_and_what_was_never_made(app: Flask) -> None:
    row = GridRow(
        label="Navy",
        cells=[
            GridCell(sku="N-S", size="S", here=0, elsewhere=3, incoming=12),
            GridCell(sku="N-M", size="M", here=0, elsewhere=0),
            None,
        ],
    )
    source = (
        '{% from "components/size_grid.html" import size_grid %}'
        "{{ size_grid(['S', 'M', 'L'], [row], 'Stock') }}"
    )
    root = shown(app, source, row=row)
    cells = root.xpath(".//*[contains(@class, 'cell')]")
    assert ["low" in cells[0].get("class"), "out" in cells[1].get("class")] == [True, True]
    assert "+12" in cells[0].text_content()
    assert "not made" in cells[2].text_content()


def test_what_a_person_typed_never_becomes_markup(app: Flask) -> None:
    name = '<img src=x onerror="go()">'
    source = (
        '{% from "components/page_head.html" import page_head %}'
        '{% from "components/list_row.html" import list_row %}'
        '{% from "components/photo.html" import photo %}'
        '{% from "components/channel.html" import channel %}'
        "{{ page_head(name, meta=name) }}{{ list_row(name, name) }}"
        "{{ photo(none, alt=name) }}{{ channel('marketplace', name) }}{{ icon('check', '', name) }}"
    )
    assert not shown(app, source, name=name).xpath(".//img")


def test_a_deed_that_can_be_taken_back_offers_it_by_post(app: Flask) -> None:
    source = (
        '{% from "components/toast.html" import toasts %}{{ toasts([("undo /photos/7", "Gone")]) }}'
    )
    root = shown(app, source)
    assert root.xpath(".//form[@method='post']/@action") == ["/photos/7"]
