"""What every page knows: the menu that this person may see, the stores, the jobs under way."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from flask import Flask, current_app, g, request, url_for
from flask_login import current_user

from app import today
from app.actor import Actor, current_actor
from app.i18n import LANGUAGES, language, lazy
from app.module import MenuItem
from app.slots import slot
from app.web import chosen_store_id, url_with

AREAS = {
    "": "",
    "sell": lazy("Sell"),
    "goods": lazy("Goods"),
    "people": lazy("People"),
    "house": lazy("House"),
}


@dataclass(frozen=True)
class MenuLink:
    """One line of the side bar, ready to draw."""

    title: Any
    url: str
    icon: str
    current: bool
    count: int | None = None
    tone: str = ""


def reader() -> Actor:
    """Return who reads this page; on a public page or a wrong address nobody was asked yet."""
    if "actor" not in g and current_user.is_authenticated:
        return cast(Actor, current_user.actor)
    return current_actor()


def menu() -> dict[str, list[MenuLink]]:
    """Return the side bar by area, without what this person may not enter."""
    actor = reader()
    items: Sequence[MenuItem] = current_app.extensions["menu"]
    areas: dict[str, list[MenuLink]] = {area: [] for area in AREAS}
    here = _place_of(items)
    for item in today.places(items):
        if item.permission and not actor.may(item.permission):
            continue
        waiting = item.count() if item.count else None
        url = url_for(item.endpoint)
        areas[item.area].append(
            MenuLink(
                title=item.title,
                url=url,
                icon=item.icon,
                current=item.endpoint == here,
                count=waiting[0] if waiting else None,
                tone=waiting[1] if waiting else "",
            )
        )
    return {area: links for area, links in areas.items() if links}


def _place_of(items: Sequence[MenuItem]) -> str:
    """Return the endpoint whose address this page lies under; the longest such address wins."""
    if request.endpoint == "ground.home":
        return "ground.home"  # every address lies under the first page
    found = {item.endpoint: url_for(item.endpoint).rstrip("/") + "/" for item in items}
    inside = [one for one, url in found.items() if (request.path + "/").startswith(url)]
    return max(inside, key=lambda one: len(found[one]), default="")


def init_app(app: Flask) -> None:
    @app.context_processor
    def _known_to_every_page() -> dict[str, Any]:
        return {
            "menu": menu,
            "shortcuts": lambda: today.open_to(today.shortcuts(), reader()),
            "areas": AREAS,
            "actor": reader(),
            "person": current_user,
            "language": language(),
            "languages": LANGUAGES,
            "slot": slot,
            "url_with": url_with,
            "chosen_store_id": chosen_store_id(),
            "theme": getattr(getattr(current_user, "account", None), "theme", None) or "auto",
            "profile": app.config["PROFILE"],
            "request_id": g.get("request_id", ""),
        }
