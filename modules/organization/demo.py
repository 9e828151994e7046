"""The demo's company: a warehouse, four shops and a web store, and who works in them."""

from dataclasses import dataclass

from app import accounts
from app.actor import Actor
from app.db import transact
from app.demo import DemoContext
from modules.organization import operations, queries
from modules.organization.models import Location, Store

PASSWORD = "Ledger-demo-1"  # noqa: S105 - public, and meant to be
"""Of everybody in the demo; the profile `production` refuses such a database."""
_HOURS = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat"), "10:00-20:00")
_LONG_HOURS = {**_HOURS, "sun": "10:00-18:00"}


@dataclass(frozen=True, kw_only=True)
class Shop:
    """A shop of the demo: its store, the place where it sells and the one where it keeps more."""

    code: str
    city: str
    store_id: int
    floor_id: int
    back_id: int


@dataclass(frozen=True, kw_only=True)
class House:
    """The demo's places and people, for the floors above."""

    warehouse_store_id: int
    warehouse_id: int
    damaged_id: int
    shops: list[Shop]
    people: dict[str, Actor]
    """Who acts, by the name before the @ of the sign-in."""


_SHOPS = (
    ("KRA", "Kraków · Floriańska", "Floriańska 18", "31-021", "Kraków", _LONG_HOURS),
    ("LDZ", "Łódź · Manufaktura", "Drewnowska 58", "91-002", "Łódź", _LONG_HOURS),
    ("GDN", "Gdańsk · Długa", "Długa 47", "80-831", "Gdańsk", _HOURS),
    ("WAW", "Warszawa · Mokotowska", "Mokotowska 45", "00-551", "Warszawa", _HOURS),
)
_TOWNS = (
    ("Poznań", "61-001"),
    ("Wrocław", "50-001"),
    ("Szczecin", "70-001"),
    ("Lublin", "20-001"),
    ("Katowice", "40-001"),
    ("Bydgoszcz", "85-001"),
    ("Białystok", "15-001"),
    ("Toruń", "87-100"),
    ("Rzeszów", "35-001"),
    ("Olsztyn", "10-001"),
    ("Opole", "45-001"),
)
_STREETS = ("Rynek", "Lipowa", "Długa", "Targowa", "Świętojańska", "Piotrkowska", "Zielona")
# (sign-in, name, role, store or all, what the line at the start says)
_PEOPLE = (
    ("clerk", "Agnieszka Król", "clerk", None, "Clerk, all stores"),
    ("clerk.krakow", "Tomasz Błaszczyk", "clerk", "KRA", "Clerk, only Kraków"),
    ("packer", "Rafał Nowakowski", "clerk", None, "Clerk of the warehouse"),
    ("shift.lead", "Beata Grabowska", "shift_lead", None, "Shift lead"),
    ("manager", "Ewelina Żak", "store_manager", None, "Store manager"),
    ("marketing", "Kinga Wróbel", "marketing_manager", None, "Marketing manager"),
    ("accountant", "Bogdan Szymański", "accountant", None, "Accountant"),
    ("integrator", "Jan Ostrowski", "integrator", None, "Integrator"),
    ("admin", "Helena Łukasik", "administrator", None, "Administrator"),
)


def demo(context: DemoContext) -> None:
    context.made["house"] = transact(_open_house)
    for sign_in, _name, _role, _store, title in _PEOPLE:
        context.sign_ins.append(f"  {title:<22} {sign_in}@verso.test")
    context.sign_ins.append(f"  password of all: {PASSWORD}")


def demo_mass(context: DemoContext) -> None:
    """Open as many shops as the large demo has, in the towns of the country."""
    house: House = context.made["house"]
    count = context.mass.stores if context.mass else 0

    def open_them() -> list[Shop]:
        shops = []
        for number in range(count):
            city, postal_code = _TOWNS[number % len(_TOWNS)]
            street = f"{_STREETS[number % len(_STREETS)]} {number + 1}"
            name = f"{city} · {street}"
            shops.append(_open_shop(f"S{number + 1:02d}", name, street, postal_code, city, _HOURS))
        every = [*house.shops, *shops]
        counters = [place for shop in every for place in (shop.floor_id, shop.back_id)]
        _serve("pos", [*counters, queries.get_location("MAIN").id])
        return shops

    context.made["more_shops"] = transact(open_them)


def _open_house() -> House:
    _name_company()
    warehouse, hall, damaged = _open_warehouse()
    main, main_shelf = _open_web_store()
    shops = [_open_shop(*row) for row in _SHOPS]
    _open_channels(main, hall, main_shelf, shops)
    operations.create_payment_method(code="cash", name="Cash", kind="cash")
    operations.create_payment_method(code="card", name="Card at the counter", kind="card")
    return House(
        warehouse_store_id=warehouse.id,
        warehouse_id=hall.id,
        damaged_id=damaged.id,
        shops=shops,
        people=_let_people_in(),
    )


def _name_company() -> None:
    company = queries.get_company()
    operations.update_company(
        version=company.version,
        name="Łan Odzież sp. z o.o.",
        # The number and the account that every textbook uses: right in form, and nobody's.
        vat_id="PL1234563218",
        bank_account="PL61109010140000071219812874",
        street="Lniana 7",
        postal_code="95-010",
        city="Stryków",
        email="biuro@lan.example",
        phone="+48 42 555 01 20",
    )


def _open_warehouse() -> tuple[Store, Location, Location]:
    store = operations.create_store(
        code="WH",
        name="Stryków · warehouse",
        kind="warehouse",
        street="Lniana 7",
        postal_code="95-010",
        city="Stryków",
        opening_hours=dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "06:00-18:00"),
    )
    hall = operations.create_location(
        store_id=store.id, code="WH-A", name="Hall A", kind="warehouse"
    )
    damaged = operations.create_location(
        store_id=store.id, code="WH-D", name="Damaged goods", kind="damaged", sellable=False
    )
    return store, hall, damaged


def _open_web_store() -> tuple[Store, Location]:
    store = queries.get_store("MAIN")
    operations.update_store(
        store_id=store.id,
        version=store.version,
        name="Web store",
        kind="web",
        street="Lniana 7",
        postal_code="95-010",
        city="Stryków",
    )
    shelf = queries.get_location("MAIN")
    operations.update_location(
        location_id=shelf.id,
        version=shelf.version,
        name="Web store",
        kind="floor",
        sellable=True,
        channels=[one.id for one in queries.list_channels() if one.code in ("web", "pos")],
    )
    return store, shelf


def _open_shop(
    code: str, name: str, street: str, postal_code: str, city: str, hours: dict[str, str]
) -> Shop:
    store = operations.create_store(
        code=code,
        name=name,
        kind="shop",
        street=street,
        postal_code=postal_code,
        city=city,
        opening_hours=hours,
    )
    floor = operations.create_location(
        store_id=store.id, code=f"{code}-F", name=f"{city}, sales floor", kind="floor"
    )
    back = operations.create_location(
        store_id=store.id, code=f"{code}-B", name=f"{city}, back room", kind="back_room"
    )
    return Shop(code=code, city=city, store_id=store.id, floor_id=floor.id, back_id=back.id)


def _open_channels(main: Store, hall: Location, shelf: Location, shops: list[Shop]) -> None:
    floors = [shop.floor_id for shop in shops]
    _serve("web", [hall.id, *floors, shelf.id])
    counters = [place for shop in shops for place in (shop.floor_id, shop.back_id)]
    _serve("pos", [*counters, shelf.id])
    for code, name, kind, on_shortage, locations in (
        ("market", "Targ (on paper)", "marketplace", "backorder", [hall.id, shelf.id]),
        ("phone", "Telephone orders", "phone", "refuse", [hall.id, *floors]),
    ):
        operations.create_channel(
            code=code,
            name=name,
            kind=kind,
            store_id=main.id,
            on_shortage=on_shortage,
            locations=locations,
        )


def _serve(code: str, locations: list[int]) -> None:
    channel = queries.get_channel(code)
    operations.update_channel(
        channel_id=channel.id,
        version=channel.version,
        name=channel.name,
        kind=channel.kind,
        store_id=channel.store_id,
        currency=channel.currency,
        price_basis=channel.price_basis,
        on_shortage=channel.on_shortage,
        locations=locations,
    )


def _let_people_in() -> dict[str, Actor]:
    people = {}
    for sign_in, name, role, store, _title in _PEOPLE:
        staff = operations.create_staff(
            email=f"{sign_in}@verso.test",
            name=name,
            password=PASSWORD,
            role=role,
            store_id=queries.get_store(store).id if store else None,
        )
        people[sign_in] = accounts.actor_of(staff)
    return people
