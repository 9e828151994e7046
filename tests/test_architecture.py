"""The house rules that no reviewer should have to remember. The floors are in pyproject.toml."""

import ast
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import grimp
import pytest
from flask import Flask

from app import access

ROOT = Path(__file__).parents[1]
FLOORS = ("app", "modules", "integrations")
LONGEST = 400

MONEY = re.compile(r"minor|money|price|cost|amount|balance|refund|(\b|_)total\b|rate_bp", re.I)
CLOCKS = re.compile(r"(^|\.)(datetime\.(now|utcnow|today)|date\.today)$")
PARAGRAPH = re.compile(r"(^|\.)Paragraph$")
REFUSAL = re.compile(
    r"(^|\.)(RuleViolation|InvalidInput|NotFound|NotAllowed|StaleEdit)$|^super\(\)\.__init__$"
)
COMMIT = re.compile(r"session\w*(\(\))?\.commit$|^commit$")
VAGUE_FILES = {"util", "utils", "helper", "helpers", "manager", "managers", "misc", "common"}
VAGUE = re.compile(r"^_*(process|handle|manage)_|(utils?|helpers?|managers?)$", re.I)
# Names that SQLAlchemy, WTForms, html.parser and httpx call us by.
GIVEN_NAMES = {
    *("process_bind_param", "process_result_value", "process_formdata"),
    *("handle_starttag", "handle_endtag", "handle_data", "handle_request"),
}

KINDS = (ast.Call, ast.FunctionDef, ast.ClassDef, ast.AnnAssign, ast.arg)


@cache
def graph() -> grimp.ImportGraph:
    return grimp.build_graph(*FLOORS)


@cache
def sources() -> dict[str, str]:
    """Return the text of every Python file of the product by its path."""
    files = [ROOT / "wsgi.py", *(file for floor in FLOORS for file in (ROOT / floor).rglob("*.py"))]
    return {str(file.relative_to(ROOT)): file.read_text(encoding="utf-8") for file in files}


@cache
def trees() -> dict[str, ast.Module]:
    return {path: ast.parse(text, path) for path, text in sources().items()}


@cache
def nodes() -> list[tuple[str, ast.AST]]:
    """Return all that the rules below look at, with its file; walking a tree costs the most."""
    return [
        (path, node)
        for path, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, KINDS)
    ]


def places(found: Callable[[ast.AST], bool], *, except_in: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield where the product does something, leaving out the files that may."""
    for path, node in nodes():
        if path not in except_in and found(node):
            yield f"{path}:{getattr(node, 'lineno', 0)}"


@cache
def called(node: ast.AST) -> str:
    """Return what a call calls, as it is written (`datetime.now`); nothing for anything else."""
    return ast.unparse(node.func) if isinstance(node, ast.Call) else ""


def test_a_module_is_entered_by_its_front_door() -> None:
    """Whoever imports another module imports `modules.stock`, never `modules.stock.operations`."""
    side_doors = [
        f"{importer} -> {imported}"
        for importer in graph().modules
        for imported in graph().find_modules_directly_imported_by(importer)
        if imported.startswith("modules.")
        and imported.count(".") > 1
        and importer.split(".")[:2] != imported.split(".")[:2]
    ]
    assert side_doors == []


def test_the_roof_takes_each_part_by_its_module_file() -> None:
    imported = [
        node.module or ""
        for node in ast.walk(trees()["wsgi.py"])
        if isinstance(node, ast.ImportFrom)
    ]
    parts = [name for name in imported if name.startswith(("modules.", "integrations."))]
    assert parts != []
    assert [name for name in parts if name.split(".")[2:] not in ([], ["module"])] == []


def test_a_partner_client_knows_only_its_partner() -> None:
    for client in (name for name in graph().modules if name.endswith(".client")):
        assert graph().find_modules_directly_imported_by(client) == set()


def test_a_front_door_only_names_what_stands_behind_it() -> None:
    """It is one line of docstring and imports; rules live in the files behind it."""
    wrong = []
    for path, tree in trees().items():
        if not re.fullmatch(r"modules/\w+/__init__\.py", path):
            continue
        for node in tree.body:
            is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            is_list = isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
            if not (is_text or is_list or isinstance(node, ast.ImportFrom)):
                wrong.append(f"{path}:{node.lineno}")
    assert wrong == []


def test_every_file_says_first_what_it_is() -> None:
    silent = [path for path, tree in trees().items() if tree.body and not ast.get_docstring(tree)]
    assert silent == []


def test_no_file_is_longer_than_can_be_read() -> None:
    long = {
        path: text.count("\n") for path, text in sources().items() if text.count("\n") > LONGEST
    }
    assert long == {}


def test_nothing_is_named_vaguely() -> None:
    files = [path for path in sources() if Path(path).stem in VAGUE_FILES]

    def is_vague(node: ast.AST) -> bool:
        if not isinstance(node, ast.FunctionDef | ast.ClassDef) or node.name in GIVEN_NAMES:
            return False
        return bool(VAGUE.search(node.name))

    names = list(places(is_vague))
    assert files + names == []


def test_only_the_clock_knows_what_time_it_is() -> None:
    asked = places(lambda node: bool(CLOCKS.search(called(node))), except_in=("app/clock.py",))
    assert list(asked) == []


def test_money_is_never_a_float() -> None:
    def makes_float(node: ast.AST) -> bool:
        return called(node) == "float" and bool(MONEY.search(ast.unparse(node)))

    def types_float(node: ast.AST) -> bool:
        if isinstance(node, ast.AnnAssign):
            name, kind = ast.unparse(node.target), node.annotation
        elif isinstance(node, ast.arg) and node.annotation:
            name, kind = node.arg, node.annotation
        else:
            return False
        return bool(MONEY.search(name)) and bool(re.search(r"\bfloat\b", ast.unparse(kind)))

    assert list(places(lambda node: makes_float(node) or types_float(node))) == []


def test_text_enters_a_pdf_only_escaped() -> None:
    """A customer named `<b>` would stop the document: app/pdf.py escapes, all others ask it."""
    drawn = places(lambda node: bool(PARAGRAPH.search(called(node))), except_in=("app/pdf.py",))
    assert list(drawn) == []


def test_only_a_unit_of_work_commits() -> None:
    commits = places(lambda node: bool(COMMIT.search(called(node))), except_in=("app/db.py",))
    assert list(commits) == []


def test_nothing_is_marked_safe_that_was_not_escaped() -> None:
    """`Markup(f"…")` of a value is how a customer's name becomes a script."""

    def trusts(node: ast.AST) -> bool:
        return (
            isinstance(node, ast.Call)
            and called(node).split(".")[-1] == "Markup"
            and any(isinstance(part, ast.JoinedStr) for part in node.args)
        )

    assert list(places(trusts)) == []


def test_a_refusal_is_said_in_the_persons_language() -> None:
    """A refusal's text is shown as it is, so it comes out of a catalogue, never bare."""

    def is_bare(node: ast.AST) -> bool:
        return (
            isinstance(node, ast.Call)
            and bool(REFUSAL.search(called(node)))
            and any(isinstance(text, (ast.Constant, ast.JoinedStr)) for text in node.args)
        )

    assert list(places(is_bare)) == []


def test_every_kind_of_job_has_a_name_that_people_read(house: Flask) -> None:
    kinds, titles = house.extensions["tasks"], house.extensions["task_titles"]
    assert set(kinds) == set(titles)


def test_every_route_says_who_may_enter(house: Flask) -> None:
    silent = [name for name in house.view_functions if access.declared(house, name) is None]
    assert silent == []


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (CLOCKS, "datetime.now()"),
        (CLOCKS, "datetime.datetime.utcnow()"),
        (CLOCKS, "date.today()"),
        (PARAGRAPH, "platypus.Paragraph(name)"),
        (COMMIT, "session.commit()"),
        (COMMIT, "db.session().commit()"),
        (VAGUE, "process_order()"),
        (VAGUE, "OrderManager()"),
    ],
)
def test_the_rules_find_what_they_forbid(rule: re.Pattern[str], text: str) -> None:
    expression = ast.parse(text).body[0]
    assert isinstance(expression, ast.Expr)
    assert rule.search(called(expression.value))


@pytest.mark.parametrize("text", ["clock.now()", "processed()", "now.date()", "handler()"])
def test_the_rules_leave_the_rest_alone(text: str) -> None:
    expression = ast.parse(text).body[0]
    assert isinstance(expression, ast.Expr)
    for rule in (CLOCKS, PARAGRAPH, COMMIT, VAGUE):
        assert not rule.search(called(expression.value))
