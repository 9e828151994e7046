"""The template linter finds what it is there to find."""

import pytest

from tests.lint import templates


@pytest.mark.parametrize(
    "text",
    [
        '<p style="color: red">',
        "<style>p { color: red }</style>",
        '<button onclick="go()">',
        '<button hx-on:click="go()">',
        "<script>go()</script>",
        '<a href="javascript:go()">',
        '<div hx-vals="js:{a: 1}">',
        "{{ name|safe }}",
        "{{ name | safe }}",
        '<form method="post" action="/x"></form>',
        '<form method="post">{{ csrf_token() }}</form>',
        "<th>{{ _('Name') }}</th>",
        '<img src="/x.png">',
        "{% if %}",
        "<p>Hello</p>",
        '<input placeholder="Search">',
        "{% autoescape false %}{% endautoescape %}",
    ],
)
def test_a_fault_is_found(text: str) -> None:
    assert list(templates.faults_of(text)) != []


@pytest.mark.parametrize(
    "text",
    [
        '<script src="{{ url }}" defer></script>',
        '<script type="application/json">{{ data|tojson }}</script>',
        '<form method="post" action="{{ url }}">{{ csrf_field() }}</form>',
        '<form method="get"><input name="q"></form>',
        "<th scope=\"col\">{{ _('Name') }}</th>",
        '<img src="{{ url }}" alt="">',
        "{# a comment for the reader #}<p>{{ _('Hello') }}</p>",
        "{% trans %}Hello {{ name }}{% endtrans %}",
        '<a class="{{ "on" if a > b else "" }}" title="{{ _("Open") }}">Verso</a>',
        "<kbd>Ctrl</kbd> + <kbd>K</kbd> &nbsp; 1 × 2",
        '{% macro m(style="") %}<{{ tag }} class="btn{{ style }}">{% endmacro %}',
        "<option {% if a %}selected{% endif %}>{{ a }}</option>",
    ],
)
def test_a_good_template_passes(text: str) -> None:
    assert list(templates.faults_of(text)) == []


def test_the_line_of_a_fault_is_told() -> None:
    assert list(templates.faults_of("{#\n\n#}\n<p>\n<i onclick=''>")) == [
        (5, "inline script (on…=): the CSP refuses it")
    ]


def test_all_templates_of_the_house_are_clean() -> None:
    assert list(templates.faults()) == []
