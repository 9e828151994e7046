"""The cast of these tests: one jumper in its sizes, a shop and a warehouse that keep it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from app.db import close_session, transact
from app.reference import Reference
from modules import catalog, organization, stock
from modules.catalog import NewOption, NewVariant
from modules.stock import Level, ReceiptLine, Wanted

ORDER = Reference("basket", 7)
PARCEL = Reference("parcel", 3)
SIZES = ("S", "M", "L", "XL", "XXL")
EAN_OF_M = "4006381333931"


@dataclass(frozen=True)
class Cast:
    """Keys of what was made: sizes of the jumper, the shop's floor and the warehouse."""

    sizes: dict[str, int]
    shop: int
    warehouse: int
    shop_store: int
    warehouse_store: int

    @property
    def m(self) -> int:
        return self.sizes["M"]

    @property
    def s(self) -> int:
        return self.sizes["S"]


def make_cast(sizes: Sequence[str] = SIZES) -> Cast:
    """Make the jumper, a shop `GDN` and a warehouse `WAW`; nothing is in stock."""

    def work() -> Cast:
        catalog.create_product(
            code="HALINA",
            name="Halina merino jumper",
            options=[
                NewOption(name="colour", values=["Burgundy"]),
                NewOption(name="size", values=list(sizes)),
            ],
            variants=[
                NewVariant(
                    sku=f"HALINA-{size}",
                    options={"colour": "Burgundy", "size": size},
                    price_minor=34900,
                    barcodes=[EAN_OF_M] if size == "M" else [],
                )
                for size in sizes
            ],
        )
        known = catalog.variants_for_sale([f"HALINA-{size}" for size in sizes])
        shop = organization.create_store(code="GDN", name="Gdańsk", kind="shop")
        depot = organization.create_store(code="WAW", name="Warszawa", kind="warehouse")
        floor = organization.create_location(
            store_id=shop.id, code="GDN-F", name="Gdańsk floor", kind="floor"
        )
        shelf = organization.create_location(
            store_id=depot.id, code="WAW-W", name="Warszawa shelves", kind="warehouse"
        )
        return Cast(
            sizes={size: known[f"HALINA-{size}"].id for size in sizes},
            shop=floor.id,
            warehouse=shelf.id,
            shop_store=shop.id,
            warehouse_store=depot.id,
        )

    return transact(work)


def receive(location_id: int, pieces: dict[int, int], reference: str = "WZ 11/26") -> int:
    """Receive pieces, by variant, and return the receipt's key."""
    lines = [ReceiptLine(variant_id=one, quantity=quantity) for one, quantity in pieces.items()]
    return transact(
        lambda: stock.receive(location_id=location_id, reference=reference, lines=lines).id
    )


def stocked(cast: Cast, **sizes: int) -> Cast:
    """Put pieces of some sizes on the shop's floor: `stocked(cast, M=3)`."""
    receive(cast.shop, {cast.sizes[size]: pieces for size, pieces in sizes.items()})
    return cast


def wanted(
    variant_id: int, location_id: int, quantity: int = 1, reference: Reference = ORDER
) -> Wanted:
    return Wanted(
        variant_id=variant_id, location_id=location_id, quantity=quantity, reference=reference
    )


def reserve(*parts: Wanted) -> list[int]:
    return transact(lambda: stock.reserve_many(parts))


def level(variant_id: int, location_id: int) -> Level:
    """Return the present figures of a stock item; all 0 where it was never opened."""
    with reading():
        found = stock.available_for([variant_id], [location_id])
    return found[0] if found else Level(variant_id, location_id, 0, 0, 0, 0)


def differences() -> list[str]:
    """Return what the proof of stock finds."""
    with reading():
        return [str(one) for one in stock.prove_stock()]


@contextmanager
def reading() -> Iterator[None]:
    """See the present, and leave nothing open: a session that closes later undoes a request."""
    close_session()
    yield
    close_session()
