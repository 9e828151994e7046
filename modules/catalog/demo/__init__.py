"""The demo's catalogue: 150 models with colours, sizes, prices and pictures."""

from datetime import timedelta
from pathlib import Path

from flask import current_app
from sqlalchemy import select

from app import clock
from app.db import session, transact
from app.demo import DemoContext
from modules import organization
from modules.catalog.bulk import Inserted, import_products
from modules.catalog.demo.goods import Goods, Piece, make_goods, models_by_code
from modules.catalog.demo.pictures import draw_beside, photos_of
from modules.catalog.models import Product

__all__ = ["Goods", "Piece", "demo", "obstacle"]

_OPENED = timedelta(days=760)  # before the end of the story


def demo(context: DemoContext) -> None:
    context.wait_for(draw_beside(Path(current_app.config["DATA_DIR"]) / "photos"))
    photos = photos_of(models_by_code())
    since = context.end - _OPENED

    def put_in() -> tuple[list[Goods], Inserted]:
        made = list(
            make_goods(
                chance=context.random_for("catalog"),
                tax_class_id=organization.get_tax_class("standard").id,
                since=since,
                photos=photos,
            )
        )
        with clock.at(since):
            inserted = import_products(products=[product for _goods, product in made])
        return [goods for goods, _product in made], inserted

    goods, inserted = transact(put_in)
    context.made["goods"] = goods
    context.made["variants"] = inserted.variants
    context.say(f"{len(goods)} models, {len(inserted.variants)} variants, {len(photos)} pictures")


def obstacle() -> str | None:
    if session.scalar(select(Product.id).limit(1)) is not None:
        return "This shop has products already."
    return None
