"""The rules of the import: what is refused, what is taken with a warning, what is compared."""

import io
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app import outbox
from app.db import close_session, session, transact
from app.errors import RuleViolation
from modules import catalog
from modules.catalog.errors import UnreadableFile
from modules.catalog.folders import imports_folder
from modules.catalog.importing import source
from modules.catalog.importing.formats import get_format
from modules.catalog.importing.operations import start_import
from modules.catalog.importing.queries import rows_to_fix
from modules.catalog.importing.text import plain_text
from modules.catalog.models import (
    Barcode,
    BarcodeKind,
    CatalogImport,
    CatalogImportRow,
    Photo,
    ProductStatus,
)
from modules.catalog.sheet import sheet_row
from tests.catalog.cast import EAN, OTHER_EAN, halina

HEADINGS = (
    "Handle,Title,Vendor,Type,Published,Option1 Name,Option1 Value,Option2 Name,Option2 Value,"
    "Variant SKU,Variant Grams,Variant Inventory Qty,Variant Price,Variant Barcode,Image Src,"
    "Variant Image"
)


def sheet(*rows: dict[str, str]) -> str:
    """Write rows as a Shopify file; a row is {heading: value}, the handle being `tee`."""
    names = HEADINGS.split(",")
    lines = [HEADINGS]
    for row in rows:
        values = {"Handle": "tee", "Variant Price": "49.00", **row}
        assert set(values) <= set(names), set(values) - set(names)
        lines.append(",".join(f'"{values.get(name, "")}"' for name in names))
    return "\n".join(lines) + "\n"


def first(**more: str) -> dict[str, str]:
    return {
        "Title": "Plain tee",
        "Option1 Name": "Size",
        "Option1 Value": "S",
        "Variant SKU": "TEE-S",
        **{name.replace("_", " "): value for name, value in more.items()},
    }


def second(**more: str) -> dict[str, str]:
    return {
        "Option1 Value": "M",
        "Variant SKU": "TEE-M",
        **{name.replace("_", " "): value for name, value in more.items()},
    }


@pytest.fixture
def take(app: Flask) -> Callable[..., CatalogImport]:
    """Import a file as the job does, and return what was written of it."""

    def run(text: str, **more: Any) -> CatalogImport:
        sha256 = source.keep_file(io.BytesIO(text.encode()), imports_folder())
        close_session()
        job = transact(lambda: start_import(file_name="tees.csv", sha256=sha256, **more))
        outbox.run_due()
        close_session()
        found = session.get_one(CatalogImport, job.id)
        state = outbox.get_job(found.job_id or 0)
        assert state.last_error is None, state.last_error
        return found

    return run


Take = Callable[..., CatalogImport]


def accounts(job: CatalogImport) -> list[tuple[str, list[str]]]:
    """Return for each row of the file how it ended and what was said of it."""
    rows = session.scalars(
        select(CatalogImportRow)
        .where(CatalogImportRow.import_id == job.id)
        .order_by(CatalogImportRow.row_no)
    ).all()
    assert [row.row_no for row in rows] == list(range(1, len(rows) + 1))
    return [(row.outcome.value, [note["code"] for note in row.notes]) for row in rows]


def skus(code: str = "tee") -> list[str]:
    return [one.sku for one in catalog.product_card(code).variants]


# --- what becomes of a good file --------------------------------------------------------------


def test_rows_of_one_handle_become_one_product_with_its_variants(take: Take) -> None:
    job = take(
        sheet(
            first(Vendor="Łan", Type="Tops", Published="true", Variant_Grams="180"),
            second(Variant_Price="59.5"),
        )
    )
    card = catalog.product_card("tee")
    assert (card.product.name, card.product.brand, card.product.category) == (
        "Plain tee",
        "Łan",
        "Tops",
    )
    assert card.product.status is ProductStatus.ACTIVE
    assert [(one.sku, one.price_minor, one.weight_grams) for one in card.variants] == [
        ("TEE-S", 4900, 180),
        ("TEE-M", 5950, None),
    ]
    assert accounts(job) == [("made", []), ("made", [])]
    assert job.counts["products"] == 1
    assert catalog.list_products(q="lan plain")[0].code == "tee"


def test_what_is_not_published_becomes_a_draft(take: Take) -> None:
    take(sheet(first(Published="false")))
    assert catalog.get_product("tee").status is ProductStatus.DRAFT


def test_color_and_size_become_colour_and_size_of_the_grid(take: Take) -> None:
    take(
        sheet(
            first(**{"Option2 Name": "COLOR", "Option2 Value": "Navy"}),
            second(**{"Option2 Value": "Navy"}),
        )
    )
    card = catalog.product_card("tee")
    assert [(axis.name, axis.values) for axis in card.axes] == [
        ("size", ["S", "M"]),
        ("colour", ["Navy"]),
    ]


def test_a_row_without_options_is_a_product_of_one_variant(take: Take) -> None:
    job = take(
        sheet(
            {
                "Title": "Bag",
                "Option1 Name": "Title",
                "Option1 Value": "Default Title",
                "Variant SKU": "BAG",
            }
        )
    )
    card = catalog.product_card("tee")
    assert card.axes == []
    assert [one.sku for one in card.variants] == ["BAG"]
    assert accounts(job) == [("made", [])]


def test_a_row_without_a_sku_gets_one_from_handle_and_values(take: Take) -> None:
    job = take(sheet(first(Variant_SKU="", Option1_Value="Duży")))
    assert skus() == ["TEE-DUZY"]
    assert accounts(job) == [("made", ["sku_made"])]
    again = take(sheet(first(Variant_SKU="", Option1_Value="Duży", Variant_Price="50")))
    assert accounts(again) == [("changed", ["sku_made"])]


def test_a_made_sku_that_another_product_has_gets_a_number(take: Take) -> None:
    halina(options=[], variants=[catalog.NewVariant(sku="TEE-S", price_minor=1)])
    take(sheet(first(Variant_SKU="")))
    assert skus() == ["TEE-S-2"]
    again = take(sheet(first(Variant_SKU="")))
    assert accounts(again)[0][0] == "same"


def test_markup_of_a_description_becomes_plain_text() -> None:
    assert plain_text("<p>Soft &amp; warm<br>100% wool</p><script>x()</script>") == (
        "Soft & warm\n100% wool"
    )
    assert plain_text("2 < 3") == "2 < 3"


# --- refused ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("price", "code"),
    [("", "no_price"), ("cheap", "price_unreadable"), ("-1", "price_unreadable")],
)
def test_a_row_without_a_price_is_refused_and_the_others_are_taken(
    take: Take, price: str, code: str
) -> None:
    job = take(sheet(first(), second(Variant_Price=price)))
    assert accounts(job) == [("made", []), ("refused", [code])]
    assert skus() == ["TEE-S"]


def test_a_price_of_three_decimals_is_refused_and_not_rounded(take: Take) -> None:
    assert accounts(take(sheet(first(Variant_Price="1.999"))))[0][1] == ["price_unreadable"]


def test_a_sku_of_another_product_is_refused_the_first_keeps_it(take: Take) -> None:
    job = take(sheet(first(), {**first(Variant_SKU="TEE-S"), "Handle": "other"}))
    assert accounts(job) == [("made", []), ("refused", ["sku_elsewhere"])]
    assert catalog.find_variants("other") == []


def test_a_sku_of_another_cell_of_the_product_is_refused(take: Take) -> None:
    job = take(sheet(first(), second(Variant_SKU="TEE-S")))
    assert accounts(job) == [("made", []), ("refused", ["sku_of_other_cell"])]


def test_a_cell_that_another_row_has_is_refused_whatever_its_capitals(take: Take) -> None:
    job = take(
        sheet(first(), second(Option1_Value=" s"), second(Variant_SKU="TEE-S", Option1_Value="S"))
    )
    assert accounts(job) == [
        ("made", []),
        ("refused", ["cell_doubled"]),
        ("refused", ["cell_doubled"]),
    ]


def test_a_row_that_lacks_a_value_of_an_option_is_refused(take: Take) -> None:
    job = take(sheet(first(), second(Option1_Value="")))
    assert accounts(job) == [("made", []), ("refused", ["option_missing"])]


def test_rows_without_a_handle_or_with_one_that_is_no_address_are_refused(take: Take) -> None:
    job = take(sheet({**first(), "Handle": ""}, {**first(), "Handle": "a/b"}))
    assert accounts(job) == [("refused", ["no_handle"]), ("refused", ["handle_unfit"])]


def test_pictures_of_a_product_that_was_not_taken_are_refused_with_it(take: Take) -> None:
    job = take(
        sheet(
            first(Variant_Price=""),
            {"Variant Price": "", "Image Src": "https://shop.example/2.jpg"},
        )
    )
    assert accounts(job) == [("refused", ["no_price"]), ("refused", ["product_not_taken"])]
    assert session.scalars(select(Photo)).all() == []


# --- taken with a warning ---------------------------------------------------------------------


def test_a_barcode_that_is_no_gtin_is_kept_as_an_internal_code(take: Take) -> None:
    job = take(sheet(first(Variant_Barcode="'30235"), second(Variant_Barcode="4006381333932")))
    assert accounts(job) == [("made", ["barcode_not_gtin"]), ("made", ["barcode_not_gtin"])]
    found = session.scalars(select(Barcode).order_by(Barcode.id)).all()
    assert [(one.code, one.kind) for one in found] == [
        ("30235", BarcodeKind.INTERNAL),
        ("4006381333932", BarcodeKind.INTERNAL),
    ]
    assert job.counts["warned"] == 2


def test_a_right_gtin_is_one_and_nothing_is_said_of_it(take: Take) -> None:
    job = take(sheet(first(Variant_Barcode=EAN)))
    assert accounts(job) == [("made", [])]
    assert catalog.variant_by_gtin(EAN) is not None


def test_a_doubled_barcode_stays_on_the_first(take: Take) -> None:
    job = take(sheet(first(Variant_Barcode=EAN), second(Variant_Barcode="0" + EAN)))
    assert accounts(job) == [("made", []), ("made", ["barcode_doubled"])]
    found = catalog.find_by_scan(EAN)
    assert found is not None
    assert found.sku == "TEE-S"


def test_a_negative_stock_counts_as_none(take: Take) -> None:
    job = take(sheet(first(Variant_Inventory_Qty="-1")), location="MAIN")
    assert accounts(job) == [("made", ["negative_stock"])]
    assert received(job) == [0]


def received(job: CatalogImport) -> list[int | None]:
    return list(
        session.scalars(
            select(CatalogImportRow.quantity)
            .where(CatalogImportRow.import_id == job.id)
            .order_by(CatalogImportRow.row_no)
        )
    )


def test_a_number_that_cannot_be_read_is_left_out(take: Take) -> None:
    job = take(sheet(first(Variant_Inventory_Qty="many", Variant_Grams="light")))
    assert accounts(job) == [("made", ["weight_unreadable", "quantity_unreadable"])]


def test_a_picture_is_not_fetched_and_its_address_is_kept_with_its_colour(take: Take) -> None:
    blue = "https://shop.example/blue.jpg"
    job = take(
        sheet(
            {
                **first(),
                "Option2 Name": "Color",
                "Option2 Value": "Blue",
                "Image Src": "https://shop.example/1.jpg",
                "Variant Image": blue,
            },
            {"Variant Price": "", "Image Src": blue},
            {"Variant Price": "", "Image Src": "file:///etc/passwd"},
        )
    )
    assert accounts(job) == [
        ("made", ["picture_not_fetched", "picture_not_fetched"]),
        ("picture", ["picture_not_fetched"]),
        ("picture", ["picture_address"]),
    ]
    photos = session.scalars(select(Photo).order_by(Photo.position)).all()
    assert [(one.remote_url, one.colour, one.file) for one in photos] == [
        ("https://shop.example/1.jpg", None, None),
        (blue, "Blue", None),
    ]
    assert job.counts["pictures"] == 2


# --- what is there already --------------------------------------------------------------------


def test_the_same_file_again_changes_nothing(take: Take) -> None:
    text = sheet(first(Variant_Barcode=EAN, Image_Src="https://shop.example/1.jpg"), second())
    take(text)
    version = catalog.get_product("tee").version
    job = take(text)
    assert [outcome for outcome, _notes in accounts(job)] == ["same", "same"]
    assert catalog.get_product("tee").version == version
    assert len(session.scalars(select(Photo)).all()) == 1


def test_another_price_or_name_is_taken_over_and_what_is_not_said_stays(take: Take) -> None:
    take(sheet(first(Vendor="Łan", Variant_Grams="180"), second()))
    job = take(sheet(first(Title="Plain T-shirt", Variant_Price="55"), second()))
    assert [outcome for outcome, _notes in accounts(job)] == ["changed", "same"]
    card = catalog.product_card("tee")
    assert (card.product.name, card.product.brand) == ("Plain T-shirt", "Łan")
    assert (card.variants[0].price_minor, card.variants[0].weight_grams) == (5500, 180)
    assert catalog.find_variants("t-shirt tee-m")[0].sku == "TEE-M"


def test_a_new_size_is_added_to_a_product_that_is_there(take: Take) -> None:
    take(sheet(first()))
    job = take(sheet(first(), second(Variant_Barcode=OTHER_EAN)))
    assert [outcome for outcome, _notes in accounts(job)] == ["same", "made"]
    assert catalog.product_card("tee").axes[0].values == ["S", "M"]
    assert catalog.find_variants(OTHER_EAN)[0].sku == "TEE-M"


def test_a_product_with_other_options_here_is_left_alone(take: Take) -> None:
    take(sheet(first()))
    job = take(sheet(first(Option1_Name="Length", Option1_Value="Long", Variant_SKU="X")))
    assert accounts(job) == [("refused", ["other_options"])]


def test_an_archived_product_comes_back_with_its_file(take: Take) -> None:
    text = sheet(first())
    take(text)
    transact(lambda: catalog.archive_product(code="tee"))
    assert accounts(take(text)) == [("changed", [])]
    assert catalog.get_product("tee").archived_at is None


def test_quantities_are_received_once_at_the_location_asked_for(take: Take) -> None:
    text = sheet(first(Variant_Inventory_Qty="5"), second(Variant_Inventory_Qty="0"))
    assert received(take(text)) == [None, None]
    assert received(take(text, location="MAIN")) == [5, 0]
    again = take(text, location="MAIN")
    assert received(again) == [0, 0]
    assert accounts(again)[0] == ("same", ["quantity_known"])


# --- a trial ----------------------------------------------------------------------------------


def test_a_trial_says_the_same_as_the_import_and_changes_nothing(take: Take) -> None:
    text = sheet(
        first(Variant_Barcode=EAN, Variant_Inventory_Qty="3"),
        second(Variant_Barcode=EAN),
        second(Option1_Value="L", Variant_SKU="TEE-S"),
        {**first(Variant_SKU="TEE-M"), "Handle": "other"},
        {"Variant Price": "", "Image Src": "https://shop.example/1.jpg"},
    )
    trial = take(text, dry_run=True, location="MAIN")
    assert catalog.list_products() == []
    real = take(text)
    assert accounts(trial) == accounts(real)
    assert trial.counts == real.counts


# --- the file itself --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"Handle,Title\nx,y\n", "Variant SKU is missing"),
        (HEADINGS.encode() + b"\n", "no rows"),
        (b"\xff\xfe" + HEADINGS.encode(), "UTF-8"),
        (HEADINGS.encode() + b"\ntee,a\x00b\n", "signs that no text has"),
        (HEADINGS.encode() + b'\n"tee"x,"broken\n', "is broken"),
    ],
)
def test_a_file_of_another_kind_is_refused_as_a_whole(
    app: Flask, content: bytes, words: str
) -> None:
    sha256 = source.keep_file(io.BytesIO(content), imports_folder())
    with pytest.raises(UnreadableFile, match=words):
        source.read_table(source.kept_path(imports_folder(), sha256), get_format("shopify"))


def test_a_file_with_semicolons_and_a_mark_of_its_bytes_is_read(take: Take) -> None:
    text = "\ufeff" + "Handle;Title;Variant SKU;Variant Price\ntee;Plain tee;T;49,00\n"
    assert accounts(take(text)) == [("made", [])]
    assert skus() == ["T"]


def test_a_file_that_is_too_large_or_too_long_is_refused(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "BIGGEST_FILE", 10)
    with pytest.raises(UnreadableFile):
        source.keep_file(io.BytesIO(b"x" * 11), imports_folder())
    monkeypatch.setattr(source, "BIGGEST_FILE", 10**6)
    monkeypatch.setattr(source, "MOST_ROWS", 1)
    sha256 = source.keep_file(io.BytesIO(sheet(first(), second()).encode()), imports_folder())
    with pytest.raises(UnreadableFile, match="200,000"):
        source.read_table(source.kept_path(imports_folder(), sha256), get_format("shopify"))
    assert [one.suffix for one in imports_folder().iterdir() if one.suffix != ".csv"] == []


def test_an_unknown_format_or_location_is_refused(app: Flask) -> None:
    for wrong in ({"format": "excel"}, {"location": "MOON"}):
        with pytest.raises(RuleViolation):
            transact(lambda wrong=wrong: start_import(file_name="x", sha256="0", **wrong))  # type: ignore[misc]


def test_the_file_of_rows_to_fix_holds_no_formula(take: Take) -> None:
    job = take(sheet(first(), second(Variant_Price="=1+1", Title="@SUM(A1)")))
    rows = list(rows_to_fix(job, imports_folder(), which="refused"))
    assert rows[0][-2:] == ["row", "reason"]
    cells = sheet_row(rows[1])
    assert "'=1+1" in cells
    assert "'@SUM(A1)" in cells
    assert cells[-1] == "the price cannot be read (=1+1)"
    assert cells[-2] == "2"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("-5", "-5"),
        ("-5.20", "-5.20"),
        ("-1+2", "'-1+2"),
        ("=x", "'=x"),
        ("\tx", "'\tx"),
        ("a", "a"),
    ],
)
def test_what_a_spreadsheet_would_calculate_is_shown_as_text(typed: str, shown: str) -> None:
    cells: Sequence[str] = sheet_row([typed])
    assert cells == [shown]
