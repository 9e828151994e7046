"""The screens of the catalogue, as the people who use them see them."""

import io
from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from PIL import Image
from sqlalchemy import select

from app import outbox
from app.db import close_session, session, transact
from modules import catalog
from modules.catalog import NewVariant, operations
from modules.catalog.importing.queries import list_imports
from modules.catalog.models import Photo, Variant
from tests.catalog.cast import EAN, OTHER_EAN, halina

ClientAs = Callable[..., FlaskClient]


def page(client: FlaskClient, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status, answer.get_data(as_text=True)[:2000]
    return answer.get_data(as_text=True)


def download(client: FlaskClient, url: str) -> str:
    with client.get(url) as answer:
        assert answer.status_code == 200
        assert answer.mimetype == "text/csv"
        assert answer.headers["Content-Disposition"].startswith("attachment")
        return answer.get_data(as_text=True)


def variant_ids() -> dict[str, int]:
    found = {one.sku: one.id for one in session.scalars(select(Variant))}
    close_session()  # what is left open here would swallow what a request commits
    return found


def version_of(code: str) -> int:
    version = catalog.get_product(code).version
    close_session()
    return version


def picture(width: int = 600, height: int = 720, kind: str = "JPEG") -> io.BytesIO:
    target = io.BytesIO()
    Image.new("RGB", (width, height), "#77293b").save(target, kind)
    target.seek(0)
    return target


def test_an_empty_catalogue_says_how_to_begin(client_as: ClientAs) -> None:
    text = page(client_as("store_manager"), "/catalog/")
    assert "Put your first product on the shelf" in text
    assert "/catalog/imports/new" in text
    assert "/catalog/imports/new" not in page(client_as("clerk"), "/catalog/")


def test_the_list_shows_name_code_variants_and_the_lowest_price(client_as: ClientAs) -> None:
    halina()
    transact(lambda: catalog.set_price(sku="KS-HALINA-BUR-S", price_minor=29900))
    text = page(client_as("clerk"), "/catalog/")
    for words in ("Halina merino jumper", "KS-HALINA", "from 299.00", "Active"):
        assert words in text


def test_the_list_is_narrowed_by_words_status_and_brand_of_the_address(
    client_as: ClientAs,
) -> None:
    halina()
    clerk = client_as("clerk")
    for query in ("q=merino+nav", f"q={EAN}", "status=active", "brand=Nowak+%26+C%C3%B3rki"):
        assert "KS-HALINA" in page(clerk, f"/catalog/?{query}"), query
    for query in ("q=linen", "status=draft", "status=archived", "brand=Other"):
        assert "No product is like that" in page(clerk, f"/catalog/?{query}"), query


def test_htmx_gets_the_rows_alone(client_as: ClientAs) -> None:
    halina()
    answer = client_as("clerk").get("/catalog/", headers={"HX-Request": "true"})
    assert "<html" not in answer.get_data(as_text=True)
    assert "HX-Request" in answer.headers["Vary"]


def test_the_list_page_asks_the_same_for_5_and_for_50_products(
    client_as: ClientAs, statements: Callable[[], Any]
) -> None:
    clerk = client_as("clerk")

    def asked_with(numbers: range) -> int:
        for number in numbers:
            halina(
                code=f"P{number:02}",
                options=[],
                variants=[NewVariant(sku=f"P{number:02}", price_minor=number)],
            )
        with statements() as asked:
            page(clerk, "/catalog/")
        return len(asked)

    assert asked_with(range(5)) == asked_with(range(5, 50))


def test_the_page_of_a_product_shows_its_grid_and_the_chosen_variant(
    client_as: ClientAs,
) -> None:
    halina()
    text = page(client_as("clerk"), "/catalog/products/KS-HALINA?view=barcodes&sku=KS-HALINA-NAV-M")
    for words in ("Burgundy", "Navy", EAN, "GS1", "VAT 23 %", "not made", "Changes"):
        assert words in text, words
    assert "Change prices" not in text
    page(client_as("clerk"), "/catalog/products/NONE", 404)


def test_what_a_clerk_may_not_do_is_refused_also_by_address(client_as: ClientAs) -> None:
    halina()
    clerk = client_as("clerk")
    for url in (
        "/catalog/products/new",
        "/catalog/products/KS-HALINA/edit",
        "/catalog/products/KS-HALINA/prices",
        "/catalog/imports",
    ):
        page(clerk, url, 403)
    assert clerk.post("/catalog/products/KS-HALINA/archive").status_code == 403


def test_a_manager_makes_a_product_from_colours_and_sizes(client_as: ClientAs, app: Flask) -> None:
    manager = client_as("store_manager")
    facts = {
        "code": "DR-MAJ",
        "name": "Maja linen dress",
        "brand": "Łan",
        "tax_class": "standard",
        "status": "active",
        "colours": "Bottle green, Navy",
        "sizes": "36, 38",
        "price": "329,00",
    }
    assert "New product" in page(manager, "/catalog/products/new")
    answer = manager.post("/catalog/products", data={**facts, "step": "grid"})
    text = answer.get_data(as_text=True)
    for sku in ("DR-MAJ-BOT-36", "DR-MAJ-BOT-38", "DR-MAJ-NAV-36", "DR-MAJ-NAV-38"):
        assert sku in text, sku
    cells: dict[str, Any] = {}
    for at, (colour, size) in enumerate(
        [("Bottle green", "36"), ("Bottle green", "38"), ("Navy", "36")]
    ):
        cells |= {
            f"axis-{at}": ["colour", "size"],
            f"value-{at}": [colour, size],
            f"sku-{at}": f"DR-MAJ-{colour[:3].upper()}-{size}",
            f"price-{at}": "329,00",
            f"barcode-{at}": OTHER_EAN if at == 0 else "",
        }
        if at < 2:
            cells[f"make-{at}"] = "1"
    answer = manager.post("/catalog/products", data={**facts, **cells, "step": "create"})
    assert answer.status_code == 303, answer.get_data(as_text=True)[:3000]
    close_session()
    card = catalog.product_card("DR-MAJ")
    assert [one.sku for one in card.variants] == ["DR-MAJ-BOT-36", "DR-MAJ-BOT-38"]
    assert card.variants[0].price_minor == 32900
    assert card.axes[0].values == ["Bottle green"]
    found = catalog.find_by_scan(OTHER_EAN)
    assert found is not None
    assert found.sku == "DR-MAJ-BOT-36"


def test_a_taken_code_is_said_beside_its_field_and_what_was_typed_stays(
    client_as: ClientAs,
) -> None:
    halina()
    answer = client_as("store_manager").post(
        "/catalog/products",
        data={
            "code": "KS-HALINA",
            "name": "Another one",
            "tax_class": "standard",
            "status": "active",
            "price": "1",
            "step": "create",
            "sku-0": "NEW",
            "price-0": "1,00",
            "make-0": "1",
        },
    )
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "There is a product KS-HALINA already" in text
    assert "Another one" in text


def test_the_second_editor_sees_what_the_first_wrote(client_as: ClientAs) -> None:
    version = version_of(halina().code)
    manager = client_as("store_manager")
    data = {
        "version": str(version),
        "name": "Mine",
        "tax_class": "standard",
        "status": "active",
    }
    assert "Halina" in page(manager, "/catalog/products/KS-HALINA/edit")
    transact(
        lambda: catalog.update_product(code="KS-HALINA", version=version, name="Halina jumper")
    )
    answer = manager.post("/catalog/products/KS-HALINA", data=data)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Somebody changed Halina jumper" in text
    assert "Halina merino jumper → Halina jumper" in text
    assert 'value="Mine"' in text
    again = manager.post("/catalog/products/KS-HALINA", data={**data, "version": str(version + 1)})
    assert again.status_code == 303


def test_prices_are_typed_on_the_grid(client_as: ClientAs) -> None:
    version = version_of(halina().code)
    ids = variant_ids()
    manager = client_as("store_manager")
    assert "349.00" in page(manager, "/catalog/products/KS-HALINA/prices")
    typed = {f"price-{ids['KS-HALINA-BUR-S']}": "299,5", f"price-{ids['KS-HALINA-NAV-M']}": "310"}
    answer = manager.post(
        "/catalog/products/KS-HALINA/prices", data={"version": version, "what": "price", **typed}
    )
    assert answer.status_code == 303
    close_session()
    found = catalog.variants_for_sale(["KS-HALINA-BUR-S", "KS-HALINA-NAV-M"])
    assert {one.sku: one.price_minor for one in found.values()} == {
        "KS-HALINA-BUR-S": 29950,
        "KS-HALINA-NAV-M": 31000,
    }
    stale = manager.post(
        "/catalog/products/KS-HALINA/prices", data={"version": version, "what": "price", **typed}
    )
    assert stale.status_code == 409
    stale = manager.post(
        "/catalog/products/KS-HALINA/prices",
        data={"version": version, "what": "price", f"price-{ids['KS-HALINA-NAV-M']}": "1"},
    )
    assert stale.status_code == 409
    broken = manager.post(
        "/catalog/products/KS-HALINA/prices",
        data={"version": version + 1, f"price-{ids['KS-HALINA-NAV-M']}": "cheap"},
    )
    assert broken.status_code == 422
    assert 'value="cheap"' in broken.get_data(as_text=True)


def test_costs_are_typed_on_the_grid_and_may_be_emptied(client_as: ClientAs) -> None:
    halina()
    ids = variant_ids()
    manager = client_as("store_manager")
    assert "Cost without VAT" in page(manager, "/catalog/products/KS-HALINA/prices?what=cost")
    for text, kept in (("118,40", 11840), ("", None)):
        version = version_of("KS-HALINA")
        manager.post(
            "/catalog/products/KS-HALINA/prices",
            data={"version": version, "what": "cost", f"cost-{ids['KS-HALINA-NAV-M']}": text},
        )
        close_session()
        found = catalog.variants_for_sale(["KS-HALINA-NAV-M"])["KS-HALINA-NAV-M"]
        assert found.cost_minor == kept


def test_a_new_size_brings_its_cells_and_the_gap_may_be_filled(client_as: ClientAs) -> None:
    version = version_of(halina().code)
    manager = client_as("store_manager")
    text = page(manager, "/catalog/products/KS-HALINA/variants/new")
    assert "KS-HALINA-NAV-S" in text
    answer = manager.post(
        "/catalog/products/KS-HALINA/variants", data={"step": "grid", "new-1": "L"}
    )
    text = answer.get_data(as_text=True)
    assert "KS-HALINA-BUR-L" in text
    answer = manager.post(
        "/catalog/products/KS-HALINA/variants",
        data={
            "version": version,
            "step": "create",
            "axis-0": ["colour", "size"],
            "value-0": ["Navy", "L"],
            "sku-0": "KS-HALINA-NAV-L",
            "price-0": "349,00",
            "make-0": "1",
        },
    )
    assert answer.status_code == 303
    close_session()
    assert catalog.get_variant("KS-HALINA-NAV-L").label == "Navy · L"


def test_a_barcode_is_scanned_onto_a_variant_and_taken_away(client_as: ClientAs) -> None:
    halina()
    manager = client_as("store_manager")
    url = "/catalog/products/KS-HALINA/barcodes"
    answer = manager.post(url, data={"sku": "KS-HALINA-BUR-S", "barcode": OTHER_EAN})
    assert answer.status_code == 303
    taken = manager.post(url, data={"sku": "KS-HALINA-BUR-M", "barcode": OTHER_EAN})
    assert taken.status_code == 422
    assert "stands on KS-HALINA-BUR-S already" in taken.get_data(as_text=True)
    manager.post(f"{url}/removal", data={"sku": "KS-HALINA-BUR-S", "barcode": OTHER_EAN})
    close_session()
    assert catalog.find_by_scan(OTHER_EAN) is None


def test_an_uploaded_picture_is_made_smaller_and_shown_to_everybody(
    client_as: ClientAs, client: FlaskClient
) -> None:
    halina()
    manager = client_as("store_manager")
    answer = manager.post(
        "/catalog/products/KS-HALINA/photos",
        data={"photo": (picture(3000, 3600), "halina.jpg"), "colour": "Navy"},
    )
    assert answer.status_code == 303, answer.get_data(as_text=True)[:2000]
    close_session()
    photo = session.scalars(select(Photo)).one()
    assert (photo.colour, photo.width, photo.height) == ("Navy", 1000, 1200)
    shown = client.get(f"/catalog/photos/{photo.file}-s.webp")
    assert shown.status_code == 200
    assert shown.mimetype == "image/webp"
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert shown.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "immutable" in shown.headers["Cache-Control"]
    assert Image.open(io.BytesIO(shown.data)).size == (200, 240)
    shown.close()
    text = page(manager, "/catalog/products/KS-HALINA")
    assert f"/catalog/photos/{photo.file}-l.webp" in text
    manager.post(f"/catalog/products/KS-HALINA/photos/{photo.id}/removal")
    assert str(photo.file) not in page(manager, "/catalog/products/KS-HALINA")


def test_no_other_file_is_given_out_as_a_picture(client: FlaskClient) -> None:
    for name in ("../verso.db", "..%2fsecret.key", "x.webp", "a" * 40 + "-s.svg"):
        assert client.get(f"/catalog/photos/{name}").status_code == 404


def test_a_file_that_is_no_picture_is_refused_beside_its_field(client_as: ClientAs) -> None:
    halina()
    answer = client_as("store_manager").post(
        "/catalog/products/KS-HALINA/photos",
        data={"photo": (io.BytesIO(b"<svg onload='x()'/>"), "x.png"), "colour": ""},
    )
    assert answer.status_code == 422
    assert "not a picture that can be read" in answer.get_data(as_text=True)


def test_an_archived_product_can_be_brought_back_from_its_page(client_as: ClientAs) -> None:
    halina()
    manager = client_as("store_manager")
    manager.post("/catalog/products/KS-HALINA/archive")
    assert "Archived" in page(manager, "/catalog/products/KS-HALINA")
    manager.post("/catalog/products/KS-HALINA/restoration")
    assert "Bring back" not in page(manager, "/catalog/products/KS-HALINA")


def test_the_search_over_everything_finds_products_and_opens_a_scan(client_as: ClientAs) -> None:
    halina()
    clerk = client_as("clerk")
    assert "Halina merino jumper" in page(clerk, "/search?q=halina")
    answer = clerk.get(f"/search?scan={EAN}")
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("/catalog/products/KS-HALINA?sku=KS-HALINA-NAV-M")


def test_the_list_is_downloaded_and_read_back_without_a_change(client_as: ClientAs) -> None:
    halina(name="=HYPERLINK(1)", description="-1 degree\nsecond line")
    transact(lambda: operations.set_prices(code="KS-HALINA", costs={"KS-HALINA-NAV-M": 1234}))
    manager = client_as("store_manager")
    text = download(manager, "/catalog/products.csv")
    assert '"\'=HYPERLINK(1)"' in text
    before = version_of("KS-HALINA")
    answer = manager.post(
        "/catalog/imports",
        data={
            "file": (io.BytesIO(text.encode()), "products.csv"),
            "format": "verso",
            "location": "",
        },
    )
    assert answer.status_code == 303, answer.get_data(as_text=True)[:2000]
    close_session()
    outbox.run_due()
    close_session()
    counts = list_imports()[0].record.counts
    assert (counts["same"], counts["made"], counts["changed"], counts["refused"]) == (3, 0, 0, 0)
    assert catalog.get_product("KS-HALINA").version == before


SHEET = b"""Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price,Image Src
tee,Plain tee,Size,S,TEE-S,49.00,https://shop.example/tee.jpg
tee,,,M,TEE-M,,
"""


def test_a_manager_imports_a_file_sees_what_was_refused_and_undoes_it(
    client_as: ClientAs,
) -> None:
    manager = client_as("store_manager")
    assert "Bring a catalogue with you" in page(manager, "/catalog/imports")
    assert "Only try it" in page(manager, "/catalog/imports/new")
    answer = manager.post(
        "/catalog/imports",
        data={"file": (io.BytesIO(SHEET), "../my tees.csv"), "format": "shopify", "location": ""},
    )
    assert answer.status_code == 303
    url = answer.headers["Location"]
    assert 'hx-trigger="every 1s"' in page(manager, url)
    assert "is being taken in" in page(manager, "/catalog/")
    close_session()
    outbox.run_due()
    text = page(manager, url)
    for words in ("my_tees.csv", "Done with errors", "no price", "the picture was not fetched"):
        assert words in text, words
    assert "every 1s" not in text
    assert "https://shop.example/tee.jpg" in page(manager, f"{url}?rows=warned")
    sheet = download(manager, f"{url}/rows.csv")
    assert '"tee","","","M","TEE-M","","","2","no price"' in sheet
    assert "my_tees.csv" in page(manager, "/catalog/imports")
    assert "Plain tee" in page(manager, "/catalog/")
    assert manager.post(f"{url}/undo").status_code == 303
    close_session()
    outbox.run_due()
    assert "Taken back" in page(manager, url)
    assert "Plain tee" not in page(manager, "/catalog/")
    assert manager.post(f"{url}/undo").status_code == 409


def test_an_import_that_is_stopped_says_what_was_not_read_and_stays_on_its_page(
    client_as: ClientAs,
) -> None:
    manager = client_as("store_manager")
    answer = manager.post(
        "/catalog/imports",
        data={"file": (io.BytesIO(SHEET), "tees.csv"), "format": "shopify", "location": ""},
    )
    url = answer.headers["Location"]
    shown: Any = html.document_fromstring(manager.get(url).text)
    [stop] = [form for form in shown.forms if form.get("action").endswith("/cancellation")]
    stopped = manager.post(stop.get("action"), data=dict(stop.form_values()))
    assert (stopped.status_code, stopped.headers["Location"]) == (303, url)
    text = page(manager, url)
    assert "It ended before the first row was read. Nothing was changed." in text
    assert "Every row of the file is accounted for" not in text
    [record] = [one.record for one in list_imports()]
    record.row_count = 2  # as when somebody stops it a moment later
    transact(lambda: session.merge(record))
    assert "2 rows were not read. What was taken stays" in page(manager, url)


def test_a_file_of_another_kind_is_refused_at_the_form(client_as: ClientAs) -> None:
    manager = client_as("store_manager")
    for content, words in (
        (b"a,b\n1,2\n", "the column Handle is missing"),
        (b"", "empty"),
        (b"\xff\xfe\x00", "UTF-8"),
    ):
        answer = manager.post(
            "/catalog/imports",
            data={"file": (io.BytesIO(content), "x.csv"), "format": "shopify", "location": ""},
        )
        assert answer.status_code == 422
        assert words in answer.get_data(as_text=True), words
