"""The import as a job: real files, kills in the middle, undo, and its command."""

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from app import outbox
from app.db import close_session, session, transact
from app.errors import RuleViolation
from app.models import Job, JobState
from modules import catalog
from modules.catalog import ImportUndone, NewVariant, QuantitiesImported
from modules.catalog.errors import AlreadyUndone, NothingToUndo
from modules.catalog.folders import imports_folder
from modules.catalog.importing import job as importing
from modules.catalog.importing import operations as imports
from modules.catalog.importing import source, writing
from modules.catalog.models import (
    Barcode,
    BarcodeKind,
    CatalogImport,
    CatalogImportRow,
    ImportState,
    Photo,
    Product,
    Variant,
)
from tests.catalog.cast import OTHER_EAN, halina
from tests.catalog.data import data_file
from tests.catalog.test_import_rules import first, second, sheet

Cli = Callable[..., Result]


def begin(text: str, **more: Any) -> CatalogImport:
    sha256 = source.keep_file(io.BytesIO(text.encode()), imports_folder())
    close_session()
    job = transact(lambda: imports.start_import(file_name="tees.csv", sha256=sha256, **more))
    close_session()
    return job


def finish(job: CatalogImport) -> CatalogImport:
    outbox.run_due()
    close_session()
    return session.get_one(CatalogImport, job.id)


def count(of: type) -> int:
    number = session.scalars(select(func.count()).select_from(of)).one()
    close_session()  # what is left open here would swallow what comes next
    return number


def many(products: int) -> str:
    return sheet(
        *(
            {
                **first(Variant_SKU=f"P{number:03}", Image_Src="https://x.example/1"),
                "Handle": f"p{number:03}",
            }
            for number in range(products)
        )
    )


# --- the real files ---------------------------------------------------------------------------


@pytest.mark.slow
def test_every_row_of_the_fashion_file_is_accounted_for(app: Flask, cli: Cli) -> None:
    file = data_file("shopify/fashion.csv")
    trial = cli("catalog", "import", str(file), "--dry-run")
    close_session()
    assert (count(Product), count(Variant)) == (0, 0)
    result = cli("catalog", "import", str(file), "--location", "MAIN")
    close_session()
    assert result.exit_code == trial.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[-2] == "products: 997, variants: 3676, rows refused: 8"
    assert trial.stdout.splitlines()[-2] == lines[-2]
    assert re.fullmatch(r"import id: \d+", lines[-1])
    record = session.get_one(CatalogImport, int(lines[-1].rpartition(" ")[2]))
    counts = record.counts
    assert record.row_count == 5024
    assert counts["made"] + counts["pictures"] + counts["refused"] == 5024
    assert counts["pictures"] == 1340
    assert (count(Product), count(Variant)) == (997, 3676)
    kinds = session.execute(select(Barcode.kind, func.count()).group_by(Barcode.kind)).all()
    assert [tuple(one) for one in kinds] == [(BarcodeKind.INTERNAL, 3644)]
    said: dict[str, int] = {}
    for notes in session.scalars(
        select(CatalogImportRow.notes).where(CatalogImportRow.import_id == record.id)
    ):
        for code in {note["code"] for note in notes}:
            said[code] = said.get(code, 0) + 1
    assert said == {
        "sku_elsewhere": 7,
        "sku_of_other_cell": 1,
        "barcode_not_gtin": 3644,
        "barcode_doubled": 30,
        "negative_stock": 5,
        "picture_not_fetched": 4758,
    }
    # Every SKU and barcode stands without the apostrophe of the spreadsheet.
    assert catalog.find_by_scan("30235") is not None
    assert session.scalar(select(Variant.id).where(Variant.sku.startswith("'"))) is None


@pytest.mark.slow
def test_the_fashion_file_is_taken_back_whole(app: Flask, cli: Cli) -> None:
    file = data_file("shopify/fashion.csv")
    lines = cli("catalog", "import", str(file)).stdout.splitlines()
    close_session()
    result = cli("catalog", "undo-import", lines[-1].rpartition(" ")[2])
    close_session()
    assert result.exit_code == 0, result.output
    assert result.stdout.strip() == "products removed: 997, archived: 0, put back: 0"
    assert [count(one) for one in (Product, Variant, Barcode, Photo)] == [0, 0, 0, 0]


def test_the_apparel_file_is_taken_whole(app: Flask, cli: Cli) -> None:
    result = cli("catalog", "import", str(data_file("shopify/apparel.csv")))
    close_session()
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[-2] == "products: 25, variants: 96, rows refused: 0"
    notes = session.scalars(select(CatalogImportRow.notes)).all()
    assert sum(note["code"] == "sku_made" for row in notes for note in row) == 1


# --- the command ------------------------------------------------------------------------------


def write(folder: Path, text: str) -> str:
    file = folder / "tees.csv"
    file.write_text(text)
    return str(file)


def test_the_command_ends_with_its_two_lines_and_0_when_all_was_taken(
    app: Flask, cli: Cli, tmp_path: Path
) -> None:
    result = cli("catalog", "import", write(tmp_path, sheet(first(), second())))
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[-2] == "products: 1, variants: 2, rows refused: 0"


def test_the_command_says_1_when_some_rows_were_refused(
    app: Flask, cli: Cli, tmp_path: Path
) -> None:
    result = cli("catalog", "import", write(tmp_path, sheet(first(), second(Variant_Price=""))))
    assert result.exit_code == 1
    assert "refused: no price: 1" in result.stderr


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("a,b\n1,2\n", []),
        (sheet(first(Variant_Price="")), []),
        (sheet(first()), ["--location", "MOON"]),
    ],
)
def test_the_command_says_2_when_nothing_was_done(
    app: Flask, cli: Cli, tmp_path: Path, text: str, options: list[str]
) -> None:
    result = cli("catalog", "import", write(tmp_path, text), *options)
    close_session()
    assert result.exit_code == 2
    assert count(Product) == 0


def test_undoing_by_command_refuses_in_one_line(app: Flask, cli: Cli, tmp_path: Path) -> None:
    result = cli("catalog", "undo-import", "4711")
    assert result.exit_code == 2
    assert result.stderr.strip() == "There is no import 4711."


# --- kills ------------------------------------------------------------------------------------


@pytest.mark.parametrize("dry_run", [False, True])
def test_an_import_that_was_killed_goes_on_with_the_next_product(
    app: Flask, monkeypatch: pytest.MonkeyPatch, dry_run: bool
) -> None:
    monkeypatch.setattr(importing, "STEP", 4)
    job = begin(many(10), dry_run=dry_run)
    written = writing.write_accounts if dry_run else writing.write_plans
    name = "write_accounts" if dry_run else "write_plans"
    calls = 0

    def dies_in_the_second_step(*args: Any, **more: Any) -> None:
        nonlocal calls
        calls += 1
        written(*args, **more)
        if calls == 2:
            raise KeyboardInterrupt  # after everything was written, before the commit

    monkeypatch.setattr(writing, name, dies_in_the_second_step)
    with pytest.raises(KeyboardInterrupt):
        outbox.run_due()
    close_session()
    assert count(CatalogImportRow) == 4
    assert count(Product) == (0 if dry_run else 4)
    stopped = session.get_one(Job, job.job_id)
    assert (stopped.state, stopped.done, stopped.total) == (JobState.RUN, 4, 10)
    close_session()

    def lease_runs_out() -> None:
        found = session.get_one(Job, job.job_id)
        found.lease_until = found.created_at

    transact(lease_runs_out)
    record = finish(job)
    assert calls == 4  # 4 products, 4 that were lost, the same 4 again, 2
    assert record.state is ImportState.DONE
    assert (record.counts["rows"], record.counts["made"]) == (10, 10)
    assert count(CatalogImportRow) == 10
    assert count(Product) == (0 if dry_run else 10)
    rows = session.scalars(select(CatalogImportRow.row_no).order_by(CatalogImportRow.row_no))
    assert rows.all() == list(range(1, 11))


def test_an_import_that_is_stopped_keeps_whole_products_and_can_go_on(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "STEP", 4)
    job = begin(many(10))
    written = writing.write_plans

    def somebody_stops_it(*args: Any) -> None:
        written(*args)
        outbox.cancel(job_id=job.job_id or 0)

    with monkeypatch.context() as patch:
        patch.setattr(writing, "write_plans", somebody_stops_it)
        outbox.run_due()
    close_session()
    assert outbox.get_job(job.job_id or 0).state is JobState.CANCELLED
    assert count(Product) == 4
    close_session()
    transact(lambda: outbox.retry(job_id=job.job_id or 0))
    assert finish(job).counts["made"] == 10


def test_an_import_runs_once_even_if_its_job_is_run_twice(app: Flask) -> None:
    job = begin(many(3))
    finish(job)

    def again() -> None:
        session.get_one(Job, job.job_id).state = JobState.READY

    close_session()
    transact(again)
    assert finish(job).counts["made"] == 3
    assert count(CatalogImportRow) == 3


# --- undo -------------------------------------------------------------------------------------


def undo(job: CatalogImport) -> dict[str, int]:
    close_session()
    figures = transact(lambda: imports.undo_import(import_id=job.id))
    close_session()
    return figures


def test_an_undone_import_leaves_nothing_of_what_it_made(app: Flask) -> None:
    halina()
    job = finish(begin(many(3)))
    assert count(Product) == 4
    assert undo(job) == {"removed": 3, "archived": 0, "restored": 0}
    assert session.scalars(select(Product.code)).all() == ["KS-HALINA"]
    assert count(CatalogImportRow) == 3  # the account stays
    with pytest.raises(AlreadyUndone):
        undo(job)


def test_undo_puts_back_what_the_import_changed_and_no_more(app: Flask) -> None:
    finish(begin(sheet(first(Vendor="Łan"), second())))
    job = finish(
        begin(
            sheet(
                first(
                    Title="Renamed",
                    Variant_Price="99",
                    Variant_Barcode=OTHER_EAN,
                    Image_Src="https://x.example/1",
                ),
                second(Variant_Price="99"),
                second(Option1_Value="L", Variant_SKU="TEE-L"),
            )
        )
    )
    transact(lambda: catalog.set_price(sku="TEE-M", price_minor=7700))  # a person, since then
    assert undo(job) == {"removed": 0, "archived": 0, "restored": 1}
    card = catalog.product_card("tee")
    assert card.product.name == "Plain tee"
    assert [(one.sku, one.price_minor) for one in card.variants] == [
        ("TEE-S", 4900),
        ("TEE-M", 7700),
    ]
    assert catalog.find_by_scan(OTHER_EAN) is None
    assert count(Photo) == 0
    assert catalog.find_variants("renamed") == []


def test_a_product_that_somebody_changed_since_is_archived_and_not_destroyed(app: Flask) -> None:
    job = finish(begin(many(3)))
    transact(lambda: catalog.set_price(sku="P001", price_minor=1))
    assert undo(job) == {"removed": 2, "archived": 1, "restored": 0}
    assert [one.code for one in catalog.list_products(status="archived")] == ["p001"]


def test_a_product_that_something_refers_to_is_archived(app: Flask) -> None:
    from modules import organization
    from modules.stock.models import StockItem

    job = finish(begin(many(3)))
    variant = catalog.get_variant("P002")
    location = organization.get_location("MAIN")

    def comes_into_stock() -> None:
        session.add(StockItem(variant_id=variant.id, location_id=location.id))

    close_session()
    transact(comes_into_stock)
    assert undo(job) == {"removed": 2, "archived": 1, "restored": 0}
    again = finish(begin(many(3)))
    assert (again.counts["made"], again.counts["changed"]) == (2, 1)
    assert catalog.get_product("p002").archived_at is None


def test_undo_is_refused_as_a_whole_when_another_room_cannot_follow(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(_event: ImportUndone) -> None:
        raise RuleViolation("Pieces of this import were sold.")

    job = finish(begin(many(2)))
    monkeypatch.setitem(app.extensions["subscribers"], ImportUndone, [refuses])
    with pytest.raises(RuleViolation, match="were sold"):
        undo(job)
    close_session()
    assert count(Product) == 2
    transact(lambda: imports.start_undo(import_id=job.id))
    record = finish(job)
    assert outbox.get_job(record.undo_job_id or 0).last_error == "Pieces of this import were sold."
    assert record.state is ImportState.DONE


def test_a_trial_or_an_import_that_goes_on_cannot_be_undone(app: Flask) -> None:
    going = begin(many(1))
    with pytest.raises(NothingToUndo):
        undo(going)
    close_session()
    finish(going)
    trial = finish(begin(many(1), dry_run=True))
    with pytest.raises(NothingToUndo):
        undo(trial)


# --- what the floors above are told -----------------------------------------------------------


def test_quantities_are_announced_in_the_transaction_that_made_the_variants(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[QuantitiesImported] = []
    monkeypatch.setitem(app.extensions["subscribers"], QuantitiesImported, [heard.append])
    job = finish(
        begin(
            sheet(first(Variant_Inventory_Qty="5"), second(Variant_Inventory_Qty="-2")),
            location="MAIN",
        )
    )
    assert len(heard) == 1
    assert (heard[0].import_id, heard[0].location_code) == (job.id, "MAIN")
    assert heard[0].quantities == [(catalog.get_variant("TEE-S").id, 5)]


def test_goods_of_an_import_lie_in_stock_and_leave_it_with_the_import(app: Flask) -> None:
    from modules.stock.models import StockItem

    job = finish(begin(sheet(first(Variant_Inventory_Qty="5")), location="MAIN"))
    assert session.scalars(select(StockItem.on_hand)).all() == [5]
    figures = undo(job)
    assert figures["removed"] + figures["archived"] == 1
    assert [one for one in session.scalars(select(StockItem.on_hand)) if one] == []


def test_a_bulk_of_products_is_written_in_the_same_number_of_statements(
    app: Flask, statements: Callable[[], Any]
) -> None:
    from modules import organization

    tax = organization.get_tax_class("standard").id

    def made(number: int, start: int) -> list[catalog.NewProduct]:
        return [
            catalog.NewProduct(
                code=f"B{at}",
                name="Bulk",
                tax_class_id=tax,
                options=[catalog.NewOption(name="size", values=["S", "M"])],
                variants=[
                    NewVariant(
                        sku=f"B{at}-{size}",
                        price_minor=1,
                        options={"size": size},
                        barcodes=[f"{at}{size}"],
                    )
                    for size in ("S", "M")
                ],
                photos=[catalog.NewPhoto(file="goods/tee-sky.svg")],
            )
            for at in range(start, start + number)
        ]

    close_session()
    with statements() as one:
        transact(lambda: catalog.import_products(products=made(1, 0)))
    with statements() as twenty:
        transact(lambda: catalog.import_products(products=made(20, 100)))
    assert len(one) == len(twenty) <= 15
