"""How things look: channel marks, colours, numbers and moments; what every template can call."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from flask import Flask, flash, url_for
from flask_babel import format_timedelta

from app import clock
from app.fields import HIDDEN, free_text, personal
from app.i18n import _, language, retold, speech, zone
from app.icons import icon
from app.money import format_money
from app.remembering import remembered
from app.static_files import FOLDER
from app.statuses import hold_word, look_of, outcomes

# A channel is a place of trade, not a status: its mark is drawn in ink, never in a colour.
CHANNEL_ICON: dict[str, str] = {
    "web": "world-www",
    "pos": "cash-register",
    "till": "cash-register",
    "b2b": "building",
    "phone": "phone",
    "api": "api",
    "paper": "notes",
}

# Swatches by the words of the trade; a colour of the catalogue may bring its own hex instead.
COLOURS: dict[str, str] = {
    "natural": "#d6c7a9", "ecru": "#ece2cf", "ivory": "#f3ecd9", "cream": "#f1e7cd",
    "white": "#f7f6f2", "black": "#33323a", "graphite": "#666b74", "charcoal": "#3d4047",
    "grey": "#8d9096", "gray": "#8d9096", "silver": "#bfc2c6", "navy": "#2b3a5c",
    "blue": "#2f5fa8", "denim": "#4a6488", "sky": "#a3bfd9", "turquoise": "#3ba7a5",
    "teal": "#1f6b6b", "bottle": "#2c5144", "green": "#3c7a4b", "olive": "#6f7142",
    "khaki": "#8b8460", "mint": "#b4d9c4", "rust": "#b5603a", "orange": "#d9792f",
    "mustard": "#d2a53a", "yellow": "#e7c84c", "gold": "#c6a052", "beige": "#d8c6a5",
    "camel": "#b98d5c", "tan": "#b6936c", "brown": "#6d4a35", "chocolate": "#4d3226",
    "burgundy": "#77293b", "wine": "#6b2437", "red": "#b3282d", "coral": "#e0705a",
    "rose": "#d9a6a0", "pink": "#e2a5b4", "purple": "#6c4a86", "violet": "#75509a",
    "lilac": "#b9a3cf", "lavender": "#b7addb",
}  # fmt: skip

# Names that no template and no table writes out, because they are put together while running.
ICONS: tuple[str, ...] = ("alert-circle", "check", "circle-check!", "info-circle", "lock", "x")


@dataclass(frozen=True, kw_only=True)
class GridCell:
    """One variant in the size x colour grid; what is None is not shown."""

    sku: str
    size: str
    here: int | None = None
    elsewhere: int | None = None
    incoming: int | None = None
    text: str = ""
    href: str = ""
    name: str = ""
    value: str = ""

    @property
    def tone(self) -> str:
        """Return "low" where others still have what is gone here, "out" where nobody has it."""
        if self.here is None or self.here > 0:
            return ""
        return "low" if self.elsewhere else "out"


@dataclass(frozen=True, kw_only=True)
class GridRow:
    """One colour of the grid: a cell per size, None where the cell was never made."""

    label: str
    cells: list[GridCell | None]
    swatch: str = ""
    photo: str = ""
    total: str = ""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One value that a filter of a list may take, as a link."""

    title: str
    href: str
    current: bool = False
    count: int | None = None


@dataclass(frozen=True, kw_only=True)
class Filter:
    """One filter of a list: the chip's words, what it may take, and the link that drops it."""

    title: str
    choices: list[Choice] = field(default_factory=list)
    chosen: str = ""
    clear: str = ""


def channel_mark(kind: str, name: str) -> tuple[str, str]:
    """Return the icon of a channel's kind, or the letter that stands for a marketplace."""
    found = CHANNEL_ICON.get(str(getattr(kind, "value", kind)).lower())
    return (found, "") if found else ("", (name or "?").strip()[:1].upper())


def swatch_colour(colour: str | None) -> str:
    """Return the hex of a colour given as hex or in words ("Dusty rose"); "" if unknown."""
    if not colour:
        return ""
    if re.fullmatch(r"#[0-9a-fA-F]{3}(?:[0-9a-fA-F]{3})?", colour):
        return colour
    # A known first word is the name itself ("navy blue"); else the last one carries the hue.
    words = re.findall(r"[a-z]+", colour.lower())
    return next((COLOURS[word] for word in [*words[:1], *reversed(words)] if word in COLOURS), "")


def number(value: int | float | None, places: int = 0) -> str:
    """Return "1 248" or "12,5": narrow no-break spaces, the language's decimal mark."""
    if value is None:
        return "–"
    text = f"{abs(value):,.{places}f}"
    text = text.replace(",", "\u202f").replace(".", "." if language() == "en" else ",")
    return ("\u2212" if value < 0 else "") + text


def percent(share: float | None, places: int = 0) -> str:
    """Return a share of one as "51 %"."""
    return "–" if share is None else f"{number(share * 100, places)}\u00a0%"


def money(minor: int | None, currency: str) -> str:
    """Return an amount in minor units as the person reads it."""
    return "–" if minor is None else format_money(minor, currency, language())


def _aware(value: datetime) -> datetime:
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def _local(value: datetime) -> datetime:
    return _aware(value).astimezone(zone())


def moment(value: datetime | None, form: str = "") -> str:
    """
    Return "Sat 21 Nov 2026, 14:32" in the person's zone.

    Form "short": "14:32" today, else "21 Nov, 14:32"; "clock": "14:32"; "exact": to the second.
    """
    if value is None:
        return "–"
    if form == "clock":
        return _written(value, "HH:mm")
    if form == "exact":
        return _written(value, "yyyy-MM-dd HH:mm:ss zzz")
    if form == "short":
        local, today = _local(value), _local(clock.now())
        if local.date() == today.date():
            return _written(value, "HH:mm")
        year = "" if local.year == today.year else " yyyy"
        return _written(value, f"d MMM{year}, HH:mm")
    return _written(value, "EEE d MMM yyyy, HH:mm")


def _written(value: datetime, pattern: str) -> str:
    return _spelled(_aware(value).astimezone(UTC), pattern, speech().locale, zone())


# The same orders stand on one page after the other, and spelling a moment takes half a
# millisecond.
@lru_cache(maxsize=8192)
def _spelled(value: datetime, pattern: str, locale: Locale, place: ZoneInfo) -> str:
    return str(format_datetime(value, pattern, tzinfo=place, locale=locale))


def day(value: date | datetime | None, form: str = "") -> str:
    """Return "Fri 27 Nov", with the year unless it is this one; "long": "Friday 27 November"."""
    if value is None:
        return "–"
    plain = _local(value).date() if isinstance(value, datetime) else value
    year = "" if plain.year == _local(clock.now()).year else " yyyy"
    pattern = "EEEE d MMMM" if form == "long" else "EEE d MMM"
    return _spelled_day(plain, pattern + year, speech().locale)


@lru_cache(maxsize=2048)
def _spelled_day(value: date, pattern: str, locale: Locale) -> str:
    return str(format_date(value, pattern, locale=locale))


def since(value: datetime | None) -> str:
    """Return how far a moment is from now: "12 minutes ago", "in 2 hours"."""
    if value is None:
        return "–"
    delta = _aware(value) - clock.now()
    if abs(delta.total_seconds()) < 45:
        return str(_("just now"))
    return str(format_timedelta(delta, granularity="second", add_direction=True, threshold=1.2))


def size(count: int) -> str:
    """Return how large a file is: "12.4 MB"."""
    if count < 1_000_000:
        return f"{number(max(1, round(count / 1000)))}\u00a0kB"
    return f"{number(count / 1_000_000, 1)}\u00a0MB"


def initials(name: str | None) -> str:
    """Return "EŻ" of "Ewelina Żak", for the round mark of a person; "?" of who told no name."""
    if not name or HIDDEN in name:
        return "?"
    parts = [part for part in re.split(r"[\s.@_-]+", name) if part[:1].isalpha()]
    return "".join(part[0] for part in parts[:2]).upper() or "?"


@cache
def _folders() -> dict[str, str]:
    """Return the folder of each package that set-up copied, by its short name."""
    listed: dict[str, str] = json.loads((FOLDER / "vendor" / "vendor.json").read_text("utf-8"))
    return listed


def vendor_url(package: str, file: str) -> str:
    """Return the address of a file that set-up copied: `vendor_url("tabler", "tabler.min.css")`."""
    return url_for("ground.static_file", name=f"vendor/{_folders()[package]}/{file}")


def toast(text: str, undo: str = "") -> None:
    """Say after an act what was done; `undo` is the address that takes it back by POST."""
    flash(text, f"undo {undo}" if undo else "done")


def has_endpoint(app: Flask) -> Callable[[str], bool]:
    return lambda endpoint: endpoint in app.view_functions


def register(app: Flask) -> None:
    """Give every template the words and shapes of this file."""
    app.jinja_env.globals.update(
        icon=icon,
        look_of=look_of,
        hold_word=hold_word,
        channel_mark=channel_mark,
        outcomes=outcomes,
        vendor_url=vendor_url,
        swatch_colour=swatch_colour,
        initials=initials,
        now=clock.now,
        has_endpoint=has_endpoint(app),
        remembered=remembered,
    )
    app.jinja_env.filters.update(
        money=money,
        personal=personal,
        free_text=free_text,
        number=number,
        percent=percent,
        moment=moment,
        day=day,
        since=since,
        size=size,
        retold=retold,
    )
