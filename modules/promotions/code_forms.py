"""What is asked of somebody who makes codes."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from wtforms import BooleanField, DateTimeLocalField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from app.forms import Form, IntegerField
from app.i18n import lazy
from modules import organization
from modules.promotions.coupons.making import MOST

_MINUTE = "%Y-%m-%dT%H:%M"


class BatchForm(Form):
    """Its values are arguments of `coupons.make_batch`."""

    name = StringField(lazy("What the batch is called"), [DataRequired(), Length(max=120)])
    pattern = StringField(
        lazy("Pattern"), [DataRequired(), Length(max=40)], default="VERSO-####-####"
    )
    has_check = BooleanField(lazy("The last sign betrays a slip of the pen"), default=True)
    count = IntegerField(
        lazy("How many codes"), [InputRequired(), NumberRange(1, MOST)], default=100
    )
    uses_per_code = IntegerField(
        lazy("Uses of one code"), [InputRequired(), NumberRange(1, 10**6)], default=1
    )
    uses_per_customer = IntegerField(
        lazy("Codes of the batch for one customer"), [Optional(), NumberRange(1, 10**6)]
    )
    starts_at = DateTimeLocalField(lazy("From"), [Optional()], format=_MINUTE)
    ends_at = DateTimeLocalField(lazy("Until"), [Optional()], format=_MINUTE)

    def values(self) -> dict[str, Any]:
        zone = organization.company_zone()
        moments = {name: _utc(self[name].data, zone) for name in ("starts_at", "ends_at")}
        return {**super().values(), **moments}


def _utc(typed: datetime | None, zone: ZoneInfo) -> datetime | None:
    return None if typed is None else typed.replace(tzinfo=zone).astimezone(UTC)
