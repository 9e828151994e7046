"""The garments of the demo shop, drawn as shapes: more kinds of the pictures on our pages."""

from collections.abc import Callable

from modules.catalog.demo.garments.coats import blazer, bomber, coat, gilet
from modules.catalog.demo.garments.dresses import dress, jumpsuit, skirt, slip_dress
from modules.catalog.demo.garments.knits import cardigan, jumper, knit_vest, sweatshirt
from modules.catalog.demo.garments.parts import Shape
from modules.catalog.demo.garments.things import bag, beanie, belt, gloves, hat, scarf, shoe, socks
from modules.catalog.demo.garments.tops import blouse, pocket_tee, polo, shirt, tee, top
from modules.catalog.demo.garments.trousers import joggers, shorts, trousers

DRAWN: dict[str, Callable[..., Shape]] = {
    "tee": tee,
    "pocket_tee": pocket_tee,
    "polo": polo,
    "top": top,
    "shirt": shirt,
    "blouse": blouse,
    "jumper": jumper,
    "cardigan": cardigan,
    "knit_vest": knit_vest,
    "sweatshirt": sweatshirt,
    "dress": dress,
    "slip_dress": slip_dress,
    "jumpsuit": jumpsuit,
    "skirt": skirt,
    "trousers": trousers,
    "shorts": shorts,
    "joggers": joggers,
    "coat": coat,
    "blazer": blazer,
    "bomber": bomber,
    "gilet": gilet,
    "bag": bag,
    "scarf": scarf,
    "beanie": beanie,
    "hat": hat,
    "belt": belt,
    "gloves": gloves,
    "socks": socks,
    "shoe": shoe,
}
"""Every garment that the range can name."""

__all__ = ["DRAWN", "Shape"]
