"""Rows for every list of the house, as many as wanted, with places in common where there can be."""

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from typing import Any

from flask import Flask
from lxml import html
from sqlalchemy import func, insert, select

from app.db import session, transact
from app.lists import ListSpec
from app.models import Account
from modules import catalog, loyalty, organization, pricing, promotions, stock
from modules.catalog.bulk import NewProduct, NewVariant, import_products
from modules.customers import CustomerRow, create_customer, import_customers
from modules.orders.bulk import HistoryLine, HistoryOrder, import_history
from modules.organization.models import Staff
from modules.promotions.coupons import CodeBatch, PromotionCode
from modules.promotions.coupons.patterns import codes_like
from modules.promotions.models import PromotionRecord
from modules.stock.operations import counts, receipts, transfers
from tests.invoicing.cast import issued
from tests.payments.cards import sold

_NUMBERS = count(1)
MOMENT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
NAME = "Sukienka na co dzień"


def products(many: int, *, name: str = NAME) -> list[str]:
    """Make products that all bear one name; return their codes."""

    def make() -> list[str]:
        tax_class_id = organization.get_tax_class("standard").id
        codes = [f"P-{next(_NUMBERS):05}" for _one in range(many)]
        made = [
            NewProduct(
                code=code,
                name=name,
                tax_class_id=tax_class_id,
                variants=[NewVariant(sku=f"{code}-1", price_minor=12_900)],
            )
            for code in codes
        ]
        import_products(products=made)
        return codes

    return transact(make)


def orders(many: int) -> list[int]:
    """Take in orders that were all placed at one moment; return their keys."""
    sku = f"{products(1)[0]}-1"

    def make() -> list[int]:
        return import_history(
            [
                HistoryOrder(
                    channel_code="web",
                    external_id=f"X-{next(_NUMBERS)}",
                    placed_at=MOMENT,
                    currency="PLN",
                    status="shipped",
                    lines=[HistoryLine(sku=sku, quantity=1, unit_price_minor=12_900)],
                    buyer={"name": "Halina Lis", "email": "h.lis@poczta.example"},
                )
                for _one in range(many)
            ]
        )

    return transact(make)


def customers(many: int) -> None:
    rows = [CustomerRow(name=f"Halina Lis {next(_NUMBERS)}") for _one in range(many)]
    transact(lambda: import_customers(rows))


def goods(many: int) -> None:
    """Put a piece of each of some new goods on the shelf."""
    skus = [f"{code}-1" for code in products(many)]

    def make() -> None:
        known = catalog.variants_for_sale(skus)
        stock.receive(
            location_id=organization.get_location("MAIN").id,
            reference="WZ 7",
            lines=[stock.ReceiptLine(variant_id=known[sku].id, quantity=1) for sku in skus],
        )

    transact(make)


def goods_in(many: int) -> None:
    def make() -> None:
        for _one in range(many):
            receipts.start_receipt(
                location_id=organization.get_location("MAIN").id, reference="WZ 8"
            )

    transact(make)


def moves(many: int) -> None:
    def make() -> None:
        codes = {one.code for one in organization.list_locations()}
        if "BACK" not in codes:
            store = organization.get_store("MAIN")
            organization.create_location(
                store_id=store.id, code="BACK", name="Back room", kind="back_room"
            )
        for _one in range(many):
            transfers.start_transfer(
                from_location_id=organization.get_location("MAIN").id,
                to_location_id=organization.get_location("BACK").id,
            )

    transact(make)


def shelf_counts(many: int) -> None:
    def make() -> None:
        for _one in range(many):
            counts.start_count(location_id=organization.get_location("MAIN").id)

    transact(make)


def papers(many: int) -> None:
    def make() -> None:
        for _one in range(many):
            issued()

    transact(make)


def people(many: int) -> None:
    def make() -> None:
        for _one in range(many):
            number = next(_NUMBERS)
            session.add(Staff(email=f"p{number}@example.test", name="Halina Lis"))

    transact(make)


def offers(many: int) -> None:
    """Write promotions down, half of them published."""

    def make() -> None:
        for _one in range(many):
            number = next(_NUMBERS)
            definition = {
                "phase": "line",
                "benefits": [{"kind": "percent", "rate_bp": 1_000}],
                "scope": {"channels": ["web"]},
            }
            made = promotions.draft_promotion(
                code=f"P-{number}", name=f"Offer {number % 7}", definition=definition
            )
            if number % 2:
                promotions.publish_promotion(promotion_id=made.id, version=made.version)

    transact(make)


def codes_of_offers(many: int) -> None:
    """Make a batch of codes, without waiting for its job."""
    offers(1)

    def make() -> CodeBatch:
        newest = select(func.max(PromotionRecord.id))
        return promotions.make_batch(
            promotion_id=session.scalars(newest).one(),
            name="Letters",
            pattern="LIST-########",
            count=many,
        )

    batch = transact(make)
    codes = codes_like(batch.pattern, has_check=False, count=many)
    rows = [{"batch_id": batch.id, "code": code, "uses": 1, "used": 0} for code in codes]
    transact(lambda: session.execute(insert(PromotionCode), rows))


def lists_of_prices(many: int) -> None:
    """Make price lists, half of them in use."""

    def make() -> None:
        for _one in range(many):
            number = next(_NUMBERS)
            pricing.create_price_list(
                code=f"L-{number}",
                name=f"List {number % 7}",
                currency="PLN",
                rank=number % 3,
                channels=["web"],
                active=bool(number % 2),
            )

    transact(make)


def club_members(many: int) -> None:
    def work() -> None:
        club = next(iter(loyalty.list_programs()), None)
        if club is None:
            club = loyalty.create_program(code="LISTS", data=loyalty.ProgramData(name="Club"))
            loyalty.open_program(program_id=club.id, version=club.version)
        for _place in range(many):
            who = create_customer(name=f"Member {next(_NUMBERS)}")
            loyalty.enrol(program_id=club.id, customer_id=who.id)

    transact(work)


def gift_cards(many: int) -> None:
    for _place in range(many):
        sold(10_00)


MAKERS: dict[str, Callable[[int], Any]] = {
    "products": products,
    "orders": orders,
    "customers": customers,
    "stock": goods,
    "receipts": goods_in,
    "transfers": moves,
    "counts": shelf_counts,
    "documents": papers,
    "gift_cards": gift_cards,
    "loyalty_members": club_members,
    "price_lists": lists_of_prices,
    "promotion-codes": codes_of_offers,
    "promotions": offers,
    "staff": people,
}
WHERE = {"orders": "lane=all", "transfers": "state=all"}
"""What the address has to ask so that the list shows all of them."""


def address(app: Flask, spec: ListSpec, **more: str) -> str:
    """Return the address of a list with all its rows."""
    with app.test_request_context():
        url = app.url_for(spec.endpoint)
    asked = [WHERE.get(spec.code, ""), *(f"{key}={value}" for key, value in more.items())]
    return url + "?" + "&".join(one for one in asked if one)


def parsed(text: str) -> Any:
    """Return a page as a tree (the stubs of lxml.html are older than lxml)."""
    return html.fromstring(text)


def rows_of(text: str) -> list[str]:
    """Return where the rows of a page lead."""
    page = parsed(text)
    return [str(one) for one in page.xpath("//tbody[@data-rows]/tr/th//a[1]/@href")]


def account_of(email: str) -> Account:
    return session.query(Account).filter_by(email=email).one()
