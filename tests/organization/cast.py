"""The people and places that these tests play with."""

from typing import Any

from app.db import session, transact
from modules.organization import operations, queries
from modules.organization.models import Channel, Location, Staff, Store

PASSWORD = "seven wet umbrellas"


def open_store(code: str = "KRK1", name: str = "Kraków Floriańska", **more: Any) -> Store:
    return transact(lambda: operations.create_store(code=code, name=name, **more))


def open_location(store: Store, code: str = "KRK1-FLOOR", **more: Any) -> Location:
    return transact(
        lambda: operations.create_location(
            store_id=store.id, code=code, name=more.pop("name", "Sales floor"), **more
        )
    )


def open_channel(code: str = "allegro", **more: Any) -> Channel:
    more.setdefault("store_id", queries.get_store("MAIN").id)
    return transact(
        lambda: operations.create_channel(code=code, name="Allegro", kind="marketplace", **more)
    )


def let_in(email: str = "ola@example.test", role: str = "clerk", **more: Any) -> Staff:
    more.setdefault("name", "Ola Wójcik")
    staff = transact(
        lambda: operations.create_staff(email=email, password=PASSWORD, role=role, **more)
    )
    session.expire_all()
    return staff
