"""The stock screens as people use them: what they see, what they may do, what is refused."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.db import transact
from modules import stock
from modules.stock import TransferLineWanted
from modules.stock.operations import counts, receipts, transfers
from tests.orders.screens import page
from tests.stock.cast import (
    EAN_OF_M,
    Cast,
    differences,
    level,
    make_cast,
    receive,
    reserve,
    stocked,
    wanted,
)

SignIn = Callable[..., FlaskClient]


@pytest.fixture
def cast(app: Flask) -> Cast:
    return make_cast()


@pytest.fixture
def clerk(client_as: SignIn) -> FlaskClient:
    return client_as("clerk")


@pytest.fixture
def lead(client_as: SignIn) -> FlaskClient:
    return client_as("shift_lead")


def words(answer: TestResponse) -> str:
    """Return what stands on a page, without its marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)))


# --- the list and one variant -----------------------------------------------------------------


def test_a_clerk_sees_what_lies_there_and_what_is_left(clerk: FlaskClient, cast: Cast) -> None:
    stocked(cast, M=5)
    reserve(wanted(cast.m, cast.shop, 2))
    page = words(clerk.get("/stock/items"))
    assert "Halina merino jumper" in page
    assert re.search(r"HALINA-M .*?5 .*?0 .*?2 .*?3 .*?0", page)
    assert "HALINA-S" not in page


@pytest.mark.parametrize("typed", ["HALINA-M", EAN_OF_M, "halina merino", "merino bur m"])
def test_goods_are_found_by_sku_name_or_ean(clerk: FlaskClient, cast: Cast, typed: str) -> None:
    stocked(cast, M=5)
    assert "HALINA-M" in words(clerk.get("/stock/items", query_string={"q": typed}))


def test_goods_that_were_never_in_stock_are_found_too(clerk: FlaskClient, cast: Cast) -> None:
    assert cast.m
    assert "HALINA-M" in words(clerk.get("/stock/items?q=HALINA-M"))


@pytest.mark.parametrize(
    ("only", "shown"), [("in", {"S", "M"}), ("out", {"M"}), ("reserved", {"M"})]
)
def test_views_show_what_is_there_gone_or_promised(
    clerk: FlaskClient, cast: Cast, only: str, shown: set[str]
) -> None:
    stocked(cast, M=2, S=1)
    reserve(wanted(cast.m, cast.shop, 2))
    page = words(clerk.get(f"/stock/items?only={only}"))
    assert set(re.findall(r"HALINA-(\w+)", page)) == shown


def test_figures_are_those_of_the_place_that_was_chosen(clerk: FlaskClient, cast: Cast) -> None:
    stocked(cast, M=2)
    receive(cast.warehouse, {cast.m: 30})
    for query, figure in (("", 32), ("store=GDN", 2), ("location=WAW-W", 30), ("store=all", 32)):
        page = words(clerk.get(f"/stock/items?q=HALINA-M&{query}"))
        assert re.search(rf"HALINA-M {figure} ", page), query


def test_a_correction_begins_where_the_goods_lie(client_as: SignIn, cast: Cast) -> None:
    lead = client_as("administrator")
    for place, pieces in ((cast.shop, 2), (cast.warehouse, 30)):
        receive(place, {cast.m: pieces})
        page = lead.get("/stock/items/HALINA-M").text
        offered = page.partition('name="location_id"')[2].partition("</select>")[0]
        assert re.findall(r'value="(\d+)"', offered)[0] == str(place)


def test_a_filter_that_leaves_nothing_can_be_dropped(clerk: FlaskClient, cast: Cast) -> None:
    assert cast.m
    assert "Show all stock" in words(clerk.get("/stock/items?only=reserved"))


def test_the_list_costs_the_same_for_few_and_for_many(
    app: Flask, clerk: FlaskClient, statements: Callable[[], Any]
) -> None:
    asked_by_count = []
    for count in (5, 40):  # both fit on one page: a list that goes on is counted
        goods = make_many(f"N{count}", count)
        receive(goods.place, dict.fromkeys(goods.variants, 1))
        clerk.get("/stock/items")
        with statements() as asked:
            assert clerk.get("/stock/items").status_code == 200
        asked_by_count.append(len(asked))
    assert asked_by_count[0] == asked_by_count[1]


class Many:
    """A model in many sizes, and a place for it."""

    def __init__(self, variants: list[int], place: int) -> None:
        self.variants, self.place = variants, place


def make_many(code: str, count: int) -> Many:
    from modules import catalog, organization
    from modules.catalog import NewOption, NewVariant

    sizes = [f"{code}-{number}" for number in range(count)]

    def work() -> Many:
        catalog.create_product(
            code=code,
            name=f"Model {code}",
            options=[NewOption(name="size", values=sizes)],
            variants=[NewVariant(sku=one, options={"size": one}, price_minor=100) for one in sizes],
        )
        known = catalog.variants_for_sale(sizes)
        return Many([known[one].id for one in sizes], organization.get_location("MAIN").id)

    return transact(work)


def test_each_figure_opens_what_stands_behind_it(clerk: FlaskClient, cast: Cast) -> None:
    number = receive(cast.shop, {cast.m: 5}, "WZ 77")
    reserve(wanted(cast.m, cast.shop, 2))
    html = clerk.get("/stock/items/HALINA-M").get_data(as_text=True)
    assert f'href="/stock/receipts/{number}"' in html
    assert "WZ 77" in html
    assert 'id="reserved"' in html
    assert "basket 7" in html


def test_an_unknown_variant_is_not_found(clerk: FlaskClient, cast: Cast) -> None:
    assert cast.m
    assert clerk.get("/stock/items/NONE").status_code == 404


def test_a_shift_lead_corrects_stock_with_a_reason(lead: FlaskClient, cast: Cast) -> None:
    stocked(cast, M=5)
    form = {"location_id": cast.shop, "quantity_change": "-2", "reason": "moths"}
    done = lead.post("/stock/corrections/HALINA-M", data=form)
    assert done.status_code == 303
    assert level(cast.m, cast.shop).on_hand == 3
    page = words(lead.get("/stock/items/HALINA-M"))
    assert "moths" in page
    assert "Shift Lead" in page


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"reason": ""}, "Say why"),
        ({"quantity_change": "0"}, "Nothing changes by 0"),
        ({"quantity_change": "-9"}, "GDN-F has 5 of HALINA-M left; 9 were asked for."),
        ({"location_id": "999"}, "Choose one of the list"),
    ],
)
def test_a_correction_that_cannot_be_is_refused_and_what_was_typed_stays(
    lead: FlaskClient, cast: Cast, change: dict[str, str], said: str
) -> None:
    stocked(cast, M=5)
    form = {"location_id": str(cast.shop), "quantity_change": "-2", "reason": "moths", **change}
    refused = lead.post("/stock/corrections/HALINA-M", data=form)
    assert refused.status_code == 422
    assert said in words(refused).replace("&#39;", "'")
    assert level(cast.m, cast.shop).on_hand == 5


def test_a_clerk_corrects_nothing(clerk: FlaskClient, cast: Cast) -> None:
    stocked(cast, M=5)
    form = {"location_id": cast.shop, "quantity_change": "-2", "reason": "moths"}
    assert clerk.post("/stock/corrections/HALINA-M", data=form).status_code == 403
    assert "Correct stock of" not in words(clerk.get("/stock/items/HALINA-M"))


def test_damaged_pieces_are_set_aside_from_the_page(lead: FlaskClient, cast: Cast) -> None:
    stocked(cast, M=5)
    form = {"location_id": cast.shop, "quantity_change": "1", "reason": "stain"}
    assert lead.post("/stock/set-aside/HALINA-M", data=form).status_code == 303
    assert level(cast.m, cast.shop).unsellable == 1
    assert differences() == []


# --- goods in ---------------------------------------------------------------------------------

HTMX = {"HX-Request": "true"}


def start_receipt(cast: Cast) -> int:
    return transact(lambda: receipts.start_receipt(location_id=cast.shop, reference="WZ 9/26").id)


def test_a_delivery_is_scanned_and_taken_into_stock(clerk: FlaskClient, cast: Cast) -> None:
    begun = clerk.post("/stock/receipts", data={"location_id": cast.shop, "reference": "WZ 12/26"})
    path = begun.headers["Location"]
    assert clerk.get(path).status_code == 200
    for code in (EAN_OF_M, EAN_OF_M, "HALINA-S"):
        scanned = clerk.post(f"{path}/scans", data={"code": code, "quantity": "1"}, headers=HTMX)
        assert scanned.status_code == 200
    assert "3 pieces" in words(scanned)
    assert level(cast.m, cast.shop).on_hand == 0
    assert clerk.post(f"{path}/posting").status_code == 303
    assert level(cast.m, cast.shop).on_hand == 2
    assert level(cast.s, cast.shop).on_hand == 1
    page = words(clerk.get(path))
    assert "Posted" in page
    assert "WZ 12/26" in page
    assert differences() == []


def test_an_unknown_code_waits_in_the_tray_and_is_never_a_line(
    clerk: FlaskClient, cast: Cast
) -> None:
    path = f"/stock/receipts/{start_receipt(cast)}"
    answer = clerk.post(
        f"{path}/scans", data={"code": "5901234123457", "quantity": "1"}, headers=HTMX
    )
    assert answer.status_code == 422
    assert answer.headers["HX-Retarget"] == "#sheet-tray"
    assert "5901234123457" in words(answer)
    assert "0 pieces" in words(clerk.get(path))


def test_a_scan_works_without_scripts_too(clerk: FlaskClient, cast: Cast) -> None:
    path = f"/stock/receipts/{start_receipt(cast)}"
    assert clerk.post(f"{path}/scans", data={"code": EAN_OF_M, "quantity": "4"}).status_code == 303
    assert clerk.post(f"{path}/scans", data={"code": "none", "quantity": "1"}).status_code == 303
    page = words(clerk.get(path))
    assert "4 pieces" in page
    assert "No goods have this code" in page


def test_a_line_takes_the_number_that_is_typed_and_0_takes_it_off(
    clerk: FlaskClient, cast: Cast
) -> None:
    path = f"/stock/receipts/{start_receipt(cast)}"
    line = f"{path}/lines/{cast.m}"
    clerk.post(line, data={"quantity": "7"}, headers=HTMX)
    assert "7 pieces" in words(clerk.get(path))
    clerk.post(line, data={"quantity": "many"}, headers=HTMX)
    assert "7 pieces" in words(clerk.get(path))
    clerk.post(line, data={"quantity": "0"}, headers=HTMX)
    assert "0 pieces" in words(clerk.get(path))


def test_the_grid_of_a_model_is_filled_at_once(clerk: FlaskClient, cast: Cast) -> None:
    path = f"/stock/receipts/{start_receipt(cast)}"
    for asked in ("HALINA", "HALINA-M", EAN_OF_M):
        html = clerk.get(path, query_string={"model": asked}).get_data(as_text=True)
        assert f'name="v{cast.m}"' in html
    assert "There is no model" in words(clerk.get(path, query_string={"model": "NOTHING"}))
    filled = {f"v{cast.m}": "6", f"v{cast.s}": "2", f"v{cast.sizes['L']}": ""}
    assert clerk.post(f"{path}/grid", data=filled).status_code == 303
    assert clerk.post(f"{path}/grid", data={f"v{cast.m}": ""}).status_code == 303
    clerk.post(f"{path}/posting")
    assert level(cast.m, cast.shop).on_hand == 0
    assert level(cast.s, cast.shop).on_hand == 2


def test_an_empty_receipt_is_not_posted_and_can_be_discarded(
    clerk: FlaskClient, cast: Cast
) -> None:
    number = start_receipt(cast)
    refused = clerk.post(f"/stock/receipts/{number}/posting")
    assert refused.status_code == 409
    assert "There is no line yet" in words(refused)
    assert clerk.post(f"/stock/receipts/{number}/discard").status_code == 303
    assert clerk.get(f"/stock/receipts/{number}").status_code == 404


def test_a_receipt_needs_its_delivery_note(clerk: FlaskClient, cast: Cast) -> None:
    refused = clerk.post("/stock/receipts", data={"location_id": cast.shop, "reference": ""})
    assert refused.status_code == 422
    assert "Type the number of the delivery note" in words(refused)


def test_a_clerk_of_one_shop_receives_only_there(client_as: SignIn, cast: Cast) -> None:
    of_shop = client_as("clerk", store_id=cast.shop_store)
    elsewhere = {"location_id": cast.warehouse, "reference": "WZ"}
    assert of_shop.post("/stock/receipts", data=elsewhere).status_code == 422
    foreign = transact(
        lambda: receipts.start_receipt(location_id=cast.warehouse, reference="WZ").id
    )
    assert of_shop.get(f"/stock/receipts/{foreign}").status_code == 404
    assert of_shop.post(f"/stock/receipts/{foreign}/posting").status_code == 404
    assert f"GR-{foreign}" not in words(of_shop.get("/stock/receipts"))


def test_an_accountant_sees_stock_and_receives_nothing(client_as: SignIn, cast: Cast) -> None:
    accountant = client_as("accountant")
    number = start_receipt(cast)
    assert accountant.get(f"/stock/receipts/{number}").status_code == 200
    assert accountant.post(f"/stock/receipts/{number}/posting").status_code == 403
    assert "Receive goods" not in words(accountant.get("/stock/receipts"))


# --- transfers --------------------------------------------------------------------------------


def test_a_transfer_goes_through_the_hands_of_both_shops(client_as: SignIn, cast: Cast) -> None:
    stocked(cast, M=3)
    sender = client_as("clerk", store_id=cast.shop_store)
    taker = client_as("clerk", store_id=cast.warehouse_store)
    begun = sender.post(
        "/stock/transfers",
        data={"from_location_id": cast.shop, "to_location_id": cast.warehouse, "note": "van"},
    )
    path = begun.headers["Location"]
    sender.post(f"{path}/scans", data={"code": EAN_OF_M, "quantity": "2"}, headers=HTMX)
    assert "Request these goods" in words(sender.get(path))
    assert sender.post(f"{path}/request").status_code == 303
    assert level(cast.m, cast.shop).available == 1
    assert "Ship the transfer" not in words(taker.get(path))
    assert taker.post(f"{path}/ship").status_code == 404
    assert sender.post(f"{path}/ship").status_code == 303
    assert "Receive all of it" not in words(sender.get(path))
    assert sender.post(f"{path}/receipt").status_code == 404
    assert "2 pieces are on the way here" in words(taker.get(path))
    assert taker.post(f"{path}/receipt").status_code == 303
    assert level(cast.m, cast.warehouse).on_hand == 2
    assert "Received" in words(taker.get(path))
    assert differences() == []


def test_what_did_not_come_is_received_with_a_reason(lead: FlaskClient, cast: Cast) -> None:
    stocked(cast, M=3)
    number = transact(
        lambda: stock.request_transfer(
            from_location_id=cast.shop,
            to_location_id=cast.warehouse,
            lines=[TransferLineWanted(variant_id=cast.m, quantity=3)],
        )
    ).id
    transact(lambda: stock.ship_transfer(transfer_id=number))
    path = f"/stock/transfers/{number}"
    refused = lead.post(f"{path}/receipt", data={f"v{cast.m}": "1"})
    assert refused.status_code == 409
    assert "Say why" in words(refused)
    assert 'value="1"' in refused.get_data(as_text=True)
    counted = {f"v{cast.m}": "1", "reason": "carton torn"}
    assert lead.post(f"{path}/receipt", data=counted).status_code == 303
    assert "carton torn" in words(lead.get(path))
    assert level(cast.m, cast.warehouse).on_hand == 1
    assert differences() == []


def test_more_than_is_there_is_not_requested(lead: FlaskClient, cast: Cast) -> None:
    stocked(cast, M=1)
    number = transact(
        lambda: transfers.start_transfer(from_location_id=cast.shop, to_location_id=cast.warehouse)
    ).id
    path = f"/stock/transfers/{number}"
    lead.post(f"{path}/lines/{cast.m}", data={"quantity": "5"}, headers=HTMX)
    refused = lead.post(f"{path}/request")
    assert refused.status_code == 409
    assert "GDN-F has 1 of HALINA-M left; 5 were asked for." in words(refused)
    assert lead.post(f"{path}/cancellation").status_code == 303
    assert "Nothing is on its way" in words(lead.get("/stock/transfers"))


def test_a_transfer_stays_with_its_two_stores(client_as: SignIn, cast: Cast) -> None:
    number = transact(
        lambda: transfers.start_transfer(from_location_id=cast.shop, to_location_id=cast.warehouse)
    ).id
    stranger = client_as("clerk", store_id=999)
    assert stranger.get(f"/stock/transfers/{number}").status_code == 404
    same = {"from_location_id": cast.shop, "to_location_id": cast.shop}
    refused = client_as("clerk").post("/stock/transfers", data=same)
    assert refused.status_code == 422
    assert "Choose one that is not the source" in words(refused)


def begins(client: FlaskClient, path: str, name: str) -> str:
    """Return the place with which a dialog begins, as its select shows it."""
    [select] = page(client, path).xpath(f"//select[@name='{name}']")
    chosen = select.xpath("option[@selected]") or select.xpath("option")
    return str(chosen[0].get("value"))


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/stock/counts", "location_id"),
        ("/stock/receipts", "location_id"),
        ("/stock/transfers", "from_location_id"),
    ],
)
def test_a_dialog_begins_where_the_person_works_and_else_asks(
    client_as: SignIn, cast: Cast, path: str, name: str
) -> None:
    clerk = client_as("clerk")
    assert begins(clerk, path, name) == ""
    clerk.post("/organization/store", data={"store": str(cast.shop_store)})
    assert begins(clerk, path, name) == str(cast.shop)
    assert begins(client_as("clerk", store_id=cast.warehouse_store), path, name) == str(
        cast.warehouse
    )


def test_nobody_sends_goods_to_a_place_that_nobody_chose(clerk: FlaskClient, cast: Cast) -> None:
    assert begins(clerk, "/stock/transfers", "to_location_id") == ""
    refused = clerk.post(
        "/stock/transfers", data={"from_location_id": cast.shop, "to_location_id": ""}
    )
    assert refused.status_code == 422
    assert "Choose a place." in words(refused)


# --- counts -----------------------------------------------------------------------------------


def test_a_clerk_counts_blind_and_a_shift_lead_posts(
    clerk: FlaskClient, lead: FlaskClient, cast: Cast
) -> None:
    stocked(cast, M=37)
    begun = clerk.post("/stock/counts", data={"location_id": cast.shop})
    path = begun.headers["Location"]
    for _ in range(2):
        clerk.post(f"{path}/scans", data={"code": EAN_OF_M, "quantity": "18"}, headers=HTMX)
    page = words(clerk.get(path))
    assert "36 pieces" in page
    assert "37" not in page
    assert clerk.get(f"{path}/review").status_code == 403
    assert clerk.post(f"{path}/posting").status_code == 403
    assert re.search(r"HALINA-M 37 36 −1", words(lead.get(f"{path}/review")))
    assert lead.post(f"{path}/posting").status_code == 303
    assert level(cast.m, cast.shop).on_hand == 36
    assert "Posted" in words(lead.get(path))
    assert differences() == []


def test_a_count_that_contradicts_a_promise_is_not_posted(lead: FlaskClient, cast: Cast) -> None:
    stocked(cast, M=2)
    reserve(wanted(cast.m, cast.shop, 2))
    number = transact(lambda: counts.start_count(location_id=cast.shop).id)
    path = f"/stock/counts/{number}"
    lead.post(f"{path}/lines/{cast.m}", data={"quantity": "1"}, headers=HTMX)
    refused = lead.post(f"{path}/posting")
    assert refused.status_code == 409
    assert "Not posted; nothing was changed." in words(refused)
    lead.post(f"{path}/lines/{cast.m}/removal")
    assert "Nothing has been counted yet" in words(lead.get(f"{path}/review"))
    assert lead.post(f"{path}/cancellation").status_code == 303
    assert "given up" in words(lead.get(path))
    assert level(cast.m, cast.shop).on_hand == 2


@pytest.mark.parametrize("page", ["items", "receipts", "transfers", "counts"])
def test_an_empty_house_is_told_how_to_begin(clerk: FlaskClient, app: Flask, page: str) -> None:
    answer = clerk.get(f"/stock/{page}")
    assert answer.status_code == 200
    assert "empty-v" in answer.get_data(as_text=True)


def test_the_old_address_of_stock_leads_to_its_list(clerk: FlaskClient, app: Flask) -> None:
    assert clerk.get("/stock/").headers["Location"] == "/stock/items"


@pytest.mark.parametrize(
    "path",
    ["/stock/items?after=junk", "/stock/receipts?state=nothing", "/stock/transfers?state=nothing"],
)
def test_an_address_that_was_touched_does_no_harm(
    clerk: FlaskClient, cast: Cast, path: str
) -> None:
    assert cast.m
    assert clerk.get(path).status_code in (200, 422)


@pytest.mark.parametrize("typed", ["gr-{number}", "GR{number}", "WZ 77/26"])
def test_a_receipt_is_found_by_its_number_or_delivery_note(
    client_as: SignIn, cast: Cast, typed: str
) -> None:
    number = receive(cast.shop, {cast.m: 1}, "WZ 77/26")
    query = {"q": typed.format(number=number)}
    own, stranger = client_as("clerk", store_id=cast.shop_store), client_as("clerk", store_id=999)
    assert f"/stock/receipts/{number}" in _found(own, query)
    assert f"/stock/receipts/{number}" not in _found(stranger, query)


def _found(person: FlaskClient, query: dict[str, str]) -> str:
    """Return where the search over everything leads, be it one page or a list of hits."""
    answer = person.get("/search", query_string=query)
    return answer.headers.get("Location", "") + answer.get_data(as_text=True)
