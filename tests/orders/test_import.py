"""`orders import`: every row of a file is accounted for, and what is wrong is said in one line."""

import csv
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from sqlalchemy import func, select

from app.db import close_session, session, transact
from app.tables import LONGEST_FIELD
from modules import orders, payments
from modules.customers.models import Customer
from modules.orders.bulk import take_history
from modules.orders.errors import UnknownCode
from modules.orders.importing import import_orders, read_file
from modules.orders.models import Order, OrderLine
from modules.payments.models import Payment
from tests.orders.cast import DRESS, SHIRT, stock_the_shop
from tests.orders.test_flow import assert_ledgers_agree

pytestmark = pytest.mark.usefixtures("app")

Bring = Callable[..., Result]


def row(external_id: str = "H-1", **changes: Any) -> dict[str, Any]:
    return {
        "channel": "web",
        "external_id": external_id,
        "placed_at": "2025-03-04T10:00:00+01:00",
        "customer_name": "Agnieszka Wiśniewska",
        "email": "a.wisniewska@poczta.example",
        "phone": "+48 601 447 218",
        "sku": SHIRT,
        "quantity": 1,
        "unit_price_minor": 7_990,
        "currency": "PLN",
        "status": "delivered",
    } | changes


def table(*rows: dict[str, Any]) -> str:
    text = StringIO()
    writer = csv.DictWriter(text, list(row()))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


@pytest.fixture
def bring(cli: Callable[..., Result], tmp_path: Path) -> Bring:
    """Import rows, or a text as it is, in a shop that has shirts and dresses."""
    stock_the_shop()

    def run(*rows: dict[str, Any] | str | bytes) -> Result:
        first = rows[0]
        text = first if isinstance(first, str | bytes) else table(*rows)  # type: ignore[arg-type]
        file = tmp_path / "orders.csv"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return cli("orders", "import", str(file))

    return run


def lines_of(result: Result) -> list[str]:
    """Return what was said, without the progress bar; a traceback fails the test."""
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return [line for line in result.output.splitlines() if line and not line.startswith("Orders")]


def closing(
    rows: int, *, new: tuple[int, int], known: tuple[int, int] = (0, 0), refused: int = 0
) -> str:
    """Return the last line: orders with their rows, and how all rows of the file were met."""
    assert rows == new[1] + known[1] + refused
    return (
        f"orders: {new[0]}, known: {known[0]}, rows refused: {refused}; "
        f"of {rows} rows: {new[1]} new, {known[1]} known, {refused} refused"
    )


def count(model: Any) -> int:
    close_session()
    return session.scalar(select(func.count()).select_from(model)) or 0


def assert_no_file(result: Result, *words: str) -> None:
    said = lines_of(result)
    assert result.exit_code == 2
    assert len(said) == 1, said
    for word in words:
        assert word in said[0]
    assert count(Order) == 0


# --- files that cannot be read ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (table(row(customer_name="Wiśniewska")).encode("cp1250"), ["UTF-8"]),
        (table(row()).encode("utf-16"), ["UTF-8"]),
        (b"", ["empty"]),
        (b"\xef\xbb\xbf", ["empty"]),
        (b"\n\n", ["empty"]),
        (table(row()).split("\n", 1)[1], ["first row", "channel"]),
        (table(row()).replace("status", "state", 1), ["status"]),
        (table(row()).replace("status", "status,shoe_size", 1), ["shoe_size"]),
        (table(row()).replace("status", "status,sku", 1), ["sku", "twice"]),
        (table(row()) + '"web,H-2\n', ["line 3"]),
        (table(row()) + "x" * (LONGEST_FIELD + 1), ["line 3"]),
    ],
    ids=[
        "cp1250",
        "utf-16",
        "empty",
        "only a mark",
        "blank",
        "no header",
        "missing column",
        "unknown column",
        "doubled column",
        "open quote",
        "endless field",
    ],
)
def test_a_file_that_is_no_table_of_orders_is_refused_in_one_line(
    bring: Bring, text: str | bytes, words: list[str]
) -> None:
    assert_no_file(bring(text), *words)


def test_a_file_of_more_rows_than_can_be_held_is_refused_before_anything_is_taken(
    bring: Bring, monkeypatch: pytest.MonkeyPatch
) -> None:
    from modules.orders.importing import table as reading

    monkeypatch.setattr(reading, "MOST_ROWS", 3)
    refused = bring(*(row(f"H-{number}") for number in range(3)))
    assert refused.exit_code == 2
    assert "500,000 rows" in refused.output


def test_a_folder_or_a_missing_file_is_refused_in_one_line(
    cli: Callable[..., Result], tmp_path: Path
) -> None:
    assert_no_file(cli("orders", "import", str(tmp_path)), "folder", tmp_path.name)
    assert_no_file(cli("orders", "import", str(tmp_path / "gone.csv")), "no file", "gone.csv")


# --- rows that cannot be read -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"quantity": 10**9, "unit_price_minor": 10**13}, ["quantity", "price"]),
        ({"placed_at": "0001-01-01T00:00:00+14:00"}, ["placed_at", "1900"]),
        ({"placed_at": "9999-12-31T23:59:59-14:00"}, ["placed_at", "1900"]),
        ({"placed_at": "garbage"}, ["placed_at", "“garbage”", "2026-11-21T14:05:00Z"]),
        ({"placed_at": ""}, ["placed_at", "empty"]),
        ({"quantity": "two"}, ["quantity", "“two”", "whole number"]),
        ({"quantity": "1.5"}, ["quantity", "whole number"]),
        ({"quantity": "9" * 5_000}, ["quantity"]),
        ({"quantity": 0}, ["quantity", "1"]),
        ({"quantity": -1}, ["quantity"]),
        ({"unit_price_minor": -1}, ["unit_price_minor"]),
        ({"unit_price_minor": 10**13 + 1}, ["unit_price_minor"]),
        ({"currency": "zł"}, ["zł", "PLN"]),
        ({"currency": "pln"}, ["pln", "PLN"]),
        ({"currency": ""}, ["currency", "empty"]),
        ({"status": "lost\nfor good"}, ["“lost for good”", "delivered"]),
        ({"external_id": "x" * 201}, ["external_id", "200"]),
        ({"customer_name": "a\0b"}, ["customer_name"]),
    ],
    ids=lambda value: str(value)[:40],
)
@pytest.mark.parametrize("status", ["delivered", "placed"])
def test_a_row_that_cannot_be_is_refused_with_its_number_and_reason(
    bring: Bring, changes: dict[str, Any], words: list[str], status: str
) -> None:
    result = bring(
        row("H-1"), row(**{"external_id": "H-2", "status": status, **changes}), row("H-3")
    )

    refusal, last = lines_of(result)
    assert refusal.startswith("row 3: ")
    for word in words:
        assert word in refusal
    assert "isoformat" not in refusal
    assert "int()" not in refusal
    assert last == closing(3, new=(2, 2), refused=1)
    assert result.exit_code == 1


def test_a_row_with_too_few_or_too_many_fields_is_refused(bring: Bring) -> None:
    result = bring(table(row()) + "web,H-2\n\n" + ",".join(["x"] * 12) + "\n")

    said = lines_of(result)
    assert said[0].startswith("row 3: ")
    assert "2" in said[0]
    assert said[1].startswith("row 5: ")  # a blank line is no row, but has its number
    assert "12" in said[1]
    assert said[2] == closing(3, new=(1, 1), refused=2)


def test_an_order_dearer_than_any_can_be_is_refused_by_its_sum(bring: Bring) -> None:
    many = [row("H-1", unit_price_minor=6 * 10**12, sku=sku) for sku in (SHIRT, DRESS)]

    said = lines_of(bring(*many, row("H-2")))

    assert [line[:7] for line in said[:2]] == ["row 2: ", "row 3: "]
    assert said[2] == closing(3, new=(1, 1), refused=2)


# --- orders whose rows do not agree -----------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("currency", "EUR"),
        ("status", "cancelled"),
        ("status", "placed"),
        ("customer_name", "Jan Nowak"),
        ("email", "jan@poczta.example"),
        ("phone", "+48 601 000 000"),
        ("placed_at", "2025-03-04T10:00:00Z"),
    ],
)
def test_rows_of_one_order_that_contradict_each_other_are_refused(
    bring: Bring, name: str, other: str
) -> None:
    result = bring(row(), row("H-2"), row("H-1", sku=DRESS, **{name: other}))

    first, second, last = lines_of(result)
    assert first.startswith("row 2: ")
    assert "4" in first[6:]
    assert second.startswith("row 4: ")
    for word in (name, other, str(row()[name]), "row 2"):
        assert word in second
    assert last == closing(3, new=(1, 1), refused=2)
    assert result.exit_code == 1
    assert session.scalars(select(Order.external_id)).all() == ["H-2"]


def test_rows_that_say_the_same_in_other_words_are_one_order(bring: Bring) -> None:
    result = bring(
        row(customer_name="", email=""),
        row(
            sku=DRESS,
            placed_at="2025-03-04T09:00:00Z",
            email="A.Wisniewska@Poczta.example",
            phone="+48601447218",
        ),
    )

    assert lines_of(result) == [closing(2, new=(1, 2))]
    assert result.exit_code == 0
    order = session.scalars(select(Order)).one()
    assert order.buyer["name"] == "Agnieszka Wiśniewska"
    assert order.line_count == 2


# --- words that are nobody's ------------------------------------------------------------------


@pytest.mark.parametrize("status", ["delivered", "placed"])
def test_an_unknown_channel_costs_its_own_order_and_no_other(bring: Bring, status: str) -> None:
    stray = [row("H-2", channel="bazaar", sku=sku, status=status) for sku in (SHIRT, DRESS)]

    result = bring(row("H-1"), *stray, row("H-3"))

    said = lines_of(result)
    assert [line[:7] for line in said[:2]] == ["row 3: ", "row 4: "]
    assert "bazaar" in said[0]
    assert said[2] == closing(4, new=(2, 2), refused=2)
    assert result.exit_code == 1


def test_an_unknown_sku_is_told_at_its_row_and_every_row_of_the_order_is_counted(
    bring: Bring,
) -> None:
    status = "placed"
    result = bring(
        row("H-1", status=status),
        row("H-1", status=status, sku="NO-SUCH"),
        row("H-1", status=status, sku=DRESS),
        row("H-2", status=status),
    )

    said = lines_of(result)
    assert [line[:7] for line in said[:3]] == ["row 2: ", "row 3: ", "row 4: "]
    assert "NO-SUCH" in said[1]
    assert "Row 3" in said[0]
    assert "Row 3" in said[2]
    assert said[3] == closing(4, new=(1, 1), refused=3)
    assert result.exit_code == 1


def test_history_keeps_what_nobody_sells_any_more_by_its_sku(bring: Bring) -> None:
    result = bring(row("H-1"), row("H-1", sku="SOLD-OUT-LONG-AGO"))

    assert lines_of(result) == [closing(2, new=(1, 2))]
    line = session.scalars(select(OrderLine).where(OrderLine.variant_id.is_(None))).one()
    assert (line.sku, line.name) == ("SOLD-OUT-LONG-AGO", "SOLD-OUT-LONG-AGO")
    assert_ledgers_agree()


def test_too_little_stock_is_told_at_the_row_that_wants_it(bring: Bring) -> None:
    result = bring(
        row(channel="pos", status="placed"),
        row(channel="pos", status="placed", sku=DRESS, quantity=400),
    )

    said = lines_of(result)
    assert "Row 3" in said[0]
    assert said[1].startswith("row 3: ")
    assert DRESS in said[1]
    assert said[2] == closing(2, new=(0, 0), refused=2)
    assert result.exit_code == 2


def test_a_refused_order_makes_no_customer(bring: Bring) -> None:
    bring(
        row(sku="NO-SUCH", status="placed"),
        row("H-2", channel="bazaar", email="b@poczta.example", phone=""),
    )

    assert count(Customer) == 0


# --- again ------------------------------------------------------------------------------------

EVERYTHING = [
    row("H-1"),
    row("H-1", sku=DRESS, unit_price_minor=32_900),
    row("H-2", status="returned", email="b@poczta.example", phone=""),
    row("H-3", status="cancelled", email="", phone=""),
    row("H-4", status="returned", unit_price_minor=0),
    row("H-5", status="shipped", quantity=3),
    row("N-1", status="placed"),
]
KEPT = (Order, OrderLine, Customer, Payment)


def test_the_same_file_twice_makes_nothing_twice(bring: Bring) -> None:
    first = bring(*EVERYTHING)
    before = [count(model) for model in KEPT]
    second = bring(*EVERYTHING)

    assert lines_of(first) == [closing(7, new=(6, 7))]
    assert lines_of(second) == [closing(7, new=(0, 0), known=(6, 7))]
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert [count(model) for model in KEPT] == before
    assert_ledgers_agree()


def test_an_order_that_is_known_stays_known_when_its_goods_are_not(bring: Bring) -> None:
    bring(row())

    result = bring(row(sku="NO-SUCH"))

    assert lines_of(result) == [closing(1, new=(0, 0), known=(1, 1))]


class Killed(BaseException):
    """The end of the process, as a signal brings it."""


@pytest.mark.parametrize("at", [1, 2, 3])
def test_an_import_that_was_killed_in_a_batch_is_completed_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    stock_the_shop()
    file = tmp_path / "orders.csv"
    file.write_text(
        table(
            *(
                row(f"H-{one}", sku=sku, email=f"b{one}@poczta.example", phone="")
                for sku in (SHIRT, DRESS)
                for one in range(5)
            )
        )
    )
    real, calls = payments.record_many, []

    def record(**given: Any) -> list[int]:
        calls.append(given)
        if len(calls) == at:
            raise Killed
        return real(**given)

    with monkeypatch.context() as patch:
        patch.setattr(payments, "record_many", record)
        with pytest.raises(Killed):
            list(import_orders(read_file(file).orders, batch=2))
    whole = 2 * (at - 1)
    assert [count(model) for model in KEPT] == [whole, 2 * whole, whole, whole]
    assert_ledgers_agree()

    *_earlier, done = import_orders(read_file(file).orders, batch=2)

    assert (done.new, done.known, done.refused) == (5 - whole, whole, [])
    assert (done.new_rows, done.known_rows) == (2 * (5 - whole), 2 * whole)
    assert [count(model) for model in KEPT] == [5, 10, 5, 5]
    assert_ledgers_agree()


# --- the bulk path alone ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "field", ["channel_code", "store_code", "shipping_code", "payment_code", "status"]
)
def test_history_with_a_word_that_is_nobodys_is_refused_and_the_rest_stored(field: str) -> None:
    stock_the_shop()
    line = orders.HistoryLine(sku=SHIRT, quantity=1, unit_price_minor=7_990)
    good = orders.HistoryOrder(
        channel_code="web",
        external_id="H-1",
        placed_at=datetime(2025, 3, 4, tzinfo=UTC),
        currency="PLN",
        status="delivered",
        lines=[line],
    )
    words: dict[str, Any] = {field: "nobody's"}
    bad = replace(good, external_id="H-2", **words)

    with pytest.raises(UnknownCode, match="nobody's"):
        transact(lambda: orders.import_history([good, bad]))
    assert count(Order) == 0

    taken = transact(lambda: take_history([bad, good], customer_of=lambda _one: None))

    assert len(taken.keys) == 1
    assert list(taken.refused) == [0]
    (reason,) = taken.refused[0]
    assert "nobody's" in reason
    assert session.scalars(select(Order.external_id)).all() == ["H-1"]
