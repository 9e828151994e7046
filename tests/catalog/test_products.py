"""What may be done to a product, and what is refused."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.audit import list_changes
from app.db import session, transact
from app.errors import InvalidInput, NotFound
from app.reference import Reference
from modules import catalog
from modules.catalog import NewVariant, operations, queries
from modules.catalog.errors import BarcodeTaken, CellTaken, CodeTaken, SkuTaken, StaleProduct
from modules.catalog.models import Barcode, BarcodeKind, Product, ProductStatus
from tests.catalog.cast import EAN, OTHER_EAN, halina


def test_a_product_has_a_cell_for_each_variant_and_gaps_where_none_was_made(app: Flask) -> None:
    halina()
    grid = queries.grid_of(catalog.product_card("KS-HALINA"))
    assert (grid.axis, grid.sizes) == ("size", ["S", "M"])
    assert [(row.label, [cell and cell.sku for cell in row.cells]) for row in grid.rows] == [
        ("Burgundy", ["KS-HALINA-BUR-S", "KS-HALINA-BUR-M"]),
        ("Navy", [None, "KS-HALINA-NAV-M"]),
    ]


def test_a_product_without_options_is_one_variant(app: Flask) -> None:
    halina(options=[], variants=[NewVariant(sku="BAG", price_minor=100)])
    grid = queries.grid_of(catalog.product_card("KS-HALINA"))
    assert [[cell and cell.sku for cell in row.cells] for row in grid.rows] == [["BAG"]]


def test_what_is_sold_is_read_by_sku_in_one_statement(
    app: Flask, statements: Callable[[], Any]
) -> None:
    halina()
    with statements() as asked:
        found = catalog.variants_for_sale(["KS-HALINA-BUR-S", "KS-HALINA-NAV-M", "NOT-OURS"])
    assert len(asked) == 1
    assert set(found) == {"KS-HALINA-BUR-S", "KS-HALINA-NAV-M"}
    one = found["KS-HALINA-BUR-S"]
    assert (one.name, one.label, one.price_minor, one.per, one.status) == (
        "Halina merino jumper",
        "Burgundy · S",
        34900,
        1,
        "active",
    )
    assert catalog.variants_by_id([one.id])[one.id] == one


def test_a_scan_finds_an_ean_a_sku_and_the_upc_of_an_ean_in_one_statement(
    app: Flask, statements: Callable[[], Any]
) -> None:
    halina()
    transact(lambda: catalog.add_barcode(sku="KS-HALINA-BUR-S", barcode="036000291452"))
    for code, sku in [
        (EAN, "KS-HALINA-NAV-M"),
        ("KS-HALINA-NAV-M", "KS-HALINA-NAV-M"),
        ("0036000291452", "KS-HALINA-BUR-S"),
        ("036000291452", "KS-HALINA-BUR-S"),
    ]:
        with statements() as asked:
            found = catalog.find_by_scan(code)
        assert found is not None
        assert (found.sku, len(asked)) == (sku, 1)
    assert catalog.find_by_scan("5900000000000") is None
    assert catalog.find_by_scan("  ") is None


def test_a_sku_is_a_stronger_word_than_the_code_of_an_earlier_system(app: Flask) -> None:
    halina()
    transact(lambda: catalog.add_barcode(sku="KS-HALINA-BUR-S", barcode="KS-HALINA-NAV-M"))
    found = catalog.find_by_scan("KS-HALINA-NAV-M")
    assert found is not None
    assert found.sku == "KS-HALINA-NAV-M"


def test_a_code_belongs_to_one_product(app: Flask) -> None:
    halina()
    with pytest.raises(CodeTaken):
        halina(variants=[])


def test_a_sku_belongs_to_one_variant(app: Flask) -> None:
    halina()
    with pytest.raises(SkuTaken):
        halina(
            code="OTHER",
            options=[],
            variants=[NewVariant(sku="KS-HALINA-BUR-S", price_minor=1)],
        )


def test_a_barcode_stands_on_one_variant_however_it_is_written(app: Flask) -> None:
    halina()
    with pytest.raises(BarcodeTaken):
        transact(lambda: catalog.add_barcode(sku="KS-HALINA-BUR-S", barcode="0" + EAN))


def test_a_cell_is_made_once_whatever_its_capitals(app: Flask) -> None:
    halina()
    with pytest.raises(CellTaken):
        transact(
            lambda: catalog.add_variant(
                code="KS-HALINA",
                variant=NewVariant(
                    sku="X", price_minor=1, options={"colour": "BURGUNDY", "size": " s"}
                ),
            )
        )


@pytest.mark.parametrize(
    "options",
    [{"colour": "Burgundy"}, {"colour": "Burgundy", "size": "S", "length": "long"}, {}],
)
def test_a_variant_names_a_value_of_each_option(app: Flask, options: dict[str, str]) -> None:
    halina()
    with pytest.raises(InvalidInput):
        transact(
            lambda: catalog.add_variant(
                code="KS-HALINA", variant=NewVariant(sku="X", price_minor=1, options=options)
            )
        )


def test_a_new_variant_may_bring_a_new_size(app: Flask) -> None:
    halina()
    transact(
        lambda: catalog.add_variant(
            code="KS-HALINA",
            variant=NewVariant(
                sku="KS-HALINA-NAV-XL", price_minor=34900, options={"colour": "Navy", "size": "XL"}
            ),
        )
    )
    assert queries.grid_of(catalog.product_card("KS-HALINA")).sizes == ["S", "M", "XL"]
    assert [one.sku for one in catalog.find_variants("nav xl")] == ["KS-HALINA-NAV-XL"]


def test_the_vat_is_told_by_class_or_by_rate_and_not_by_both(app: Flask) -> None:
    by_rate = halina(tax_rate_bp=800)
    by_class = halina(code="A", options=[], variants=[], tax_class="reduced")
    by_default = halina(code="B", options=[], variants=[])
    assert by_rate.tax_class_id == by_class.tax_class_id != by_default.tax_class_id
    with pytest.raises(InvalidInput):
        halina(code="C", options=[], variants=[], tax_class="reduced", tax_rate_bp=800)
    with pytest.raises(InvalidInput):
        halina(code="D", options=[], variants=[], tax_rate_bp=1234)
    with pytest.raises(InvalidInput):
        halina(code="E", options=[], variants=[], tax_class="made-up")


def test_an_ean_with_a_wrong_check_digit_is_refused_at_the_screen(app: Flask) -> None:
    halina()
    with pytest.raises(InvalidInput):
        transact(lambda: catalog.add_barcode(sku="KS-HALINA-BUR-S", barcode="4006381333932"))


def test_a_code_that_is_no_gtin_is_kept_as_an_internal_one(app: Flask) -> None:
    halina()
    transact(lambda: catalog.add_barcode(sku="KS-HALINA-BUR-S", barcode="LAN-33812"))
    transact(lambda: catalog.add_barcode(sku="KS-HALINA-BUR-S", barcode=OTHER_EAN))
    kinds = dict(session.execute(select(Barcode.code, Barcode.kind)).all())
    assert kinds["LAN-33812"] is BarcodeKind.INTERNAL
    assert kinds[OTHER_EAN] is BarcodeKind.GTIN


def test_a_barcode_that_was_taken_away_is_found_no_more(app: Flask) -> None:
    halina()
    transact(lambda: operations.remove_barcode(sku="KS-HALINA-NAV-M", barcode=EAN))
    assert catalog.find_by_scan(EAN) is None
    assert catalog.find_variants(EAN[:9]) == []
    with pytest.raises(NotFound):
        transact(lambda: operations.remove_barcode(sku="KS-HALINA-NAV-M", barcode=EAN))


def test_a_price_is_changed_and_the_change_stands_in_the_history(app: Flask) -> None:
    product = halina()
    transact(lambda: catalog.set_price(sku="KS-HALINA-BUR-S", price_minor=29900))
    assert catalog.variants_for_sale(["KS-HALINA-BUR-S"])["KS-HALINA-BUR-S"].price_minor == 29900
    change = list_changes(Reference("product", product.id))[0]
    assert change.old == {"KS-HALINA-BUR-S price_minor": 34900}
    assert change.new == {"KS-HALINA-BUR-S price_minor": 29900}


def test_prices_are_only_set_for_variants_of_the_product(app: Flask) -> None:
    halina()
    with pytest.raises(InvalidInput):
        transact(lambda: catalog.set_prices(code="KS-HALINA", prices={"NOT-OURS": 1}))
    with pytest.raises(InvalidInput):
        transact(lambda: catalog.set_prices(code="KS-HALINA", prices={"KS-HALINA-BUR-S": -1}))


def test_the_second_of_two_editors_is_told_and_overwrites_nothing(app: Flask) -> None:
    version = halina().version
    transact(
        lambda: catalog.update_product(code="KS-HALINA", version=version, name="Halina jumper")
    )
    with pytest.raises(StaleProduct):
        transact(lambda: catalog.update_product(code="KS-HALINA", version=version, name="Mine"))
    with pytest.raises(StaleProduct):
        transact(
            lambda: catalog.set_prices(
                code="KS-HALINA", version=version, prices={"KS-HALINA-BUR-S": 1}
            )
        )
    assert catalog.get_product("KS-HALINA").name == "Halina jumper"


def test_saving_without_a_change_counts_no_version(app: Flask) -> None:
    version = halina().version
    transact(
        lambda: catalog.update_product(
            code="KS-HALINA", version=version, name="Halina merino jumper"
        )
    )
    assert catalog.get_product("KS-HALINA").version == version


def test_a_renamed_product_is_found_by_its_new_name_alone(app: Flask) -> None:
    product = halina()
    transact(
        lambda: catalog.update_product(
            code="KS-HALINA", version=product.version, name="Żaneta sweter"
        )
    )
    assert [one.code for one in catalog.list_products(q="zaneta")] == ["KS-HALINA"]
    assert [one.sku for one in catalog.find_variants("zaneta nav")] == ["KS-HALINA-NAV-M"]
    assert catalog.list_products(q="merino") == []


def test_the_list_is_searched_by_fragments_of_name_brand_sku_and_ean(app: Flask) -> None:
    halina()
    for words in ("halina", "corki", "HAL-NAV"[:3], "bur-s", EAN[3:10], "nowak merino"):
        assert [one.code for one in catalog.list_products(q=words)] == ["KS-HALINA"], words
    assert catalog.list_products(q="100%") == []


def test_a_list_page_asks_the_same_number_of_questions_for_5_and_50_rows(
    app: Flask, statements: Callable[[], Any]
) -> None:
    for number in range(50):
        halina(
            code=f"P{number:02}",
            options=[],
            variants=[NewVariant(sku=f"P{number:02}", price_minor=number)],
        )
    with statements() as five:
        assert len(catalog.list_products(limit=5)) == 5
    with statements() as fifty:
        assert len(catalog.list_products(limit=50)) == 50
    assert len(five) == len(fifty) == 3


def test_a_list_goes_on_after_the_last_row_of_the_page_before(app: Flask) -> None:
    for number in range(7):
        halina(code=f"P{number}", options=[], variants=[])  # all of the same name
    seen: list[str] = []
    after = None
    while page := catalog.list_products(after=after, limit=3):
        seen += [one.code for one in page]
        after = (page[-1].name, page[-1].id)
    assert seen == [f"P{number}" for number in range(7)]


def test_an_archived_product_leaves_lists_and_sale_and_can_come_back(app: Flask) -> None:
    halina()
    transact(lambda: catalog.archive_product(code="KS-HALINA"))
    assert catalog.list_products() == []
    assert [one.code for one in catalog.list_products(status="archived")] == ["KS-HALINA"]
    assert catalog.variants_for_sale(["KS-HALINA-BUR-S"])["KS-HALINA-BUR-S"].status == "archived"
    transact(lambda: catalog.restore_product(code="KS-HALINA"))
    assert [one.code for one in catalog.list_products()] == ["KS-HALINA"]


def test_a_photo_of_a_colour_is_shown_with_its_sizes_and_one_of_none_with_the_rest(
    app: Flask,
) -> None:
    halina()
    transact(lambda: catalog.add_photo(code="KS-HALINA", file="all"))
    transact(lambda: catalog.add_photo(code="KS-HALINA", file="navy", colour="Navy"))
    found = catalog.variants_for_sale(["KS-HALINA-BUR-S", "KS-HALINA-NAV-M"])
    urls = catalog.photo_urls(one.id for one in found.values())
    assert urls == {
        found["KS-HALINA-BUR-S"].id: "/catalog/photos/all-s.webp",
        found["KS-HALINA-NAV-M"].id: "/catalog/photos/navy-s.webp",
    }
    with pytest.raises(InvalidInput):
        transact(lambda: catalog.add_photo(code="KS-HALINA", file="x", colour="Rust"))


def test_a_draft_is_told_apart_from_what_is_sold(app: Flask) -> None:
    halina(status=ProductStatus.DRAFT)
    assert catalog.variants_for_sale(["KS-HALINA-BUR-S"])["KS-HALINA-BUR-S"].status == "draft"
    assert session.scalars(select(Product.status)).one() is ProductStatus.DRAFT


@pytest.mark.parametrize(
    ("code", "right"),
    [
        ("4006381333931", True),
        ("4006381333932", False),
        ("036000291452", True),
        ("96385074", True),
        ("00012345600012", True),
        ("400638133393", False),
        ("0000000000000", False),
        ("abc", False),
        ("", False),
        ("４００６３８１３３３９３１", False),
    ],
)
def test_a_gtin_is_known_by_its_check_digit(code: str, right: bool) -> None:
    assert catalog.is_gtin(code) is right
