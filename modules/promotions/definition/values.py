"""Reading one value of a definition: a number within its limits, a text, a list, a day, an hour."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from app.api import is_plain
from app.i18n import _
from app.money import MOST_MINOR
from modules.promotions.definition.faults import Faults
from modules.promotions.engine.settings import Kind, Setting

MOST_TEXT = 120
MOST_TEXTS = 5_000
MOST_COUNT = 10**9
Read = TypeVar("Read")


class Values:
    """Reads plain values and writes their faults down."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults

    def number(self, value: Any, pointer: str, *, least: int | None, most: int) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.faults.refuse(pointer, _("Write a whole number, such as 3."))
        if least is not None and value < least:
            raise self.faults.refuse(pointer, _("At least %(min)s.", min=least))
        if value > most:
            raise self.faults.refuse(pointer, _("At most %(max)s.", max=most))
        return value

    def setting_number(self, setting: Setting, value: Any, pointer: str) -> int:
        most = MOST_COUNT if setting.kind is Kind.COUNT else MOST_MINOR
        return self.number(value, pointer, least=setting.least, most=setting.most or most)

    def flag(self, value: Any, pointer: str) -> bool:
        if not isinstance(value, bool):
            raise self.faults.refuse(pointer, _("Say yes (true) or no (false)."))
        return value

    def text(self, value: Any, pointer: str, *, most: int = MOST_TEXT) -> str:
        if not isinstance(value, str) or not value.strip() or not is_plain(value):
            raise self.faults.refuse(pointer, _("Fill this in."))
        if len(value.strip()) > most:
            raise self.faults.refuse(pointer, _("Too long: %(max)d signs fit here.", max=most))
        return value.strip()

    def choice(self, value: Any, pointer: str, choices: Mapping[str, Read]) -> Read:
        if not isinstance(value, str) or value not in choices:
            raise self.faults.refuse(
                pointer, _("Choose one of: %(choices)s.", choices=", ".join(choices))
            )
        return choices[value]

    def several(
        self, value: Any, pointer: str, read: Callable[[Any, str], Read], *, most: int = MOST_TEXTS
    ) -> list[Read]:
        """Return what could be read of a list; the faults of its parts are written down."""
        if not isinstance(value, list):
            raise self.faults.refuse(pointer, _("This is a list: write [ ] around it."))
        if len(value) > most:
            raise self.faults.refuse(pointer, _("At most %(max)s.", max=most))
        found: list[Read] = []
        for place, one in enumerate(value):
            with self.faults.going_on():
                found.append(read(one, f"{pointer}/{place}"))
        return found

    def texts(self, value: Any, pointer: str) -> frozenset[str]:
        return frozenset(self.several(value, pointer, self.text))

    def object_of(self, value: Any, pointer: str) -> Mapping[str, Any]:
        if not isinstance(value, Mapping):
            raise self.faults.refuse(pointer, _("This has settings: write { } around them."))
        return value

    def moment(self, value: Any, pointer: str) -> datetime:
        try:
            moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None or not 1900 <= moment.year <= 2900:
            raise self.faults.refuse(
                pointer, _("Write a moment with its zone, such as 2026-11-27T08:00:00Z.")
            )
        return moment.astimezone(UTC)

    def day(self, value: Any, pointer: str) -> date:
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            raise self.faults.refuse(pointer, _("Write a day such as 2026-12-24.")) from None

    def hour(self, value: Any, pointer: str) -> time:
        try:
            hour = time.fromisoformat(value)
        except (TypeError, ValueError):
            raise self.faults.refuse(pointer, _("Write a time such as 17:30.")) from None
        return hour.replace(second=0, microsecond=0, tzinfo=None)

    def zone(self, value: Any, pointer: str) -> str:
        name = self.text(value, pointer)
        try:
            ZoneInfo(name)
        except (ValueError, OSError, LookupError):
            raise self.faults.refuse(
                pointer, _("There is no time zone %(name)s.", name=name[:40])
            ) from None
        return name
